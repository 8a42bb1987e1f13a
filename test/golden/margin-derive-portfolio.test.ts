import { describe, expect, it } from 'vitest';
import { derivePortfolio } from '#shared/risk/margin/derive-portfolio.ts';
import { DERIVE_PORTFOLIO, type DeriveScenario } from '#shared/risk/margin/derive-portfolio-parameters.ts';
import type { MarginPool, PoolAsset, PoolPosition } from '#shared/risk/margin/model.ts';

const YEAR = 31_536_000;
/** USD per USDC of every case that does not say otherwise. */
const STABLE = 1.00019088635;
const ETH = 2681.6029850999994;
const BTC = 95663.50604855;

interface Expiry {
  readonly seconds: number;
  readonly forward: number;
  readonly rate: number;
}

const NEAR_ETH: Expiry = { seconds: 794_852, forward: 2682.9997436016715, rate: 0.15 };

function option(
  { seconds, forward, rate }: Expiry,
  index: number,
  quantity: number,
  type: 'C' | 'P',
  strike: number,
  vol: number,
): PoolPosition {
  return {
    kind: 'option', inverse: false, underlying: '', right: type === 'C' ? 1 : -1, strike, quantity, mark: 0, entry: 0,
    index, forward, vol, years: seconds / YEAR, rate,
  }; // biome-ignore format: one glance
}

function perpetual(index: number, quantity: number, mark: number, profit: number, confidence = 1): PoolPosition {
  return {
    kind: 'future', inverse: false, underlying: '', right: 0, strike: 0, quantity, mark, entry: mark - profit / quantity,
    index, forward: mark, vol: 0, years: 0, confidence,
  }; // biome-ignore format: one glance
}

/** Collateral is priced in dollars by the case and in the stable coin by the account. */
function asset(currency: string, quantity: number, usd: number, stable = STABLE): PoolAsset {
  return { currency, quantity, price: usd / stable };
}

function pool(coin: string, positions: readonly PoolPosition[], rest: Partial<MarginPool> = {}): MarginPool {
  return {
    currency: 'USDC', currencyUsd: STABLE, cash: 0, assets: [], leverage: 0, stablePrice: STABLE,
    positions: positions.map((one) => ({ ...one, underlying: coin })), ...rest,
  }; // biome-ignore format: one glance
}

function net(of: MarginPool, parameters = DERIVE_PORTFOLIO) {
  const { details } = derivePortfolio(of, parameters);
  return { worst: -(details.worstLoss ?? 0), maintenance: details.netMaintenance, initial: details.netInitial };
}

/** Relative: the contract calculates in 18 decimals and by an approximation of the normal distribution. */
function agrees(found: Record<string, number | undefined>, expected: Record<string, number>): void {
  for (const [name, value] of Object.entries(expected)) {
    const error = Math.abs((found[name] ?? Number.NaN) - value) / Math.max(Math.abs(value), 1);
    expect({ name, found: found[name], close: error < 1e-7 }).toEqual({ name, found: found[name], close: true });
  }
}

