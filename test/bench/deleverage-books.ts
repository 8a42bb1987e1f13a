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
  worthUsd,
} from './crash-replay.ts';
import { seeded } from './seeded.ts';

export const TAPES = ['march-2020', 'may-2021'] as const;

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
export type Way = keyof typeof WAYS;
export const NAMES = Object.keys(WAYS) as Way[];

/** A seeded book's way through a crash. */
export interface BookCourse {
  readonly tape: string;
  readonly seed: number;
  /** Null where no venue touches the book although nothing is done. */
  readonly passed: {
    readonly startUsd: number;
    readonly alone: Passage;
    readonly ways: Readonly<Record<Way, Passage>>;
  } | null;
}

function bookAt({ instruments, moments: [first] }: Tape, seed: number) {
  if (!first) throw new RangeError('an empty tape');
  const { market } = first.tradable;
  const held = shapedBook(drawnShape(seeded(seed)), instruments, market);
  const axes = defaultAxes();
  const book = poolBook(assemble(held, { market, now: market.asOf, staleBefore: 0, axes, dayOffsetUsd: () => 0 }));
  return { book, startUsd: worthUsd(book, first.spot) };
}

const tapes = new Map<string, Tape>();

/** Plays one book through a tape, left alone and by every way of reducing. */
export function bookCourse(id: string, seed: number): BookCourse {
  const tape = tapes.get(id) ?? tapeOf(id);
  tapes.set(id, tape);
  const { book, startUsd } = bookAt(tape, seed);
  const alone = pass(book, tape, nothing);
  if (alone.venueUsd === 0) return { tape: id, seed, passed: null };
  const ways = Object.fromEntries(
    NAMES.map((name) => [name, pass(book, tape, WAYS[name].reduce, WAYS[name].looks)]),
  ) as Record<Way, Passage>;
  return { tape: id, seed, passed: { startUsd, alone, ways } };
}
