// A sweep over a queue: workers may die at any time, every job is done, and comes to what one process comes to.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readShapes } from '#main/backtest/backtest.ts';
import { jobsOf } from '#main/backtest/grid.ts';
import { openSweepFile } from '#main/backtest/sweep-file.ts';
import { enqueue } from '#main/backtest/sweep-queue.ts';
import { work } from '#main/backtest/sweep-work.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { type RedisServer, startRedis } from '#test/support/redis.ts';

const DEMO = join(ROOT, 'resources', 'backtests', 'march-2020.json');
const shapes = readShapes((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'keel-queue-'));
const config = { ...(JSON.parse(readFileSync(DEMO, 'utf8')) as object), to: '2020-03-12T10:00:00Z' };
const jobs = jobsOf(config, { seed: [1, 2, 3, 4], 'hedge.ratio': [1, 9] }, 'grid.json');

describe('a sweep over a queue', () => {
  let redis: RedisServer;
  const workers: ChildProcess[] = [];
  const startWorker = (): void => {
    const args = [join(ROOT, 'main', 'cli', 'keel.ts'), 'worker', '--queue', redis.url, '--lost-after', '1'];
    workers.push(spawn(process.execPath, args, { stdio: 'ignore' }));
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    for (const one of workers) one.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('loses nothing when a worker is killed, and comes to what one process comes to', async () => {
    const results = openSweepFile(join(folder, 'queue.jsonl'));
    let kills = 0;
    startWorker();
    startWorker();
    const faults = await enqueue({
      ...{ jobs, file: DEMO, workers: 2, results, url: redis.url },
      onProgress() {
        if (kills > 0) return;
        // In the midst of its next run.
        workers[0]?.kill('SIGKILL');
        kills += 1;
        startWorker();
      },
    });
    results.close();
    expect(kills).toBe(1);
    expect(faults.size).toBe(4);
    expect(results.results.size).toBe(4);
    for (const job of jobs) {
      const answer = JSON.parse(JSON.stringify(await work({ job, file: DEMO }, shapes))) as Awaited<
        ReturnType<typeof work>
      >;
      if ('result' in answer) expect(results.results.get(job.key)).toEqual(answer.result);
      else expect(faults.get(job.key)?.message).toBe(answer.fault.message);
    }
    // Written down once each, and none is asked for again.
    expect(readFileSync(join(folder, 'queue.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(4);
    const again = openSweepFile(join(folder, 'queue.jsonl'));
    const done = jobs.filter((job) => again.results.has(job.key));
    expect(await enqueue({ jobs: done, file: DEMO, workers: 0, results: again, url: redis.url })).toEqual(new Map());
    again.close();
  });
});
