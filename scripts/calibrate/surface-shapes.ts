/**
 * Smile shapes in units of their own at-the-money spread, pooled over snapshots by tenor.
 *
 * Every quote of every fitted expiry gives z = k/(atm·√years) and vol/atm. In these units smiles of one regime lie on
 * top of each other over the tenors, so one shape per tenor band is fitted to all of them at once.
 */
import type { SmileShape } from '#shared/market/surface-template.ts';
import { sviTotalVariance } from '#shared/pricing/svi.ts';
import type { Snapshot } from './chains.ts';
import { minimise } from './minimise.ts';
import { leastSquares, median } from './statistics.ts';
import { fitSlice, type SliceFit } from './svi-fit.ts';

/** The roundness all shapes share. Left free it runs to 3–100 and improves the median error by less than a tenth. */
export const ROUNDNESS = 2;
/** Quotes farther out than this many at-the-money spreads are left out of the pooled fit. */
const FARTHEST = 4;
/** A pooled smile's slope and tilt are drawn this gently to the centre of all fits, against bands with few quotes. */
const PRIOR = { rho: -0.15, m: 0.4, weight: 0.002 };

export interface FittedSlice {
  readonly at: number;
  readonly index: number;
  readonly days: number;
  readonly years: number;
  readonly atm: number;
  readonly fit: SliceFit;
}

export function fittedSlices(snapshots: readonly Snapshot[]): FittedSlice[] {
  return snapshots.flatMap((snapshot) =>
    snapshot.slices.flatMap((slice) => {
      const fit = fitSlice(slice);
      if (fit === null) return [];
      const atm = Math.sqrt(sviTotalVariance(fit.svi, 0) / slice.years);
      return [{ at: snapshot.at, index: snapshot.index, days: slice.years * 365, years: slice.years, atm, fit }];
    }),
  );
}

/** Tenor bands: every expiry between `from` and `to` days counts for the node at `days`. */
export const BANDS = [
  { days: 0.7, from: 0.1, to: 1 },
  { days: 1.6, from: 1, to: 2 },
  { days: 3, from: 2, to: 4 },
  { days: 6, from: 4, to: 8 },
  { days: 14, from: 8, to: 20 },
  { days: 30, from: 20, to: 45 },
  { days: 60, from: 45, to: 75 },
  { days: 90, from: 75, to: 120 },
  { days: 180, from: 120, to: 240 },
  { days: 330, from: 240, to: 400 },
] as const;

/** vol(z)/atm of a shape. */
export function relativeVol({ b, rho, m, sigma }: SmileShape, z: number): number {
  const x = z - m;
  const bend = rho * x + Math.sqrt(x * x + sigma * sigma) - (Math.sqrt(m * m + sigma * sigma) - rho * m);
  return Math.sqrt(Math.max(1 + b * bend, 1e-4));
}

interface Pooled {
  readonly z: number;
  readonly relative: number;
  readonly halfSpread: number;
  readonly weight: number;
}

function pooled(slices: readonly FittedSlice[]): Pooled[] {
  return slices.flatMap(({ atm, years, fit }) =>
    fit.points
      .map((point) => ({
        z: point.k / (atm * Math.sqrt(years)),
        relative: point.vol / atm,
        halfSpread: point.halfSpread / atm,
        weight: point.weight * atm * atm,
      }))
      .filter((point) => Math.abs(point.z) < FARTHEST),
  );
}

function fitShape(points: readonly Pooled[]): SmileShape {
  const total = points.reduce((sum, point) => sum + point.weight, 0);
  const at = ([logB = 0, tilt = 0, m = 0]: readonly number[]): SmileShape => ({
    b: Math.exp(logB),
    rho: Math.tanh(tilt),
    m,
    sigma: ROUNDNESS,
  });
  const cost = (x: readonly number[]) => {
    const shape = at(x);
    const misfit = points.reduce((sum, point) => {
      const miss = Math.abs(relativeVol(shape, point.z) - point.relative);
      const knee = Math.max(point.halfSpread, 0.01);
      return sum + point.weight * (miss <= knee ? miss * miss : knee * (2 * miss - knee));
    }, 0);
    const pull = (shape.rho - PRIOR.rho) ** 2 + ((shape.m - PRIOR.m) / 2) ** 2;
    return misfit / total + PRIOR.weight * pull * 0.1;
  };
  return at(minimise(cost, [-0.6, -0.2, 0.3], [0.3, 0.2, 0.4], 160));
}

