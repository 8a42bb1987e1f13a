import { z } from 'zod';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';

/** Records may show up this late: what lies so far behind the cursor is read again and what was told is left out. */
export const OVERLAP: DurationMs = 10 * SECOND;

/** How far one stream was read: up to `at`, and the ids that stand in the overlap before it. */
export interface Mark {
  readonly at: EpochMs;
  readonly ids: readonly string[];
}

/** One record of a stream; `key` is its own within the stream. */
export interface Row<T> {
  readonly key: string;
  readonly at: EpochMs;
  readonly value: T;
}

/** What a stream has from its mark on, oldest first; `whole`: there is nothing beyond. */
export interface Read<T> {
  readonly rows: readonly Row<T>[];
  readonly whole: boolean;
}

const START: Mark = { at: 0, ids: [] };
const cursorSchema = z.record(z.string(), z.object({ at: z.number(), ids: z.array(z.string()) }));

/** Where a stream is to be read from. */
export function startOf(mark: Mark): EpochMs {
  return Math.max(mark.at - OVERLAP, 0);
}

/** The mark after a stream was told these rows. */
function advanced(mark: Mark, rows: readonly Row<unknown>[]): Mark {
  const at = Math.max(mark.at, ...rows.map((row) => row.at));
  const near = rows.filter((row) => row.at >= at - OVERLAP).map((row) => row.key);
  return { at, ids: [...new Set(near)] };
}

/** The marks that a cursor stands for. Throws "cursor" for a text that is none of this venue's. */
export function marksOf(venue: string, cursor: string | null): (stream: string) => Mark {
  if (cursor === null) return () => START;
  try {
    const marks = cursorSchema.parse(JSON.parse(cursor));
    return (stream) => (Object.hasOwn(marks, stream) ? (marks[stream] ?? START) : START);
  } catch (cause) {
    throw new FaultError(fault('cursor', `the history cursor is not one of ${venue}’s`), { cause });
  }
}

/** Several streams on one page. */
export interface Pager {
  /** What is news in each of these streams, stream by stream. */
  fresh<T>(reads: ReadonlyMap<string, Read<T>>): readonly T[];
  /** The cursor behind everything that `fresh` told. */
  next(): string;
}

/**
 * One page over all streams. Where one goes on beyond this page, nothing of the others behind that point is told yet: so
 * that pages in turn are in order of time.
 */
export function pagerOf(markOf: (stream: string) => Mark, all: Iterable<Read<unknown>>): Pager {
  const ends = [...all].filter((one) => !one.whole).map((one) => one.rows.at(-1)?.at ?? 0);
  const until = Math.min(Number.POSITIVE_INFINITY, ...ends);
  const next: Record<string, Mark> = {};
  return {
    fresh: (reads) =>
      [...reads].flatMap(([stream, { rows }]) => {
        const told = rows.filter((row) => row.at <= until);
        const mark = markOf(stream);
        next[stream] = advanced(mark, told);
        return told.filter((row) => !mark.ids.includes(row.key)).map((row) => row.value);
      }),
    next: () => JSON.stringify(next),
  };
}
