import { type ChildProcess, fork } from 'node:child_process';
import { overfitting } from '#shared/risk/overfitting.ts';
import { deflatedSharpe, expectedBestSharpe, momentsOf, sharpeOf } from '#shared/risk/performance.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { SweepJob } from './grid.ts';
import type { SweepFile } from './sweep-file.ts';
import type { SweepAnswer, SweepResult, SweepTask } from './sweep-work.ts';

/** A job that took so many workers down with it is not tried again. */
const ATTEMPTS = 3;

export interface SweepSetup {
  readonly jobs: readonly SweepJob[];
  /** The configuration's file. */
  readonly file: string;
  readonly workers: number;
  /** Program and arguments of a worker: it takes tasks and gives answers by messages. */
  readonly worker: { readonly program: string; readonly args: readonly string[] };
  readonly results: SweepFile;
  readonly onProgress?: (done: number, of: number) => void;
}

/** Jobs that are open, how often each was begun, and those that cannot be done. */
class Jobs {
  readonly faults = new Map<string, Fault>();
  readonly #open: SweepJob[];
  readonly #attempts = new Map<string, number>();

  constructor(jobs: readonly SweepJob[]) {
    this.#open = [...jobs].reverse();
  }

  next(): SweepJob | undefined {
    return this.#open.pop();
  }

  /** A worker died over it: once more, or given up. */
  lost(job: SweepJob): void {
    const attempts = (this.#attempts.get(job.key) ?? 0) + 1;
    this.#attempts.set(job.key, attempts);
    if (attempts < ATTEMPTS) this.#open.push(job);
    else this.faults.set(job.key, fault('worker-lost', `the worker ended ${attempts} times over this run`));
  }
}

/** One seat for a worker: a process that ends is followed by another as long as there is work. */
function seat(setup: SweepSetup, jobs: Jobs, settled: () => void): Promise<void> {
  const { worker, file, results } = setup;
  return new Promise((resolve) => {
    let child: ChildProcess | null = null;
    let current: SweepJob | undefined;
    const give = (): void => {
      current = jobs.next();
      if (current === undefined) {
        child?.disconnect();
        return;
      }
      child ??= start();
      const task: SweepTask = { job: current, file };
      // A worker that is going down tells so by its exit.
      child.send(task, () => undefined);
    };
    const start = (): ChildProcess => {
      const one = fork(worker.program, worker.args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      one.on('message', (answer: SweepAnswer) => {
        if ('result' in answer) results.add(answer.result);
        else jobs.faults.set(answer.key, answer.fault);
        current = undefined;
        settled();
        give();
      });
      one.on('exit', () => {
        child = null;
        const lost = current;
        current = undefined;
        if (lost === undefined) {
          resolve();
          return;
        }
        jobs.lost(lost);
        give();
        if (child === null) resolve();
      });
      return one;
    };
    give();
    if (child === null) resolve();
  });
}

/**
 * Works out what of the jobs has no result yet, on worker processes. Results are on disk one by one; a worker may be
 * killed at any time, and the sweep too: begun again it goes on where it stopped. Answers with what could not be done.
 */
export async function sweep(setup: SweepSetup): Promise<ReadonlyMap<string, Fault>> {
  const { jobs: all, results, workers, onProgress } = setup;
  const jobs = new Jobs(all.filter(({ key }) => !results.results.has(key)));
  const settled = (): void => {
    const done = all.filter(({ key }) => results.results.has(key) || jobs.faults.has(key)).length;
    onProgress?.(done, all.length);
  };
  settled();
  await Promise.all(Array.from({ length: workers }, () => seat(setup, jobs, settled)));
  return jobs.faults;
}

/** A sweep as a whole: what choosing the best of so many is worth. Ratios per period of the runs. */
export interface SweepVerdict {
  readonly runs: number;
  readonly best: string | null;
  readonly bestSharpe: number | null;
  /** What the best of as many runs without skill would show. */
  readonly expectedBestSharpe: number | null;
  readonly deflatedSharpe: number | null;
  readonly overfittingProbability: number | null;
}

const NO_VERDICT = {
  ...{ best: null, bestSharpe: null, expectedBestSharpe: null, deflatedSharpe: null, overfittingProbability: null },
};
const PERIODS_NEEDED = 160;

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
    overfittingProbability: long ? overfitting(columns, 10).probability : null,
  };
}
