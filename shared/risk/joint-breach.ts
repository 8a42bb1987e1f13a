import { DEFAULT_SCALE } from './frontier-scale.ts';
import type { PoolMargin, ScenarioGrid } from './report.ts';

const DAYS_A_YEAR = 365;
const LEAST_VOL = 0.01;

/** The cell of a scenario grid in which a pool breaches maintenance margin with the least move. */
export interface JointBreach {
  /** Relative move of spot and vol points, as fractions, of the cell. */
  readonly spotShift: number;
  readonly volShift: number;
  /** Length of the joint move in the units of the frontier: daily standard deviations of spot and of ln(vol), days. */
  readonly sigmaDays: number;
  /** Change of the book's value there, USD. */
  readonly pnlUsd: number;
}

/** A day's standard deviation of the spot a pool lives on, from the two ways its distance is told in; null: unknown. */
function dailySigma({ distance, distanceSigmaDays }: PoolMargin): number | null {
  return distance === null || !distanceSigmaDays ? null : distance / distanceSigmaDays;
}

/**
 * What a report knows of a pool's nearest joint breach in spot and vol: no finer than the cells of its grids, no further
 * than they reach. Null where no cell breaches, or the pool has no distance to tell a day's move from. frontier.ts
 * searches exactly, and over time too.
 */
export function nearestBreach(
  grids: readonly ScenarioGrid[],
  pools: readonly PoolMargin[],
  pool: number,
): JointBreach | null {
  const of = pools[pool];
  const sigma = of === undefined ? null : dailySigma(of);
  if (sigma === null) return null;
  const vol = sigma * Math.sqrt(DAYS_A_YEAR);
  let nearest: JointBreach | null = null;
  for (const { spotShifts, volShifts, days, pnlUsd, breaches } of grids) {
    breaches.forEach((bits, cell) => {
      if ((bits & (1 << pool)) === 0) return;
      const spotShift = spotShifts[cell % spotShifts.length]!;
      const volShift = volShifts[Math.floor(cell / spotShifts.length)]!;
      const volMove = Math.log(Math.max(vol + volShift, LEAST_VOL) / vol) / DEFAULT_SCALE.volOfVol;
      const sigmaDays = Math.hypot(Math.log1p(spotShift) / sigma, volMove, days / DEFAULT_SCALE.daysPerSigma);
      if (nearest === null || sigmaDays < nearest.sigmaDays)
        nearest = { spotShift, volShift, sigmaDays, pnlUsd: pnlUsd[cell]! };
    });
  }
  return nearest;
}
