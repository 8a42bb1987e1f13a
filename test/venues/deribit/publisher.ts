import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Level, OrderBook } from '#shared/market/order-book.ts';
import { seededStream } from '#shared/market/seeded.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { wireTickerOf } from './listings.ts';

const DEPTH = 20;
const REMEMBERED = 400;

type Change = readonly ['new' | 'change' | 'delete', number, number];

/** What the market channels tell. Books are numbered per instrument; numbers jump, as Deribit's do. */
export interface Publisher {
  /** What a new subscriber of a channel is told first; null when there is nothing. */
  first(channel: string): object | null;
  /** What has changed on these channels since the last call. */
  changes(channels: ReadonlySet<string>): readonly { readonly channel: string; readonly data: object }[];
  /** The last books a channel was told of: what a client may show of it. */
  published(channel: string): readonly OrderBook[];
}

interface PublishedBook {
  id: number;
  book: OrderBook;
}

function sizes(levels: readonly Level[]): ReadonlyMap<number, number> {
  return new Map(levels.map((one) => [one.price, one.size]));
}

function between(before: readonly Level[], after: readonly Level[]): Change[] {
  const [old, now] = [sizes(before), sizes(after)];
  const put = after.flatMap(({ price, size }): Change[] => {
    const was = old.get(price);
    if (was === size) return [];
    return [[was === undefined ? 'new' : 'change', price, size]];
  });
  return [...put, ...before.filter((one) => !now.has(one.price)).map((one): Change => ['delete', one.price, 0])];
}

const whole = (levels: readonly Level[]) => levels.map(({ price, size }): Change => ['new', price, size]);

export function createPublisher(work: Clockwork, seed: number): Publisher {
  const books = new Map<string, PublishedBook>();
  const told = new Map<string, OrderBook[]>();
  const tickers = new Map<string, string>();
  const draw = seededStream(seed, 77);
  let seen = { at: Number.NaN, trades: -1 };

  const instrumentOf = (name: string): Instrument | undefined =>
    work.exchange.instruments(DERIBIT).find((one) => one.name === name);
  const nameIn = (channel: string) => channel.slice(channel.indexOf('.') + 1, channel.lastIndexOf('.'));
  const tickerOf = (channel: string): object | null => {
    const instrument = instrumentOf(nameIn(channel));
    return instrument ? wireTickerOf(instrument, work.exchange.quote(instrument, work.exchange.now)) : null;
  };
  const bookOf = (channel: string, instrument: Instrument): OrderBook => {
    const book = work.exchange.depth(instrument.id, DEPTH);
    told.set(channel, [...(told.get(channel) ?? []).slice(-REMEMBERED), book]);
    return book;
  };
  const changedTicker = (channel: string): object | null => {
    const data = tickerOf(channel);
    const text = JSON.stringify({ ...data, timestamp: 0 });
    if (data === null || tickers.get(channel) === text) return null;
    tickers.set(channel, text);
    return data;
  };
  const changedBook = (channel: string): object | null => {
    const instrument = instrumentOf(nameIn(channel));
    const last = books.get(channel);
    if (instrument === undefined || last === undefined) return null;
    const book = bookOf(channel, instrument);
    const [bids, asks] = [between(last.book.bids, book.bids), between(last.book.asks, book.asks)];
    if (bids.length + asks.length === 0) return null;
    const prev_change_id = last.id;
    books.set(channel, { id: last.id + 1 + Math.floor(draw.uniform() * 9), book });
    const change_id = books.get(channel)?.id;
    return {
      type: 'change',
      instrument_name: instrument.name,
      timestamp: book.at,
      prev_change_id,
      change_id,
      bids,
      asks,
    };
  };
  return {
    published: (channel) => told.get(channel) ?? [],
    first: (channel) => {
      if (channel.startsWith('ticker.')) {
        const data = tickerOf(channel);
        if (data !== null) tickers.set(channel, JSON.stringify({ ...data, timestamp: 0 }));
        return data;
      }
      if (!channel.startsWith('book.')) return null;
      const instrument = instrumentOf(nameIn(channel));
      if (instrument === undefined) return null;
      const known = books.get(channel) ?? {
        id: 1_000 + Math.floor(draw.uniform() * 1e6),
        book: bookOf(channel, instrument),
      };
      books.set(channel, known);
      const { id: change_id, book } = known;
      const told = { type: 'snapshot', instrument_name: instrument.name, timestamp: book.at, change_id };
      return { ...told, bids: whole(book.bids), asks: whole(book.asks) };
    },
    changes: (channels) => {
      const now = { at: Math.floor(work.exchange.now / 1_000), trades: work.exchange.trades };
      // Within a second the market moves only by what is traded.
      if (now.at === seen.at && now.trades === seen.trades) return [];
      seen = now;
      return [...channels].flatMap((channel) => {
        const data = channel.startsWith('ticker.') ? changedTicker(channel) : changedBook(channel);
        return data === null ? [] : [{ channel, data }];
      });
    },
  };
}
