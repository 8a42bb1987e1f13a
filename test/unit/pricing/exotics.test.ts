import { describe, expect, it } from 'vitest';
import { exoticValue } from '#shared/pricing/exotics/exotic.ts';
import { normalCdf } from '#shared/pricing/exotics/normal.ts';
import { powerPerpetual, powerPerpetualVol } from '#shared/pricing/exotics/power-perpetual.ts';
import { gaussLegendre } from '#shared/pricing/exotics/quadrature.ts';
import type { BarrierTerms, ExoticTerms, SpotTerms } from '#shared/pricing/exotics/terms.ts';
import { unwrap } from '#shared/units/result.ts';
import { seeded } from '#test/bench/seeded.ts';

const BASE: SpotTerms = { right: 'call', spot: 100, strike: 95, years: 0.5, rate: 0.06, carry: 0.02, vol: 0.6 };
const OUT: BarrierTerms = { ...BASE, kind: 'barrier-down-out', barrier: 80, rebate: 4 };
const value = (terms: ExoticTerms) => unwrap(exoticValue(terms));

/** Standard normal numbers by Box and Muller, the same in every run. */
function normals(seed: number): () => number {
  const random = seeded(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mean and standard error of a payoff over paths of log spot, each with its mirror image. */
function simulate(terms: SpotTerms, steps: number, paths: number, payoff: (path: Float64Array) => number) {
  const next = normals(7);
  const dt = terms.years / steps;
  const drift = (terms.carry - 0.5 * terms.vol ** 2) * dt;
  const width = terms.vol * Math.sqrt(dt);
  const [up, down] = [new Float64Array(steps + 1), new Float64Array(steps + 1)];
  let [sum, squares] = [0, 0];
  for (let n = 0; n < paths; n++) {
    up[0] = Math.log(terms.spot);
    down[0] = up[0];
    for (let i = 1; i <= steps; i++) {
      const z = next() * width;
      up[i] = up[i - 1]! + drift + z;
      down[i] = down[i - 1]! + drift - z;
    }
    const both = 0.5 * (payoff(up) + payoff(down));
    sum += both;
    squares += both * both;
  }
  const mean = sum / paths;
  return { mean, error: Math.sqrt((squares / paths - mean * mean) / paths) };
}

/** Value of a knock-out along one path; the bridge between two points has hit with the probability that is known. */
function knockOutPayoff(terms: BarrierTerms, steps: number) {
  const dt = terms.years / steps;
  const barrier = Math.log(terms.barrier);
  const side = terms.kind === 'barrier-down-out' ? 1 : -1;
  return (path: Float64Array): number => {
    let alive = 1;
    let rebate = 0;
    for (let i = 1; i < path.length && alive > 0; i++) {
      const [before, after] = [side * (path[i - 1]! - barrier), side * (path[i]! - barrier)];
      const hit = after <= 0 ? 1 : Math.exp((-2 * before * after) / (terms.vol ** 2 * dt));
      rebate += alive * hit * terms.rebate * Math.exp(-terms.rate * (i - 0.5) * dt);
      alive *= 1 - hit;
    }
    const spot = Math.exp(path[path.length - 1]!);
    const payoff = Math.max(terms.right === 'call' ? spot - terms.strike : terms.strike - spot, 0);
    return rebate + alive * payoff * Math.exp(-terms.rate * terms.years);
  };
}

describe('against simulation', () => {
  it.each([
    ['call', 'barrier-down-out', 80],
    ['put', 'barrier-down-out', 80],
    ['call', 'barrier-up-out', 160],
    ['put', 'barrier-up-out', 120],
  ] as const)('%s %s', (right, kind, barrier) => {
    const terms: BarrierTerms = { ...OUT, right, kind, barrier };
    const { mean, error } = simulate(terms, 32, 20_000, knockOutPayoff(terms, 32));
    expect(Math.abs(value(terms).price - mean)).toBeLessThan(4 * error + 0.002);
  });

  it('averages, the arithmetic one within what it says of itself', () => {
    const discount = Math.exp(-BASE.rate * BASE.years);
    const payoffOf = (average: (path: Float64Array) => number) => (path: Float64Array) =>
      discount * Math.max(average(path) - BASE.strike, 0);
    // Trapezoids: half weight for the ends.
    const mean = (path: Float64Array, of: (x: number) => number) => {
      let sum = 0.5 * (of(path[0]!) + of(path[path.length - 1]!));
      for (let i = 1; i < path.length - 1; i++) sum += of(path[i]!);
      return sum / (path.length - 1);
    };
    const geometric = simulate(
      BASE,
      64,
      20_000,
      payoffOf((path) => Math.exp(mean(path, (x) => x))),
    );
    const arithmetic = simulate(
      BASE,
      64,
      20_000,
      payoffOf((path) => mean(path, Math.exp)),
    );
    const found = (kind: 'asian-geometric' | 'asian-arithmetic') => value({ ...BASE, kind }).price;
    expect(Math.abs(found('asian-geometric') - geometric.mean)).toBeLessThan(4 * geometric.error + 0.01);
    // vol·√years is 0.42: 0.3 % of the spot at most.
    expect(Math.abs(found('asian-arithmetic') - arithmetic.mean)).toBeLessThan(4 * arithmetic.error + 0.3);
  });

  // J. Vecer, "A new PDE approach for pricing arithmetic average Asian options" (2001), and others' agreeing values.
  it.each([
    [2, 0.02, 0.1, 1, 0.055986, 0.0002],
    [2, 0.0125, 0.25, 2, 0.172269, 0.002],
    [2, 0.18, 0.3, 1, 0.218388, 0.002],
    [1.9, 0.05, 0.5, 1, 0.193174, 0.004],
    [2.1, 0.05, 0.5, 1, 0.30622, 0.006],
  ])('arithmetic average, spot %d, rate %d, vol %d, %d years', (spot, rate, vol, years, price, most) => {
    const terms = { right: 'call', spot, strike: 2, years, rate, carry: rate, vol } as const;
    expect(Math.abs(value({ ...terms, kind: 'asian-arithmetic' }).price - price)).toBeLessThan(most);
  });
});

describe('at the edges', () => {
  it('a spot at or beyond the barrier has hit it', () => {
    for (const spot of [80, 60]) {
      expect(value({ ...OUT, spot })).toEqual({ price: 4, delta: 0, gamma: 0, vega: 0 });
      const plain = value({ ...OUT, spot, kind: 'barrier-up-out', barrier: 1e20, rebate: 0 });
      expect(value({ ...OUT, spot, kind: 'barrier-down-in' }).price).toBeCloseTo(plain.price, 9);
    }
  });

  it('expired: the payoff of what is left alive', () => {
    const expired = { ...OUT, years: 0, strike: 95, spot: 100 };
    expect(value(expired).price).toBe(5);
    expect(value({ ...expired, kind: 'barrier-down-in' }).price).toBe(4);
    for (const kind of ['digital-cash', 'digital-asset', 'asian-geometric', 'asian-arithmetic'] as const) {
      const price = { 'digital-cash': 1, 'digital-asset': 100, 'asian-geometric': 5, 'asian-arithmetic': 5 }[kind];
      expect(value({ ...BASE, kind, years: -0.1 })).toMatchObject({ price, gamma: 0, vega: 0 });
    }
  });

  it('without vol the path is certain, and a vol of next to nothing agrees', () => {
    const falling = { ...OUT, carry: -1, vol: 0 };
    // Meets 80 after ln(100/80) years.
    const met = Math.log(1.25);
    expect(value(falling).price).toBeCloseTo(4 * Math.exp(-0.06 * met), 12);
    expect(value({ ...falling, vol: 1e-7 }).price).toBeCloseTo(4 * Math.exp(-0.06 * met), 9);
    expect(value({ ...falling, carry: -0.1 }).price).toBeCloseTo(
      Math.exp(-0.03) * Math.max(100 * Math.exp(-0.05) - 95, 0),
      9,
    );
    expect(value({ ...BASE, kind: 'asian-arithmetic', vol: 0, carry: 0 }).price).toBeCloseTo(5 * Math.exp(-0.03), 12);
  });

  it('negative rates, for which the rebate has no closed form, join on smoothly', () => {
    const rebateAt = (rate: number) => value({ ...OUT, rate, strike: 1e6, carry: 0.02, vol: 0.2, barrier: 95 }).price;
    // Where λ passes 0: rate = −(μ·vol)²/2 = 0 for this carry.
    for (const rate of [-0.05, -1e-3, -1e-6, 0, 1e-6, 1e-3]) {
      const [before, at, after] = [rate - 1e-7, rate, rate + 1e-7].map(rebateAt);
      expect(Math.abs((before ?? 0) + (after ?? 0) - 2 * (at ?? 0))).toBeLessThan(1e-9);
    }
  });

  it('refuses what is out of its domain and names the field', () => {
    const cases: readonly (readonly [Partial<BarrierTerms>, string])[] = [
      [{ spot: 0 }, 'spot'],
      [{ strike: Number.NaN }, 'strike'],
      [{ barrier: -1 }, 'barrier'],
      [{ rebate: -1 }, 'rebate'],
      [{ years: Number.POSITIVE_INFINITY }, 'years'],
      [{ vol: -0.1 }, 'vol'],
      [{ rate: 1e6 }, 'rate'],
      [{ carry: Number.NaN }, 'carry'],
    ];
    for (const [wrong, field] of cases) {
      const found = exoticValue({ ...OUT, ...wrong });
      expect(found.ok ? null : found.error.field).toBe(field);
    }
    const wild = exoticValue({ ...BASE, kind: 'asian-arithmetic', vol: 50 });
    expect(wild.ok ? null : wild.error.field).toBe('vol');
  });
});

describe('their tools', () => {
  it('the normal distribution keeps its digits in the tails', () => {
    // mpmath 1.3, ncdf.
    expect(normalCdf(-37)).toBeCloseTo(5.725571222524577e-300, 312);
    expect(normalCdf(-10) / 7.619853024160527e-24).toBeCloseTo(1, 13);
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 15);
  });

  it("Gauss's rule is exact for polynomials of degree 2n − 1", () => {
    const { nodes, weights } = gaussLegendre(5);
    const integral = nodes.reduce((sum, x, i) => sum + weights[i]! * x ** 9, 0);
    expect(integral).toBeCloseTo(0.1, 14);
  });
});

describe('power perpetuals', () => {
  const squared = { spot: 2000, power: 2, fundingYears: 1 / 365, rate: 0, carry: 0, vol: 0.8 };

  it('have twice the delta and the gamma of a square', () => {
    const { price, delta, gamma } = unwrap(powerPerpetual(squared));
    expect(delta).toBeCloseTo((2 * price) / 2000, 9);
    expect(gamma).toBeCloseTo((2 * price) / 2000 ** 2, 12);
  });

  it('answer vol as their difference says', () => {
    const at = (vol: number) => unwrap(powerPerpetual({ ...squared, vol })).price;
    expect(unwrap(powerPerpetual(squared)).vega).toBeCloseTo((at(0.80001) - at(0.79999)) / 2e-5, 2);
  });

  it('have no finite mark where funding is too rare, and no vol where the mark is too low', () => {
    expect(powerPerpetual({ ...squared, fundingYears: 2 }).ok).toBe(false);
    expect(powerPerpetualVol(squared, 0.9 * 2000 ** 2).ok).toBe(false);
    expect(powerPerpetualVol({ ...squared, power: 1 }, 2000).ok).toBe(false);
    expect(powerPerpetual({ ...squared, spot: 0 }).ok).toBe(false);
  });
});
