/*
 * Arbitrage in SVI as published: Gatheral & Jacquier (2014), "Arbitrage-free SVI volatility surfaces", Quantitative
 * Finance 14(1). Example 3.1 is Axel Vogt's smile, one year, whose variance is positive everywhere and whose density is
 * not; example 5.1 gives its jump-wing parameters and two smiles near it without arbitrage.
 */
import { describe, expect, it } from 'vitest';
import type { SviParameters } from '#shared/market/svi-parameters.ts';
import { findArbitrage, isFree } from '#shared/pricing/surface-fit/arbitrage.ts';
import { durrlemanOf } from '#shared/pricing/surface-fit/durrleman.ts';
import { fitSurface } from '#shared/pricing/surface-fit/fit-surface.ts';
import { evaluateSlice, LEFT, RAW_COUNT, RIGHT, slicePoint, toRaw } from '#shared/pricing/surface-fit/raw-svi.ts';
import { largestEta, ssviCurvature, ssviSlice } from '#shared/pricing/surface-fit/ssvi.ts';
import { toVertex } from '#shared/pricing/surface-fit/vertex.ts';
import { type SviSlice, sviTotalVariance } from '#shared/pricing/svi.ts';
import { YEAR } from '#shared/units/time.ts';
import { madeChain } from '#test/support/chains.ts';
import { pricedArbitrage } from '#test/support/static-arbitrage.ts';

const VOGT: SviParameters = { a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, sigma: 0.4153 };
/** Example 5.1: variance at the money, its skew, both wings, least variance; year fraction 1. */
const JUMP_WINGS = { v: 0.01742625, psi: -0.1752111, p: 0.6997381, c: 1.316798, least: 0.0116249 };
/** Its two choices of right wing and least variance that leave no butterfly: guaranteed, and nearest by option prices. */
const GUARANTEED = { ...JUMP_WINGS, c: 0.3493158, least: 0.01548182 };
const NEAREST = { ...JUMP_WINGS, c: 0.8564763, least: 0.0116249 };

/** Lemma 3.2 of the paper at one year. */
function fromJumpWings({ v, psi, p, c, least }: typeof JUMP_WINGS): SviParameters {
  const root = Math.sqrt(v);
  const b = 0.5 * root * (c + p);
  const rho = 1 - (p * root) / b;
  const beta = rho - (2 * psi * root) / b;
  const alpha = Math.sign(beta) * Math.sqrt(1 / (beta * beta) - 1);
  const across = Math.sqrt(1 - rho * rho);
  const m = (v - least) / (b * (-rho + Math.sign(alpha) * Math.sqrt(1 + alpha * alpha) - alpha * across));
  return { a: least - b * alpha * m * across, b, rho, m, sigma: alpha * m };
}

function rawOf(smile: SviParameters): Float64Array {
  const p = new Float64Array(RAW_COUNT);
  toRaw(smile, p, 0);
  return p;
}

const arbitrageOf = (smile: SviParameters) => findArbitrage({ parameters: rawOf(smile), years: Float64Array.of(1) });
const sliceOf = (smile: SviParameters): SviSlice => ({ ...smile, expiry: YEAR, forward: 100 });

