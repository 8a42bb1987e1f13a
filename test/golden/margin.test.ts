import { describe, expect, it } from 'vitest';
import { deribitStandard, deribitStandardPool } from '#shared/risk/margin/deribit-standard.ts';
import {
  hyperliquid,
  hyperliquidCross,
  hyperliquidIsolated,
  isolatedLiquidationPrice,
  maintenanceMargin,
} from '#shared/risk/margin/hyperliquid.ts';
import { HYPERLIQUID } from '#shared/risk/margin/hyperliquid-tiers.ts';
import type { MarginPosition } from '#shared/risk/margin/model.ts';

const FUTURE: MarginPosition = {
  kind: 'future',
  inverse: false,
  right: 0,
  strike: 0,
  quantity: 25,
  mark: 100_000,
  index: 100_000,
};
const SHORT_CALL: MarginPosition = {
  kind: 'option',
  inverse: true,
  right: 1,
  strike: 9_000,
  quantity: -1,
  mark: 0.025,
  index: 10_000,
};

describe('deribit-standard', () => {
  it('asks what the venue documents for 25 BTC of BTC_USDC at 100,000', () => {
    // support.deribit.com, article 25944738177565: 53,125 initial and 28,125 maintenance.
    const { initial, maintenance } = deribitStandard(FUTURE, 0);
    expect(initial).toBeCloseTo(53_125, 8);
    expect(maintenance).toBeCloseTo(28_125, 8);
  });

  it('asks what the venue documents of other sizes and coins, each by its own line', () => {
    // The same article: 350 BTC at 100,000 → 1,312,500; SOL at 200: 25 → 200.625 and 100.625, 6,000 → 84,000. ETH rises by
    // 0.0004 % per coin (article 25944826427293).
    const asked = (underlying: string, quantity: number, mark: number) => {
      const terms = { underlying, entry: mark, forward: mark, vol: 0, years: 0, index: mark };
      const positions = [{ ...FUTURE, ...terms, quantity, mark }];
      return deribitStandardPool({ currency: 'USDC', currencyUsd: 1, cash: 0, positions, assets: [], leverage: 0 });
    };
    expect(asked('BTC', 350, 100_000).initial).toBeCloseTo(1_312_500, 6);
    expect(asked('SOL', 25, 200).initial).toBeCloseTo(200.625, 9);
    expect(asked('SOL', 25, 200).maintenance).toBeCloseTo(100.625, 9);
    expect(asked('SOL', -6000, 200).initial).toBeCloseTo(84_000, 8);
    expect(asked('ETH', 5000, 2000).initial).toBeCloseTo(5000 * 2000 * 0.04, 6);
  });

  it('asks the same of an inverse perpetual of that size, in coin', () => {
    const { initial, maintenance } = deribitStandard({ ...FUTURE, inverse: true, quantity: -2_500_000 }, 0);
    expect(initial * 100_000).toBeCloseTo(53_125, 8);
    expect(maintenance * 100_000).toBeCloseTo(28_125, 8);
  });

  it('asks what the venue documents for a short call in the money', () => {
    // Deribit, standard margin: S 10,000, K 9,000, mark 0.025 → 1,750 USD initial, 1,000 USD maintenance.
    const { initial, maintenance } = deribitStandard(SHORT_CALL, 0);
    expect(initial * 10_000).toBeCloseTo(1_750, 8);
    expect(maintenance * 10_000).toBeCloseTo(1_000, 8);
  });

  it('lets the distance out of the money lower a short call only down to the floor', () => {
    const near = deribitStandard({ ...SHORT_CALL, strike: 10_300, mark: 0.02 }, 0);
    expect(near.initial).toBeCloseTo(0.15 - 0.03 + 0.02, 12);
    const far = deribitStandard({ ...SHORT_CALL, strike: 20_000, mark: 0.001 }, 0);
    expect(far.initial).toBeCloseTo(0.101, 12);
    expect(far.maintenance).toBeCloseTo(0.076, 12);
  });

  it('never asks less initial than maintenance margin of a short put', () => {
    // So deep that 0.075 · mark is more than 0.15: MM = 2.365 where the first formula alone would ask for 2.35.
    const deep = deribitStandard({ ...SHORT_CALL, right: -1, strike: 30_000, mark: 2.2 }, 0);
    expect(deep.maintenance).toBeCloseTo(0.075 * 2.2 + 2.2, 12);
    expect(deep.initial).toBeCloseTo(deep.maintenance, 12);
  });

  it('keeps option premium out of the margin balance, as the venue states an account', () => {
    // docs.deribit.com, private/get_account_summary, the example of a "segregated_sm" account: balance 302.60065765,
    // futures_session_upl 0.05921555, futures_session_rpl −0.03258105, options_value −0.0086 → equity 302.61869214,
    // margin_balance 302.62729214 (and available_funds 301.38059622 = that − initial_margin 1.24669592).
    const cash = 302.60065765 - 0.03258105;
    const terms = { underlying: 'BTC', forward: 10_000, vol: 0.5, years: 0.1 };
    const perpetual = { ...FUTURE, ...terms, inverse: true, quantity: 10_000, mark: 10_000, index: 10_000 };
    const gained = { ...perpetual, entry: 1 / (1 / 10_000 + 0.05921555 / 10_000) };
    const short = { ...SHORT_CALL, ...terms, mark: 0.0086, entry: 0.0021 };
    const found = deribitStandardPool({
      currency: 'BTC',
      currencyUsd: 10_000,
      cash,
      positions: [gained, short],
      assets: [],
      leverage: 0,
    });
    expect(found.equity).toBeCloseTo(302.61869214, 7);
    expect(found.marginBalance).toBeCloseTo(302.62729214, 7);
    expect(found.details.optionsValue).toBeCloseTo(-0.0086, 12);
  });

  it('lets long options secure nothing: they are in equity alone', () => {
    // Article 25944777072669: in standard margin the value of options is no collateral.
    const terms = { underlying: 'BTC', entry: 0.02, forward: 10_000, vol: 0.5, years: 0.1 };
    const held = [{ ...SHORT_CALL, ...terms, quantity: 40 }];
    const pool = { currency: 'BTC', currencyUsd: 10_000, cash: 0.5, positions: held, assets: [], leverage: 0 };
    const found = deribitStandardPool(pool);
    expect(found.equity).toBeCloseTo(0.5 + 40 * 0.025, 12);
    expect(found.marginBalance).toBe(0.5);
  });

  it('asks nothing of long options', () => {
    expect(deribitStandard({ ...SHORT_CALL, quantity: 3 }, 0)).toEqual({ initial: 0, maintenance: 0 });
  });

  it('asks the same of a USDC-settled option as of the coin-settled one, in USD', () => {
    const coin = deribitStandard(SHORT_CALL, 0);
    const dollars = deribitStandard({ ...SHORT_CALL, inverse: false, mark: 250 }, 0);
    expect(dollars.initial).toBeCloseTo(coin.initial * 10_000, 8);
    expect(dollars.maintenance).toBeCloseTo(coin.maintenance * 10_000, 8);
  });
});

