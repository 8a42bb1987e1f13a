/**
 * Raw SVI fitted to one expiry's quotes.
 *
 * For given (m, sigma) total variance is linear in the other three (Zeliade Systems, "Quasi-explicit calibration of
 * Gatheral's SVI model", 2009): these come from weighted least squares, the two outer ones from Nelder–Mead. Robust by
 * Huber weights in units of each quote's bid–ask half spread.
 */
import type { SviParameters } from '#shared/market/svi-parameters.ts';
import { sviTotalVariance } from '#shared/pricing/svi.ts';
import type { Slice } from './chains.ts';
import { minimise } from './minimise.ts';
import { leastSquares, median } from './statistics.ts';

/** A vol to fit: the middle of bid and ask vols of one out-of-the-money option. */
export interface SmilePoint {
  readonly k: number;
  readonly vol: number;
  /** Half of the bid–ask distance in vol. */
  readonly halfSpread: number;
  readonly weight: number;
}

export interface SliceFit {
  readonly svi: SviParameters;
  readonly points: readonly SmilePoint[];
  /** Median |fitted vol − middle vol| and median half spread, vol as a fraction. */
  readonly medianError: number;
  readonly medianHalfSpread: number;
  /** Share of points whose fitted vol lies between bid and ask vol. */
  readonly insideShare: number;
}

/** Spreads narrower than this many vol points carry no more weight than this. */
const NARROWEST = 0.0025;
const HUBER = 1.5;

/** Out-of-the-money options with both sides quoted, an absolute delta of at least 1 % and a spread below half the vol. */
export function smilePoints(slice: Slice): SmilePoint[] {
  const usable = slice.quotes.filter((quote) => {
    const outOfTheMoney = quote.right === 'C' ? quote.k >= 0 : quote.k < 0;
    const halfSpread = (quote.askVol - quote.bidVol) / 2;
    return outOfTheMoney && Math.abs(quote.delta) >= 0.01 && halfSpread > 0 && halfSpread < quote.markVol / 4;
  });
  const largest = Math.max(...usable.map((quote) => quote.vega));
  return usable
    .map((quote) => {
      const halfSpread = (quote.askVol - quote.bidVol) / 2;
      const weight = quote.vega / largest / Math.max(halfSpread, NARROWEST) ** 2;
      return { k: quote.k, vol: (quote.askVol + quote.bidVol) / 2, halfSpread, weight };
    })
    .sort((a, b) => a.k - b.k);
}

/** Best (a, b·sigma, rho·b·sigma) for given m and sigma, kept inside |rho| ≤ 0.999 and b ≥ 0. */
function inner(points: readonly SmilePoint[], w: readonly number[], weights: readonly number[], m: number, s: number) {
  const regressors = points.map((point) => {
    const x = (point.k - m) / s;
    return [1, x, Math.sqrt(x * x + 1)];
  });
  const free = leastSquares(regressors, w, weights);
  if (free) {
    const [a = 0, d = 0, c = 0] = free;
    if (c >= 0 && Math.abs(d) <= 0.999 * c) return { a, d, c };
  }
  const edges = [-0.999, 0.999].map((rho) => {
    const fit = leastSquares(
      regressors.map(([one = 1, x = 0, root = 0]) => [one, rho * x + root]),
      w,
      weights,
    );
    const c = Math.max(fit?.[1] ?? 0, 0);
    return { a: fit?.[0] ?? 0, d: rho * c, c };
  });
  const cost = (e: { a: number; d: number; c: number }) =>
    regressors.reduce(
      (sum, [, x = 0, root = 0], i) => sum + (weights[i] ?? 0) * (e.a + e.d * x + e.c * root - (w[i] ?? 0)) ** 2,
      0,
    );
  return edges.reduce((best, edge) => (cost(edge) < cost(best) ? edge : best));
}

/** The fit, or null with fewer than seven usable quotes or none on one side. */
export function fitSlice(slice: Slice): SliceFit | null {
  const points = smilePoints(slice);
  if (points.length < 7 || points.every((p) => p.k < 0) || points.every((p) => p.k >= 0)) return null;
  const w = points.map((point) => point.vol ** 2 * slice.years);
  const toVol = points.map((point) => 2 * point.vol * slice.years);
  const width = (points.at(-1)?.k ?? 1) - (points[0]?.k ?? -1);
  let robust = points.map(() => 1);
  let best: SviParameters | null = null;
  for (let round = 0; round < 4; round++) {
    const weights = points.map((p, i) => (p.weight * (robust[i] ?? 1)) / (toVol[i] ?? 1) ** 2);
    const at = ([m = 0, logS = 0]: readonly number[]): SviParameters => {
      const s = Math.exp(logS);
      const { a, d, c } = inner(points, w, weights, m, s);
      return { a, b: c / s, rho: c > 0 ? d / c : 0, m, sigma: s };
    };
    const cost = (x: readonly number[]) => {
      const [m = 0, logS = 0] = x;
      const s = Math.exp(logS);
      if (s < 0.02 * width || s > 3 * width || Math.abs(m) > width) return Number.MAX_VALUE;
      const svi = at(x);
      return points.reduce((sum, p, i) => sum + (weights[i] ?? 0) * (sviTotalVariance(svi, p.k) - (w[i] ?? 0)) ** 2, 0);
    };
    const start = best ? [best.m, Math.log(best.sigma)] : [0, Math.log(width / 6)];
    const fitted = at(minimise(cost, start, [width / 10, 0.5], 120));
    best = fitted;
    robust = points.map((p) => {
      const miss = Math.abs(Math.sqrt(Math.max(sviTotalVariance(fitted, p.k), 1e-9) / slice.years) - p.vol);
      const scaled = miss / Math.max(p.halfSpread, NARROWEST) / HUBER;
      return scaled <= 1 ? 1 : 1 / scaled;
    });
  }
  if (best === null) return null;
  const fitted = best;
  const errors = points.map((p) =>
    Math.abs(Math.sqrt(Math.max(sviTotalVariance(fitted, p.k), 0) / slice.years) - p.vol),
  );
  return {
    svi: fitted,
    points,
    medianError: median(errors),
    medianHalfSpread: median(points.map((p) => p.halfSpread)),
    insideShare: errors.filter((error, i) => error <= (points[i]?.halfSpread ?? 0)).length / points.length,
  };
}
