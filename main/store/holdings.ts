import { existsSync, statSync } from 'node:fs';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import { MINUTE } from '#shared/units/time.ts';
import type { ReadHandle, WriteHandle } from './handles.ts';
import { statementEntries } from './imported.ts';
import { JOURNAL_FORMAT } from './migrations/index.ts';
import { openForReading, openStore } from './open-store.ts';
import { tapeSpan } from './tape.ts';

/** A stretch without market data, between what was received before and after it. */
export interface Gap {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** What a session or history file holds. */
export interface Holdings {
  readonly file: string;
  /** With its write-ahead log. */
  readonly bytes: number;
  readonly entries: number;
  readonly fills: number;
  /** Facts of statements, and the files they came from. */
  readonly imported: number;
  readonly statements: readonly string[];
  /** Recorded market data; null where there is none. Engine time. */
  readonly tape: {
    readonly from: EpochMs;
    readonly to: EpochMs;
    readonly quotes: number;
    readonly bytes: number;
  } | null;
  /** Longer than {@link SILENCE}; a session that was closed and opened again has one. */
  readonly gaps: readonly Gap[];
}

/** Market data comes ten times a second: this long without any is a gap. */
const SILENCE: DurationMs = 5 * MINUTE;

/** Bytes of a store on disk. */
export function bytesOf(file: string): number {
  return ['', '-wal'].reduce((sum, part) => sum + (existsSync(file + part) ? statSync(file + part).size : 0), 0);
}

function count(read: ReadHandle, table: string): number {
  return (
    read.select<[], { rows: number }>(`count ${table}`, `SELECT count(*) AS rows FROM ${table}`).first()?.rows ?? 0
  );
}

function gapsOf(read: ReadHandle): readonly Gap[] {
  const sql = `SELECT ended AS "from", starts AS "to" FROM (
    SELECT starts, max(ends) OVER (ORDER BY chunk ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended FROM tape
  ) WHERE ended IS NOT NULL AND starts - ended > ?`;
  return read.select<[number], Gap>('gaps of the tape', sql).all(SILENCE);
}

/** What a file holds. Throws as {@link openForReading} does: `store-busy` while Keel has it open. */
export function holdingsOf(file: string): Holdings {
  const read = openForReading(file, JOURNAL_FORMAT);
  try {
    const span = tapeSpan(read);
    const size = 'SELECT total(length(bytes)) AS bytes FROM tape';
    const bytes = read.select<[], { bytes: number }>('size of the tape', size).first()?.bytes ?? 0;
    return {
      ...{ file, bytes: bytesOf(file), entries: count(read, 'journal'), fills: count(read, 'fills') },
      imported: count(read, 'imported'),
      statements: statementEntries(read).flatMap(({ event }) =>
        event.type === 'statement' ? [event.statement.file] : [],
      ),
      tape: span === null ? null : { from: span.from, to: span.to, quotes: span.rows, bytes },
      gaps: gapsOf(read),
    };
  } finally {
    read.close();
  }
}

function forWriting<T>(file: string, work: (store: WriteHandle) => T): T {
  const store = openStore(file, JOURNAL_FORMAT);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** Gives the space of what was deleted back to the disk; what the file says stays as it is. Answers bytes saved. */
export function compact(file: string): number {
  const before = bytesOf(file);
  forWriting(file, (store) => {
    store.script('VACUUM');
    // Otherwise the rewritten pages would stand in the log a second time.
    store.script('PRAGMA wal_checkpoint(TRUNCATE)');
  });
  return before - bytesOf(file);
}

/** Room taken by a session's recording and by pages that hold nothing, bytes. Throws as {@link holdingsOf} does. */
export function roomOf(file: string): { readonly recording: number; readonly free: number } {
  const read = openForReading(file, JOURNAL_FORMAT);
  try {
    const sql = `SELECT (SELECT total(length(bytes)) FROM tape) + (SELECT total(length(bytes)) FROM inputs) AS recording,
      (SELECT freelist_count FROM pragma_freelist_count) * (SELECT page_size FROM pragma_page_size) AS free`;
    return read.select<[], { recording: number; free: number }>('room', sql).first() ?? { recording: 0, free: 0 };
  } finally {
    read.close();
  }
}

/** Drops the whole recording of a session, and gives the room back; the journal stays. Answers bytes saved. */
export function dropRecording(file: string): number {
  const before = bytesOf(file);
  forWriting(file, (store) => {
    store.transact('drop recording', () => store.script('DELETE FROM tape; DELETE FROM inputs'));
  });
  compact(file);
  return before - bytesOf(file);
}

/**
 * Drops the recording (market data and inputs) of a session that is older than `keep` before its end, as far as `keep`
 * reaches back; the journal, and with it history and P&L, is never touched. A session without its whole recording can no
 * longer be replayed, so its inputs go altogether. Answers the chunks dropped.
 */
export function dropTape(file: string, keep: DurationMs): number {
  return forWriting(file, (store) => {
    const end = tapeSpan(store)?.to;
    if (end === undefined) return 0;
    return store.transact('drop tape', () => {
      const chunks = store.change<[number]>('drop tape', 'DELETE FROM tape WHERE ends < ?').run(end - keep);
      if (chunks > 0) store.change<[]>('drop inputs', 'DELETE FROM inputs').run();
      return chunks;
    });
  });
}
