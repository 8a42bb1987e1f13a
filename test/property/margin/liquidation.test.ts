import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aaveV3, maximumLiquidation } from '#shared/risk/margin/aave-v3.ts';
import { AAVE_V3 } from '#shared/risk/margin/aave-v3-parameters.ts';
import { assess } from '#shared/risk/margin/assessment.ts';
import {
  hyperliquidIsolated,
  liquidationPrice,
  liquidationStep,
  maintenanceMargin,
} from '#shared/risk/margin/hyperliquid.ts';
import { HYPERLIQUID, type Tier } from '#shared/risk/margin/hyperliquid-tiers.ts';
import type { MarginPool, PoolPosition } from '#shared/risk/margin/model.ts';
import { RULES } from '#shared/risk/margin/rules.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const TIERS = Object.entries(HYPERLIQUID.tiers);

function perpetual(underlying: string, quantity: number, mark: number, margin?: number): PoolPosition {
  return {
    kind: 'future', inverse: false, right: 0, strike: 0, quantity, mark, entry: mark, index: mark,
    underlying, forward: mark, vol: 0, years: 0, ...(margin === undefined ? {} : { isolatedMargin: margin }),
  }; // biome-ignore format: one glance
}

const dollars = (positions: readonly PoolPosition[], cash: number): MarginPool => ({
  currency: 'USDC', currencyUsd: 1, cash, positions, assets: [], leverage: 0,
}); // biome-ignore format: one glance

describe('hyperliquid tiers', () => {
  it.each(TIERS)('of %s are continuous where one begins, and never fall', (_coin, tiers: readonly Tier[]) => {
    for (const { from } of tiers) {
      const below = maintenanceMargin(from * (1 - 1e-9), tiers);
      expect(Math.abs(maintenanceMargin(from, tiers) - below)).toBeLessThanOrEqual(1e-9 * from);
    }
    fc.assert(
      fc.property(between(0, 1e9), between(0, 1e9), (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(maintenanceMargin(more, tiers)).toBeGreaterThanOrEqual(maintenanceMargin(less, tiers) - 1e-6);
      }),
    );
  });

  it('put liquidation where equity meets maintenance margin, on whichever tier that is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TIERS),
        between(1, 100_000),
        between(0.001, 1e5),
        fc.boolean(),
        between(0.01, 2),
        ([, tiers], price, size, long, share) => {
          const quantity = long ? size : -size;
          const needed = maintenanceMargin(size * price, tiers);
          const available = share * size * price;
          const at = liquidationPrice(price, quantity, available, tiers);
          if (at === null) {
            // Only a long with more than its whole price set aside has none.
            expect(long && available + needed >= size * price * (1 - 1e-9)).toBe(true);
            return;
          }
          const equity = available + needed + quantity * (at - price);
          expect(Math.abs(equity - maintenanceMargin(at * size, tiers))).toBeLessThan(
            1e-8 * size * Math.max(price, at),
          );
        },
      ),
    );
  });

  it('give an isolated position the price at which the search of the whole pool finds it', () => {
    fc.assert(
      fc.property(between(0.1, 500), fc.boolean(), between(0.05, 0.9), (size, long, share) => {
        const quantity = long ? size : -size;
        const margin = share * size * 2000;
        const alone = hyperliquidIsolated(perpetual('ETH', quantity, 2000, margin)).liquidationPrice;
        const { below, above } = assess(RULES.hyperliquid, dollars([perpetual('ETH', quantity, 2000)], margin))
          .liquidation.ETH ?? {
          below: null,
          above: null,
        };
        const found = long ? below : above;
        if (found !== null) expect(alone).toBeCloseTo(found, 6);
      }),
      { numRuns: 40 },
    );
  });

  it('send a fifth of a large position first, all of a small one, and hand over what is nearly gone', () => {
    const state = (notional: number, equity: number) => ({ notional, equity, maintenance: 100 });
    expect(liquidationStep(state(50_000, 120), false)).toEqual({ stage: 'none', notional: 0 });
    expect(liquidationStep(state(50_000, 90), false)).toEqual({ stage: 'full', notional: 50_000 });
    expect(liquidationStep(state(500_000, 90), false)).toEqual({ stage: 'partial', notional: 100_000 });
    expect(liquidationStep(state(500_000, 90), true)).toEqual({ stage: 'full', notional: 500_000 });
    expect(liquidationStep(state(500_000, 60), false)).toEqual({ stage: 'backstop', notional: 500_000 });
  });
});

describe('aave-v3', () => {
  const account = fc.record({
    weth: between(0.1, 100),
    wbtc: between(0.01, 5),
    price: between(500, 5000),
    first: between(100, 100_000),
    second: between(100, 100_000),
    emode: fc.constantFrom(undefined, 'ETH'),
  });

  const poolOf = ({
    weth,
    wbtc,
    price,
    first,
    second,
    emode,
  }: typeof account extends fc.Arbitrary<infer T> ? T : never): MarginPool => ({
    ...dollars([], 0),
    currency: 'USD',
    assets: [
      { currency: 'WETH', quantity: weth, price },
      { currency: 'WBTC', quantity: wbtc, price: price * 20 },
      { currency: 'USDC', quantity: -first, price: 1 },
      { currency: 'DAI', quantity: -second, price: 1 },
    ],
    ...(emode === undefined ? {} : { emode }),
  });

  it('meets maintenance margin exactly at a health factor of 1', () => {
    fc.assert(
      fc.property(account, (state) => {
        const { equity, maintenance, details } = aaveV3(poolOf(state));
        const surplus = equity - maintenance;
        const health = details.healthFactor ?? Number.NaN;
        expect(Math.abs(surplus - (health - 1) * (details.debt ?? 0))).toBeLessThan(1e-6);
      }),
    );
  });

  it('liquidates no more than is owed or held, and leaves nothing or enough of both', () => {
    fc.assert(
      fc.property(
        account,
        fc.constantFrom('USDC', 'DAI'),
        fc.constantFrom('WETH', 'WBTC'),
        (state, debt, collateral) => {
          const pool = poolOf(state);
          const found = maximumLiquidation(pool, debt, collateral);
          if (!found) return;
          const owed = -(pool.assets.find((one) => one.currency === debt)?.quantity ?? 0);
          const token = pool.assets.find((one) => one.currency === collateral);
          const held = (token?.quantity ?? 0) * (token?.price ?? 0);
          expect(found.repaid).toBeLessThanOrEqual(owed * (1 + 1e-12));
          expect(found.seizedValue).toBeLessThanOrEqual(held * (1 + 1e-12));
          const leftOfDebt = owed - found.repaid;
          const leftOfCollateral = held - found.seizedValue;
          const { leastLeft } = AAVE_V3.closing;
          if (leftOfDebt > 1e-6 && leftOfCollateral > 1e-6) {
            expect(Math.min(leftOfDebt, leftOfCollateral)).toBeGreaterThanOrEqual(leastLeft * (1 - 1e-9));
          }
        },
      ),
    );
  });
});
