import { describe, expect, it } from 'vitest';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { DERIVE_STANDARD, type DeriveStandardParameters, deriveStandard } from '#shared/risk/margin/derive-standard.ts';
import type { MarginPool, PoolPosition } from '#shared/risk/margin/model.ts';

const DAY = 1 / 365;
const HOURS = 8 / (365 * 24);
const INDEX: Readonly<Record<string, number>> = { ETH: 2000, BTC: 28_000 };
const PERPETUAL: Readonly<Record<string, number>> = { ETH: 2001, BTC: 28_020 };

/** Expiries of the cases: years, and what the forward adds to spot. */
const EXPIRY = {
  '20230104': { years: 3 * DAY + HOURS, basis: { ETH: 0.91345, BTC: 12.7883 } },
  '20230111': { years: 10 * DAY + HOURS, basis: { ETH: 2.83305, BTC: 39.66276 } },
  '20230118': { years: 17 * DAY + HOURS, basis: { ETH: 4.7545, BTC: 66.56301 } },
  '20230227': { years: 57 * DAY + HOURS, basis: { ETH: 15.7696, BTC: 220.77451 } },
} as const;
type Day = keyof typeof EXPIRY;

const MARKET = {
  perpetualInitial: 0.065, perpetualMaintenance: 0.05,
  optionMost: 0.15, optionLeast: 0.1, callMaintenance: 0.075, putMaintenance: 0.075, putMarkMaintenance: 0.075,
  putInitialScale: 1.05, unpairedInitial: 1.2, unpairedMaintenance: 1.1,
}; // biome-ignore format: one glance

/** Parameters of the cases; those that are deployed differ. */
const PARAMETERS: DeriveStandardParameters = {
  ...DERIVE_STANDARD,
  markets: { default: MARKET },
  collateral: { default: { factor: 0.8, initialScale: 1 } },
  confidence: { perpetual: 0.4, option: 0.4, collateral: 0.4, factor: 0.4 },
  depeg: { threshold: 0.98, factor: 1.2 },
};

function option(
  coin: 'ETH' | 'BTC',
  quantity: number,
  type: 'C' | 'P',
  strike: number,
  day: Day,
  confidence = 1,
): PoolPosition {
  const { years, basis } = EXPIRY[day];
  const index = INDEX[coin] ?? 0;
  const forward = index + basis[coin];
  const right = type === 'C' ? 'call' : 'put';
  const mark = optionPrice({ forward, strike, years, right }, 0.5) ?? Number.NaN;
  return {
    kind: 'option', inverse: false, underlying: coin, right: type === 'C' ? 1 : -1, strike, quantity, mark, entry: mark,
    index, forward, vol: 0.5, years, confidence,
  }; // biome-ignore format: one glance
}

function perpetual(quantity: number, entry: number, confidence = 1): PoolPosition {
  const mark = PERPETUAL.ETH ?? 0;
  return {
    kind: 'future', inverse: false, underlying: 'ETH', right: 0, strike: 0, quantity, mark, entry,
    index: 2000, forward: mark, vol: 0, years: 0, confidence,
  }; // biome-ignore format: one glance
}

function pool(positions: readonly PoolPosition[], rest: Partial<MarginPool> = {}): MarginPool {
  return { currency: 'USDC', currencyUsd: 1, cash: 0, positions, assets: [], leverage: 0, ...rest };
}

const eth = (quantity: number, type: 'C' | 'P', strike: number, day: Day = '20230111') =>
  option('ETH', quantity, type, strike, day);
const COIN = {
  ETH: { currency: 'ETH', quantity: 1, price: 2000 },
  BTC: { currency: 'BTC', quantity: 1, price: 28_000 },
};

