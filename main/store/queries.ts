import { type DomainEvent, type JournalEntry, MEMORY_EVENTS } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { JournalLine } from './chain.ts';
import type { ReadHandle } from './handles.ts';
import { entryOf } from './load.ts';
import { readTable } from './table.ts';
import { type ChangedOrder, FILLS, type Numbered, ORDERS } from './tables.ts';

/** A page of history, newest first: the `limit` rows before sequence `before` (the newest where it is left out). */
export interface PageQuery {
  readonly before?: number;
  readonly limit: number;
}

/** The longest page: what a screen or an IPC message takes in one piece. Exports go row by row instead. */
export const LONGEST_PAGE = 10_000;

/** The page's bounds; throws `page` for one that is none. */
export function boundsOf(query: PageQuery): readonly [before: number, limit: number] {
  const { before = Number.MAX_SAFE_INTEGER, limit } = query;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > LONGEST_PAGE) {
    throw new FaultError(
      fault('page', `limit: expected a whole number of 1 to ${LONGEST_PAGE}, was ${limit}`, { limit }),
    );
  }
  if (!Number.isSafeInteger(before)) {
    throw new FaultError(fault('page', `before: expected a sequence number, was ${before}`, { before }));
  }
  return [before, limit];
}

export function fillsPage(read: ReadHandle, query: PageQuery): Numbered<Fill>[] {
  return readTable(read, FILLS, 'WHERE seq < ? ORDER BY seq DESC LIMIT ?', ...boundsOf(query));
}

/** How many fills there are. */
export function countFills(read: ReadHandle): number {
  return read.select<[], { rows: number }>('count fills', 'SELECT count(*) AS rows FROM fills').first()?.rows ?? 0;
}

/** Working orders, all of them, latest change first. */
export function workingOrders(read: ReadHandle): ChangedOrder[] {
  return readTable(read, ORDERS, 'WHERE ended = 0').sort((a, b) => b.changed - a.changed);
}

/** Ended orders by their last change; `before` is the `changed` of the last row of the page above. */
export function endedOrdersPage(read: ReadHandle, query: PageQuery): ChangedOrder[] {
  return readTable(read, ORDERS, 'WHERE ended = 1 AND changed < ? ORDER BY changed DESC LIMIT ?', ...boundsOf(query));
}

/** Journal entries for the log, of all types or of some. */
export function journalPage(
  read: ReadHandle,
  query: PageQuery & { readonly types?: readonly DomainEvent['type'][] },
): JournalEntry[] {
  const [before, limit] = boundsOf(query);
  const wheres = query.types?.map((type) => `${ofType(type)} AND`) ?? [''];
  const lines = wheres.flatMap((where) => {
    const sql = `SELECT seq, at, type, payload FROM journal WHERE ${where} seq < ? ORDER BY seq DESC LIMIT ?`;
    return read.select<number[], JournalLine>('journal page', sql).all(before, limit);
  });
  return lines
    .sort((a, b) => b.seq - a.seq)
    .slice(0, limit)
    .map(entryOf);
}

/** Spelt out: the index of rare entries is chosen by the text of the condition. */
function ofType(type: DomainEvent['type']): string {
  return `type = '${type}'`;
}

/** Entries after `seq` that came beside the engine: statements and what the trader noted. */
export function memoryAfter(read: ReadHandle, seq: number): readonly JournalEntry[] {
  const lines = [...MEMORY_EVENTS].flatMap((type) => {
    const sql = `SELECT seq, at, type, payload FROM journal WHERE ${ofType(type)} AND seq > ? ORDER BY seq`;
    return read.select<[number], JournalLine>('journal', sql).all(seq);
  });
  return lines.sort((a, b) => a.seq - b.seq).map(entryOf);
}

/** Entries read at a time by {@link entriesAfter}. */
const ENTRIES_AT_A_TIME = 1_000;

/** Journal entries after `seq` up to `last`, oldest first. */
export function* entriesAfter(
  read: ReadHandle,
  seq: number,
  last: number = Number.MAX_SAFE_INTEGER,
): Generator<JournalEntry> {
  const sql = 'SELECT seq, at, type, payload FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?';
  let after = seq;
  for (;;) {
    const lines = read
      .select<[number, number, number], JournalLine>('journal', sql)
      .all(after, last, ENTRIES_AT_A_TIME);
    for (const line of lines) yield entryOf(line);
    const end = lines.at(-1);
    if (end === undefined || lines.length < ENTRIES_AT_A_TIME) return;
    after = end.seq;
  }
}
