import { periodReturns, type RunSummary, summaryOf } from '#shared/risk/run-summary.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import { backtest, readConfig, type Shapes } from './backtest.ts';
import type { SweepJob } from './grid.ts';
import type { Costs, Counts } from './ledger.ts';
import type { ReadMarket } from './market-tape.ts';

/** What is asked of a worker. `file`: the configuration's, which its files are named relative to. */
export interface SweepTask {
  readonly job: SweepJob;
  readonly file: string;
}

/** What a run of a sweep came to. Equal tasks give equal results, so that doing one twice does no harm. */
export interface SweepResult {
  readonly key: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly dataHash: string;
  readonly hash: string;
  readonly summary: RunSummary;
  readonly costs: Costs;
  readonly counts: Counts;
  /** From sample to sample. */
  readonly returns: readonly number[];
}

export type SweepAnswer =
  | { readonly key: string; readonly result: SweepResult }
  | { readonly key: string; readonly fault: Fault };

/** Works one task out. A fault is an answer: another attempt would come to the same. */
export async function work({ job, file }: SweepTask, shapes: Shapes, read?: ReadMarket): Promise<SweepAnswer> {
  const { key, parameters, config: given } = job;
  try {
    const config = readConfig(JSON.stringify(given), `${file} with ${JSON.stringify(parameters)}`);
    const { head, run } = await backtest({ config, given, file, shapes, ...(read ? { read } : {}) });
    const { dataHash, hash, costs, counts } = head;
    const returns = [...periodReturns(run.samples)];
    return {
      key,
      result: { key, parameters, dataHash, hash, summary: summaryOf(run.samples), costs, counts, returns },
    };
  } catch (thrown) {
    return { key, fault: toFault(thrown) };
  }
}
