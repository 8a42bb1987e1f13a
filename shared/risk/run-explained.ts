import { noTerms, PNL_TERMS, type PnlTerm, type PnlTerms } from './pnl-terms.ts';
import type { RunSamples } from './run-samples.ts';

/** Why the equity changed between two rows of a run's record. The terms add up to `total`. */
export interface RunExplained {
  readonly from: number;
  readonly to: number;
  readonly terms: PnlTerms;
  readonly total: number;
}

/** Null where the run was recorded without its terms. */
export function explainedBetween(samples: RunSamples, first: number, last: number): RunExplained | null {
  const terms: Record<PnlTerm, number> = noTerms();
  for (const term of PNL_TERMS) {
    const column = samples[`pnl.${term}`];
    terms[term] = (column[last] ?? Number.NaN) - (column[first] ?? Number.NaN);
    if (!Number.isFinite(terms[term])) return null;
  }
  const [from, to] = [samples.at[first] ?? Number.NaN, samples.at[last] ?? Number.NaN];
  const total = (samples.equityUsd[last] ?? Number.NaN) - (samples.equityUsd[first] ?? Number.NaN);
  return { from, to, terms, total };
}

/** The last row at or before a time; 0 before the first. */
export function rowAt(at: Float64Array, time: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}
