import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { createBookTape, type LevelStep } from '#test/venues/simulator/book-tape.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { wireTickerOf } from './listings.ts';

/** What the market channels tell. Books are numbered per instrument; numbers jump, as Deribit's do. */
export interface Publisher {
  /** What a new subscriber of a channel is told first; null when there is nothing. */
  first(channel: string): object | null;
  /** What has changed on these channels since the last call. */
  changes(channels: ReadonlySet<string>): readonly { readonly channel: string; readonly data: object }[];
  /** The last books of an instrument that were told: what a client may show. */
  published(name: string): readonly OrderBook[];
}

/** [what, price, amount]. */
function levelsOf(levels: readonly LevelStep[]) {
  return levels.map(({ price, size, known }) => [size === 0 ? 'delete' : known ? 'change' : 'new', price, size]);
}

export function createPublisher(work: Clockwork, seed: number): Publisher {
  const books = createBookTape(work, seed);
  const tickers = new Map<string, string>();
  let seen = { at: Number.NaN, trades: -1 };

  let listed = { at: Number.NaN, byName: new Map<string, Instrument>() };
  const instrumentOf = (name: string): Instrument | undefined => {
    const { now: at } = work.exchange;
    if (listed.at !== at) {
      listed = { at, byName: new Map(work.exchange.instruments(DERIBIT).map((one) => [one.name, one])) };
    }
    return listed.byName.get(name);
  };
  const nameIn = (channel: string) => channel.slice(channel.indexOf('.') + 1, channel.lastIndexOf('.'));
  const tickerOf = (channel: string): object | null => {
    const instrument = instrumentOf(nameIn(channel));
    return instrument ? wireTickerOf(instrument, work.exchange.quote(instrument, work.exchange.now)) : null;
  };
  const changedTicker = (channel: string): object | null => {
    const data = tickerOf(channel);
    const text = JSON.stringify({ ...data, timestamp: 0 });
    if (data === null || tickers.get(channel) === text) return null;
    tickers.set(channel, text);
    return data;
  };
  const bookOf = (channel: string, whole: boolean): object | null => {
    const instrument = instrumentOf(nameIn(channel));
    if (instrument === undefined) return null;
    const step = whole ? books.whole(instrument) : books.step(instrument);
    if (step === null) return null;
    const { sequence: change_id, previous, at: timestamp } = step;
    const head = { type: whole ? 'snapshot' : 'change', instrument_name: instrument.name, timestamp, change_id };
    const numbered = previous === null ? head : { ...head, prev_change_id: previous };
    return { ...numbered, bids: levelsOf(step.bids), asks: levelsOf(step.asks) };
  };
  return {
    published: books.published,
    first: (channel) => {
      if (channel.startsWith('ticker.')) {
        const data = tickerOf(channel);
        if (data !== null) tickers.set(channel, JSON.stringify({ ...data, timestamp: 0 }));
        return data;
      }
      return channel.startsWith('book.') ? bookOf(channel, true) : null;
    },
    changes: (channels) => {
      const now = { at: Math.floor(work.exchange.now / 1_000), trades: work.exchange.trades };
      // Within a second the market moves only by what is traded.
      if (now.at === seen.at && now.trades === seen.trades) return [];
      seen = now;
      return [...channels].flatMap((channel) => {
        const data = channel.startsWith('ticker.') ? changedTicker(channel) : bookOf(channel, false);
        return data === null ? [] : [{ channel, data }];
      });
    },
  };
}
