import type { Level, OrderBook } from '#shared/market/order-book.ts';
import { decimal, multiply, toNumber } from '#shared/units/decimal.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { Calls, Watch } from './calls.ts';
import type { CcxtConfig } from './config.ts';
import type { Listed, Listing } from './listing.ts';
import { readAs, type WireBook, wireBook } from './wire.ts';

/** Order books that are followed because somebody asked for them. */
export interface Books {
  /** The best `levels` of a side: of the followed book while it is good, else of a snapshot asked for now. */
  depth(instrument: InstrumentId, levels: number): Promise<OrderBook>;
  /** What would be shown now; null when nothing good is at hand. */
  view(instrument: InstrumentId, levels: number): OrderBook | null;
  lost(): void;
  close(): void;
  /** Books found crossed or with updates missing, each followed by a resync. */
  readonly gaps: number;
}

interface Followed {
  readonly watch: Watch;
  book: OrderBook | null;
}

function levelsOf({ size }: Listed, side: WireBook['bids']): readonly Level[] {
  return side.flatMap(([price, contracts]) => {
    const amount = toNumber(multiply(decimal(contracts), size));
    return amount > 0 ? [{ price: Number(price), size: amount }] : [];
  });
}

function bookOf(listed: Listed, payload: unknown): OrderBook {
  const wire = readAs(wireBook, payload, 'order book');
  const [bids, asks] = [levelsOf(listed, wire.bids), levelsOf(listed, wire.asks)];
  return { instrument: listed.instrument.id, bids, asks, at: wire.timestamp ?? 0 };
}

function isCrossed({ bids, asks }: OrderBook): boolean {
  const [bid, ask] = [bids[0], asks[0]];
  return bid !== undefined && ask !== undefined && bid.price >= ask.price;
}

function top(book: OrderBook, levels: number): OrderBook {
  return { ...book, bids: book.bids.slice(0, levels), asks: book.asks.slice(0, levels) };
}

/**
 * ccxt checks the numbers of book updates in some classes and in others not at all, and keeps what was there before a
 * reconnection in some. So a book that is crossed, or that ccxt gave up, is shown no longer and asked for anew.
 */
export function createBooks(
  { limits, venue }: CcxtConfig,
  calls: Calls,
  listing: Listing,
  onFlaw: (reason: Fault) => void,
): Books {
  const followed = new Map<InstrumentId, Followed>();
  let gaps = 0;

  const take = (listed: Listed, one: Followed, payload: unknown): void => {
    if (payload === null) {
      one.book = null;
      return;
    }
    try {
      const book = bookOf(listed, payload);
      if (!isCrossed(book)) {
        one.book = book;
        return;
      }
      gaps += 1;
    } catch (thrown) {
      onFlaw(toFault(thrown));
    }
    one.book = null;
    one.watch.renew();
  };
  const follow = (listed: Listed): Followed => {
    const { id } = listed.instrument;
    const known = followed.get(id);
    if (known) {
      followed.delete(id);
      followed.set(id, known);
      return known;
    }
    const watch = calls.watch('watchOrderBook', [listed.symbol], {
      onValue: (payload) => take(listed, one, payload),
      onLost: (reason) => {
        one.book = null;
        if (reason.code === 'ccxt-InvalidNonce' || reason.code === 'ccxt-ChecksumError') gaps += 1;
      },
    });
    const one: Followed = { watch, book: null };
    followed.set(id, one);
    const [oldest, last] = followed.entries().next().value ?? [];
    if (followed.size > limits.books && oldest !== undefined) {
      last?.watch.end();
      followed.delete(oldest);
    }
    return one;
  };
  return {
    get gaps() {
      return gaps;
    },
    depth: async (instrument, levels) => {
      const listed = listing.named(nameOf(instrument));
      const { book } = follow(listed);
      if (book !== null) return top(book, levels);
      const snapshot = bookOf(listed, await calls.call('fetchOrderBook', listed.symbol, Math.max(levels, 20)));
      if (!isCrossed(snapshot)) return top(snapshot, levels);
      throw new FaultError(fault('no-book', `the book of ${instrument} that ${venue} told is crossed`));
    },
    view: (instrument, levels) => {
      const book = followed.get(instrument)?.book ?? null;
      return book === null ? null : top(book, levels);
    },
    lost: () => {
      for (const one of followed.values()) one.book = null;
    },
    close: () => {
      for (const one of followed.values()) one.watch.end();
      followed.clear();
    },
  };
}
