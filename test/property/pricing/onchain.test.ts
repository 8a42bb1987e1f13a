import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deribitFunding, fundingPaid, hyperliquidFunding } from '#shared/pricing/onchain/funding.ts';
import { healthFactor, lendingGreeks, lendingSums } from '#shared/pricing/onchain/lending.ts';
import { liquidityOf, rangeAmounts, rangeGreeks } from '#shared/pricing/onchain/uniswap-v3.ts';
import { priceOfRoot, priceOfTick } from '#shared/pricing/onchain/uniswap-v3-chain.ts';
import { vaultShareGreeks } from '#shared/pricing/onchain/vault-share.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const range = fc
  .record({ liquidity: between(1, 1e6), lower: between(1, 50_000), width: between(1.01, 10) })
  .map(({ liquidity, lower, width }) => ({ liquidity, lower, upper: lower * width }));
/** Where a price stands against a range: 0 at its lower end, 1 at its upper. */
const place = between(-0.9, 2);

/** Central difference of a function of price. */
function slope(of: (price: number) => number, price: number, step: number): number {
  return (of(price + step) - of(price - step)) / (2 * step);
}

describe('a liquidity range', () => {
  const at = fc.record({ range, place }).map(({ range: one, place: where }) => ({
    range: one,
    price: Math.max(one.lower + where * (one.upper - one.lower), one.lower * 0.05),
  }));

  it('has delta and gamma that are the differences of its value', () => {
    fc.assert(
      fc.property(at, ({ range: one, price }) => {
        const step = price * 1e-5;
        const nearEdge = [one.lower, one.upper].some((edge) => Math.abs(price - edge) <= 2 * step);
        fc.pre(!nearEdge);
        const { value, delta, gamma } = rangeGreeks(one, price);
        const room = 1e-6 * (1 + Math.abs(value) / price);
        expect(Math.abs(slope((p) => rangeGreeks(one, p).value, price, step) - delta)).toBeLessThan(room);
        expect(Math.abs(slope((p) => rangeGreeks(one, p).delta, price, step) - gamma) * price).toBeLessThan(
          1e-3 * room + 1e-6 * Math.abs(gamma) * price + 1e-9 * one.liquidity,
        );
      }),
    );
  });

  it('is continuous over its ends, and never long gamma', () => {
    fc.assert(
      fc.property(range, (one) => {
        for (const edge of [one.lower, one.upper]) {
          const inside = rangeAmounts(one, edge * (1 + 1e-12));
          const outside = rangeAmounts(one, edge * (1 - 1e-12));
          expect(Math.abs(inside.base - outside.base)).toBeLessThanOrEqual(1e-9 * one.liquidity);
          expect(Math.abs(inside.quote - outside.quote)).toBeLessThanOrEqual(1e-9 * one.liquidity * Math.sqrt(edge));
        }
      }),
    );
    fc.assert(
      fc.property(at, ({ range: one, price }) => {
        expect(rangeGreeks(one, price).gamma).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('is made again by the liquidity of its own tokens', () => {
    fc.assert(
      fc.property(range, between(0.01, 0.99), (one, where) => {
        const price = one.lower + where * (one.upper - one.lower);
        const again = liquidityOf(rangeAmounts(one, price), one.lower, one.upper, price);
        expect(Math.abs(again / one.liquidity - 1)).toBeLessThan(1e-9);
      }),
    );
  });

  it('is never worth more than holding the tokens it had', () => {
    fc.assert(
      fc.property(at, between(0.1, 10), ({ range: one, price }, factor) => {
        const { base, quote } = rangeAmounts(one, price);
        const held = base * price * factor + quote;
        expect(rangeGreeks(one, price * factor).value).toBeLessThanOrEqual(held * (1 + 1e-9) + 1e-9);
      }),
    );
  });

  it('has the same price by tick and by root', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -400_000, max: 400_000 }),
        fc.constantFrom(0 as const, 1 as const),
        (tick, base) => {
          const tokens = { decimals0: 18, decimals1: 6, base };
          const root = BigInt(Math.round(1.0001 ** (tick / 2) * 2 ** 53)) << 43n;
          fc.pre(root > 1n << 60n);
          expect(Math.abs(priceOfRoot(root, tokens) / priceOfTick(tick, tokens) - 1)).toBeLessThan(1e-6);
        },
      ),
    );
  });
});

