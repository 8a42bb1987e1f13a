import { describe, expect, it } from 'vitest';
import { deribitStandard } from '#shared/risk/margin/deribit-standard.ts';
import { hyperliquid, isolatedLiquidationPrice, maintenanceMargin } from '#shared/risk/margin/hyperliquid.ts';
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

  it('asks notional ÷ leverage, and no more leverage than the tier has', () => {
    const one: MarginPosition = { ...FUTURE, quantity: -1 };
    expect(hyperliquid(one, 10).initial).toBeCloseTo(10_000, 8);
    expect(hyperliquid(one, 100).initial).toBeCloseTo(2_500, 8);
    expect(hyperliquid({ ...one, quantity: 2_000 }, 40).initial).toBeCloseTo(10_000_000, 4);
  });
});
