import { type ChildProcess, fork } from 'node:child_process';
import { type Fault, fault } from '#shared/units/result.ts';
import type { SweepJob } from './grid.ts';
import type { SweepFile } from './sweep-file.ts';
import type { SweepAnswer, SweepTask } from './sweep-work.ts';

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
        // The next task first: the worker does not wait for the disk.
        give();
        if ('result' in answer) results.add(answer.result);
        else jobs.faults.set(answer.key, answer.fault);
        settled();
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
