import { durrlemanOf } from './durrleman.ts';
import { CENTRE, evaluateSlice, LEFT, RAW_COUNT, RIGHT, ROUNDNESS, slicePoint, sliceVariance } from './raw-svi.ts';

/** The smile's implied density is negative somewhere: a butterfly that pays and costs nothing. */
export interface ButterflyArbitrage {
  /** Points of the grid with g < 0 or no variance, wings of slope 2 and more counted as one each. */
  readonly points: number;
  /** Smallest g, and where. */
  readonly worstG: number;
  readonly k: number;
}

/** Total variance falls from the expiry before: a calendar spread that pays and costs nothing. */
export interface CalendarArbitrage {
  /** Points of the grid where it falls, wings that cross further out counted as one each. */
  readonly points: number;
  /** Largest fall as vol points of this expiry, and where. */
  readonly worstVolPoints: number;
  readonly k: number;
}

export interface SliceArbitrage {
  readonly butterfly: ButterflyArbitrage | null;
  /** Against the expiry before. */
  readonly calendar: CalendarArbitrage | null;
}

/** Slices as a column of raw parameters, five each, ascending in expiry. */
export interface Slices {
  readonly parameters: Float64Array;
  readonly years: Float64Array;
}

/** Grids reach at least this far in log-strike: e^±5. */
const FAR = 5;
/** The wings' slopes may not reach it: Lee (2004). */
const STEEPEST = 2;

/**
 * Where a slice is looked at: `points` around its centre, even in asinh((k − m)/s) and so densest where it bends, and
 * half as many around the money in steps of its own spread.
 */
export function gridOf(p: Float64Array, from: number, points: number): Float64Array {
  const centre = p[from + CENTRE]!;
  const s = p[from + ROUNDNESS]!;
  const reach = Math.asinh((FAR + Math.abs(centre)) / s);
  const near = points >> 1;
  const spread = 8 * Math.sqrt(Math.max(sliceVariance(p, from, 0), 1e-6));
  const grid = new Float64Array(points + near);
  for (let i = 0; i < points; i++) grid[i] = centre + s * Math.sinh(reach * ((2 * i) / (points - 1) - 1));
  for (let i = 0; i < near; i++) grid[points + i] = spread * ((2 * i) / (near - 1) - 1);
  return grid;
}

/** Points around each slice that verdicts are based on: a verdict looks at 1.5 times as many per slice. */
const VERDICT_POINTS = 241;
const point = slicePoint();

function butterflyOf(p: Float64Array, from: number, grid: Float64Array): ButterflyArbitrage | null {
  let points = (p[from + LEFT]! >= STEEPEST ? 1 : 0) + (p[from + RIGHT]! >= STEEPEST ? 1 : 0);
  let worstG = Number.POSITIVE_INFINITY;
  let worstK = 0;
  for (const k of grid) {
    evaluateSlice(p, from, k, point);
    // Without variance there is no smile to speak of.
    const g = point.w > 0 ? durrlemanOf(point, k) : Math.min(-1, point.w);
    if (!(g >= 0)) points += 1;
    if (g >= worstG) continue;
    worstG = g;
    worstK = k;
  }
  return points > 0 ? { points, worstG, k: worstK } : null;
}

function calendarOf({ parameters: p, years }: Slices, slice: number, grids: readonly Float64Array[]) {
  const from = slice * RAW_COUNT;
  const before = from - RAW_COUNT;
  let points = (p[from + LEFT]! < p[before + LEFT]! ? 1 : 0) + (p[from + RIGHT]! < p[before + RIGHT]! ? 1 : 0);
  let worst = 0;
  let worstK = 0;
  for (const grid of grids) {
    for (const k of grid) {
      const earlier = sliceVariance(p, before, k);
      const later = sliceVariance(p, from, k);
      if (later >= earlier) continue;
      points += 1;
      const fall =
        100 * (Math.sqrt(Math.max(earlier, 0) / years[slice]!) - Math.sqrt(Math.max(later, 0) / years[slice]!));
      if (fall <= worst) continue;
      worst = fall;
      worstK = k;
    }
  }
  return points > 0 ? { points, worstVolPoints: worst, k: worstK } : null;
}

/** Static arbitrage of every slice by itself and against the one before; on a fine grid and, for the wings, beyond. */
export function findArbitrage(slices: Slices): SliceArbitrage[] {
  const { parameters, years } = slices;
  const grids = Array.from(years, (_, slice) => gridOf(parameters, slice * RAW_COUNT, VERDICT_POINTS));
  return grids.map((grid, slice) => ({
    butterfly: butterflyOf(parameters, slice * RAW_COUNT, grid),
    calendar: slice === 0 ? null : calendarOf(slices, slice, grids.slice(slice - 1, slice + 1)),
  }));
}

/** Whether nothing was found: no butterfly, no calendar spread, at any expiry. */
export function isFree(found: readonly SliceArbitrage[]): boolean {
  return found.every(({ butterfly, calendar }) => butterfly === null && calendar === null);
}
