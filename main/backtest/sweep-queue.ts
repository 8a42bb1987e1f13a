import { Queue, QueueEvents, UnrecoverableError, Worker } from 'bullmq';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { Shapes } from './backtest.ts';
import { keepingMarket } from './market-tape.ts';
import type { SweepSetup } from './sweep.ts';
import { type SweepAnswer, type SweepTask, work } from './sweep-work.ts';

const QUEUE = 'keel-sweep';
/** How often a task may be begun again after its worker died. */
const STALLED_AT_MOST = 10;
const ANSWER_KEPT_S = 24 * 3_600;

function connectionOf(url: string): {
  readonly host: string;
  readonly port: number;
  readonly maxRetriesPerRequest: null;
} {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== 'redis:')
    throw new FaultError(fault('usage', `--queue: expected an address such as redis://localhost:6379, was "${url}"`));
  return { host: parsed.hostname, port: Number(parsed.port || 6_379), maxRetriesPerRequest: null };
}

/**
 * The same sweep over the workers of a queue, on any machine: at least once, and idempotent by the key of each job, for
 * equal tasks have equal results. Workers may die at any time.
 */
export async function enqueue(
  setup: Omit<SweepSetup, 'worker'> & { readonly url: string },
): Promise<ReadonlyMap<string, Fault>> {
  const { jobs, file, results, onProgress, url } = setup;
  const connection = connectionOf(url);
  const queue = new Queue<SweepTask, SweepAnswer>(QUEUE, { connection });
  const events = new QueueEvents(QUEUE, { connection });
  const faults = new Map<string, Fault>();
  try {
    await events.waitUntilReady();
    const open = jobs.filter(({ key }) => !results.results.has(key));
    const options = { removeOnComplete: { age: ANSWER_KEPT_S }, removeOnFail: true };
    await Promise.all(
      open.map(async (job) => {
        const { key } = job;
        const queued = await queue.add('run', { job, file }, { jobId: key, ...options });
        try {
          const answer = await queued.waitUntilFinished(events);
          // Kept only as long as nobody has it: asked again, it is worked out anew on the files as they are then.
          await queued.remove();
          if ('result' in answer) results.add(answer.result);
          else faults.set(key, answer.fault);
        } catch (thrown) {
          faults.set(key, toFault(thrown, 'queue'));
        }
        onProgress?.(jobs.filter((one) => results.results.has(one.key) || faults.has(one.key)).length, jobs.length);
      }),
    );
  } finally {
    await events.close();
    await queue.close();
  }
  return faults;
}

/**
 * Takes tasks from a queue until `stop` settles. A fault of a run is its answer; anything else is tried again. A worker
 * that says nothing for `lostAfterMs` is taken for dead, and its task is given to another.
 */
export async function serveQueue(
  url: string,
  shapes: Shapes,
  lostAfterMs: number,
  stop: Promise<unknown>,
): Promise<void> {
  const read = keepingMarket();
  const serve = async ({ data }: { readonly data: SweepTask }): Promise<SweepAnswer> => {
    if (data.job === undefined) throw new UnrecoverableError('the task names no job');
    return work(data, shapes, read);
  };
  const worker = new Worker<SweepTask, SweepAnswer>(QUEUE, serve, {
    ...{
      connection: connectionOf(url),
      lockDuration: lostAfterMs,
      stalledInterval: lostAfterMs,
      maxStalledCount: STALLED_AT_MOST,
    },
  });
  // A queue that cannot be reached is waited for; an interrupted run is another worker's after a while.
  await stop;
  await worker.close(true);
}
