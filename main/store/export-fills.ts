import type { Fill } from '#shared/domain/fill.ts';
import type { JournalLine } from './chain.ts';
import { columns, type ExportCell, type ExportTable } from './export-table.ts';
import type { ReadHandle } from './handles.ts';
import { entryOf } from './load.ts';

const COLUMNS = columns(
  'seq:whole time:time venue account trade instrument order quantity:exact price:exact fee:exact fee_currency liquidity cause index:exact statement row:whole',
);

interface Source {
  /** SHA-256 of the statement it was read from; null for what Keel saw itself. */
  readonly statement: string | null;
  readonly row: number | null;
}

function fillRow(seq: number, fill: Fill, { statement, row }: Source): readonly ExportCell[] {
  return [
    ...[seq, fill.at, fill.venue, fill.account, fill.trade, fill.instrument, fill.order, fill.quantity, fill.price],
    ...[fill.fee, fill.feeCurrency, fill.liquidity, fill.cause, fill.index, statement, row],
  ];
}

function* fillRows(read: ReadHandle): Generator<readonly ExportCell[]> {
  const sql = "SELECT seq, at, type, payload FROM journal WHERE type IN ('fill', 'imported') ORDER BY seq";
  for (const line of read.select<[], JournalLine>('export', sql).each()) {
    const { seq, event } = entryOf(line);
    if (event.type === 'fill') yield fillRow(seq, event.fill, { statement: null, row: null });
    if (event.type !== 'imported' || event.fact.type !== 'fill') continue;
    yield fillRow(seq, event.fact.fill, { statement: event.statement, row: event.row });
  }
}

/** All fills in the order in which the journal took them. From the journal itself, so it is complete also after a crash. */
export function fillsTable(read: ReadHandle): ExportTable {
  return { columns: COLUMNS, rows: fillRows(read) };
}
