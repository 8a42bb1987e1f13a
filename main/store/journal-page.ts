import type { Annotation, EntryRisk } from '#shared/domain/history/annotation.ts';
import type { JournalCursor, JournalFilter } from '#shared/domain/history/journal-filter.ts';
import { type PositionRecord, positionId } from '#shared/domain/history/record.ts';
import type { ReadHandle } from './handles.ts';
import { POSITION_RECORDS } from './history-tables.ts';
import { NOTES_HELD, newestFirst, pageClause } from './journal-search.ts';
import { LONGEST_PAGE } from './queries.ts';
import { checkedValue, integer, type Row, readTable } from './table.ts';
import { ANNOTATIONS, ENTRY_RISKS } from './tables.ts';

/** A position with what the trader wrote about it. */
export interface NotedPosition {
  readonly record: PositionRecord;
  readonly annotation: Annotation | null;
}

const NOTE = [...ANNOTATIONS.columns, 'checksum'].map((one) => `a.${one}`);
const AT_OPENING = `SELECT ${NOTE}, a.entry AS opened_seq FROM json_each(?) p CROSS JOIN annotations a
  ON a.account = p.value ->> 0 AND a.instrument = p.value ->> 1 AND a.entry = p.value ->> 2`;
/** In an account of statements a later file may have moved the opening before the entry that was written about. */
const AT_ANY_ENTRY = `SELECT ${NOTE}, c.opened_seq FROM ${NOTES_HELD} WHERE EXISTS (SELECT 1 FROM imported i WHERE i.account = a.account)
  AND c.opened_seq IN (SELECT value ->> 2 FROM json_each(?)) ORDER BY a.entry`;

/** What is written about positions, by their ids: of each the last of what was written about its entries. */
function annotationsOf(read: ReadHandle, records: readonly PositionRecord[]): ReadonlyMap<string, Annotation> {
  const keys = JSON.stringify(records.map((one) => [one.account, one.instrument, one.openedSeq]));
  const rows = [AT_OPENING, AT_ANY_ENTRY].flatMap((sql) => read.select<[string], Row>('notes', sql).all(keys));
  return new Map(
    rows.map((row) => {
      const one = checkedValue(ANNOTATIONS, row);
      return [positionId(one.account, one.instrument, integer(row, 'opened_seq')), one];
    }),
  );
}

export function annotationOf(read: ReadHandle, record: PositionRecord): Annotation | null {
  return annotationsOf(read, [record]).get(record.id) ?? null;
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
  const { sql, values } = pageClause(read, filter, cursor, Math.min(limit, LONGEST_PAGE));
  const records = newestFirst(readTable(read, POSITION_RECORDS, sql, ...values));
  const annotations = annotationsOf(read, records);
  const rows = records.map((record) => ({ record, annotation: annotations.get(record.id) ?? null }));
  const last = records.at(-1);
  return { rows, next: last === undefined || records.length < limit ? null : cursorAt(read, last) };
}

function cursorAt(read: ReadHandle, { id, openedAt: at, openedSeq: seq }: PositionRecord): JournalCursor {
  const sql = 'SELECT rowid AS row FROM position_history WHERE position = ?';
  return { at, seq, row: read.select<[string], { row: number }>('row of a position', sql).first(id)?.row ?? 0 };
}

export function positionById(read: ReadHandle, position: string): PositionRecord | null {
  return readTable(read, POSITION_RECORDS, 'WHERE position = ?', position)[0] ?? null;
}
