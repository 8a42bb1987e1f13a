import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { black76 } from '#shared/pricing/black76.ts';
import { movedVol, type SmileDynamics, smileGreeks } from '#shared/pricing/smile-dynamics.ts';
import { type SviSlice, sviVol } from '#shared/pricing/svi.ts';
import { unwrap } from '#shared/units/result.ts';
import { YEAR } from '#shared/units/time.ts';

const YEARS = 0.2;
const SLICE: SviSlice = { a: 0.004, b: 0.1, rho: -0.4, m: 0.02, sigma: 0.15, expiry: YEARS * YEAR, forward: 60_000 };
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
          const vol = (dynamics: SmileDynamics) => movedVol(SLICE, YEARS, move, dynamics, strike);
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
        movedVol(SLICE, YEARS, move, dynamics, strike),
      );
      expect(delta).toBeCloseTo(moneyness ?? 0, 12);
    }
  });
});

describe('Greeks with the smile', () => {
  it('are the differences of the price whose vol moves', () => {
    fc.assert(
      fc.property(strikes, fc.constantFrom(...DYNAMICS), fc.constantFrom('call', 'put'), (strike, dynamics, right) => {
        const priceAt = (forward: number, years: number) => {
          const vol = movedVol(SLICE, YEARS, { forward, years }, dynamics, strike);
          return unwrap(black76({ right, forward, strike, years, vol, rate: 0.03 })).price;
        };
        const found = unwrap(smileGreeks(SLICE, YEARS, { right, strike, rate: 0.03 }, dynamics));
        const [up, at, down] = [60_006, 60_000, 59_994].map((forward) => priceAt(forward, YEARS));
        expect(found.price).toBeCloseTo(at!, 8);
        expect(found.delta).toBeCloseTo((up! - down!) / 12, 6);
        expect(Math.abs(found.gamma - (up! + down! - 2 * at!) / 36)).toBeLessThan(1e-8);
        const step = 1e-6;
        const theta = (priceAt(60_000, YEARS - step) - priceAt(60_000, YEARS + step)) / (2 * step);
        expect(Math.abs(found.theta - theta)).toBeLessThan(1e-5 * (Math.abs(theta) + 1000));
      }),
    );
  });

  it('are Black’s for a smile that sticks to its strikes', () => {
    const option = { right: 'put', strike: 50_000, rate: 0 } as const;
    const vol = sviVol(SLICE, YEARS, Math.log(50 / 60));
    const black = unwrap(black76({ ...option, forward: 60_000, years: YEARS, vol }));
    const found = unwrap(smileGreeks(SLICE, YEARS, option, 'sticky-strike'));
    expect(found).toMatchObject({ vol, delta: black.delta, gamma: black.gamma, vega: black.vega, theta: black.theta });
  });

  it('lower the delta where vol rises as the forward falls', () => {
    const option = { right: 'call', strike: 60_000, rate: 0 } as const;
    const found = unwrap(smileGreeks(SLICE, YEARS, option, 'sticky-strike'));
    expect(found.skew).toBeLessThan(0);
    // A smile that moves along gives the strike above a higher vol: vol and forward rise together.
    expect(unwrap(smileGreeks(SLICE, YEARS, option, 'sticky-moneyness')).delta).toBeGreaterThan(found.blackDelta);
  });

  it('refuse what Black refuses', () => {
    expect(smileGreeks(SLICE, YEARS, { right: 'call', strike: 60_000, rate: Number.NaN }, 'sticky-delta').ok).toBe(
      false,
    );
  });
});
