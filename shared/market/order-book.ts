import type { InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Quote } from './quote.ts';

/** Price and size of one level, in the instrument's units. */
export interface Level {
  readonly price: number;
  readonly size: number;
}

/** Depth of one instrument; best first on both sides. */
export interface OrderBook {
  readonly instrument: InstrumentId;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly at: EpochMs;
}

/** What taking `quantity` (unsigned) from one side would do. */
export interface Sweep {
  /** Quantity-weighted price of what was there; null where the side is empty. */
  readonly averagePrice: number | null;
  readonly worstPrice: number | null;
  /** Quantity that the visible depth could not serve. */
  readonly unfilled: number;
}

/** Walks the levels a buyer (asks) or seller (bids) of `quantity` would take. */
export function sweep(levels: readonly Level[], quantity: number): Sweep {
  let left = quantity;
  let cost = 0;
  let worst: number | null = null;
  for (const level of levels) {
    if (left <= 0) break;
    const taken = Math.min(left, level.size);
    cost += taken * level.price;
    left -= taken;
    worst = level.price;
  }
  const done = quantity - Math.max(left, 0);
  return { averagePrice: done > 0 ? cost / done : null, worstPrice: worst, unfilled: Math.max(left, 0) };
}

/**
 * Middle price: of the book, where both its sides are there; else of the quote, else the mark; null where there is
 * none. Book and quote are of different moments, so a side of one is never set against a side of the other.
 */
export function middleOf(book: OrderBook | undefined, quote: Quote | undefined): number | null {
  const [bid, ask] = [book?.bids[0]?.price, book?.asks[0]?.price];
  if (bid !== undefined && ask !== undefined) return (bid + ask) / 2;
  if (!quote) return null;
  return quote.bid !== null && quote.ask !== null ? (quote.bid + quote.ask) / 2 : quote.mark;
}
