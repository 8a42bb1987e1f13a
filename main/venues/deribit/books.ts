import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { type BookUpdate, type SequencedBook, sequencedBook } from '#shared/market/sequenced-book.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import type { Channels } from './channels.ts';
import type { DeribitLimits } from './config.ts';
import { once } from './once.ts';
import { readAs } from './wire.ts';
import { type WireBook, wireBook } from './wire-market.ts';

/** A book is asked for anew this often at most, and until it is good. */
const RESYNC_AGAIN = SECOND;

/** Order books that are followed because somebody asked for them. */
export interface Books {
  /** The best `levels` of a side, from a book with no gap; waits for a resync that is under way. */
  depth(instrument: InstrumentId, levels: number): Promise<OrderBook>;
  /** What would be shown now, without waiting; null when nothing good is at hand. */
  view(instrument: InstrumentId, levels: number): OrderBook | null;
  /** The connection is gone: no book is good any more. */
  lost(): void;
  /** Asks again for books that did not become good. */
  start(): Unsubscribe;
  /** Updates found missing or books found crossed so far. */
  readonly gaps: number;
}

interface Followed {
  readonly book: SequencedBook;
  readonly waiting: Set<() => void>;
  askedAt: EpochMs;
  asking: boolean;
}

function updateOf(wire: WireBook): BookUpdate {
  const { change_id: sequence, timestamp: at, bids, asks } = wire;
  const previous = wire.type === 'snapshot' ? null : (wire.prev_change_id ?? -1);
  return { sequence, previous, bids, asks, at };
}

function channelOf(instrument: InstrumentId): string {
  return `book.${nameOf(instrument)}.100ms`;
}

export interface BooksSetup {
  readonly channels: Channels;
  readonly clock: Clock;
  readonly limits: Pick<DeribitLimits, 'books' | 'answerMs'>;
  readonly isLive: () => boolean;
  readonly onFlaw: (reason: Fault) => void;
}

export function createBooks({ channels, clock, limits, isLive, onFlaw }: BooksSetup): Books {
  const followed = new Map<InstrumentId, Followed>();
  let gaps = 0;

  /** Asks for the snapshot that a new subscription begins with. */
  const resync = async (instrument: InstrumentId, one: Followed): Promise<void> => {
    if (one.asking || !isLive() || clock.now() - one.askedAt < RESYNC_AGAIN) return;
    [one.asking, one.askedAt] = [true, clock.now()];
    try {
      await channels.close([channelOf(instrument)]);
      if (followed.get(instrument) === one) await listen(instrument, one);
    } catch (thrown) {
      onFlaw(toFault(thrown));
    } finally {
      one.asking = false;
    }
  };
  const take = (instrument: InstrumentId, one: Followed, payload: unknown): void => {
    let flaw: string | null;
    try {
      flaw = one.book.take(updateOf(readAs(wireBook, payload, 'book')));
    } catch (thrown) {
      // What was in it is missing now.
      one.book.clear();
      gaps += 1;
      void resync(instrument, one);
      throw thrown;
    }
    if (flaw !== null) gaps += 1;
    if (one.book.condition !== 'good') void resync(instrument, one);
    else for (const tell of one.waiting) tell();
  };
  const listen = (instrument: InstrumentId, one: Followed): Promise<void> =>
    channels.open([channelOf(instrument)], () => (payload) => take(instrument, one, payload));

  const letGo = (instrument: InstrumentId): void => {
    followed.delete(instrument);
    channels.close([channelOf(instrument)]).catch((thrown: unknown) => onFlaw(toFault(thrown)));
  };
  const follow = (instrument: InstrumentId): Followed => {
    const known = followed.get(instrument);
    const one = known ?? { book: sequencedBook(instrument), waiting: new Set(), askedAt: 0, asking: false };
    followed.delete(instrument);
    followed.set(instrument, one);
    if (known === undefined) listen(instrument, one).catch((thrown: unknown) => onFlaw(toFault(thrown)));
    const oldest = followed.keys().next().value;
    if (followed.size > limits.books && oldest !== undefined) letGo(oldest);
    return one;
  };
  const soon = (instrument: InstrumentId, one: Followed): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = () => {
        stop();
        one.waiting.delete(done);
        resolve();
      };
      const stop = once(clock, limits.answerMs, () => {
        one.waiting.delete(done);
        reject(new FaultError(fault('no-book', `no good book of ${instrument} within ${limits.answerMs} ms`)));
      });
      one.waiting.add(done);
    });
  return {
    depth: async (instrument, levels) => {
      const one = follow(instrument);
      if (one.book.condition !== 'good') await soon(instrument, one);
      const book = one.book.view(levels);
      if (book !== null) return book;
      throw new FaultError(fault('no-book', `the book of ${instrument} broke again`));
    },
    view: (instrument, levels) => followed.get(instrument)?.book.view(levels) ?? null,
    lost: () => {
      for (const { book } of followed.values()) book.clear();
    },
    start: () =>
      clock.every(RESYNC_AGAIN, () => {
        for (const [instrument, one] of followed) {
          if (one.book.condition !== 'good') void resync(instrument, one);
        }
      }),
    get gaps() {
      return gaps;
    },
  };
}
