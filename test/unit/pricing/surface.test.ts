import { describe, expect, it } from 'vitest';
import { forwardAt, smileAt, smileVol } from '#shared/pricing/surface.ts';
import type { SviSlice } from '#shared/pricing/svi.ts';
import { DAY, YEAR } from '#shared/units/time.ts';

/** A smile without shape: total variance vol²·years at every strike. */
const flat = (days: number, vol: number, forward: number): SviSlice => ({
  expiry: days * DAY,
  forward,
  a: (vol * vol * days * DAY) / YEAR,
  b: 0,
  rho: 0,
  m: 0,
  sigma: 0.1,
});

function surfaceVol(slices: readonly SviSlice[], now: number, expiry: number, k: number): number | null {
  const smile = smileAt(slices, now, expiry);
  return smile && smileVol(smile, k);
}

const SLICES = [flat(10, 1, 100), flat(40, 0.6, 104)];

describe('a surface between its expiries', () => {
  it('has total variance linear in time', () => {
    const vol = surfaceVol(SLICES, 0, 25 * DAY, 0.3);
    expect(vol).toBeCloseTo(Math.sqrt((0.5 * 10 + 0.5 * 40 * 0.36) / 25), 12);
  });

  it('is what was fitted at an expiry, and of the same vol at the money beyond the ends', () => {
    expect(surfaceVol(SLICES, 0, 40 * DAY, 0)).toBeCloseTo(0.6, 12);
    expect(surfaceVol(SLICES, 0, 2 * DAY, 0)).toBeCloseTo(1, 12);
    expect(surfaceVol(SLICES, 0, 400 * DAY, 0)).toBeCloseTo(0.6, 12);
  });

  it('keeps its shape in k/√T before the first expiry, and its rate of variance beyond the last', () => {
    const smile = { expiry: 40 * DAY, forward: 100, a: 0.02, b: 0.1, rho: -0.3, m: 0.01, sigma: 0.2 };
    const total = (k: number) => 0.02 + 0.1 * (-0.3 * (k - 0.01) + Math.hypot(k - 0.01, 0.2));
    expect(surfaceVol([smile], 0, 10 * DAY, 0.2)).toBeCloseTo(Math.sqrt((total(0.4) * YEAR) / (40 * DAY)), 12);
    const later = total(0.2) + 2 * total(0);
    expect(surfaceVol([smile], 0, 120 * DAY, 0.2)).toBeCloseTo(Math.sqrt((later * YEAR) / (120 * DAY)), 12);
  });

  it('has the slope and the bend of its differences at every expiry', () => {
    const pair = [20, 40].map((days) => ({
      expiry: days * DAY,
      forward: 100,
      a: 0.001 * days,
      b: 0.1,
      rho: -0.3,
      m: 0.01,
      sigma: 0.2,
    }));
    for (const days of [5, 20, 30, 40, 90]) {
      const at = smileAt(pair, 0, days * DAY)?.at ?? expect.unreachable('no smile');
      for (const k of [-0.4, 0, 0.15]) {
        const [low, middle, high] = [k - 1e-4, k, k + 1e-4].map((one) => at(one).variance);
        expect(at(k).first).toBeCloseTo((high! - low!) / 2e-4, 7);
        expect(at(k).second).toBeCloseTo((high! + low! - 2 * middle!) / 1e-8, 5);
      }
    }
  });

  it('has no vol for what has expired and none without slices', () => {
    expect(surfaceVol(SLICES, 12 * DAY, 11 * DAY, 0)).toBeNull();
    expect(surfaceVol([], 0, 10 * DAY, 0)).toBeNull();
  });

  it('does not look at slices that have expired', () => {
    const left = surfaceVol([flat(10, 9, 100), flat(40, 0.6, 104)], 12 * DAY, 40 * DAY, 0);
    expect(left).toBeCloseTo(Math.sqrt((0.36 * 40) / 28), 12);
  });

  it('has forwards of constant carry between expiries', () => {
    expect(forwardAt(SLICES, 25 * DAY)).toBeCloseTo(Math.sqrt(100 * 104), 10);
    expect(forwardAt(SLICES, DAY)).toBe(100);
    expect(forwardAt(SLICES, 90 * DAY)).toBe(104);
    expect(forwardAt([], DAY)).toBeNull();
  });
});