/** Least-squares parabola in ln(days) through values at the bands' nodes, evaluated there. */
export function smoothed(values: readonly number[], weights?: readonly number[]): number[] {
  const rows = BANDS.map(({ days }) => [1, Math.log(days), Math.log(days) ** 2]);
  const fit = leastSquares(rows, values, weights) ?? [0, 0, 0];
  return rows.map((row) => row.reduce((sum, x, i) => sum + x * (fit[i] ?? 0), 0));
}

/** One smoothed shape per band from the expiries the caller chose. */
export function shapesByTenor(slices: readonly FittedSlice[]): SmileShape[] {
  const members = BANDS.map(({ from, to }) => pooled(slices.filter(({ days }) => days >= from && days < to)));
  const raw = members.map(fitShape);
  const weights = members.map((points) => Math.sqrt(points.length));
  const [b, rho, m] = [
    smoothed(
      raw.map((shape) => shape.b),
      weights,
    ),
    smoothed(
      raw.map((shape) => shape.rho),
      weights,
    ),
    smoothed(
      raw.map((shape) => shape.m),
      weights,
    ),
  ];
  return BANDS.map((_, i) => ({ b: b[i] ?? 0, rho: rho[i] ?? 0, m: m[i] ?? 0, sigma: ROUNDNESS }));
}

/** From tenor to tenor a wing rises by at least this factor: room for the interpolation between them. */
const LEAST_RISE = 1.02;

/**
 * The shapes with b raised where a later tenor's wing, b·(1 ± rho)·spread, would be flatter than an earlier one's: far
 * from the money such wings cross, which is calendar arbitrage. `spreads` are atm·√years up to a common factor.
 */
export function risingWings(shapes: readonly SmileShape[], spreads: readonly number[]): SmileShape[] {
  let put = 0;
  let call = 0;
  return shapes.map((shape, i) => {
    const spread = spreads[i] ?? 1;
    const b = Math.max(shape.b, put / spread / (1 - shape.rho), call / spread / (1 + shape.rho));
    put = LEAST_RISE * b * (1 - shape.rho) * spread;
    call = LEAST_RISE * b * (1 + shape.rho) * spread;
    return { ...shape, b };
  });
}

export interface ShapeQuality {
  readonly days: number;
  readonly slices: number;
  /** All in vol points (0.01). */
  readonly sviMedianError: number;
  readonly templateMedianError: number;
  readonly medianHalfSpread: number;
  readonly templateInsideShare: number;
}

/** How well free SVI and the template's shape (with the expiry's own at-the-money vol) meet the quotes, by band. */
export function shapeQuality(slices: readonly FittedSlice[], shapes: readonly SmileShape[]): ShapeQuality[] {
  return BANDS.map(({ days, from, to }, i) => {
    const members = slices.filter((slice) => slice.days >= from && slice.days < to);
    const shape = shapes[i];
    const misses = members.flatMap(({ atm, years, fit }) =>
      fit.points.map((point) => ({
        miss: Math.abs(
          atm * relativeVol(shape ?? { b: 0, rho: 0, m: 0, sigma: 1 }, point.k / (atm * Math.sqrt(years))) - point.vol,
        ),
        halfSpread: point.halfSpread,
      })),
    );
    return {
      days,
      slices: members.length,
      sviMedianError: 100 * median(members.map(({ fit }) => fit.medianError)),
      templateMedianError: 100 * median(misses.map(({ miss }) => miss)),
      medianHalfSpread: 100 * median(misses.map(({ halfSpread }) => halfSpread)),
      templateInsideShare: misses.filter(({ miss, halfSpread }) => miss <= halfSpread).length / misses.length,
    };
  });
}
