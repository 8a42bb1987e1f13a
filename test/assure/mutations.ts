// Mutated messages by the million, per parser: node test/assure/mutations.ts --count 1000000 --seed 1 [--only PARSER].
// Progress goes to standard error, one line of JSON to standard output; the exit code is 1 where one parser fails.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '#scripts/checkout.mjs';
import { FRAMES, PARSERS } from '#test/support/parsers/all.ts';
import { hugeFrames } from './huge-frames.ts';
import type { MutationTally, MutationTask } from './mutation-worker.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
const names = [...FRAMES.keys(), ...PARSERS.keys()].filter((one) => one.startsWith(values.only));
if (names.length === 0) throw new Error(`--only: no parser begins with ${values.only}`);
const waiting = [...names];
const tallies: MutationTally[] = [];
const started = performance.now();
const seconds = () => Math.max((performance.now() - started) / 1_000, 0.001);
const messages = () => tallies.reduce((sum, one) => sum + one.read + one.refused + one.failures.length, 0);
const say = (text: string) => void process.stderr.write(`${text}\n`);

function take(tally: MutationTally): void {
  tallies.push(tally);
  const { parser, read, refused, failures } = tally;
  for (const one of failures) if (one !== '') say(one);
  const rate = Math.round(messages() / seconds());
  say(`mutations: ${tallies.length} of ${names.length}, ${parser}: ${read} read, ${refused} refused, ${failures.length} failed; ${rate} a second`); // biome-ignore format: one glance
}

/** Takes one parser after the other; answers with those that brought the process down. */
function worked(): Promise<string | null> {
  return new Promise((resolve) => {
    const child = fork(join(ROOT, 'test/assure/mutation-worker.ts'), { execArgv: ['--max-old-space-size=1024'] });
    let own: string | null = null;
    const next = (): void => {
      own = waiting.shift() ?? null;
      if (own === null) child.disconnect();
      else child.send({ parser: own, count, seed } satisfies MutationTask);
    };
    child.on('message', (tally: MutationTally) => {
      take(tally);
      next();
    });
    child.once('exit', () => resolve(own));
    next();
  });
}

const crashed = (await Promise.all(Array.from({ length: Number(values.workers) }, worked))).filter(
  (one) => one !== null,
);
const huge = await hugeFrames();
for (const one of [...crashed.map((name) => `${name} brought the process down`), ...huge.failures]) say(one);
const failed = tallies.reduce((sum, one) => sum + one.failures.length, 0) + crashed.length + huge.failures.length;
const figures = {
  parsers: names.length,
  messages: messages(),
  failed,
  refused: tallies.reduce((sum, one) => sum + one.refused, 0),
  crashed,
  seconds: Math.round(seconds()),
  per_s: Math.round(messages() / seconds()),
  peak_rss_mb: Math.max(...tallies.map((one) => one.rssMb)),
  huge_frames: huge.frames,
  huge_frame_rss_mb: huge.rssMb,
  seed,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exitCode = failed === 0 ? 0 : 1;
