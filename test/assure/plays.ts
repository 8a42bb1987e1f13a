import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '#scripts/checkout.mjs';
import type { Troubles } from '#test/venues/simulator/troubles.ts';

/** Plays one seed of a venue: throws where it does not end as the venue says. */
export type PlaySeed = (seed: number, seen: Troubles) => Promise<void>;

/** By venue: its share of all that is played, by what one costs, and what plays it; loaded when it is its turn. */
export type Plays = Readonly<Record<string, { readonly share: number; readonly load: () => Promise<PlaySeed> }>>;

/** What there is to play. */
export type PlaysName = 'faults' | 'ledger';

/** What a worker is to do: seeds `first`, `first + step` … of each venue. */
export interface Task {
  readonly plays: PlaysName;
  readonly first: number;
  readonly step: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What a worker tells: of so many seeds of a venue. */
export interface Progress {
  readonly venue: string;
  readonly played: number;
  readonly seen: Troubles;
  readonly failures: readonly string[];
}

const TELL_EVERY = 10_000;
/** Failures that are told whole. */
const SHOWN = 10;

interface Tally {
  played: number;
  failed: number;
  readonly seen: Troubles;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** What was played so far, by venue. */
class Score {
  readonly venues: Record<string, Tally> = {};
  readonly #started = performance.now();

  take({ venue, played, seen, failures }: Progress): void {
    const tally = this.venues[venue] ?? { played: 0, failed: 0, seen: {} };
    this.venues[venue] = tally;
    for (const one of failures.slice(0, Math.max(SHOWN - this.failed, 0))) say(one);
    tally.played += played;
    tally.failed += failures.length;
    for (const [kind, times] of Object.entries(seen)) tally.seen[kind] = (tally.seen[kind] ?? 0) + times;
  }

  get played(): number {
    return Object.values(this.venues).reduce((sum, one) => sum + one.played, 0);
  }

  get failed(): number {
    return Object.values(this.venues).reduce((sum, one) => sum + one.failed, 0);
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1_000;
  }

  get rate(): number {
    return Math.round((this.played / this.seconds) * 10) / 10;
  }
}

/** Gives a worker its part; answers whether it came to its end. */
function worked(task: Task, score: Score): Promise<boolean> {
  return new Promise((resolve) => {
    const child = fork(join(ROOT, 'test/assure/play-worker.ts'), { execArgv: ['--max-old-space-size=2048'] });
    child.on('message', (told: Progress) => score.take(told));
    child.once('exit', (code) => resolve(code === 0));
    child.send(task);
  });
}

/** As many seeds of each venue as its share of all is. */
function countsOf(plays: Plays, only: string, count: number): Readonly<Record<string, number>> {
  const chosen = Object.entries(plays).filter(([venue]) => only === '' || venue === only);
  if (chosen.length === 0) throw new Error(`--only: expected one of ${Object.keys(plays).join(', ')}`);
  const shares = chosen.reduce((sum, [, { share }]) => sum + share, 0);
  return Object.fromEntries(chosen.map(([venue, { share }]) => [venue, Math.ceil((count * share) / shares)]));
}

/**
 * Plays seeds by the thousand, on every core: --count 100000 --seed 1 [--only VENUE] [--workers N]. Progress goes to
 * standard error, one line of JSON (`counted` names what was played) to standard output; the exit code is 1 where one
 * fails.
 */
export async function playAll(name: PlaysName, plays: Plays, counted: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const [seed, workers] = [Number(values.seed), Number(values.workers)];
  const total = countsOf(plays, values.only, Number(values.count));
  const wanted = Object.values(total).reduce((all, one) => all + one, 0);
  const score = new Score();
  const telling = setInterval(() => {
    say(`${name}: ${score.played} of ${wanted}, ${score.failed} failed, ${score.rate} a second`);
  }, TELL_EVERY);
  const tasks = Array.from({ length: workers }, (_, index): Task => {
    const share = (all: number): number => Math.floor((all + workers - 1 - index) / workers);
    const counts = Object.fromEntries(Object.entries(total).map(([venue, all]) => [venue, share(all)]));
    return { plays: name, first: seed + index, step: workers, counts };
  });
  const ended = await Promise.all(tasks.map((task) => worked(task, score)));
  clearInterval(telling);
  const failed = score.failed + (ended.every(Boolean) ? 0 : wanted - score.played);
  const figures = { failed, seconds: Math.round(score.seconds), per_s: score.rate, seed, venues: score.venues };
  process.stdout.write(`${JSON.stringify({ [counted]: score.played, ...figures })}\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
