// A sweep: every combination once, also when workers are killed and when it is begun again; judged as a whole.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readShapes } from '#main/backtest/backtest.ts';
import { jobsOf } from '#main/backtest/grid.ts';
import { sweep } from '#main/backtest/sweep.ts';
import { openSweepFile } from '#main/backtest/sweep-file.ts';
import { verdictOf } from '#main/backtest/sweep-verdict.ts';
import { type SweepResult, work } from '#main/backtest/sweep-work.ts';
import { ROOT } from '#scripts/checkout.mjs';

const RESOURCES = join(ROOT, 'resources');
const DEMO = join(RESOURCES, 'backtests', 'march-2020.json');
const folder = mkdtempSync(join(tmpdir(), 'keel-sweep-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = { ...(JSON.parse(readFileSync(DEMO, 'utf8')) as object), to: '2020-03-12T09:20:00Z' };
const grid = { 'hedge.minimumClip': [0.01, 0.02, 0.05], seed: [1, 2] };
const jobs = jobsOf(config, grid, 'grid.json');
const worker = { program: join(ROOT, 'main', 'cli', 'keel.ts'), args: ['worker'] };

/** Ids of the worker processes of this one. */
function workersAlive(): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => (line.endsWith('keel.ts worker') ? [Number.parseInt(line, 10)] : []));
}

describe('a grid', () => {
  it('is every combination, each with a key of its own', () => {
    expect(jobs.map((one) => one.parameters)).toEqual(
      [0.01, 0.02, 0.05].flatMap((clip) => [1, 2].map((seed) => ({ 'hedge.minimumClip': clip, seed }))),
    );
    expect(new Set(jobs.map((one) => one.key)).size).toBe(6);
    expect(jobs[5]?.config).toMatchObject({ hedge: { underlying: 'BTC', minimumClip: 0.05 }, seed: 2 });
    expect(() => jobsOf(config, { seed: 3 }, 'grid.json')).toThrow('grid.json, seed: expected a list of values, was 3');
  });
});

describe('a sweep', () => {
  it('loses nothing when workers are killed, and comes to what one process comes to', async () => {
    const results = openSweepFile(join(folder, 'killed.jsonl'));
    let kills = 0;
    const setup = { jobs, file: DEMO, workers: 2, worker, results };
    const faults = await sweep({
      ...setup,
      onProgress(done) {
        const [victim] = workersAlive();
        if (done >= 1 && kills < 2 && victim !== undefined) process.kill(victim, 'SIGKILL');
        if (done >= 1) kills += 1;
      },
    });
    results.close();
    expect(kills).toBeGreaterThan(1);
    expect(faults.size).toBe(0);
    const shapes = readShapes((name) => readFileSync(join(RESOURCES, name), 'utf8'));
    for (const job of jobs) {
      const answer = await work({ job, file: DEMO }, shapes);
      expect({ key: job.key, result: results.results.get(job.key) }).toEqual(JSON.parse(JSON.stringify(answer)));
    }
  });

  it('goes on where it stopped, a torn line counting for nothing', async () => {
    const file = join(folder, 'killed.jsonl');
    const whole = openSweepFile(file);
    whole.close();
    expect(whole.results.size).toBe(6);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const again = join(folder, 'again.jsonl');
    appendFileSync(again, `${lines.slice(0, 5).join('\n')}\n${lines[5]?.slice(0, 40)}`);
    const results = openSweepFile(again);
    expect(results.results.size).toBe(5);
    let told = 0;
    const onProgress = (): void => {
      told += 1;
    };
    await sweep({ jobs, file: DEMO, workers: 1, worker, results, onProgress });
    results.close();
    expect(told).toBe(2);
    expect(readFileSync(again, 'utf8').trimEnd().split('\n').sort()).toEqual(lines.sort());
  });

  it('says what cannot be run and why', async () => {
    const results = openSweepFile(join(folder, 'faulty.jsonl'));
    const wrong = jobsOf(config, { 'hedge.ratio': [1, 9] }, 'grid.json');
    const faults = await sweep({ jobs: wrong, file: DEMO, workers: 1, worker, results });
    results.close();
    expect(results.results.size).toBe(1);
    expect(faults.get(wrong[1]?.key ?? '')?.message).toMatch(/hedge\.ratio: expected a share of the way to the target/);
  });

  it('judges the choice of the best by how many were tried', () => {
    const [known] = [...openSweepFile(join(folder, 'killed.jsonl')).results.values()];
    const run = (key: string, returns: readonly number[]): SweepResult => ({ ...known!, key, returns });
    const wave = (level: number): number[] => Array.from({ length: 200 }, (_, k) => level + Math.sin(k * 7.3));
    const verdict = verdictOf([run('a', wave(0)), run('b', wave(0.5)), run('c', wave(0.1))]);
    expect(verdict).toMatchObject({ runs: 3, best: 'b', overfittingProbability: 0 });
    expect(verdict.bestSharpe).toBeCloseTo(0.5 / Math.SQRT1_2, 1);
    // "b" is chosen every time: what is judged by is its second half.
    const half = wave(0.5).slice(100);
    const mean = half.reduce((a, b) => a + b, 0) / 100;
    const variance = half.reduce((a, b) => a + (b - mean) ** 2, 0) / 99;
    expect(verdict.walkForwardSharpe).toBeCloseTo(mean / Math.sqrt(variance), 12);
    expect(verdictOf([run('a', wave(0))]).best).toBeNull();
  });
});
