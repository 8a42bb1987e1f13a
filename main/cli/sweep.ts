import { readFileSync } from 'node:fs';
import { readConfig } from '#main/backtest/backtest.ts';
import { type Grid, jobsOf } from '#main/backtest/grid.ts';
import { sweep as runSweep, type SweepSetup } from '#main/backtest/sweep.ts';
import { openSweepFile } from '#main/backtest/sweep-file.ts';
import { verdictOf } from '#main/backtest/sweep-verdict.ts';
import { parseJson, readText } from '#shared/units/reading.ts';
import { progressBar } from './backtest.ts';
import { type Command, DONE, FAILED, options, required, toJson, within } from './command.ts';

const read = (file: string): string => readText((name) => readFileSync(name, 'utf8'), file);

/** The queue's client is loaded by those who use it only. */
async function overQueue(setup: SweepSetup, url: string): ReturnType<typeof runSweep> {
  const { enqueue } = await import('#main/backtest/sweep-queue.ts');
  return enqueue({ ...setup, url });
}

export const sweep: Command = {
  usage: 'keel sweep CONFIG.json --grid GRID.json [--workers N] [--out SWEEP.jsonl] [--queue redis://HOST:PORT]',
  about:
    'a backtest for every combination of values by field, on worker processes (or on the workers of a queue); begun again it goes on where it stopped. Prints every run and what choosing the best of them is worth',
  async run(args, output) {
    const { values, positionals } = options(args, {
      grid: { type: 'string' },
      workers: { type: 'string', default: '2' },
      out: { type: 'string' },
      queue: { type: 'string' },
    });
    const file = required(positionals[0], 'CONFIG.json');
    const grid = required(values.grid, '--grid GRID.json');
    const workers = within(values.workers, '--workers', 1, 64);
    const text = read(file);
    readConfig(text, file);
    const jobs = jobsOf(parseJson(text, file) as Record<string, unknown>, parseJson(read(grid), grid) as Grid, grid);
    for (const { config, parameters } of jobs)
      readConfig(JSON.stringify(config), `${grid}, ${JSON.stringify(parameters)}`);
    const out = values.out ?? `${file}.sweep.jsonl`;
    const results = openSweepFile(out);
    const bar = progressBar('sweep');
    try {
      const before = results.results.size;
      if (before > 0) output.say(`${before} runs are in ${out} already`);
      const setup = {
        ...{ jobs, file, workers, results },
        worker: { program: process.argv[1] ?? '', args: ['worker'] },
        onProgress: (done: number, of: number) => bar(done / of),
      };
      const faults = await (values.queue === undefined ? runSweep(setup) : overQueue(setup, values.queue));
      const done = jobs.flatMap(({ key }) => results.results.get(key) ?? []);
      for (const job of jobs) {
        const found = faults.get(job.key);
        if (found !== undefined) output.say(`${JSON.stringify(job.parameters)}: ${found.message}`);
      }
      if (new Set(done.map((one) => one.dataHash)).size > 1)
        output.say(`the data changed between runs of ${out}: they cannot be held against one another`);
      const runs = done.map(({ returns: _returns, ...one }) => one);
      output.result(toJson({ verdict: verdictOf(done), runs }));
      return faults.size === 0 ? DONE : FAILED;
    } finally {
      results.close();
    }
  },
};
