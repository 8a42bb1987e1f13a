import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARGIN_RULES, type MarginRules } from '#shared/domain/account.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { deribitPortfolio } from '#shared/risk/margin/deribit-portfolio.ts';
import { DERIBIT_PORTFOLIO } from '#shared/risk/margin/deribit-portfolio-parameters.ts';
import { derivePortfolio } from '#shared/risk/margin/derive-portfolio.ts';
import { DERIVE_PORTFOLIO } from '#shared/risk/margin/derive-portfolio-parameters.ts';
import { deriveStandard } from '#shared/risk/margin/derive-standard.ts';
import {
  equityOf,
  type MarginPool,
  type PoolAsset,
  type PoolPosition,
  withPosition,
} from '#shared/risk/margin/model.ts';
import { RULES } from '#shared/risk/margin/rules.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const SPOT = 50_000;

/** Sizes that can be told from nothing. */
const size = between(0.01, 50);
const signed = fc.tuple(size, fc.boolean()).map(([quantity, long]) => (long ? quantity : -quantity));

interface Shape {
  readonly inverse: boolean;
  readonly quantity: fc.Arbitrary<number>;
}

/** One vol per expiry, so that no price is out of line with another. */
const VOLS = { 2: 0.9, 20: 0.7, 200: 0.6 } as const;

/** Options of three expiries at the price of their vol. */
function option({ inverse, quantity }: Shape): fc.Arbitrary<PoolPosition> {
  return fc
    .record({
      quantity,
      call: fc.boolean(),
      moneyness: between(0.4, 2.5),
      days: fc.constantFrom(2, 20, 200),
    })
    .map(({ quantity: held, call, moneyness, days }) => {
      const vol = VOLS[days];
      const years = days / 365;
      const forward = SPOT * (1 + 0.05 * years);
      const strike = SPOT * moneyness;
      const dollars = optionPrice({ forward, strike, years, right: call ? 'call' : 'put' }, vol) ?? Number.NaN;
      const mark = inverse ? dollars / forward : dollars;
      return {
        kind: 'option', inverse, right: call ? 1 : -1, strike, quantity: held, mark, entry: mark,
        index: SPOT, underlying: 'BTC', forward, vol, years,
      }; // biome-ignore format: one glance
    });
}

function perpetual({ inverse, quantity }: Shape): fc.Arbitrary<PoolPosition> {
  return fc.record({ quantity, mark: between(SPOT * 0.97, SPOT * 1.03) }).map(({ quantity: held, mark }) => ({
    kind: 'future', inverse, right: 0, strike: 0, quantity: inverse ? held * mark : held, mark, entry: mark,
    index: SPOT, underlying: 'BTC', forward: mark, vol: 0, years: 0,
  })); // biome-ignore format: one glance
}

const positions = (shape: Shape) =>
  fc.array(fc.oneof({ weight: 3, arbitrary: option(shape) }, perpetual(shape)), { minLength: 1, maxLength: 5 });

const coins = positions({ inverse: true, quantity: signed });
const dollars = positions({ inverse: false, quantity: signed });

function pool(held: readonly PoolPosition[], assets: readonly PoolAsset[] = []): MarginPool {
  const inverse = held.some((one) => one.inverse);
  const currency = inverse ? 'BTC' : 'USDC';
  return { currency, currencyUsd: inverse ? SPOT : 1, cash: 0, positions: held, assets, leverage: 0 };
}

const collateral: fc.Arbitrary<readonly PoolAsset[]> = fc.array(
  fc.record({ currency: fc.constantFrom('WETH', 'WBTC', 'USDC'), quantity: signed, price: between(1, SPOT) }),
  { minLength: 1, maxLength: 5 },
);

/** Pools that a rule set can judge. */
const judged: Readonly<Record<MarginRules, fc.Arbitrary<MarginPool>>> = {
  'deribit-standard': coins.map((held) => pool(held)),
  'deribit-portfolio': coins.map((held) => pool(held)),
  'derive-standard': dollars.map((held) => pool(held)),
  'derive-portfolio': dollars.map((held) => pool(held, [{ currency: 'BTC', quantity: 1, price: SPOT }])),
  hyperliquid: fc.array(perpetual({ inverse: false, quantity: signed })).map((held) => pool(held)),
  'perp-v2': fc.array(perpetual({ inverse: false, quantity: signed })).map((held) => pool(held)),
  'aave-v3': collateral.map((assets) => pool([], assets)),
};

/** Room for rounding, relative to what is compared and to the pool's gross value. */
const slack = (held: readonly PoolPosition[]) =>
  1e-9 * (1 + held.reduce((sum, one) => sum + Math.abs(one.quantity) * (one.inverse ? 1 : SPOT), 0));

const noSkew = {
  ...DERIVE_PORTFOLIO,
  scenarios: DERIVE_PORTFOLIO.scenarios.filter(({ vol }) => vol !== 'linear' && vol !== 'absolute'),
};

/** What the venue takes off for size, put aside: worst cases alone. */
const undampened = {
  ...DERIBIT_PORTFOLIO,
  pairs: { default: { ...DERIBIT_PORTFOLIO.pairs.default, deltaIncrement: 0 } },
  settlement: { default: { ...DERIBIT_PORTFOLIO.settlement.default, extendedDampenerUsd: 0 } },
};

