import { type Book, cashOf, positionKey } from '#shared/domain/book.ts';
import type { Position } from '#shared/domain/position.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import { POSITION_COLUMNS, type PositionTable, type RowKey } from '#shared/risk/report.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { DAY, type EpochMs } from '#shared/units/time.ts';

const WIDTH = POSITION_COLUMNS.length;
const UNREALISED = POSITION_COLUMNS.indexOf('unrealisedUsd');

export function rowKey(row: RowKey): string {
  return row.instrument === null ? `${row.account}|cash:${row.currency}` : positionKey(row.account, row.instrument);
}

/** Realised profit, funding and fees of a position in USD at `index` (the coin's price, 1 for dollars). */
function bankedUsd(position: Position | undefined, index: number): number {
  if (!position) return 0;
  const banked = toNumber(position.realised) + toNumber(position.funding) - toNumber(position.fees);
  // Lending tokens have no index of their own, and bank nothing.
  return banked === 0 ? 0 : banked * index;
}

/**
 * Remembers what each row had earned when the venue's day began (00:00 UTC, or the first sight of the row), so that a
 * report can show the day's P&L.
 */
export class DayBase {
  #day = Number.NaN;
  #earned = new Map<string, number>();
  /** Index of each coin when the day began, for what coin cash gained. */
  #opened = new Map<string, number>();

  /** Takes a finished report: on a new day every row starts from here. */
  observe(asOf: EpochMs, table: PositionTable, book: Book, indexOf: (currency: string) => number): void {
    const day = Math.floor(asOf / DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#earned = new Map();
      this.#opened = new Map();
    }
    table.rows.forEach((row, index) => {
      const key = rowKey(row);
      if (row.instrument === null) {
        if (!this.#opened.has(row.currency)) this.#opened.set(row.currency, indexOf(row.currency));
        return;
      }
      if (this.#earned.has(key)) return;
      const unrealised = table.cells[index * WIDTH + UNREALISED] ?? 0;
      this.#earned.set(key, unrealised + bankedUsd(book.positions.get(key), indexOf(row.currency)));
    });
  }

  /** USD to add to a row's unrealised profit. */
  offsetUsd(row: RowKey, book: Book, indexOf: (currency: string) => number): number {
    if (row.instrument === null) {
      if (isDollar(row.currency)) return 0;
      const now = indexOf(row.currency);
      return toNumber(cashOf(book, row.account, row.currency)) * (now - (this.#opened.get(row.currency) ?? now));
    }
    const key = rowKey(row);
    const earned = this.#earned.get(key);
    const banked = bankedUsd(book.positions.get(key), indexOf(row.currency));
    return earned === undefined ? banked : banked - earned;
  }
}
