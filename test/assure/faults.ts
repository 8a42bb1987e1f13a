// Fault schedules by the thousand, on every core: node test/assure/faults.ts --count 100000 --seed 1 [--only VENUE].
// Progress goes to standard error, one line of JSON to standard output; the exit code is 1 where one fails.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '#scripts/checkout.mjs';
import type { Troubles } from '#test/venues/simulator/troubles.ts';
import { type Progress, SCHEDULES } from './schedules.ts';

const TELL_EVERY = 10_000;
/** Failures that are told whole. */
const SHOWN = 10;

interface Tally {
  schedules: number;
  failed: number;
  readonly seen: Troubles;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
const [count, seed, workers] = [Number(values.count), Number(values.seed), Number(values.workers)];
const chosen = Object.entries(SCHEDULES).filter(([venue]) => values.only === '' || venue === values.only);
if (chosen.length === 0) throw new Error(`--only: expected one of ${Object.keys(SCHEDULES).join(', ')}`);
const shares = chosen.reduce((sum, [, { share }]) => sum + share, 0);
const total: Record<string, number> = {};
for (const [venue, { share }] of chosen) total[venue] = Math.ceil((count * share) / shares);

const tallies: Record<string, Tally> = {};
for (const [venue] of chosen) tallies[venue] = { schedules: 0, failed: 0, seen: {} };
const started = performance.now();
const sum = (of: (tally: Tally) => number) => Object.values(tallies).reduce((all, one) => all + of(one), 0);
const rate = () => Math.round((sum((one) => one.schedules) / (performance.now() - started)) * 1e4) / 10;
const say = (text: string) => void process.stderr.write(`${text}\n`);

function take({ venue, played, seen, failures }: Progress): void {
  const tally = tallies[venue];
  if (tally === undefined) return;
  const shown = sum((one) => one.failed);
  for (const one of failures.slice(0, Math.max(SHOWN - shown, 0))) say(one);
  tally.schedules += played;
  tally.failed += failures.length;
  for (const [kind, times] of Object.entries(seen)) tally.seen[kind] = (tally.seen[kind] ?? 0) + times;
}

/** Plays a worker's part; answers whether it came to its end. */
function worked(index: number): Promise<boolean> {
  return new Promise((resolve) => {
    const counts: Record<string, number> = {};
    for (const [venue, all] of Object.entries(total)) counts[venue] = Math.floor((all + workers - 1 - index) / workers);
    const child = fork(join(ROOT, 'test/assure/schedule-worker.ts'), { execArgv: ['--max-old-space-size=2048'] });
    child.on('message', (told: Progress) => take(told));
    child.once('exit', (code) => resolve(code === 0));
    child.send({ first: seed + index, step: workers, counts });
  });
}

const wanted = Object.values(total).reduce((all, one) => all + one, 0);
const telling = setInterval(() => {
  say(`faults: ${sum((one) => one.schedules)} of ${wanted}, ${sum((one) => one.failed)} failed, ${rate()} a second`);
}, TELL_EVERY);
const ended = await Promise.all(Array.from({ length: workers }, (_, index) => worked(index)));
clearInterval(telling);
const schedules = sum((one) => one.schedules);
const failed = sum((one) => one.failed) + (ended.every(Boolean) ? 0 : wanted - schedules);
const seconds = Math.round((performance.now() - started) / 1_000);
process.stdout.write(`${JSON.stringify({ schedules, failed, seconds, per_s: rate(), seed, venues: tallies })}\n`);
process.exitCode = failed === 0 ? 0 : 1;
