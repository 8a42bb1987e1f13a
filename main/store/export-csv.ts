import type { Fill } from '#shared/domain/fill.ts';
import type { JournalLine } from './chain.ts';
import { cell, time } from './csv-cell.ts';
import type { ReadHandle } from './handles.ts';
import { entryOf } from './load.ts';

const FILLS_HEADER =
  'seq,time,venue,account,trade,instrument,order,quantity,price,fee,fee_currency,liquidity,cause,index';

function fillLine(seq: number, fill: Fill): string {
  return [
    ...[seq, time(fill.at), cell(fill.venue), cell(fill.account), cell(fill.trade), cell(fill.instrument)],
    ...[cell(fill.order ?? ''), fill.quantity, fill.price, fill.fee, cell(fill.feeCurrency)],
    ...[fill.liquidity, fill.cause, fill.index],
  ].join(',');
}

/** All fills as CSV, oldest first, a line at a time. From the journal, so it is complete also after a crash. */
export function* fillsCsv(read: ReadHandle): Generator<string> {
  yield `${FILLS_HEADER}\n`;
  const sql = "SELECT seq, at, type, payload FROM journal WHERE type = 'fill' ORDER BY seq";
  for (const line of read.select<[], JournalLine>('export', sql).each()) {
    const { seq, event } = entryOf(line);
    if (event.type === 'fill') yield `${fillLine(seq, event.fill)}\n`;
  }
}