describe("Vogt's smile", () => {
  it('has the published wings, least variance and skew in the coordinates of the fits', () => {
    const root = Math.sqrt(sviTotalVariance(VOGT, 0));
    const raw = rawOf(VOGT);
    const free = new Float64Array(RAW_COUNT);
    toVertex(raw, free);
    expect(root * root).toBeCloseTo(JUMP_WINGS.v, 8);
    expect(raw[LEFT]! / root).toBeCloseTo(JUMP_WINGS.p, 7);
    expect(raw[RIGHT]! / root).toBeCloseTo(JUMP_WINGS.c, 6);
    expect(free[0]).toBeCloseTo(JUMP_WINGS.least, 7);
    const slope = (sviTotalVariance(VOGT, 1e-5) - sviTotalVariance(VOGT, -1e-5)) / 2e-5;
    expect(slope / (2 * root)).toBeCloseTo(JUMP_WINGS.psi, 7);
  });

  it('has its butterfly where prices have it', () => {
    const [found] = arbitrageOf(VOGT);
    const places = pricedArbitrage([sliceOf(VOGT)], 1.5).map((text) => Number(/at (.*)$/.exec(text)?.[1]));
    expect(found?.butterfly?.worstG).toBeLessThan(-0.01);
    expect(found?.butterfly?.k).toBeGreaterThan(Math.min(...places));
    expect(found?.butterfly?.k).toBeLessThan(Math.max(...places));
    for (const k of places) {
      const at = slicePoint();
      evaluateSlice(rawOf(VOGT), 0, k, at);
      // A second difference looks a step to both sides.
      expect(durrlemanOf(at, k)).toBeLessThan(2e-3);
    }
  });

  it('is without arbitrage once mended as published', () => {
    for (const mended of [GUARANTEED, NEAREST].map(fromJumpWings)) {
      expect(isFree(arbitrageOf(mended))).toBe(true);
      expect(pricedArbitrage([sliceOf(mended)], 1.5)).toEqual([]);
    }
  });

  it('quoted as a chain, is fitted without arbitrage and nearer to the quotes than the published mends', () => {
    const chain = madeChain({
      slices: [sliceOf(VOGT)],
      strikes: Array.from({ length: 41 }, (_, i) => (i - 20) / 2.5),
      halfSpread: 0.002,
    });
    const fit = fitSurface(chain);
    expect(fit.expiries[0]?.arbitrageBefore?.butterfly?.worstG).toBeLessThan(0);
    expect(fit.repair).toBe('refitted');
    expect(fit.expiries[0]?.arbitrageAfter).toEqual({ butterfly: null, calendar: null });
    expect(pricedArbitrage(fit.slices, 1.5)).toEqual([]);
    const distance = (smile: SviParameters) => {
      const misses = Array.from({ length: 41 }, (_, i) => {
        const k = ((i - 20) / 2.5) * Math.sqrt(JUMP_WINGS.v);
        return Math.sqrt(sviTotalVariance(smile, k)) - Math.sqrt(sviTotalVariance(VOGT, k));
      });
      return Math.sqrt(misses.reduce((sum, miss) => sum + miss * miss, 0) / misses.length);
    };
    const own = distance(fit.expiries[0]?.parameters ?? VOGT);
    expect(own).toBeGreaterThan(1e-4);
    expect(own).toBeLessThan(distance(fromJumpWings(NEAREST)));
    expect(own).toBeLessThan(distance(fromJumpWings(GUARANTEED)));
  });
});

describe('the conditions of SSVI', () => {
  const THETAS = Array.from({ length: 400 }, (_, i) => 1e-4 * 1e5 ** (i / 399));
  const SHAPES = [
    [0, 0.5],
    [-0.7, 0.5],
    [0.3, 0.2],
    [-0.3, 0.8],
    [0.9, 0],
  ] as const;

  it.each(SHAPES)(
    'theorem 4.2 at rho %f, gamma %f: the largest eta is where θφ(1+|ρ|) or θφ²(1+|ρ|) meets 4',
    (rho, gamma) => {
      const worst = (eta: number) =>
        Math.max(
          ...THETAS.flatMap((theta) => {
            const phi = ssviCurvature({ eta, gamma }, theta);
            return [theta * phi, theta * phi * phi].map((one) => one * (1 + Math.abs(rho)));
          }),
        );
      const most = largestEta(rho, gamma, THETAS[0]!, THETAS.at(-1)!);
      expect(worst(most)).toBeLessThanOrEqual(4 * (1 + 1e-12));
      expect(worst(1.001 * most)).toBeGreaterThan(4);
    },
  );

  it('allows what the paper says suffices for all θ at gamma ½: eta(1 + |ρ|) ≤ 2', () => {
    for (const rho of [-0.9, -0.4, 0, 0.6])
      expect(largestEta(rho, 0.5, 1e-9, 1e9)).toBeGreaterThanOrEqual(2 / (1 + Math.abs(rho)));
  });

  it.each(SHAPES)('theorem 4.1 at rho %f, gamma %f: 0 ≤ d(θφ)/dθ ≤ φ(1 + √(1 − ρ²))/ρ²', (rho, gamma) => {
    const phi = (theta: number) => ssviCurvature({ eta: 1, gamma }, theta);
    for (const theta of THETAS) {
      const step = 1e-5 * theta;
      const slope = ((theta + step) * phi(theta + step) - (theta - step) * phi(theta - step)) / (2 * step);
      expect(slope).toBeGreaterThanOrEqual(0);
      expect(slope * rho * rho).toBeLessThanOrEqual(phi(theta) * (1 + Math.sqrt(1 - rho * rho)));
    }
  });

  it.each(SHAPES)('leave no arbitrage in prices at rho %f, gamma %f and the largest eta', (rho, gamma) => {
    const thetas = [1e-3, 0.01, 0.05, 0.2, 1];
    const shape = { rho, gamma, eta: largestEta(rho, gamma, thetas[0]!, thetas.at(-1)!) };
    const slices = thetas.map((theta) => sliceOf(ssviSlice(shape, theta)));
    expect(pricedArbitrage(slices)).toEqual([]);
  });

  it('broken by steep wings, θφ(1 + |ρ|) > 4, do leave arbitrage', () => {
    const shape = { rho: -0.5, gamma: 0.5, eta: 1.5 * largestEta(-0.5, 0.5, 3, 3) };
    expect(arbitrageOf(ssviSlice(shape, 3))[0]?.butterfly?.points).toBeGreaterThan(0);
  });
});
