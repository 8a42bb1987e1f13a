import type { Instrument } from '#shared/domain/instrument.ts';
import type { Level, OrderBook } from '#shared/market/order-book.ts';
import { seededStream } from '#shared/market/seeded.ts';
import type { Clockwork } from './clockwork.ts';

const DEPTH = 20;
const REMEMBERED = 400;

/** A level that was put or, of size 0, taken away. */
export interface LevelStep extends Level {
  /** It was there before. */
  readonly known: boolean;
}

/** What a book became: levels put (size above 0) or gone (size 0) since number `previous`; all of them where it is null. */
export interface BookStep {
  readonly sequence: number;
  readonly previous: number | null;
  readonly bids: readonly LevelStep[];
  readonly asks: readonly LevelStep[];
  readonly at: number;
}

/** Numbered books of a simulator. Numbers jump, as real ones do. */
export interface BookTape {
  /** The book as it was last told, whole. */
  whole(instrument: Instrument): BookStep;
  /** What has changed since it was last told; null where nothing has, or nobody was told yet. */
  step(instrument: Instrument): BookStep | null;
  /** The last books that were told: what a client may show. */
  published(name: string): readonly OrderBook[];
}

function between(before: readonly Level[], after: readonly Level[]): LevelStep[] {
  const sizes = (levels: readonly Level[]) => new Map(levels.map((one) => [one.price, one.size]));
  const [old, now] = [sizes(before), sizes(after)];
  const put = after.filter(({ price, size }) => old.get(price) !== size);
  const gone = before.filter((one) => !now.has(one.price));
  return [
    ...put.map((one) => ({ ...one, known: old.has(one.price) })),
    ...gone.map(({ price }) => ({ price, size: 0, known: true })),
  ];
}

const whole = (levels: readonly Level[]): LevelStep[] => levels.map((one) => ({ ...one, known: false }));

export function createBookTape(work: Clockwork, seed: number): BookTape {
  const books = new Map<string, { sequence: number; book: OrderBook }>();
  const told = new Map<string, OrderBook[]>();
  const draw = seededStream(seed, 77);

  const read = (instrument: Instrument): OrderBook => {
    const book = work.exchange.depth(instrument.id, DEPTH);
    told.set(instrument.name, [...(told.get(instrument.name) ?? []).slice(-REMEMBERED), book]);
    return book;
  };
  return {
    published: (name) => told.get(name) ?? [],
    whole: (instrument) => {
      const known = books.get(instrument.name) ?? {
        sequence: 1_000 + Math.floor(draw.uniform() * 1e6),
        book: read(instrument),
      };
      books.set(instrument.name, known);
      const { bids, asks, at } = known.book;
      return { sequence: known.sequence, previous: null, bids: whole(bids), asks: whole(asks), at };
    },
    step: (instrument) => {
      const last = books.get(instrument.name);
      if (last === undefined) return null;
      const book = read(instrument);
      const [bids, asks] = [between(last.book.bids, book.bids), between(last.book.asks, book.asks)];
      if (bids.length + asks.length === 0) return null;
      const sequence = last.sequence + 1 + Math.floor(draw.uniform() * 9);
      books.set(instrument.name, { sequence, book });
      return { sequence, previous: last.sequence, bids, asks, at: book.at };
    },
  };
}
