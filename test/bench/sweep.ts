import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobsOf } from '#main/backtest/grid.ts';
import { sweep } from '#main/backtest/sweep.ts';
import { openSweepFile } from '#main/backtest/sweep-file.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { type Bench, median } from './figures.ts';

const CONFIG = join(ROOT, 'resources', 'backtests', 'march-2020.json');

/** Time of a sweep on two workers over that on one, start of the workers included: 0.5 at best. */
export const sweepTwoVsOne: Bench = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'keel-sweep-'));
  const given = JSON.parse(readFileSync(CONFIG, 'utf8')) as Record<string, unknown>;
  const seeds = Array.from({ length: quick ? 20 : 200 }, (_, k) => k);
  const jobs = jobsOf({ ...given, to: '2020-03-12T11:00:00Z' }, { seed: seeds }, 'grid');
  const worker = { program: join(ROOT, 'out', 'cli', 'keel.js'), args: ['worker'] };
  let attempt = 0;
  const timeOf = async (workers: number): Promise<number> => {
    attempt += 1;
    const results = openSweepFile(join(folder, `${attempt}.jsonl`));
    const from = performance.now();
    const faults = await sweep({ jobs, file: CONFIG, workers, worker, results });
    results.close();
    if (faults.size > 0 || results.results.size !== jobs.length) throw new Error('the sweep is not complete');
    return performance.now() - from;
  };
  try {
    const ratios: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      const one = await timeOf(1);
      ratios.push((await timeOf(2)) / one);
    }
    return { sweep_two_vs_one: median(ratios) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
