import type { Annotation, EntryRisk } from '#shared/domain/history/annotation.ts';
import type { JournalCursor, JournalFilter } from '#shared/domain/history/journal-filter.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import type { ReadHandle, SqlValue } from './handles.ts';
import { POSITION_RECORDS } from './history-tables.ts';
import { LONGEST_PAGE } from './queries.ts';
import { readTable } from './table.ts';
import { ANNOTATIONS, ENTRY_RISKS } from './tables.ts';

/** Positions with something written that holds the word: looked up once, and from the few notes to the many changes. */
const NOTED = `SELECT c.position FROM annotations a
  CROSS JOIN position_changes c ON c.seq = a.entry AND c.account = a.account AND c.instrument = a.instrument
  WHERE a.tags LIKE ? ESCAPE '\\' OR a.note LIKE ? ESCAPE '\\'`;
const NET = 'CAST(realised_usd AS REAL) - CAST(fees_usd AS REAL) + CAST(funding_usd AS REAL)';

interface Clause {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A word as LIKE looks for it: its own wildcards are letters. */
function like(word: string): string {
  return `%${word.replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
}

function wordClause(word: string): Clause {
  const found = like(word);
  const sql = `(p.instrument LIKE ? ESCAPE '\\' OR p.account LIKE ? ESCAPE '\\' OR p.position IN (${NOTED}))`;
  return { sql, values: [found, found, found, found] };
}

function clausesOf(filter: JournalFilter): readonly Clause[] {
  const { text, state, outcome, closedBy, from, to } = filter;
  const clauses = text.split(/\s+/).filter(Boolean).map(wordClause);
  const add = (sql: string, ...values: SqlValue[]): void => void clauses.push({ sql, values });
  if (state !== 'all') add(`p.closed_seq IS ${state === 'open' ? '' : 'NOT '}NULL`);
  if (outcome !== 'all') add(`${NET} ${outcome === 'gain' ? '>' : '<'} 0`);
  if (closedBy !== null) add('p.closed_by = ?', closedBy);
  if (from !== null) add('p.opened_at >= ?', from);
  if (to !== null) add('p.opened_at < ?', to);
  return clauses;
}

/** A position with what the trader wrote about it. */
export interface NotedPosition {
  readonly record: PositionRecord;
  readonly annotation: Annotation | null;
}

/** What is written about a position: the last of what was written about its entries. */
export function annotationOf(read: ReadHandle, { id, account, instrument }: PositionRecord): Annotation | null {
  const own = 'EXISTS (SELECT 1 FROM position_changes c WHERE c.position = ? AND c.seq = entry)';
  const tail = `WHERE account = ? AND instrument = ? AND ${own} ORDER BY entry DESC LIMIT 1`;
  return readTable(read, ANNOTATIONS, tail, account, instrument, id)[0] ?? null;
}

/** The same of many positions: what is written is little beside what was traded, so it leads. */
function annotationsOf(read: ReadHandle, records: readonly PositionRecord[]): ReadonlyMap<string, Annotation> {
  const wanted = new Set(records.map((one) => one.id));
  const found = new Map<string, Annotation>();
  for (const one of readTable(read, ANNOTATIONS, 'ORDER BY entry')) {
    const sql = 'SELECT position FROM position_changes WHERE seq = ? AND account = ? AND instrument = ?';
    const holder = read.select<[number, string, string], { position: string }>('holder of a note', sql);
    for (const { position } of holder.all(one.entry, one.account, one.instrument)) {
      if (wanted.has(position)) found.set(position, one);
    }
  }
  return found;
}

export function entryRiskOf(read: ReadHandle, { account, instrument, openedSeq }: PositionRecord): EntryRisk | null {
  const tail = 'WHERE account = ? AND instrument = ? AND entry = ?';
  return readTable(read, ENTRY_RISKS, tail, account, instrument, openedSeq)[0] ?? null;
}

/** Positions by the venue's time of their opening, newest first, after `cursor`. */
export function journalPositions(
  read: ReadHandle,
  filter: JournalFilter,
  cursor: JournalCursor | null,
  limit: number,
): { readonly rows: readonly NotedPosition[]; readonly next: JournalCursor | null } {
  const clauses = [...clausesOf(filter)];
  if (cursor !== null) {
    const { at, seq, position } = cursor;
    clauses.push({ sql: '(p.opened_at, p.opened_seq, p.position) < (?, ?, ?)', values: [at, seq, position] });
  }
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.map((one) => one.sql).join(' AND ')}`;
  const tail = `p ${where} ORDER BY p.opened_at DESC, p.opened_seq DESC, p.position DESC LIMIT ?`;
  const values = clauses.flatMap((one) => one.values);
  const records = readTable(read, POSITION_RECORDS, tail, ...values, Math.min(limit, LONGEST_PAGE));
  const annotations = annotationsOf(read, records);
  const rows = records.map((record) => ({ record, annotation: annotations.get(record.id) ?? null }));
  const last = records.length < limit ? undefined : records.at(-1);
  const next = last === undefined ? null : { at: last.openedAt, seq: last.openedSeq, position: last.id };
  return { rows, next };
}

export function positionById(read: ReadHandle, position: string): PositionRecord | null {
  return readTable(read, POSITION_RECORDS, 'WHERE position = ?', position)[0] ?? null;
}
