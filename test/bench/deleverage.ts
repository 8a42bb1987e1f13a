import { assemble } from '#shared/risk/assemble.ts';
import { poolBook } from '#shared/risk/pool-book.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { MINUTE } from '#shared/units/time.ts';
import { drawnShape, shapedBook } from '#test/support/crash-books.ts';
import {
  ALWAYS,
  ladder,
  largestFirst,
  nothing,
  type Passage,
  pass,
  proRata,
  type Tape,
  tapeOf,
} from './crash-replay.ts';
import type { Bench } from './figures.ts';
import { seeded } from './seeded.ts';

const LONG = 10_000;
const BOOKS = 400;
const QUICK = 100;
/** Between two looks of somebody who does not look all the time. */
const SELDOM = 4 * MINUTE;
const WAYS = {
  ladder: { reduce: ladder, looks: ALWAYS },
  largest: { reduce: largestFirst, looks: ALWAYS },
  pro_rata: { reduce: proRata, looks: ALWAYS },
  ladder_4min: { reduce: ladder, looks: { every: SELDOM, lapse: true } },
  ladder_4min_unaware: { reduce: ladder, looks: { every: SELDOM, lapse: false } },
  largest_4min: { reduce: largestFirst, looks: { every: SELDOM, lapse: false } },
  pro_rata_4min: { reduce: proRata, looks: { every: SELDOM, lapse: false } },
} as const;
type Way = keyof typeof WAYS;
const NAMES = Object.keys(WAYS) as Way[];

interface Tally {
  /** Books that no venue touched although one would have, had nothing been done. */
  spared: number;
  venueUsd: number;
  costUsd: number;
  endUsd: number;
}

function bookAt({ instruments, moments: [first] }: Tape, seed: number) {
  if (!first) throw new RangeError('an empty tape');
  const { market } = first.tradable;
  const held = shapedBook(drawnShape(seeded(seed)), instruments, market);
  const axes = defaultAxes();
  return poolBook(assemble(held, { market, now: market.asOf, staleBefore: 0, axes, dayOffsetUsd: () => 0 }));
}

function add(tally: Tally, passage: Passage): void {
  tally.spared += Number(passage.venueUsd === 0);
  tally.venueUsd += passage.venueUsd;
  tally.costUsd += passage.ownUsd + passage.venueTakeUsd;
  tally.endUsd += passage.endUsd;
}

/**
 * Seeded books through the real crashes of resources/tapes: of those that a venue liquidates when nothing is done, the
 * share that each way of reducing saves from it altogether, the venue-closed notional it leaves, and what it costs, own
 * trades and the venues' take together, over what the venues take when nothing is done. All ways act at the same ratio
 * and go down to the same; only the ladder looks at cost, at other pools and at the book's worst loss. `_4min`: at a look
 * every four minutes, where the ladder reckons with what may come before the next one; `_unaware`: where it does not.
 */
export const deleverage: Bench = async ({ quick, long, say }) => {
  const tapes = ['march-2020', 'may-2021'].map(tapeOf);
  const idle: Tally = { spared: 0, venueUsd: 0, costUsd: 0, endUsd: 0 };
  const tallies = Object.fromEntries(NAMES.map((name) => [name, { ...idle }])) as Record<Way, Tally>;
  let touched = 0;
  const count = quick ? QUICK : long ? LONG : BOOKS;
  for (const tape of tapes) {
    for (let seed = 1; seed <= count / tapes.length; seed++) {
      const book = bookAt(tape, seed);
      const alone = pass(book, tape, nothing);
      if (alone.venueUsd === 0) continue;
      touched++;
      add(idle, alone);
      for (const name of NAMES) add(tallies[name], pass(book, tape, WAYS[name].reduce, WAYS[name].looks));
      if (touched % 500 === 0) say(`deleverage: ${tape.id}, book ${seed}`);
    }
  }
  const figures = NAMES.flatMap((name) => {
    const { spared, venueUsd, costUsd, endUsd } = tallies[name];
    return [
      [`deleverage_saved_${name}`, spared / touched],
      [`deleverage_venue_left_${name}`, venueUsd / idle.venueUsd],
      [`deleverage_cost_${name}`, costUsd / idle.costUsd],
      [`deleverage_end_${name}`, endUsd / idle.endUsd],
    ];
  });
  return { deleverage_books: count, deleverage_liquidated: touched, ...Object.fromEntries(figures) };
};