// Re-typed from github.com/derivexyz/v2-core, test/risk-managers/unit-tests/StandardManager/test-cases-portfolio.json:
// net margins (balance less margin) of each portfolio, truncated to whole dollars by the file.
const CASES: readonly (readonly [name: string, of: MarginPool, initial: number, maintenance: number])[] = [
  ['short call in the money', pool([eth(-1, 'C', 1500)]), -802, -652],
  ['two short puts in the money', pool([eth(-2, 'P', 3000)]), -2594, -2294],
  ['short call out of the money', pool([eth(-1, 'C', 2500, '20230118')]), -201, -151],
  ['short put far out of the money', pool([eth(-1, 'P', 1100)]), -200, -150],
  ['short call spread', pool([eth(-1, 'C', 1800), eth(1, 'C', 2000)]), -200, -200],
  ['short put spread', pool([eth(1, 'P', 2500), eth(-1, 'P', 3000)]), -500, -500],
  ['spread wider than its isolated margin', pool([eth(-1, 'C', 2300), eth(1, 'C', 4000)]), -203, -153],
  ['put spread wider than its isolated margin', pool([eth(1, 'P', 1200), eth(-1, 'P', 2000)]), -365, -215],
  [
    'spreads of two expiries',
    pool([eth(-1, 'C', 1800), eth(1, 'C', 2000), eth(-1, 'C', 1800, '20230118'), eth(1, 'C', 2000, '20230118')]),
    -400, -400,
  ],
  [
    'a put spread and a call spread',
    pool([eth(1, 'P', 1200), eth(-1, 'P', 1500), eth(-1, 'C', 2500, '20230227'), eth(1, 'C', 2700, '20230227')]),
    -400, -331,
  ],
  [
    'spreads of two coins',
    pool([
      eth(-1, 'C', 3200), eth(1, 'C', 3500),
      option('BTC', -1, 'C', 33_000, '20230227'), option('BTC', 1, 'C', 35_000, '20230227'),
    ]),
    -2200, -2150,
  ],
  ['long box', pool([eth(1, 'C', 1000), eth(-1, 'P', 1000), eth(-1, 'C', 2000), eth(1, 'P', 2000)]), 0, 0],
  ['short box', pool([eth(-1, 'C', 1000), eth(1, 'P', 1000), eth(1, 'C', 2000), eth(-1, 'P', 2000)]), -1000, -1000],
  ['short put that can lose no more than its strike', pool([eth(-1, 'P', 100, '20230118')]), -100, -100],
  ['the same put scale at initial', pool([eth(-1, 'P', 7400, '20230104')]), -6094, -5804],
  ['a spread with a net short call', pool([eth(-1.01, 'C', 1100), eth(1, 'C', 1200)]), -125, -123],
  ['short put, lost peg', pool([eth(-1, 'P', 2000, '20230118')], { stablePrice: 0.1 }), -2496, -234],
  ['short call and a bitcoin', pool([eth(-1, 'C', 2000, '20230118')], { assets: [COIN.BTC] }), 22_010, 22_160],
  ['perpetual bought above its mark', pool([perpetual(1, 2005)]), -134, -104],
  ['perpetual bought far above', pool([perpetual(1, 2200)]), -329, -299],
  ['perpetual bought below', pool([perpetual(1, 1400)]), 470, 500],
  ['perpetual sold below its mark', pool([perpetual(-1, 2000)]), -131, -101],
  ['perpetual sold far below', pool([perpetual(-1, 1500)]), -631, -601],
  ['perpetual sold above', pool([perpetual(-1, 2200)]), 68, 98],
  ['short call, vol feed unsure', pool([option('ETH', -1, 'C', 2000, '20230118', 0.1)]), -1109, -239],
  ['perpetual, feed unsure', pool([perpetual(1, 2005, 0.1)]), -854, -104],
  ['a coin, spot feed unsure', pool([], { assets: [COIN.ETH], confidence: 0.1 }), 880, 1600],
  ['perpetual, lost peg', pool([perpetual(1, 2005)], { stablePrice: 0.1 }), -2246, -104],
]; // biome-ignore format: one glance

describe('derive-standard, the portfolios of the contract', () => {
  it.each(CASES)('agrees on %s', (_name, of, initial, maintenance) => {
    const { details } = deriveStandard(of, PARAMETERS);
    const whole = (value = Number.NaN) => Math.trunc(value + Math.sign(value) * 1e-9) + 0;
    expect([whole(details.netInitial), whole(details.netMaintenance)]).toEqual([initial, maintenance]);
  });
});
