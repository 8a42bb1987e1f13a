// Feeds parsers with mutated messages for test/assure/mutations.ts, one parser a message.
import { hashText, seededStream } from '#shared/market/seeded.ts';
import { judged, judgedLater, mutated, spoiled } from '#test/support/hostile-payloads.ts';
import { FRAMES, PARSERS } from '#test/support/parsers/all.ts';

export interface MutationTask {
  readonly parser: string;
  readonly count: number;
  readonly seed: number;
}

export interface MutationTally {
  readonly parser: string;
  readonly read: number;
  readonly refused: number;
  readonly failures: readonly string[];
  readonly seconds: number;
  readonly rssMb: number;
}

type Verdict = 'read' | 'refused';
type Judge = (draw: ReturnType<typeof seededStream>) => Verdict | Promise<Verdict>;

const SHOWN = 3;
/** No answer that can be. */
const CHAIN_CODES = ['chain'];

function judgeOf(name: string): Judge {
  const frame = FRAMES.get(name);
  if (frame !== undefined) return (draw) => judged(() => frame[1](spoiled(frame[0], draw)));
  const parser = PARSERS.get(name);
  if (parser === undefined) throw new Error(`no parser ${name}`);
  const [sample, read] = parser;
  return (draw) => {
    // Through text, as it comes from the wire: prototype keys become fields of their own.
    const text = JSON.stringify(mutated(sample, draw)) ?? 'null';
    const whole = draw.uniform() < 0.1 ? text.replace(/"\w+":/, '"__proto__":') : text;
    if (name.startsWith('chain ')) return judgedLater(() => read(JSON.parse(whole)), CHAIN_CODES);
    return judged(() => read(JSON.parse(whole)));
  };
}

async function work({ parser, count, seed }: MutationTask): Promise<MutationTally> {
  const judge = judgeOf(parser);
  const draw = seededStream(hashText(parser), seed);
  const verdicts = { read: 0, refused: 0 };
  const failures: string[] = [];
  const started = performance.now();
  let rss = 0;
  for (let i = 0; i < count; i++) {
    try {
      const verdict = judge(draw);
      verdicts[typeof verdict === 'string' ? verdict : await verdict] += 1;
    } catch (failed) {
      if (failures.length < SHOWN) failures.push(`${parser}, message ${i}: ${String(failed).slice(0, 600)}`);
      else failures.push('');
    }
    if (i % 10_000 === 0) rss = Math.max(rss, process.memoryUsage.rss());
  }
  if (Reflect.ownKeys(Object.prototype).includes('polluted')) failures.push(`${parser}: a prototype was touched`);
  const seconds = (performance.now() - started) / 1_000;
  return { parser, ...verdicts, failures, seconds, rssMb: Math.round(rss / 1e6) };
}

// Refusals by the million: where they were made is of no interest.
Error.stackTraceLimit = 0;
process.once('disconnect', () => process.exit());
process.on('message', (task: MutationTask) => {
  work(task).then(
    (tally) => process.send?.(tally),
    (thrown: unknown) => {
      process.stderr.write(`${String(thrown)}\n`);
      process.exit(1);
    },
  );
});
