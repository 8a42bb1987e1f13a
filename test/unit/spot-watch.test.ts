// What the ladder knows of the time until its next look, and of reaching a liquidation price: against hand-made figures.
import { describe, expect, it } from 'vitest';
import { breachProbability } from '#shared/control/breach-forecast.ts';
import { motionOf, type SpotWatch, watchSpot } from '#shared/control/spot-watch.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { DAY, HOUR, MINUTE } from '#shared/units/time.ts';

function seen(spots: readonly number[], every: number): SpotWatch {
  const last = spots.reduce<SpotWatch | undefined>((watch, spot, k) => watchSpot(watch, k * every, spot), undefined);
  return last ?? expect.fail('nothing was seen');
}

describe('the course of a coin', () => {
  it('has the deviation of even moves, and lets the worst of them come again', () => {
    // One per cent up and down every four minutes for ten hours: 0.01 · √360 a day, once the start has faded.
    const spots = Array.from({ length: 151 }, (_, k) => (k % 2 === 0 ? 5_000 : 5_000 * Math.exp(0.01)));
    const { dailySigma, lapse } = motionOf(seen(spots, 4 * MINUTE));
    expect(dailySigma).toBeCloseTo(0.01 * Math.sqrt(360) * Math.sqrt(1 - 0.5 ** 5), 6);
    expect(lapse).toBeCloseTo(3 * dailySigma * Math.sqrt((4 * MINUTE) / DAY), 9);
    const crashed = watchSpot(seen(spots, 4 * MINUTE), 154 * 4 * MINUTE, 4_500);
    expect(motionOf(crashed ?? expect.fail()).lapse).toBeGreaterThanOrEqual(Math.log(5_000 / 4_500) - 1e-12);
  });

  it('forgets a move by half in six hours', () => {
    const fell = seen([5_000, 4_500], MINUTE);
    const later = watchSpot(fell, MINUTE + 6 * HOUR, 4_500) ?? expect.fail();
    expect(later.worst).toBeCloseTo(fell.worst / 2, 12);
  });

  it('takes no look twice and none without a price', () => {
    const one = seen([5_000, 5_100], MINUTE);
    expect(watchSpot(one, MINUTE, 9_000)).toBe(one);
    expect(watchSpot(one, HOUR, Number.NaN)).toBe(one);
    expect(watchSpot(undefined, 0, 0)).toBeUndefined();
  });
});

describe('the probability of a touch', () => {
  const pool = (below: number | null, above: number | null, distance: number | null): PoolMargin => ({
    account: 'perps', venue: 'paper', rules: 'hyperliquid', currency: 'USDC', currencyUsd: 1, equity: 1, marginBalance: 1,
    initialMargin: 0, maintenanceMargin: 0, ratio: 0, available: 1, distanceSigmaDays: null,
    liquidationBelow: below, liquidationAbove: above, distance,
  }); // biome-ignore format: one glance
  const course = { spot: 5_000, dailySigma: 0.05, lapse: 0 };

  it('is that of a driftless walk counted by brute force', () => {
    // Walks of a day in 360 steps; one that is watched by steps touches a little less often.
    let state = 12_345;
    const uniform = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state + 1) / 0x80000001;
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const walks = 4_000;
    let touched = 0;
    for (let walk = 0; walk < walks; walk++) {
      let log = 0;
      for (let step = 0; step < 360 && log > Math.log(0.95); step++) log += (0.05 / Math.sqrt(360)) * normal();
      if (log <= Math.log(0.95)) touched += 1;
    }
    expect(Math.abs(breachProbability(pool(4_750, null, 0.05), course) - touched / walks)).toBeLessThan(0.035);
  });

  it('adds both sides, and is certain where the pool stands or may stand before the next look', () => {
    const low = breachProbability(pool(4_500, null, 0.1), course);
    const high = breachProbability(pool(null, 6_000, 0.2), course);
    expect(breachProbability(pool(4_500, 6_000, 0.1), course)).toBeCloseTo(low + high, 12);
    expect(breachProbability(pool(5_000, 5_000, 0), course)).toBe(1);
    expect(breachProbability(pool(4_750, null, 0.05), { ...course, lapse: 0.06 })).toBe(1);
    expect(breachProbability(pool(null, null, null), course)).toBe(0);
  });

  it('knows the nearer side where spot is not told', () => {
    const untold = { ...course, spot: null };
    expect(breachProbability(pool(4_500, null, 0.1), untold)).toBe(breachProbability(pool(4_500, null, 0.1), course));
    expect(breachProbability(pool(null, null, null), untold)).toBe(0);
  });
});
