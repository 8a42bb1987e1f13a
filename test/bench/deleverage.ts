import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '#scripts/checkout.mjs';
import type { Passage } from './crash-replay.ts';
import { type BookCourse, NAMES, TAPES, type Way } from './deleverage-books.ts';
import type { Part } from './deleverage-worker.ts';
import { type Bench, type Figures, percentile } from './figures.ts';

const LONG = 10_000;
const BOOKS = 400;
const QUICK = 100;
const TELL_EVERY = 10_000;

type Liquidated = NonNullable<BookCourse['passed']>;

/** What one worker plays: every so many books of each tape. */
function partOf(index: number, workers: number, count: number): readonly Part[] {
  const each = Math.ceil(count / TAPES.length);
  const seeds = Array.from({ length: each }, (_, k) => k + 1).filter((seed) => seed % workers === index);
  return TAPES.map((tape) => ({ tape, seeds }));
}

/** Plays all books on every core. Throws where a worker ends before its books. */
async function coursesOf(count: number, say: (line: string) => void): Promise<readonly BookCourse[]> {
  const workers = availableParallelism();
  const courses: BookCourse[] = [];
  const started = performance.now();
  const telling = setInterval(() => {
    const seconds = (performance.now() - started) / 1_000;
    say(`deleverage: ${courses.length} of ${count} books, ${(courses.length / seconds).toFixed(1)} a second`);
  }, TELL_EVERY);
  const worked = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(join(ROOT, 'test/bench/deleverage-worker.ts'));
      child.on('message', (told: BookCourse) => courses.push(told));
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      child.send(partOf(index, workers, count));
    });
  try {
    await Promise.all(Array.from({ length: workers }, (_, index) => worked(index)));
  } finally {
    clearInterval(telling);
  }
  // Whoever came first: sums are taken in one order.
  return courses.sort((a, b) => a.tape.localeCompare(b.tape) || a.seed - b.seed);
}

const costOf = ({ ownUsd, venueTakeUsd }: Passage): number => ownUsd + venueTakeUsd;

function totalsOf(books: readonly Liquidated[], name: Way): Figures {
  const sum = (of: (one: Liquidated) => number): number => books.reduce((so, one) => so + of(one), 0);
  const own = ({ ways }: Liquidated): Passage => ways[name];
  return {
    [`deleverage_saved_${name}`]: sum((one) => Number(own(one).venueUsd === 0)) / books.length,
    [`deleverage_venue_left_${name}`]: sum((one) => own(one).venueUsd) / sum((one) => one.alone.venueUsd),
    [`deleverage_cost_${name}`]: sum((one) => costOf(own(one))) / sum((one) => costOf(one.alone)),
    [`deleverage_end_${name}`]: sum((one) => own(one).endUsd) / sum((one) => one.alone.endUsd),
  };
}

/** Book by book: what the ladder leaves more, over what the book began with, and what it costs less. */
function againstOf(books: readonly Liquidated[], name: string, other: (one: Liquidated) => Passage): Figures {
  const gains = books.map((one) => (one.ways.ladder.endUsd - other(one).endUsd) / one.startUsd);
  const savings = books.map((one) => (costOf(other(one)) - costOf(one.ways.ladder)) / costOf(one.alone));
  return {
    [`deleverage_gain_vs_${name}_p05`]: percentile(gains, 0.05),
    [`deleverage_gain_vs_${name}_median`]: percentile(gains, 0.5),
    [`deleverage_cost_saved_vs_${name}_p05`]: percentile(savings, 0.05),
    [`deleverage_cost_saved_vs_${name}_median`]: percentile(savings, 0.5),
  };
}

/**
 * Seeded books through the real crashes of resources/tapes: of those that a venue liquidates when nothing is done, the
 * share that each way of reducing saves from it altogether, the venue-closed notional it leaves, and what it costs, own
 * trades and the venues' take together, over what the venues take when nothing is done. All ways act at the same ratio
 * and go down to the same; only the ladder looks at cost, at other pools and at the book's worst loss. `_4min`: at a look
 * every four minutes, where the ladder reckons with what may come before the next one; `_unaware`: where it does not.
 * `_vs_`: the ladder against nothing, the largest first and pro rata, book by book: the worst twentieth and the median.
 */
export const deleverage: Bench = async ({ quick, long, say }) => {
  const count = quick ? QUICK : long ? LONG : BOOKS;
  const courses = await coursesOf(count, say);
  const books = courses.flatMap(({ passed }) => passed ?? []);
  const totals = NAMES.map((name) => totalsOf(books, name));
  return {
    deleverage_books: courses.length,
    deleverage_liquidated: books.length,
    ...Object.assign({}, ...totals),
    ...againstOf(books, 'nothing', (one) => one.alone),
    ...againstOf(books, 'largest', (one) => one.ways.largest),
    ...againstOf(books, 'pro_rata', (one) => one.ways.pro_rata),
  };
};