describe('hyperliquid', () => {
  it('liquidates a long of 1 BTC from 100,000 with 10,000 of isolated margin at 91,139.24', () => {
    // Formula of the docs' liquidation page; margin available = 10,000 − 100,000/80.
    const price = isolatedLiquidationPrice(100_000, 1, 1, 10_000 - maintenanceMargin(100_000), 40);
    expect(price).toBeCloseTo(91_139.24, 2);
    const equity = 10_000 + (price - 100_000);
    expect(equity).toBeCloseTo(maintenanceMargin(price), 8);
  });

  it('takes half the initial rate of the highest leverage, tier by tier, without a step', () => {
    expect(maintenanceMargin(100_000)).toBeCloseTo(1_250, 8);
    // 150 M is where 20× begins: deduction = 150 M · (0.025 − 0.0125) = 1.875 M.
    expect(maintenanceMargin(150_000_000)).toBeCloseTo(1_875_000, 4);
    expect(maintenanceMargin(200_000_000)).toBeCloseTo(200_000_000 * 0.025 - 1_875_000, 4);
  });

  it('has tiers of its own for each coin', () => {
    // Docs, margin tiers: ETH 25× to 100 M and 15× above; DOGE 10× to 20 M and 5× above; unknown coins are taken at 3×.
    const { tiers } = HYPERLIQUID;
    expect(maintenanceMargin(1_000_000, tiers.ETH)).toBeCloseTo(20_000, 6);
    expect(maintenanceMargin(130_000_000, tiers.ETH)).toBeCloseTo(2_000_000 + 30_000_000 / 30, 4);
    expect(maintenanceMargin(30_000_000, tiers.DOGE)).toBeCloseTo(1_000_000 + 10_000_000 / 10, 4);
    expect(maintenanceMargin(6_000, tiers.default)).toBeCloseTo(1_000, 8);
  });

  it('pools crossed positions of all coins, and keeps isolated ones apart', () => {
    const held = (underlying: string, quantity: number, mark: number, entry: number) => ({
      ...FUTURE, underlying, quantity, mark, entry, index: mark, forward: mark, vol: 0, years: 0,
    }); // biome-ignore format: one glance
    const positions = [
      held('BTC', 1, 100_000, 99_000),
      held('ETH', -10, 2_000, 1_900),
      { ...held('SOL', 100, 150, 150), isolatedMargin: 1_000 },
    ];
    const pool = { currency: 'USDC', currencyUsd: 1, cash: 8_000, positions, assets: [], leverage: 10 };
    const found = hyperliquidCross(pool);
    expect(found.equity).toBeCloseTo(8_000 + 1_000 - 1_000, 8);
    expect(found.maintenance).toBeCloseTo(100_000 / 80 + 20_000 / 50, 8);
    expect(found.initial).toBeCloseTo(12_000, 8);
    expect(found.details.isolatedEquity).toBeCloseTo(1_000, 8);
    expect(found.details.transferRequirement).toBeCloseTo(12_000, 8);
    // 15,000 of SOL at 20×: 375 maintain it; (1,000 − 375) / 100 / (1 − 1/40) below 150.
    expect(hyperliquidIsolated(positions[2]!).liquidationPrice).toBeCloseTo(150 - 6.25 / (1 - 1 / 40), 8);
  });

  it('asks notional ÷ leverage, and no more leverage than the tier has', () => {
    const one: MarginPosition = { ...FUTURE, quantity: -1 };
    expect(hyperliquid(one, 10).initial).toBeCloseTo(10_000, 8);
    expect(hyperliquid(one, 100).initial).toBeCloseTo(2_500, 8);
    expect(hyperliquid({ ...one, quantity: 2_000 }, 40).initial).toBeCloseTo(10_000_000, 4);
  });
});
