import type { Book } from '#shared/domain/book.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { type Assembled, assemble, type HeldBook, isDollar } from '#shared/risk/assemble.ts';
import { defaultAxes, type GridAxes } from '#shared/risk/problem.ts';
import { withOrders } from '#shared/risk/what-if.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { DayBase } from './day-base.ts';

/** What a problem is made from at this moment. */
export interface Moment {
  readonly book: Book;
  readonly market: MarketSnapshot;
  readonly now: EpochMs;
  readonly staleMs: number;
  readonly dayBase: DayBase;
}

export function heldOf(book: Book): HeldBook {
  return {
    accounts: [...book.accounts.values()],
    instruments: book.instruments,
    positions: [...book.positions.values()],
    balances: [...book.balances.values()],
  };
}

/** USD per unit of a currency; NaN while its index is unknown. */
export function indexIn(market: MarketSnapshot): (currency: string) => number {
  return (currency) => (isDollar(currency) ? 1 : (market.index.get(currency) ?? Number.NaN));
}

/** The book as it is, or as it would be with `orders` filled; null before there is a market. */
export function assembleMoment(
  moment: Moment,
  axes: GridAxes = defaultAxes(),
  orders: readonly OrderRequest[] = [],
): Assembled | null {
  const { book, market, now, staleMs, dayBase } = moment;
  if (market.index.size === 0) return null;
  const indexOf = indexIn(market);
  const held = orders.length === 0 ? heldOf(book) : withOrders(heldOf(book), orders, market);
  return assemble(held, {
    market,
    now,
    staleBefore: now - staleMs,
    axes,
    dayOffsetUsd: (row) => dayBase.offsetUsd(row, book, indexOf),
  });
}
