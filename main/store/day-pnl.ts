import { type DayPnl, dayKey, takeDay } from '#shared/domain/history/daily.ts';
import type { PositionChange } from '#shared/domain/history/record.ts';
import type { ReadHandle, WriteHandle } from './handles.ts';
import { moneyOf } from './history-tables.ts';
import { integer, readTable, type Table, text, writerOf } from './table.ts';

export const DAY_PNL: Table<DayPnl> = {
  name: 'day_pnl',
  columns: [
    ...['day', 'account', 'instrument', 'settlement', 'trades', 'realised', 'realised_usd', 'fees', 'fees_usd'],
    ...['funding', 'funding_usd', 'net', 'net_usd', 'first_seq', 'last_seq'],
  ],
  keyColumns: 3,
  integers: ['day', 'trades', 'first_seq', 'last_seq'],
  optional: ['realised_usd', 'fees_usd', 'funding_usd', 'net_usd'],
  toRow: (one) => [
    ...[one.day, one.account, one.instrument, one.settlement, one.trades, one.realised.amount, one.realised.usd],
    ...[one.fees.amount, one.fees.usd, one.funding.amount, one.funding.usd, one.net.amount, one.net.usd],
    ...[one.firstSeq, one.lastSeq],
  ],
  fromRow: (row) => ({
    day: integer(row, 'day'),
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    settlement: text(row, 'settlement'),
    trades: integer(row, 'trades'),
    realised: moneyOf(row, 'realised'),
    fees: moneyOf(row, 'fees'),
    funding: moneyOf(row, 'funding'),
    net: moneyOf(row, 'net'),
    firstSeq: integer(row, 'first_seq'),
    lastSeq: integer(row, 'last_seq'),
  }),
};

/** Adds changes to the days they belong to; to be called inside the transaction that writes the changes. */
export function dayWriter(store: WriteHandle): (changes: readonly PositionChange[]) => void {
  const write = writerOf(store, DAY_PNL, 'replace');
  return (changes) => {
    const days = new Map<string, DayPnl>();
    for (const change of changes) {
      const { day, key } = dayKey(change);
      if (!days.has(key)) {
        const tail = 'WHERE day = ? AND account = ? AND instrument = ?';
        const [known] = readTable(store, DAY_PNL, tail, day, change.account, change.instrument);
        if (known !== undefined) days.set(key, known);
      }
      takeDay(days, change);
    }
    write(days.values());
  };
}

/** Booked P&L by day, account and instrument as the tables have it; earlier days first. */
export function dayPnlRows(read: ReadHandle): readonly DayPnl[] {
  return readTable(read, DAY_PNL, 'ORDER BY day, account, instrument');
}

/** As {@link dayPnlRows}, of the latest `days` days there are. */
export function latestDayPnl(read: ReadHandle, days: number): readonly DayPnl[] {
  const latest = 'SELECT DISTINCT day FROM day_pnl ORDER BY day DESC LIMIT ?';
  const tail = `WHERE day >= (SELECT min(day) FROM (${latest})) ORDER BY day, account, instrument`;
  return readTable(read, DAY_PNL, tail, days);
}
