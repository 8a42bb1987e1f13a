import { emptyBook } from '#shared/domain/book.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Position } from '#shared/domain/position.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { JournalLine } from './chain.ts';
import { foldEntry, noChanges } from './changes.ts';
import type { ReadHandle } from './handles.ts';
import { entryOf } from './load.ts';

export const FILLS_HEADER =
  'seq,time,venue,account,trade,instrument,order,quantity,price,fee,fee_currency,liquidity,cause,index';
export const POSITIONS_HEADER = 'seq,time,account,instrument,quantity,entry,realised,fees,funding';

/** A position as it stood after a journal entry. */
export type PositionChange = Position & { readonly seq: number; readonly at: EpochMs };

const QUOTED = /[",\r\n]/;
/** What a spreadsheet would take for a formula. Venues choose these texts, so they are shown as text. */
const FORMULA = /^[=+\-@\t]/;

/** A text cell: harmless to spreadsheets, quoted as RFC 4180 has it. */
function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function time(at: EpochMs): string {
  return new Date(at).toISOString();
}

function fillLine(seq: number, fill: Fill): string {
  return [
    ...[seq, time(fill.at), cell(fill.venue), cell(fill.account), cell(fill.trade), cell(fill.instrument)],
    ...[cell(fill.order ?? ''), fill.quantity, fill.price, fill.fee, cell(fill.feeCurrency)],
    ...[fill.liquidity, fill.cause, fill.index],
  ].join(',');
}

function* linesOf(read: ReadHandle, type: string | null): Generator<JournalLine> {
  const filter = type === null ? '' : 'WHERE type = ?';
  const sql = `SELECT seq, at, type, payload FROM journal ${filter} ORDER BY seq`;
  yield* read.select<string[], JournalLine>('export', sql).each(...(type === null ? [] : [type]));
}

/** All fills as CSV, oldest first, a line at a time. From the journal, so it is complete also after a crash. */
export function* fillsCsv(read: ReadHandle): Generator<string> {
  yield `${FILLS_HEADER}\n`;
  for (const line of linesOf(read, 'fill')) {
    const { seq, event } = entryOf(line);
    if (event.type === 'fill') yield `${fillLine(seq, event.fill)}\n`;
  }
}

/** Every position after every journal entry that changed it, oldest first. */
export function* positionHistory(read: ReadHandle): Generator<PositionChange> {
  const book = emptyBook();
  for (const line of linesOf(read, null)) {
    const entry = entryOf(line);
    const changes = noChanges();
    foldEntry(book, entry, changes);
    for (const position of changes.positions.values()) yield { ...position, seq: entry.seq, at: entry.at };
  }
}

/** {@link positionHistory} as CSV. */
export function* positionsCsv(read: ReadHandle): Generator<string> {
  yield `${POSITIONS_HEADER}\n`;
  for (const one of positionHistory(read)) {
    const figures = [one.quantity, one.entry, one.realised, one.fees, one.funding];
    yield `${[one.seq, time(one.at), cell(one.account), cell(one.instrument), ...figures].join(',')}\n`;
  }
}