describe('a lending position', () => {
  const asset = (price: fc.Arbitrary<number>, owed: boolean) =>
    fc
      .record({ quantity: between(0.1, 100), price, ltv: between(0.1, 0.7), threshold: between(0.7, 0.95) })
      .map((one) => ({
        ...one,
        quantity: owed ? -one.quantity : one.quantity,
      }));

  it('has Greeks that are the differences of its value and of its health, and is at 1 at the price it names', () => {
    fc.assert(
      fc.property(
        between(10, 10_000),
        fc.array(asset(between(1, 1000), false), { maxLength: 2 }),
        asset(between(1, 1000), true),
        fc.tuple(between(0.01, 100), fc.boolean()).map(([size, long]) => (long ? size : -size)),
        between(0.1, 0.9),
        (price, others, debt, quantity, threshold) => {
          const own = { quantity, price, ltv: 0.05, threshold };
          const assets = [own, ...others, debt];
          const found = lendingGreeks(assets, (one) => one === own, price);
          const moved = (at: number) => assets.map((one) => (one === own ? { ...own, price: at } : one));
          const value = (at: number) => moved(at).reduce((sum, one) => sum + one.quantity * one.price, 0);
          const health = (at: number) => healthFactor(lendingSums(moved(at)));
          const step = price * 1e-5;
          expect(Math.abs(slope(value, price, step) - found.delta)).toBeLessThan(
            1e-6 * (1 + Math.abs(found.delta)) + 1e-5,
          );
          expect(Math.abs(slope(health, price, step) - found.healthDelta) * price).toBeLessThan(
            1e-6 * (1 + health(price)),
          );
          if (found.liquidationPrice !== null) expect(health(found.liquidationPrice)).toBeCloseTo(1, 6);
        },
      ),
    );
  });
});

describe('a vault share', () => {
  it('has Greeks that are the differences of its value', () => {
    fc.assert(
      fc.property(
        between(100, 100_000),
        between(0.6, 1.6),
        between(0.02, 1),
        between(0.2, 1.5),
        fc.constantFrom('call' as const, 'put' as const),
        between(-5, 5),
        (spot, moneyness, years, vol, right, shares) => {
          const share = (at: number, iv: number, tenor: number) => ({
            collateral: right === 'call' ? 1 : spot * moneyness,
            sold: 0.9,
            option: { right, forward: at * 1.01, strike: spot * moneyness, years: tenor, vol: iv, rate: 0 },
          });
          const greeks = (at: number, iv = vol, tenor = years) => {
            const found = vaultShareGreeks(share(at, iv, tenor), shares, at);
            if (!found.ok) throw new Error(found.error.message);
            return found.value;
          };
          const here = greeks(spot);
          const step = spot * 1e-4;
          const scale = Math.abs(shares) + 1e-9;
          expect(Math.abs(slope((p) => greeks(p).value, spot, step) - here.delta)).toBeLessThan(1e-4 * scale);
          expect(Math.abs(slope((p) => greeks(p).delta, spot, step) - here.gamma) * spot).toBeLessThan(1e-2 * scale);
          expect(Math.abs(slope((iv) => greeks(spot, iv).value, vol, 1e-4) / 100 - here.vega)).toBeLessThan(
            1e-6 * spot * scale,
          );
          expect(Math.abs(-slope((t) => greeks(spot, vol, t).value, years, 1e-5) / 365 - here.theta)).toBeLessThan(
            1e-4 * spot * scale,
          );
        },
      ),
    );
  });
});

describe('funding', () => {
  it('never falls when the premium rises, and is against the side the premium favours', () => {
    fc.assert(
      fc.property(between(-0.5, 0.5), between(0, 0.1), (premium, more) => {
        expect(deribitFunding(premium + more)).toBeGreaterThanOrEqual(deribitFunding(premium));
        expect(hyperliquidFunding(premium + more)).toBeGreaterThanOrEqual(hyperliquidFunding(premium) - 1e-15);
        expect(deribitFunding(premium) * premium).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('moves money between the two sides, and none of it away', () => {
    fc.assert(
      fc.property(between(0, 1e9), between(-0.01, 0.01), between(0, 1e9), (notional, rate, elapsed) => {
        expect(fundingPaid(notional, rate, elapsed) + fundingPaid(-notional, rate, elapsed)).toBe(0);
      }),
    );
  });
});
