import type { EpochMs } from '#shared/units/time.ts';
import type { BookSide } from './book-depth.ts';

/** Best bid and ask at a time, and the line they come from. */
export interface Top {
  readonly line: number;
  readonly at: EpochMs;
  readonly bid: number;
  readonly ask: number;
  /** The book behind them, where there is one; as it is until the next one is asked for. */
  readonly book?: { readonly bids: BookSide; readonly asks: BookSide };
}

/** One row of an order-book recording. */
export interface BookChange {
  readonly line: number;
  readonly at: EpochMs;
  readonly event: 'snapshot' | 'update';
  readonly side: 'bid' | 'ask';
  readonly price: number;
  /** Absolute; 0 removes the level. */
  readonly size: number;
}

/** Levels of a book. */
class Levels {
  readonly #sides = { bid: new Map<number, number>(), ask: new Map<number, number>() };

  get book() {
    return { bids: this.#sides.bid, asks: this.#sides.ask };
  }

  clear(): void {
    for (const side of Object.values(this.#sides)) side.clear();
  }

  take({ side, price, size }: BookChange): void {
    if (size === 0) this.#sides[side].delete(price);
    else this.#sides[side].set(price, size);
  }

  /** Null where a side is empty or the view is crossed, as it is in the middle of some venues' updates. */
  get best(): { readonly bid: number; readonly ask: number } | null {
    let [bid, ask] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const price of this.#sides.bid.keys()) bid = Math.max(bid, price);
    for (const price of this.#sides.ask.keys()) ask = Math.min(ask, price);
    return bid < ask && Number.isFinite(ask - bid) ? { bid, ask } : null;
  }
}

/** The best prices after each message: rows of one time belong together, and a snapshot begins the book anew. */
export async function* topsOf(changes: AsyncIterable<BookChange>): AsyncGenerator<Top> {
  const levels = new Levels();
  let last: BookChange | null = null;
  const top = (): readonly Top[] => {
    const best = levels.best;
    return last === null || best === null ? [] : [{ line: last.line, at: last.at, ...best, book: levels.book }];
  };
  for await (const change of changes) {
    const message = last === null || change.at !== last.at;
    if (message) yield* top();
    if (change.event === 'snapshot' && (message || last?.event !== 'snapshot')) levels.clear();
    levels.take(change);
    last = change;
  }
  yield* top();
}
