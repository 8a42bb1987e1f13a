import type { Assembled } from '#shared/risk/assemble.ts';
import { compose } from '#shared/risk/compose.ts';
import { computePools } from '#shared/risk/compute.ts';
import { createMover, evenMove } from '#shared/risk/market-move.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { DAY, type EpochMs } from '#shared/units/time.ts';
import {
  DEFAULT_THRESHOLDS,
  type MarginAlert,
  type MarginSeverity,
  type MarginThresholds,
  watchMargin,
} from './margin-monitor.ts';

/** One look at the pools. */
export interface MarginLook {
  readonly at: EpochMs;
  readonly pools: readonly PoolMargin[];
}

export interface DatedAlert extends MarginAlert {
  readonly at: EpochMs;
}

/** Which alerts thresholds would have given over a history of looks, in its order: the "would have fired" test. */
export function wouldHaveFired(
  history: Iterable<MarginLook>,
  thresholds: MarginThresholds = DEFAULT_THRESHOLDS,
): readonly DatedAlert[] {
  const fired: DatedAlert[] = [];
  let severities: ReadonlyMap<string, MarginSeverity> = new Map();
  for (const { at, pools } of history) {
    const watched = watchMargin(pools, severities, thresholds);
    severities = watched.severities;
    fired.push(...watched.alerts.map((one) => ({ ...one, at })));
  }
  return fired;
}

/** The pools of a book left alone along a path of spot: factors on the spot it was taken at, vols held, options ageing. */
export function* looksAlong(
  { problem, identity }: Assembled,
  path: readonly { readonly at: EpochMs; readonly factor: number }[],
): Generator<MarginLook> {
  // Nothing is asked of the scenario grid: one cell of it is as little as there is.
  const nowhere = { spotShifts: Float64Array.of(0), volShifts: Float64Array.of(0), days: 0 };
  const mover = createMover({ ...problem, grid: nowhere });
  const start = path[0]?.at ?? identity.asOf;
  for (const { at, factor } of path) {
    const moved = { problem: mover.at(evenMove(problem, { factor }, (at - start) / DAY)), identity };
    yield { at, pools: compose(moved, computePools(moved.problem), { seq: 0, computeMs: 0 }).pools };
  }
}
