/**
 * What a quote costs a fit by how far the smile misses its middle, in half spreads of the quote, sign as fitted less
 * quoted; without unit, ≥ 0. The curvature is one for Gauss's and Newton's steps: > 0, not the second derivative.
 */
export interface Misfit {
  cost: number;
  slope: number;
  curvature: number;
}

/** Fills `out` for a miss. */
export type MisfitRule = (miss: number, out: Misfit) => void;

/** A place for a rule's result, to be used again and again. */
export function misfit(): Misfit {
  return { cost: 0, slope: 0, curvature: 0 };
}

/** Misses up to this many half spreads count by their square, beyond linearly. */
const HUBER = 1.5;

/** Huber (1964): one stale quote does not bend a smile. Convex, so any start will do. */
export function robustMisfit(miss: number, out: Misfit): void {
  const size = Math.abs(miss);
  const share = size <= HUBER ? 1 : HUBER / size;
  out.cost = size <= HUBER ? 0.5 * miss * miss : HUBER * (size - 0.5 * HUBER);
  out.slope = share * miss;
  out.curvature = share;
}

/** Where a smile counts as on its way out of the bid–ask, and how much further it is given up. */
const EDGE = 0.8;
const GIVEN_UP = 0.3;
/** What being off the middle weighs beside being outside. */
const MIDDLE = 0.02;

/**
 * Nearly nothing inside the bid–ask, much from its edge on, and no more than a fixed fine far outside (Geman & McClure
 * 1987): passes through as many bid–asks as it can instead of near all. Not convex: to be started near the end.
 */
export function insideMisfit(miss: number, out: Misfit): void {
  const size = Math.abs(miss);
  const share = MIDDLE * (size <= 1 ? 1 : 1 / size);
  out.cost = MIDDLE * (size <= 1 ? 0.5 * size * size : size - 0.5);
  out.slope = share * miss;
  out.curvature = share;
  const over = size - EDGE;
  if (over <= 0) return;
  const spread = 1 + (over / GIVEN_UP) ** 2;
  const weight = 1 / (spread * spread);
  out.cost += (0.5 * over * over) / spread;
  out.slope += weight * over * Math.sign(miss);
  out.curvature += weight;
}
