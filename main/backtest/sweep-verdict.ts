import { overfitting, walkForward } from '#shared/risk/overfitting.ts';
import { deflatedSharpe, expectedBestSharpe, momentsOf, sharpeOf } from '#shared/risk/performance.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { SweepResult } from './sweep-work.ts';

/** A sweep as a whole: what choosing the best of so many is worth. Ratios per period of the runs. */
export interface SweepVerdict {
  readonly runs: number;
  readonly best: string | null;
  readonly bestSharpe: number | null;
  /** What the best of as many runs without skill would show. */
  readonly expectedBestSharpe: number | null;
  readonly deflatedSharpe: number | null;
  readonly overfittingProbability: number | null;
  /** Of the stretches that follow what the best was chosen on, put together; each is a tenth of the periods. */
  readonly walkForwardSharpe: number | null;
}

const NO_VERDICT = {
  ...{ best: null, bestSharpe: null, expectedBestSharpe: null, deflatedSharpe: null, overfittingProbability: null },
  walkForwardSharpe: null,
};
const PERIODS_NEEDED = 160;
const BLOCKS = 10;
/** Periods chosen on, as a multiple of those judged by. */
const TRAIN_BLOCKS = 5;

function ratioOf(returns: Float64Array): number {
  return sharpeOf(momentsOf(returns)).ratio;
}

/** Chooses the best again and again on what came before, and judges by what came after. */
function walkedForward(columns: readonly Float64Array[]): number | null {
  const periods = columns[0]?.length ?? 0;
  const test = Math.floor(periods / BLOCKS);
  const outside = walkForward(periods, { train: TRAIN_BLOCKS * test, test }).flatMap(({ train, test: judged }) => {
    const rated = columns.map((one) => ratioOf(one.subarray(train.from, train.until)));
    const best = columns[rated.indexOf(Math.max(...rated.filter(Number.isFinite)))];
    return best === undefined ? [] : [...best.subarray(judged.from, judged.until)];
  });
  const ratio = ratioOf(Float64Array.from(outside));
  return Number.isFinite(ratio) ? ratio : null;
}

/** Judges the choice of the run with the best Sharpe ratio. Runs of other lengths than the first are refused. */
export function verdictOf(results: readonly SweepResult[]): SweepVerdict {
  const columns = results.map((one) => Float64Array.from(one.returns));
  const rated = columns.map((one, k) => ({
    key: results[k]!.key,
    moments: momentsOf(one),
    ratio: sharpeOf(momentsOf(one)).ratio,
  }));
  const sound = rated.filter((one) => Number.isFinite(one.ratio));
  const best = sound.reduce<(typeof sound)[number] | null>((a, b) => (a === null || b.ratio > a.ratio ? b : a), null);
  if (best === null || sound.length < 2) return { runs: results.length, ...NO_VERDICT };
  const lengths = new Set(columns.map((one) => one.length));
  if (lengths.size > 1)
    throw new FaultError(fault('sweep', 'the runs are not of one length: they cannot be judged together'));
  const { deviation } = momentsOf(Float64Array.from(sound, (one) => one.ratio));
  const variance = deviation * deviation;
  const long = (columns[0]?.length ?? 0) >= PERIODS_NEEDED;
  return {
    runs: results.length,
    best: best.key,
    bestSharpe: best.ratio,
    expectedBestSharpe: expectedBestSharpe(sound.length, variance),
    deflatedSharpe: deflatedSharpe(best.moments, sound.length, variance),
    overfittingProbability: long ? overfitting(columns, BLOCKS).probability : null,
    walkForwardSharpe: long ? walkedForward(columns) : null,
  };
}
