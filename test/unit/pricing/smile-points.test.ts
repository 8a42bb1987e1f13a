import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { black76 } from '#shared/pricing/black76.ts';
import { logStrikeOfDelta, smilePoints } from '#shared/pricing/smile-points.ts';
import { type SviSlice, sviVol } from '#shared/pricing/svi.ts';

const YEARS = 30 / 365;
/** Inverse of the standard normal distribution at one quarter. */
const QUARTER = -0.6744897501960817;

function flat(vol: number): SviSlice {
  return { a: vol * vol * YEARS, b: 0, rho: 0, m: 0, sigma: 0.1, expiry: 0, forward: 60_000 };
}

describe('strikes by delta', () => {
  it('stand where the closed form of a flat smile puts them: k = ½σ²T − σ√T·N⁻¹(δ)', () => {
    const spread = 0.6 * Math.sqrt(YEARS);
    expect(logStrikeOfDelta(flat(0.6), 0.25)).toBeCloseTo(0.5 * spread ** 2 - spread * QUARTER, 12);
    expect(logStrikeOfDelta(flat(0.6), 0.75)).toBeCloseTo(0.5 * spread ** 2 + spread * QUARTER, 12);
  });

  it('have that delta by Black’s formula on any smile', () => {
    const smile = fc.record({
      b: fc.double({ min: 0.01, max: 0.3, noNaN: true }),
      rho: fc.double({ min: -0.8, max: 0.8, noNaN: true }),
      m: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
      sigma: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(smile, fc.constantFrom(0.1, 0.25, 0.5, 0.75, 0.9), (shape, delta) => {
        const slice: SviSlice = { ...shape, a: 0.02, expiry: 0, forward: 60_000 };
        const k = logStrikeOfDelta(slice, delta);
        const strike = slice.forward * Math.exp(k);
        const option = { right: 'call' as const, forward: slice.forward, strike, years: YEARS, rate: 0 };
        const priced = black76({ ...option, vol: sviVol(slice, YEARS, k) });
        expect(priced.ok && priced.value.delta).toBeCloseTo(delta, 9);
      }),
    );
  });
});

describe('the points of a smile', () => {
  it('of a flat one are its vol and nothing', () => {
    const { atm, riskReversal, butterfly } = smilePoints(flat(0.6), YEARS);
    expect(atm).toBeCloseTo(0.6, 12);
    expect(riskReversal).toBeCloseTo(0, 12);
    expect(butterfly).toBeCloseTo(0, 12);
  });

  it('say that puts are dearer where the smile falls to the right', () => {
    const falling: SviSlice = { a: 0.01, b: 0.1, rho: -0.6, m: 0, sigma: 0.1, expiry: 0, forward: 60_000 };
    const { riskReversal, butterfly } = smilePoints(falling, YEARS);
    expect(riskReversal).toBeLessThan(0);
    expect(butterfly).toBeGreaterThan(0);
  });
});
