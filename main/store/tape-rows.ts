import type { Quote } from '#shared/market/quote.ts';

export const COLUMNS = [
  ...(['tsReceived', 'tsEvent', 'bid', 'bidSize', 'ask', 'askSize'] as const),
  ...(['mark', 'markVol', 'forward', 'index', 'funding8h'] as const),
] as const;
export type Column = (typeof COLUMNS)[number];
export type Columns = Readonly<Record<Column, Float64Array>>;
/** One bit per column in the byte of nulls. */
const NULLABLE: Readonly<Partial<Record<Column, number>>> = { bid: 1, ask: 2, markVol: 4, funding8h: 8 };

/** One bit for each column of NULLABLE that is null. */
export function nullsOf(quote: Quote): number {
  return (
    (quote.bid === null ? 1 : 0) |
    (quote.ask === null ? 2 : 0) |
    (quote.markVol === null ? 4 : 0) |
    (quote.funding8h === null ? 8 : 0)
  );
}

/** Columns as quotes. Throws RangeError where a row names no instrument. */
export function quotesOf(
  names: readonly string[],
  instruments: ArrayLike<number>,
  nulls: Uint8Array,
  columns: Columns,
): Quote[] {
  const value = (column: Column, row: number): number => columns[column][row]!;
  const orNull = (column: Column, row: number): number | null =>
    nulls[row]! & (NULLABLE[column] ?? 0) ? null : value(column, row);
  return Array.from(nulls, (_, row) => {
    const instrument = names[instruments[row]!];
    if (instrument === undefined) throw new RangeError(`row ${row} names no instrument`);
    return {
      instrument,
      bid: orNull('bid', row),
      bidSize: value('bidSize', row),
      ask: orNull('ask', row),
      askSize: value('askSize', row),
      mark: value('mark', row),
      markVol: orNull('markVol', row),
      forward: value('forward', row),
      index: value('index', row),
      funding8h: orNull('funding8h', row),
      tsEvent: value('tsEvent', row),
      tsReceived: value('tsReceived', row),
    };
  });
}
