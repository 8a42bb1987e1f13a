import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { type BookUpdate, type SequencedBook, sequencedBook } from '#shared/market/sequenced-book.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import { once } from './once.ts';

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
  heardAt: EpochMs;
  asking: boolean;
}

/** Where books come from: one subscription per instrument, whose first payload is a snapshot. */
export interface BookSource {
  open(instrument: InstrumentId, take: (payload: unknown) => void): Promise<void>;
  close(instrument: InstrumentId): Promise<void>;
  /** Throws for what cannot be read. */
  read(payload: unknown): BookUpdate;
}

export interface BooksSetup {
  readonly source: BookSource;
  readonly clock: Clock;
  readonly limits: {
    /** Books followed at the same time; the one asked for longest ago is let go first. */
    readonly books: number;
    readonly answerMs: DurationMs;
    /** A book without a word for so long is no good: for venues that repeat themselves. */
    readonly silenceMs?: DurationMs;
  };
  readonly isLive: () => boolean;
  readonly onFlaw: (reason: Fault) => void;
}

export function createBooks({ source, clock, limits, isLive, onFlaw }: BooksSetup): Books {
  const followed = new Map<InstrumentId, Followed>();
  let gaps = 0;

  const isQuiet = (one: Followed): boolean =>
    limits.silenceMs !== undefined && one.book.condition === 'good' && clock.now() - one.heardAt > limits.silenceMs;
  /** Asks for the snapshot that a new subscription begins with. */
  const resync = async (instrument: InstrumentId, one: Followed): Promise<void> => {
    if (one.asking || !isLive() || clock.now() - one.askedAt < RESYNC_AGAIN) return;
    [one.asking, one.askedAt] = [true, clock.now()];
    try {
      await source.close(instrument);
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
      flaw = one.book.take(source.read(payload));
      one.heardAt = clock.now();
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
    source.open(instrument, (payload) => take(instrument, one, payload));

  const letGo = (instrument: InstrumentId): void => {
    followed.delete(instrument);
    source.close(instrument).catch((thrown: unknown) => onFlaw(toFault(thrown)));
  };
  const follow = (instrument: InstrumentId): Followed => {
    const known = followed.get(instrument);
    const one = known ?? { book: sequencedBook(instrument), waiting: new Set(), askedAt: 0, heardAt: 0, asking: false };
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
      if (isQuiet(one)) one.book.clear();
      if (one.book.condition !== 'good') await soon(instrument, one);
      const book = one.book.view(levels);
      if (book !== null) return book;
      throw new FaultError(fault('no-book', `the book of ${instrument} broke again`));
    },
    view: (instrument, levels) => {
      const one = followed.get(instrument);
      return one === undefined || isQuiet(one) ? null : one.book.view(levels);
    },
    lost: () => {
      for (const { book } of followed.values()) book.clear();
    },
    start: () =>
      clock.every(RESYNC_AGAIN, () => {
        for (const [instrument, one] of followed) {
          if (isQuiet(one)) one.book.clear();
          if (one.book.condition !== 'good') void resync(instrument, one);
        }
      }),
    get gaps() {
      return gaps;
    },
  };
}
