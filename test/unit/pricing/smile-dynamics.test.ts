import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { black76 } from '#shared/pricing/black76.ts';
import { movedVol, type SmileDynamics, smileGreeks } from '#shared/pricing/smile-dynamics.ts';
import { smileAt } from '#shared/pricing/surface.ts';
import { type SviSlice, sviVol } from '#shared/pricing/svi.ts';
import { unwrap } from '#shared/units/result.ts';
import { YEAR } from '#shared/units/time.ts';

const YEARS = 0.2;
const SLICE: SviSlice = { a: 0.004, b: 0.1, rho: -0.4, m: 0.02, sigma: 0.15, expiry: YEARS * YEAR, forward: 60_000 };
const SMILE = smileAt([SLICE], 0, SLICE.expiry)!;
const DYNAMICS: readonly SmileDynamics[] = ['sticky-strike', 'sticky-delta', 'sticky-moneyness'];
const strikes = fc.double({ min: 35_000, max: 100_000, noNaN: true });

/** Forward delta N(d1) as its argument. */
function d1(forward: number, strike: number, vol: number, years: number): number {
  return Math.log(forward / strike) / (vol * Math.sqrt(years)) + 0.5 * vol * Math.sqrt(years);
}

describe('a smile that moves', () => {
  it('holds on to what its name says', () => {
    fc.assert(
      fc.property(
        strikes,
        fc.double({ min: 0.7, max: 1.3, noNaN: true }),
        fc.double({ min: 0.02, max: YEARS, noNaN: true }),
        (strike, ratio, years) => {
          const move = { forward: ratio * SLICE.forward, years };
          const vol = (dynamics: SmileDynamics) => movedVol(SMILE, move, dynamics, strike);
          expect(vol('sticky-strike')).toBe(sviVol(SLICE, YEARS, Math.log(strike / SLICE.forward)));
          expect(vol('sticky-moneyness')).toBe(sviVol(SLICE, YEARS, Math.log(strike / move.forward)));
          // The strike that has the same vol today has the same delta today.
          const sticky = vol('sticky-delta');
          const delta = d1(move.forward, strike, sticky, years);
          const s = sticky * Math.sqrt(YEARS);
          const today = SLICE.forward * Math.exp(-s * (delta - 0.5 * s));
          expect(sviVol(SLICE, YEARS, Math.log(today / SLICE.forward))).toBeCloseTo(sticky, 9);
        },
      ),
    );
  });

  it('holds on to delta and moneyness alike while no time passes', () => {
    const move = { forward: 50_000, years: YEARS };
    for (const strike of [40_000, 60_000, 90_000]) {
      const [delta, moneyness] = (['sticky-delta', 'sticky-moneyness'] as const).map((dynamics) =>
        movedVol(SMILE, move, dynamics, strike),
      );
      expect(delta).toBeCloseTo(moneyness ?? 0, 12);
    }
  });
});

/** The smile's vol at log moneyness k, written out. */
function smileVol(k: number): number {
  const x = k - SLICE.m;
  return Math.sqrt((SLICE.a + SLICE.b * (SLICE.rho * x + Math.hypot(x, SLICE.sigma))) / YEARS);
}

/** The vol of a strike after a move, by the meaning of each rule; sticky delta by bisection on the vol itself. */
function volAfter(dynamics: SmileDynamics, strike: number, forward: number, years: number): number {
  if (dynamics === 'sticky-strike') return smileVol(Math.log(strike / SLICE.forward));
  if (dynamics === 'sticky-moneyness') return smileVol(Math.log(strike / forward));
  let [low, high] = [0.01, 5];
  for (let i = 0; i < 80; i++) {
    const vol = 0.5 * (low + high);
    const s = vol * Math.sqrt(YEARS);
    if (vol > smileVol(s * (0.5 * s - d1(forward, strike, vol, years)))) high = vol;
    else low = vol;
  }
  return low;
}

/** Price of an option as the integral of its payoff over a normal variable, by Simpson's rule from the strike out. */
function integral(right: 'call' | 'put', forward: number, strike: number, s: number): number {
  const sign = right === 'call' ? 1 : -1;
  const edge = (Math.log(strike / forward) + 0.5 * s * s) / s;
  const [steps, width] = [4000, 12];
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = edge + (sign * width * i) / steps;
    const payoff = sign * (forward * Math.exp(s * x - 0.5 * s * s) - strike);
    sum += payoff * Math.exp(-0.5 * x * x) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return (sum * width) / (3 * steps) / Math.sqrt(2 * Math.PI);
}

describe('Greeks with the smile', () => {
  it('are the differences of an integrated price whose vol moves as the rule says', () => {
    const priceAt = (
      right: 'call' | 'put',
      dynamics: SmileDynamics,
      strike: number,
      forward: number,
      years: number,
    ) => {
      const s = volAfter(dynamics, strike, forward, years) * Math.sqrt(years);
      return Math.exp(-0.03 * years) * integral(right, forward, strike, s);
    };
    fc.assert(
      fc.property(strikes, fc.constantFrom(...DYNAMICS), fc.constantFrom('call', 'put'), (strike, dynamics, right) => {
        const at = (forward: number, years: number) => priceAt(right, dynamics, strike, forward, years);
        const found = unwrap(smileGreeks(SMILE, { right, strike, rate: 0.03 }, dynamics));
        const [up, middle, down] = [60_012, 60_000, 59_988].map((forward) => at(forward, YEARS));
        expect(found.price).toBeCloseTo(middle!, 6);
        expect(Math.abs(found.delta - (up! - down!) / 24)).toBeLessThan(1e-6);
        expect(Math.abs(found.gamma - (up! + down! - 2 * middle!) / 144)).toBeLessThan(1e-9);
        const step = 1e-4;
        const theta = (at(60_000, YEARS - step) - at(60_000, YEARS + step)) / (2 * step);
        expect(Math.abs(found.theta - theta)).toBeLessThan(1e-5 * (Math.abs(theta) + 1000));
        expect(found.vol).toBeCloseTo(smileVol(Math.log(strike / 60_000)), 12);
        expect(found.skew).toBeCloseTo(
          (smileVol(Math.log(strike / 60_000) + 1e-5) - smileVol(Math.log(strike / 60_000) - 1e-5)) / 2e-5,
          7,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('are Black’s for a smile that sticks to its strikes', () => {
    const option = { right: 'put', strike: 50_000, rate: 0 } as const;
    const vol = sviVol(SLICE, YEARS, Math.log(50 / 60));
    const black = unwrap(black76({ ...option, forward: 60_000, years: YEARS, vol }));
    const found = unwrap(smileGreeks(SMILE, option, 'sticky-strike'));
    expect(found).toMatchObject({ vol, delta: black.delta, gamma: black.gamma, vega: black.vega, theta: black.theta });
  });

  it('lower the delta where vol rises as the forward falls', () => {
    const option = { right: 'call', strike: 60_000, rate: 0 } as const;
    const found = unwrap(smileGreeks(SMILE, option, 'sticky-strike'));
    expect(found.skew).toBeLessThan(0);
    // A smile that moves along gives the strike above a higher vol: vol and forward rise together.
    expect(unwrap(smileGreeks(SMILE, option, 'sticky-moneyness')).delta).toBeGreaterThan(found.blackDelta);
  });

  it('refuse what Black refuses', () => {
    expect(smileGreeks(SMILE, { right: 'call', strike: 60_000, rate: Number.NaN }, 'sticky-delta').ok).toBe(false);
  });
});