// Figures re-typed from the public cases of the contract: github.com/derivexyz/v2-core,
// test/risk-managers/unit-tests/PMRM_2/portfolio_cases/test_NN.json; each pool here is one of them.
describe('derive-portfolio, the cases of the contract', () => {
  it('values a call spread at its worst scenario, 18 % up with vol up (test_18)', () => {
    const spread = [
      option(NEAR_ETH, ETH, -1, 'C', 4000, 0.8795543651099665),
      option(NEAR_ETH, ETH, 1, 'C', 4200, 0.8833255402190362),
    ];
    const found = net(pool('ETH', spread));
    agrees(found, { worst: -22.15596034331399, maintenance: -25.96404757080802, initial: -35.75844560967082 });
    expect(derivePortfolio(pool('ETH', spread)).details.optionValue).toBeCloseTo(-0.1944703408568294, 6);
  });

  it('lets the coin that secures them move with short calls (test_13)', () => {
    const expiry = { seconds: 794_852, forward: 95776.67392708939, rate: 0.15 };
    const covered = pool('BTC', [option(expiry, BTC, -2, 'C', 100_000, 0.453803924321583)], {
      assets: [asset('BTC', 1, BTC)],
    });
    agrees(net(covered), { worst: -15050.749373322431, maintenance: 78744.92602874589, initial: 74395.66964312586 });
  });

  it('takes haircuts of each collateral and nets expiries (test_16)', () => {
    const expiry = (seconds: number, forward: number, rate: number): Expiry => ({ seconds, forward, rate });
    const held = [
      option(expiry(3_214_052, 96248.76561417685, 0.21), BTC, -2, 'C', 120_000, 0.5654200442695773),
      option(expiry(18_938_852, 100374.61000117072, 0.29), BTC, -3.2, 'P', 100_000, 0.5543377511787965),
      option(expiry(11_076_452, 98198.07812501276, 0.27), BTC, -12.2, 'P', 105_000, 0.5435708270461805),
    ];
    const assets = [
      asset('LBTC', 0.4, 95569.65243595604), asset('BTC', 2, BTC), asset('CBBTC', 0.8, 95621.88912023272),
      asset('USDT', 100_000, 0.99984231175), asset('ETH', 5, ETH),
    ]; // biome-ignore format: one glance
    const found = net(pool('BTC', held, { assets, cash: -320_000 }));
    agrees(found, { worst: -310116.1933114891, maintenance: -398180.9181436086, initial: -470835.93122017954 });
  });

  it('discounts a long box instead of taking it for cash (test_22)', () => {
    const far = { seconds: 18_938_852, forward: 100374.61000117072, rate: 0.1 };
    const legs = (size: number, strike: number, vol: number) => [
      option(far, BTC, size, 'C', strike, vol),
      option(far, BTC, -size, 'P', strike, vol),
    ];
    const box = pool('BTC', [...legs(1, 100_000, 0.5543377511787965), ...legs(-1, 110_000, 0.5592157396329432)]);
    agrees(net(box), { maintenance: 8307.131140595613, initial: 8029.6313880590305 });
  });

  it('asks no more of a short box than it pays at expiry when rates are negative (test_55)', () => {
    const far = { seconds: 18_938_852, forward: 100374.61000117072, rate: -1.2 };
    const legs = (size: number, strike: number, vol: number) => [
      option(far, BTC, size, 'C', strike, vol),
      option(far, BTC, -size, 'P', strike, vol),
    ];
    const box = pool('BTC', [...legs(-1, 100_000, 0.5543377511787965), ...legs(1, 110_000, 0.5592157396329432)]);
    agrees(net(box), { maintenance: -10_000, initial: -10_000 });
  });

  it('counts a perpetual at its own mark, and its contingency at spot (test_29)', () => {
    agrees(net(pool('ETH', [perpetual(3000, 1, 3100, 0)], { cash: 10 })), { maintenance: -481.4, initial: -608 });
  });

  it('asks for the notional where feeds disagree (test_31)', () => {
    const unsure = pool('ETH', [perpetual(3000, -1, 4000, -900, 0.1)], { confidence: 0.2 });
    agrees(net(unsure), { maintenance: -1521, initial: -4380 });
  });

  it('takes the least of the confidences that price a leg (test_33)', () => {
    const expiry = { seconds: 794_852, forward: 3113.1678785393888, rate: 0.15 };
    const legs = [
      perpetual(3000, -1, 100_000, 0, 0.1),
      { ...option(expiry, 3000, 10, 'P', 100_000, 0.6701175743327585), confidence: 0.95 },
    ];
    const unsure = pool('BTC', legs, { confidence: 0.2, assets: [{ ...asset('BTC', 1, 3000), confidence: 0.2 }] });
    agrees(net(unsure), { maintenance: 907071.7014477414, initial: 859668.4190349346 });
  });

  it('follows heavier tails where parameters say so (test_35)', () => {
    const heavy = new Map([[0.34, 4], [0.67, 2], [1.5, 1], [2, 0], [3, 5]]); // biome-ignore format: one glance
    const scenarios = DERIVE_PORTFOLIO.scenarios.flatMap((one): DeriveScenario[] =>
      one.spot === 4 ? [] : [{ ...one, dampening: heavy.get(one.spot) ?? one.dampening }],
    );
    const near = { seconds: 3_214_052, forward: 1014.178509176334, rate: 0.21 };
    const far = { seconds: 18_938_852, forward: 1119.5818673976705, rate: 0.29 };
    const held = [
      option(near, 1000, -109, 'C', 4000, 0.9247166607631531),
      option(near, 1000, -4, 'P', 2000, 0.872626818678352),
      option(far, 1000, -2, 'C', 3500, 0.8124384856010328),
    ];
    const assets = [
      asset('BTC', 0.46, BTC), asset('ETH', 10.12, 1000), asset('RSWETH', 2.31, 2765.7082515126017),
      asset('USDT', 12_311, 0.99984231175), asset('SDAI', 12_353, 1.1470506863329273),
    ]; // biome-ignore format: one glance
    const found = net(pool('ETH', held, { assets, cash: -33_000 }), { ...DERIVE_PORTFOLIO, scenarios });
    agrees(found, { worst: -54504.47066887251, maintenance: -7152.948464247913, initial: -21392.355000009404 });
  });

  it('loses most by a tilted smile where parameters say so (test_41)', () => {
    const skew = { ...DERIVE_PORTFOLIO.skew, linearCap: 9.5, width: 5, level: 4.5, levelSlope: 4.9 };
    const scenarios = DERIVE_PORTFOLIO.scenarios.map((one) => (one.vol === 'linear' ? { ...one, dampening: 2 } : one));
    const expiry = { seconds: 3_214_052, forward: 2695.7814942763334, rate: 0.21 };
    const short = pool('ETH', [option(expiry, ETH, -15, 'C', 5500, 0.8843198050170489)]);
    const found = net(short, { ...DERIVE_PORTFOLIO, skew, scenarios });
    agrees(found, { worst: -1579.5431735562624, maintenance: -1413.5868439463693, initial: -1809.9435682106216 });
  });

  it('loses most by raised wings of several expiries where parameters say so (test_44)', () => {
    const skew = { ...DERIVE_PORTFOLIO.skew, absoluteCap: 9.5, width: 5, level: 4.5, levelSlope: 1 };
    const scenarios = DERIVE_PORTFOLIO.scenarios.map((one) =>
      one.vol === 'absolute' ? { ...one, dampening: 3 } : one,
    );
    const spot = 100_000;
    const near = { seconds: 794_852, forward: 95776.67392, rate: 0.15 };
    const middle = { seconds: 5_633_252, forward: 101143.47771765916, rate: 0.23 };
    const far = { seconds: 18_938_852, forward: 104711.10395262072, rate: 0.29 };
    const held = [
      { ...option(near, spot, 21, 'C', 170_000, 2511.421980938193), confidence: 0.4 },
      option(far, spot, -14, 'P', 80_000, 0.563728859721523),
      option(middle, spot, 32, 'P', 60_000, 0.7173364058978552),
      option(far, spot, 22, 'C', 50_000, 0.6547430217060337),
    ];
    const assets = [
      asset('USDT', 2000, 0.99984231175),
      asset('LBTC', 0.01, 95569.65243595604),
      asset('WEETH', 2, 2840.575164415104),
    ];
    const unsure = pool('BTC', held, { assets, cash: -145_000, confidence: 0.9 });
    const found = net(unsure, { ...DERIVE_PORTFOLIO, skew, scenarios });
    agrees(found, { worst: -1104524.2846056242, maintenance: 1946914.2909302036, initial: 462567.11559944274 });
  });

  it('lets the basis of an expiry be the worst that can happen (test_56)', () => {
    const basis = { ...DERIVE_PORTFOLIO.basis, add: 4, multiple: 5 };
    const expiry = { seconds: 18_938_852, forward: 150374.61000117072, rate: 0.2 };
    const held = pool('BTC', [
      option(expiry, BTC, 0.01, 'P', 195_000, 0.06845127962854924),
      option(expiry, BTC, -0.6, 'C', 1, 0.06845127962854924),
    ]);
    const parameters = { ...DERIVE_PORTFOLIO, basis };
    agrees(net(held, parameters), {
      worst: -26492.637775235315,
      maintenance: -100983.45802556415,
      initial: -106396.78178786948,
    });
    expect(derivePortfolio(held, parameters).details.basisLoss).toBeCloseTo(25634.31209459518, 3);
  });

  it('moves an expiring option only by what its settlement mean has not seen yet (test_60)', () => {
    const parameters = { ...DERIVE_PORTFOLIO, vol: { ...DERIVE_PORTFOLIO.vol, leastUp: 1 } };
    const expiring = { seconds: 1, forward: NEAR_ETH.forward, rate: 0.15 };
    const held = pool('ETH', [option(expiring, ETH, -1, 'C', 2700, 0.6360190705815766)]);
    agrees(net(held, parameters), { maintenance: -8.044808955299999, initial: -13.408014925499998 });
  });

  it('asks nothing of cash, and states how a lost peg multiplies losses (test_11)', () => {
    const { details } = derivePortfolio(pool('ETH', [], { cash: 1000, stablePrice: 0.52 }));
    expect(details.netInitial).toBeCloseTo(1000, 9);
    expect(details.netMaintenance).toBeCloseTo(1000, 9);
    expect(details.initialFactor).toBeCloseTo(1.92, 9);
  });
});