describe('every rule set', () => {
  it.each(MARGIN_RULES)('asks initially at least what it asks to maintain, and never less than nothing: %s', (name) => {
    fc.assert(
      fc.property(judged[name], (of) => {
        const { initial, maintenance } = RULES[name].of(of);
        expect(maintenance).toBeGreaterThanOrEqual(-slack(of.positions));
        expect(initial).toBeGreaterThanOrEqual(maintenance - slack(of.positions));
      }),
    );
  });

  it.each(MARGIN_RULES)('never asks less for more of the same: %s', (name) => {
    fc.assert(
      fc.property(judged[name], between(1, 10), (of, factor) => {
        const times = <T extends { readonly quantity: number }>(one: T): T => ({
          ...one,
          quantity: one.quantity * factor,
        });
        const more = { ...of, positions: of.positions.map(times), assets: of.assets.map(times) };
        const one = RULES[name].of(of);
        const all = RULES[name].of(more);
        expect(all.initial).toBeGreaterThanOrEqual(one.initial - slack(more.positions));
        expect(all.maintenance).toBeGreaterThanOrEqual(one.maintenance - slack(more.positions));
      }),
    );
  });

  it.each(['derive-standard', 'derive-portfolio', 'aave-v3'] as const)('asks in proportion to size: %s', (name) => {
    fc.assert(
      fc.property(judged[name], between(0.1, 10), (of, factor) => {
        const times = <T extends { readonly quantity: number }>(one: T): T => ({
          ...one,
          quantity: one.quantity * factor,
        });
        const scaled = { ...of, positions: of.positions.map(times), assets: of.assets.map(times) };
        const one = RULES[name].of(of);
        const many = RULES[name].of(scaled);
        const room = slack(of.positions) * Math.max(factor, 1) * 10;
        expect(Math.abs(many.initial - factor * one.initial)).toBeLessThanOrEqual(room);
        expect(Math.abs(many.maintenance - factor * one.maintenance)).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('long options', () => {
  const longs = (inverse: boolean) => fc.array(option({ inverse, quantity: size }), { minLength: 1, maxLength: 5 });

  it('need no margin of their own at Deribit', () => {
    fc.assert(
      fc.property(longs(true), (held) => {
        const { initial, maintenance } = RULES['deribit-standard'].of(pool(held));
        expect([initial, maintenance]).toEqual([0, 0]);
      }),
    );
  });

  it('can lose no more than they are worth in a portfolio', () => {
    fc.assert(
      fc.property(longs(true), (held) => {
        const { details, equity } = deribitPortfolio(pool(held));
        expect(details.worstCase).toBeLessThanOrEqual(equity + slack(held));
      }),
    );
    fc.assert(
      fc.property(longs(false), (held) => {
        const { details } = derivePortfolio(pool(held), noSkew);
        expect(details.worstLoss).toBeLessThanOrEqual((details.optionValue ?? 0) + slack(held));
      }),
    );
  });

  it('neither cost nor give margin at Derive where nothing else expires with them', () => {
    fc.assert(
      fc.property(fc.array(perpetual({ inverse: false, quantity: signed })), longs(false), (held, added) => {
        const before = deriveStandard(pool(held)).details;
        const after = deriveStandard(pool([...held, ...added])).details;
        const room = slack([...held, ...added]);
        expect(Math.abs((after.netInitial ?? 0) - (before.netInitial ?? 0))).toBeLessThanOrEqual(room);
        expect(Math.abs((after.netMaintenance ?? 0) - (before.netMaintenance ?? 0))).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('portfolio models', () => {
  it('ask no more of two portfolios together than of each: deribit-portfolio', () => {
    fc.assert(
      fc.property(coins, coins, (a, b) => {
        const ask = (held: readonly PoolPosition[]) => deribitPortfolio(pool(held), undampened).initial;
        expect(ask([...a, ...b])).toBeLessThanOrEqual(ask(a) + ask(b) + slack([...a, ...b]));
      }),
    );
  });

  it('ask no more of two portfolios together than of each: derive-portfolio', () => {
    fc.assert(
      fc.property(dollars, dollars, (a, b) => {
        const ask = (held: readonly PoolPosition[]) => derivePortfolio(pool(held), noSkew).initial;
        expect(ask([...a, ...b])).toBeLessThanOrEqual(ask(a) + ask(b) + slack([...a, ...b]));
      }),
    );
  });
});

describe('a what-if', () => {
  const trade = fc
    .oneof(coins, dollars)
    .chain((held) => fc.record({ held: fc.constant(held), factor: between(-3, 3) }));

  it('at the mark leaves equity where it is', () => {
    fc.assert(
      fc.property(trade, ({ held, factor }) => {
        const [first] = held;
        if (!first || factor === 0) return;
        const before = pool(held);
        const fill = { ...first, quantity: first.quantity * factor, entry: first.mark };
        expect(Math.abs(equityOf(withPosition(before, fill)) - equityOf(before))).toBeLessThanOrEqual(slack(held) * 10);
      }),
    );
  });

  it('that is taken back leaves quantities and money where they were', () => {
    fc.assert(
      fc.property(dollars, option({ inverse: false, quantity: signed }), (held, added) => {
        const before = pool(held);
        const after = withPosition(withPosition(before, added), { ...added, quantity: -added.quantity });
        expect(Math.abs(after.cash - before.cash)).toBeLessThanOrEqual(slack([...held, added]));
        expect(after.positions).toHaveLength(held.length);
      }),
    );
  });
});
