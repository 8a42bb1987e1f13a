import { describe, expect, it } from 'vitest';
import { seededStream } from '#shared/market/seeded.ts';
import { arithmeticAsian, geometricAsian } from '#shared/pricing/exotics/asian.ts';
import { seasonedArithmetic, seasonedGeometric } from '#shared/pricing/exotics/seasoned-asian.ts';
import type { SpotTerms } from '#shared/pricing/exotics/terms.ts';
import { unwrap } from '#shared/units/result.ts';

const TERMS: SpotTerms = { right: 'call', spot: 100, strike: 102, years: 0.2, rate: 0, carry: 0.05, vol: 0.6 };

/** E of a payoff of a standard normal, by the trapezoid rule over ±12: exact to rounding for what is smooth enough. */
function expectation(payoff: (z: number) => number): number {
  const [steps, reach] = [200_000, 12];
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const z = -reach + (2 * reach * k) / steps;
    sum += payoff(z) * Math.exp(-z * z / 2); // biome-ignore format: one glance
  }
  return (sum * 2 * reach) / steps / Math.sqrt(2 * Math.PI);
}

/** Protects: an Asian option in the middle of its life, against integration, simulation and certainty. */
describe('an average of which a part is past', () => {
  it('is the whole option where nothing is past', () => {
    const fresh = { ahead: 1, average: Number.NaN };
    for (const right of ['call', 'put'] as const) {
      const terms = { ...TERMS, right };
      const whole = unwrap(geometricAsian(terms));
      const found = unwrap(seasonedGeometric(terms, fresh));
      for (const one of ['price', 'delta', 'gamma', 'vega'] as const) expect(found[one]).toBeCloseTo(whole[one], 10);
    }
    expect(unwrap(seasonedArithmetic(TERMS, { ...fresh, average: 0 }))).toEqual(unwrap(arithmeticAsian(TERMS)));
  });

  it('geometric: integrates the log-normal mean', () => {
    const [w, average] = [0.35, 97];
    const { spot, strike, years, carry, vol } = TERMS;
    const known = (1 - w) * Math.log(average);
    const mean = known + w * (Math.log(spot) + ((carry - vol * vol / 2) * years) / 2); // biome-ignore format: one glance
    const deviation = w * vol * Math.sqrt(years / 3);
    const exact = expectation((z) => Math.max(Math.exp(mean + deviation * z) - strike, 0));
    const found = unwrap(seasonedGeometric(TERMS, { ahead: w, average }));
    expect(found.price).toBeCloseTo(exact, 8);
    const at = (moved: Partial<SpotTerms>) =>
      unwrap(seasonedGeometric({ ...TERMS, ...moved }, { ahead: w, average })).price;
    expect(found.delta).toBeCloseTo((at({ spot: 100.01 }) - at({ spot: 99.99 })) / 0.02, 7);
    expect(found.gamma).toBeCloseTo((at({ spot: 100.1 }) - 2 * at({}) + at({ spot: 99.9 })) / 0.01, 6);
    expect(found.vega).toBeCloseTo((at({ vol: 0.6001 }) - at({ vol: 0.5999 })) / 0.0002, 6);
  });

  it('arithmetic: agrees with simulated paths within their error and the approximation’s', () => {
    const [w, average, steps, paths] = [0.5, 99, 50, 20_000];
    const { spot, strike, years, carry, vol } = TERMS;
    const draw = seededStream(11, 1);
    const dt = years / steps;
    let [sum, squares] = [0, 0];
    for (let p = 0; p < paths; p++) {
      let [s, mean] = [spot, 0];
      for (let k = 0; k < steps; k++) {
        const next = s * Math.exp((carry - (vol * vol) / 2) * dt + vol * Math.sqrt(dt) * draw.normal());
        mean += (s + next) / 2 / steps;
        s = next;
      }
      const paid = Math.max(w * mean + (1 - w) * average - strike, 0);
      sum += paid;
      squares += paid * paid;
    }
    const simulated = sum / paths;
    const error = Math.sqrt((squares / paths - simulated ** 2) / paths);
    const found = unwrap(seasonedArithmetic(TERMS, { ahead: w, average })).price;
    expect(Math.abs(found - simulated)).toBeLessThan(4 * error + 0.0005 * spot);
  });

  it('arithmetic: a call that is sure to be exercised is its mean less its strike, the put worthless', () => {
    const past = { ahead: 0.1, average: 150 };
    const { spot, strike, years, carry } = TERMS;
    const mean = (spot * Math.expm1(carry * years)) / (carry * years);
    const call = unwrap(seasonedArithmetic(TERMS, past));
    expect(call.price).toBeCloseTo(0.1 * mean + 0.9 * 150 - strike, 10);
    expect(call.delta).toBeCloseTo((0.1 * mean) / spot, 10);
    expect(unwrap(seasonedArithmetic({ ...TERMS, right: 'put' }, past)).price).toBe(0);
  });
});
