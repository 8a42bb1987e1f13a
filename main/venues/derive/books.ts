import type { Clock } from '#main/engine/ports.ts';
import { once } from '#main/venues/deribit/once.ts';
import type { Level, OrderBook } from '#shared/market/order-book.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { Channels } from './channels.ts';
import type { DeriveLimits } from './config.ts';
import { readAs, type WireBook, wireBook } from './wire.ts';

/** Order books that are followed because somebody asked for them. */
export interface Books {
  /** The best `levels` of a side (20 at most); waits for the first that is told. */
  depth(instrument: InstrumentId, levels: number): Promise<OrderBook>;
  /** What would be shown now; null when nothing good is at hand. */
  view(instrument: InstrumentId, levels: number): OrderBook | null;
  /** The connection is gone: no book is good any more. */
  lost(): void;
  /** Books that were told crossed or out of order. */
  readonly flaws: number;
}

interface Followed {
  readonly waiting: Set<() => void>;
  book: OrderBook | null;
  published: number;
}

/** Finest prices, twenty levels: Derive tells whole books, never changes, each with a higher number. */
function channelOf(instrument: InstrumentId): string {
  return `orderbook.${nameOf(instrument)}.1.20`;
}

function levelsOf(side: WireBook['bids']): readonly Level[] {
  return side.flatMap(([price, size]) => (price > 0 && size > 0 ? [{ price, size }] : []));
}

function top(book: OrderBook, levels: number): OrderBook {
  return { ...book, bids: book.bids.slice(0, levels), asks: book.asks.slice(0, levels) };
}

export function createBooks(
  channels: Channels,
  clock: Clock,
  limits: Pick<DeriveLimits, 'books' | 'answerMs'>,
  onFlaw: (reason: Fault) => void,
): Books {
  const followed = new Map<InstrumentId, Followed>();
  let flaws = 0;

  const take = (instrument: InstrumentId, one: Followed, payload: unknown): void => {
    const wire = readAs(wireBook, payload, 'order book');
    if (wire.publish_id <= one.published) {
      flaws += 1;
      return;
    }
    one.published = wire.publish_id;
    const [bids, asks] = [levelsOf(wire.bids), levelsOf(wire.asks)];
    const [bid, ask] = [bids[0], asks[0]];
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) {
      one.book = null;
      flaws += 1;
      return;
    }
    one.book = { instrument, bids, asks, at: wire.timestamp };
    for (const tell of one.waiting) tell();
  };
  const follow = (instrument: InstrumentId): Followed => {
    const known = followed.get(instrument);
    const one: Followed = known ?? { waiting: new Set(), book: null, published: -1 };
    followed.delete(instrument);
    followed.set(instrument, one);
    const ask = (asked: Promise<void>) => asked.catch((thrown: unknown) => onFlaw(toFault(thrown)));
    if (known === undefined) {
      void ask(channels.open([channelOf(instrument)], () => (payload) => take(instrument, one, payload)));
    }
    const oldest = followed.keys().next().value;
    if (followed.size > limits.books && oldest !== undefined) {
      followed.delete(oldest);
      void ask(channels.close([channelOf(oldest)]));
    }
    return one;
  };
  const soon = (instrument: InstrumentId, one: Followed): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        stop();
        one.waiting.delete(done);
        resolve();
      };
      const stop = once(clock, limits.answerMs, () => {
        one.waiting.delete(done);
        reject(new FaultError(fault('no-book', `no book of ${instrument} within ${limits.answerMs} ms`)));
      });
      one.waiting.add(done);
    });
  return {
    get flaws() {
      return flaws;
    },
    depth: async (instrument, levels) => {
      const one = follow(instrument);
      if (one.book === null) await soon(instrument, one);
      if (one.book !== null) return top(one.book, levels);
      throw new FaultError(fault('no-book', `the book of ${instrument} broke again`));
    },
    view: (instrument, levels) => {
      const book = followed.get(instrument)?.book ?? null;
      return book === null ? null : top(book, levels);
    },
    lost: () => {
      // A new connection counts anew.
      for (const one of followed.values()) [one.book, one.published] = [null, -1];
    },
  };
}
