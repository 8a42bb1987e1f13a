import type { Annotation, EntryRisk } from '#shared/domain/history/annotation.ts';
import type { JournalCursor, JournalFilter } from '#shared/domain/history/journal-filter.ts';
import { type PositionRecord, positionId } from '#shared/domain/history/record.ts';
import type { ReadHandle } from './handles.ts';
import { POSITION_RECORDS } from './history-tables.ts';
import { NOTES_HELD, pageClause } from './journal-search.ts';
import { LONGEST_PAGE } from './queries.ts';
import { checkedValue, integer, type Row, readTable } from './table.ts';
import { ANNOTATIONS, ENTRY_RISKS } from './tables.ts';

/** A position with what the trader wrote about it. */
export interface NotedPosition {
  readonly record: PositionRecord;
  readonly annotation: Annotation | null;
}

/** What is written about positions, by their ids: of each the last of what was written about its entries. */
function annotationsOf(read: ReadHandle, records: readonly PositionRecord[]): ReadonlyMap<string, Annotation> {
  const columns = [...ANNOTATIONS.columns, 'checksum'].map((one) => `a.${one}`);
  const sql = `SELECT ${columns}, c.opened_seq FROM ${NOTES_HELD}
    WHERE c.opened_seq IN (SELECT value FROM json_each(?)) ORDER BY a.entry`;
  const opened = JSON.stringify(records.map((one) => one.openedSeq));
  const rows = read.select<[string], Row>('notes of positions', sql).all(opened);
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
  const records = readTable(read, POSITION_RECORDS, sql, ...values);
  const annotations = annotationsOf(read, records);
  const rows = records.map((record) => ({ record, annotation: annotations.get(record.id) ?? null }));
  const last = records.length < limit ? undefined : records.at(-1);
  const next = last === undefined ? null : { at: last.openedAt, seq: last.openedSeq, position: last.id };
  return { rows, next };
}

export function positionById(read: ReadHandle, position: string): PositionRecord | null {
  return readTable(read, POSITION_RECORDS, 'WHERE position = ?', position)[0] ?? null;
}
