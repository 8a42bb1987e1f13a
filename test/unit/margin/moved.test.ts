import { describe, expect, it } from 'vitest';
import { optionPrice } from '#shared/pricing/option-price.ts';
import type { MarginPool, PoolPosition } from '#shared/risk/margin/model.ts';
import { poolMover } from '#shared/risk/margin/moved.ts';

const FORWARD = 51_000;
const put: PoolPosition = {
  kind: 'option', inverse: true, right: -1, strike: 45_000, quantity: -2, mark: 0.021, entry: 0.03,
  index: 50_000, underlying: 'BTC', forward: FORWARD, vol: 0.7, years: 0.1,
}; // biome-ignore format: one glance
const dollars = (forward: number): number =>
  optionPrice({ forward, strike: 45_000, years: 0.1, right: 'put' }, 0.7) ?? Number.NaN;

const pool: MarginPool = {
  currency: 'BTC',
  currencyUsd: 50_000,
  cash: 1,
  positions: [
    put,
    { ...put, kind: 'future', right: 0, strike: 0, quantity: 10_000, mark: 50_500, entry: 50_000, vol: 0, years: 0 },
    { ...put, underlying: 'ETH', index: 3000, forward: 3050, strike: 2500 },
  ],
  assets: [
    { currency: 'WBTC', follows: 'BTC', quantity: 1, price: 0.999 },
    { currency: 'USDT', quantity: 1000, price: 1 / 50_000 },
  ],
  leverage: 0,
};

// Liquidation prices are found by moving one coin: everything that hangs on it has to move, and nothing else.
describe('a pool whose coin has moved', () => {
  const moved = poolMover(pool, 'BTC')(0.8);

  it('has marks by Black-76 at the moved forward, as far off as they are now', () => {
    const off = put.mark - dollars(FORWARD) / FORWARD;
    expect(moved.positions[0]?.mark).toBeCloseTo(dollars(FORWARD * 0.8) / (FORWARD * 0.8) + off, 12);
    expect(moved.positions[0]?.index).toBe(40_000);
  });

  it('has futures at their mark times the factor, and other coins where they were', () => {
    expect(moved.positions[1]?.mark).toBeCloseTo(50_500 * 0.8, 9);
    expect(moved.positions[2]).toEqual(pool.positions[2]);
  });

  it('counts its own currency and what follows it at the new price', () => {
    expect(moved.currencyUsd).toBe(40_000);
    expect(moved.assets[0]?.price).toBeCloseTo(0.999, 12);
    expect(moved.assets[1]?.price).toBeCloseTo(1 / 40_000, 12);
  });

  it('is as it was at a factor of 1', () => {
    const still = poolMover(pool, 'BTC')(1);
    expect(still.positions[0]?.mark).toBeCloseTo(put.mark, 14);
    expect({ ...still, positions: still.positions.slice(1) }).toEqual({ ...pool, positions: pool.positions.slice(1) });
  });
});
