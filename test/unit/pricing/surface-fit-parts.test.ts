import { describe, expect, it } from 'vitest';
import { findArbitrage, isFree } from '#shared/pricing/surface-fit/arbitrage.ts';
import { durrlemanGradient, durrlemanOf } from '#shared/pricing/surface-fit/durrleman.ts';
import { JointCost } from '#shared/pricing/surface-fit/joint-cost.ts';
import { type LeastSquares, minimiseSquares } from '#shared/pricing/surface-fit/least-squares.ts';
import { carriedForward, parityForward, parityRate } from '#shared/pricing/surface-fit/parity.ts';
import { evaluateSlice, fromRaw, RAW_COUNT, slicePoint, toRaw } from '#shared/pricing/surface-fit/raw-svi.ts';
import { smilesOf } from '#shared/pricing/surface-fit/smiles.ts';
import { ssviSlice } from '#shared/pricing/surface-fit/ssvi.ts';
import { fitSsvi } from '#shared/pricing/surface-fit/ssvi-fit.ts';
import { SmileCost } from '#shared/pricing/surface-fit/svi-fit.ts';
import { fromVertex, toVertex, turnToVertex } from '#shared/pricing/surface-fit/vertex.ts';
import { sviTotalVariance } from '#shared/pricing/svi.ts';
import { fixtureChain } from '#test/support/chains.ts';

const SVI = { a: -0.01, b: 0.12, rho: -0.3, m: 0.05, sigma: 0.2 };

function rawOf(svi: typeof SVI): Float64Array {
  const p = new Float64Array(RAW_COUNT);
  toRaw(svi, p, 0);
  return p;
}

describe('raw SVI in its several coordinates', () => {
  it('says the same total variance, and turns back into itself', () => {
    const p = rawOf(SVI);
    const [free, again] = [new Float64Array(RAW_COUNT), new Float64Array(RAW_COUNT)];
    toVertex(p, free);
    fromVertex(free, again);
    for (let i = 0; i < RAW_COUNT; i++) expect(again[i]).toBeCloseTo(p[i]!, 14);
    for (const k of [-1, 0, 0.3]) {
      const at = slicePoint();
      evaluateSlice(p, 0, k, at);
      expect(at.w).toBeCloseTo(sviTotalVariance(SVI, k), 15);
      expect(sviTotalVariance(fromRaw(p, 0), k)).toBeCloseTo(at.w, 15);
    }
  });

  it('has its least variance at the vertex, with the curvature there', () => {
    const free = new Float64Array(RAW_COUNT);
    toVertex(rawOf(SVI), free);
    const [least, , , vertex, curvature] = free;
    const [low, at, high] = [-1e-4, 0, 1e-4].map((shift) => sviTotalVariance(SVI, vertex! + shift));
    expect(at).toBeCloseTo(least!, 15);
    expect((low! + high! - 2 * at!) / 1e-8).toBeCloseTo(curvature!, 5);
  });

  it('turns derivatives along', () => {
    // f = w(0.3)², by least/left/right/centre/roundness and by fit variables.
    const free = new Float64Array(RAW_COUNT);
    const p = rawOf(SVI);
    toVertex(p, free);
    const f = (variables: Float64Array) => {
      const q = new Float64Array(RAW_COUNT);
      fromVertex(variables, q);
      return sviTotalVariance(fromRaw(q, 0), 0.3) ** 2;
    };
    const numeric = differences(f, free);
    const byLeast = (p: Float64Array) => {
      const q = p.slice();
      q[0]! -= p[4]! * Math.sqrt(p[1]! * p[2]!);
      return sviTotalVariance(fromRaw(q, 0), 0.3) ** 2;
    };
    const least = p.slice();
    least[0]! += p[4]! * Math.sqrt(p[1]! * p[2]!);
    const gradient = differences(byLeast, least);
    turnToVertex(p, free, new Float64Array(RAW_COUNT * RAW_COUNT), gradient);
    gradient.forEach((one, i) => {
      expect(one).toBeCloseTo(numeric[i]!, 7);
    });
  });
});

/** Central differences of a function of several variables. */
function differences(f: (x: Float64Array) => number, x: Float64Array, part = 1e-6): Float64Array {
  return x.map((value, i) => {
    const step = part * Math.max(Math.abs(value), 1e-3);
    const at = (by: number) => f(x.map((one, j) => (i === j ? one + by : one)));
    return (at(step) - at(-step)) / (2 * step);
  });
}

describe("Durrleman's g", () => {
  it('has the derivatives of its differences', () => {
    const least = rawOf(SVI);
    least[0]! += least[4]! * Math.sqrt(least[1]! * least[2]!);
    const toPlain = (x: Float64Array) => {
      const p = x.slice();
      p[0]! -= x[4]! * Math.sqrt(x[1]! * x[2]!);
      return p;
    };
    for (const k of [-0.7, 0.02, 0.4]) {
      const gOf = (x: Float64Array) => {
        const at = slicePoint();
        evaluateSlice(toPlain(x), 0, k, at);
        return durrlemanOf(at, k);
      };
      const at = slicePoint();
      evaluateSlice(rawOf(SVI), 0, k, at);
      const gradient = new Float64Array(RAW_COUNT);
      durrlemanGradient(rawOf(SVI), 0, k, at, gradient);
      differences(gOf, least).forEach((one, i) => {
        expect(Math.abs(gradient[i]! - one)).toBeLessThan(1e-5 * (1 + Math.abs(one)));
      });
    }
  });
});

describe('arbitrage over time', () => {
  const flat = (variance: number) => ({ a: variance, b: 1e-6, rho: 0, m: 0, sigma: 0.1 });
  const pair = (early: typeof SVI, late: typeof SVI) =>
    findArbitrage({
      parameters: Float64Array.from([...rawOf(early), ...rawOf(late)]),
      years: Float64Array.of(0.1, 0.2),
    });

  it('is total variance that falls, in vol points of the later expiry', () => {
    const found = pair(flat(0.04), flat(0.035));
    expect(found[1]?.calendar?.worstVolPoints).toBeCloseTo(100 * (Math.sqrt(0.2) - Math.sqrt(0.175)), 4);
    expect(isFree(pair(flat(0.035), flat(0.04)))).toBe(true);
  });

  it('is found in wings that cross far outside', () => {
    const steep = { ...flat(0.01), b: 0.02 };
    const found = pair(steep, { ...flat(0.3), b: 0.01 });
    expect(found[1]?.calendar?.points).toBeGreaterThan(0);
  });
});

describe('the joint fit', () => {
  it('has the gradient of its differences where barriers are near', async () => {
    const { smiles } = smilesOf(await fixtureChain('btc-2026-02-06'));
    const fit = fitSsvi(smiles);
    const raw = new Float64Array(smiles.length * RAW_COUNT);
    fit.theta.forEach((theta, slice) => {
      toRaw(ssviSlice(fit, theta), raw, slice * RAW_COUNT);
    });
    const costs = smiles.map((smile, s) => new SmileCost(smile, raw.slice(s * RAW_COUNT, (s + 1) * RAW_COUNT)));
    const free = new Float64Array(raw.length);
    toVertex(raw, free);
    const joint = new JointCost(costs, free, raw, [[0.4], [], [-0.3]]);
    const gradient = new Float64Array(free.length);
    joint.evaluate(free, new Float64Array(free.length ** 2), gradient);
    const numeric = differences((x) => joint.evaluate(x, null, null), free, 1e-7);
    numeric.forEach((one, i) => {
      expect(Math.abs(gradient[i]! - one)).toBeLessThan(1e-4 * (Math.abs(one) + 10));
    });
  });
});

describe('least squares', () => {
  /** Rosenbrock's valley: residuals 10·(y − x²) and 1 − x. */
  const valley = (low: number[], high: number[]): LeastSquares => ({
    count: 2,
    low: Float64Array.from(low),
    high: Float64Array.from(high),
    evaluate: ([x = 0, y = 0], hessian, gradient) => {
      const [r, s] = [10 * (y - x * x), 1 - x];
      if (hessian && gradient) {
        hessian[0]! += 400 * x * x + 1;
        hessian[2]! += -200 * x;
        hessian[3]! += 100;
        gradient[0]! += -20 * x * r - s;
        gradient[1]! += 10 * r;
      }
      return 0.5 * (r * r + s * s);
    },
  });

  it('walks down a bent valley', () => {
    const at = Float64Array.of(-1.2, 1);
    expect(minimiseSquares(valley([-5, -5], [5, 5]), at, 100, 1e-14)).toBeCloseTo(0, 12);
    expect([...at].every((one) => Math.abs(one - 1) < 1e-6)).toBe(true);
  });

  it('stays inside its bounds and finds the best there', () => {
    const at = Float64Array.of(-1.2, 1);
    minimiseSquares(valley([-5, -5], [0.5, 5]), at, 100, 1e-14);
    expect(at[0]).toBe(0.5);
    expect(at[1]).toBeCloseTo(0.25, 6);
  });
});

describe('parity', () => {
  const pairs = [90, 95, 100, 105, 110].map((strike) => ({
    strike,
    difference: Math.exp(-0.04 * 0.5) * (102 - strike),
    halfSpread: 0.05,
  }));

  it('finds rate and forward of prices in the quote currency', () => {
    const rate = parityRate([{ years: 0.5, pairs }]);
    expect(rate).toBeCloseTo(0.04, 12);
    expect(parityForward({ years: 0.5, pairs }, 'quote', rate)).toBeCloseTo(102, 10);
    expect(parityRate([])).toBe(0);
  });

  it('finds the forward of prices in coin, and is not misled by one bad pair', () => {
    const coin = [90, 95, 100, 105, 110].map((strike) => ({ strike, difference: 1 - strike / 102, halfSpread: 0.001 }));
    expect(parityForward({ years: 0.5, pairs: coin }, 'coin', 0)).toBeCloseTo(102, 10);
    const spoilt = coin.map((pair, i) => (i === 2 ? { ...pair, difference: 0.3 } : pair));
    expect(parityForward({ years: 0.5, pairs: spoilt }, 'coin', 0)).toBeCloseTo(102, 10);
    expect(parityForward({ years: 0.5, pairs: [] }, 'coin', 0)).toBeNull();
  });

  it('carries forwards at constant carry', () => {
    const known = [1, 2].map((years) => ({ years, forward: 100 * Math.exp(0.05 * years) }));
    for (const years of [0.5, 1, 1.5, 3])
      expect(carriedForward(known, years)).toBeCloseTo(100 * Math.exp(0.05 * years), 10);
    expect(carriedForward(known.slice(0, 1), 7)).toBeCloseTo(100 * Math.exp(0.05), 10);
    expect(carriedForward([], 1)).toBeNull();
  });
});
