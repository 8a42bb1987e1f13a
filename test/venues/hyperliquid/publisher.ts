import type { OrderBook } from '#shared/market/order-book.ts';
import { answerInfo, marketOf, type Venue, wireBookOf } from './info.ts';
import { USER } from './keys.ts';
import { contextOf } from './markets.ts';

const DEPTH = 20;
const REMEMBERED = 400;

/** One message of a channel. */
export interface News {
  readonly channel: string;
  readonly data: unknown;
}

/** What subscribers are told. A subscription goes by its kind and coin. */
export interface Publisher {
  /** What a new subscriber is told first; null when there is nothing. Throws for what cannot be subscribed to. */
  first(key: string): News | null;
  /** What has changed on these market subscriptions since the last call. */
  changes(keys: ReadonlySet<string>): readonly (News & { readonly key: string })[];
  /** The last books of a coin that were told. */
  published(coin: string): readonly OrderBook[];
  /** Markets are told no more until it is lifted. */
  stall(stalled: boolean): void;
}

export function createPublisher(venue: Venue): Publisher {
  const { work } = venue;
  const told = new Map<string, OrderBook[]>();
  const bests = new Map<string, string>();
  let seen = { at: Number.NaN, trades: -1 };
  let [bookTime, stalled] = [0, false];

  const book = (coin: string): News => {
    const { instrument } = marketOf(venue, coin);
    bookTime = Math.max(bookTime + 1, Math.floor(venue.venueTime()));
    const depth = { ...work.exchange.depth(instrument.id, DEPTH), at: bookTime };
    told.set(coin, [...(told.get(coin) ?? []).slice(-REMEMBERED), depth]);
    return { channel: 'l2Book', data: wireBookOf(coin, depth, bookTime) };
  };
  const bestOf = (coin: string) => {
    const { bids, asks } = work.exchange.depth(marketOf(venue, coin).instrument.id, 1);
    const side = ([best]: typeof bids) => (best ? { px: String(best.price), sz: String(best.size), n: 1 } : null);
    return [side(bids), side(asks)];
  };
  const bbo = (coin: string): News => {
    const best = bestOf(coin);
    bests.set(coin, JSON.stringify(best));
    return { channel: 'bbo', data: { coin, time: Math.floor(venue.venueTime()), bbo: best } };
  };
  const context = (coin: string): News => {
    const market = marketOf(venue, coin);
    const channel = market.instrument.kind === 'spot' ? 'activeSpotAssetCtx' : 'activeAssetCtx';
    return { channel, data: { coin, ctx: contextOf(work.exchange, market) } };
  };
  const market: Readonly<Record<string, (coin: string) => News | null>> = {
    l2Book: book,
    bbo: (coin) => (bests.get(coin) === JSON.stringify(bestOf(coin)) ? null : bbo(coin)),
    activeAssetCtx: context,
    activeAssetData: (coin) => ({
      channel: 'activeAssetData',
      data: answerInfo({ type: 'activeAssetData', coin }, venue),
    }),
    allMids: () => ({ channel: 'allMids', data: { mids: answerInfo({ type: 'allMids' }, venue) } }),
  };
  const first: Readonly<Record<string, (coin: string) => News | null>> = {
    ...market,
    bbo,
    trades: (coin) => {
      marketOf(venue, coin);
      return null;
    },
    orderUpdates: () => null,
    userEvents: () => null,
    userFills: () => ({
      channel: 'userFills',
      data: { user: USER, isSnapshot: true, fills: venue.orders.fills.slice(-2_000) },
    }),
    userFundings: () => ({
      channel: 'userFundings',
      data: {
        user: USER,
        isSnapshot: true,
        fundings: venue.fundings.map((one) => ({ ...one, szi: '0.0', fundingRate: '0.0', nSamples: null })),
      },
    }),
  };
  const parts = (key: string): [type: string, coin: string] => {
    const [type = '', coin = ''] = key.split(' ');
    return [type, coin];
  };
  return {
    published: (coin) => told.get(coin) ?? [],
    stall: (on) => {
      stalled = on;
    },
    first: (key) => {
      const [type, coin] = parts(key);
      const tell = Object.hasOwn(first, type) ? first[type] : undefined;
      if (tell === undefined) throw new Error(`Invalid subscription {"type":"${type}"}`);
      return stalled && Object.hasOwn(market, type) ? null : tell(coin);
    },
    changes: (keys) => {
      const now = { at: Math.floor(work.exchange.now / 1_000), trades: work.exchange.trades };
      // Within a second the market moves only by what is traded.
      if (stalled || (now.at === seen.at && now.trades === seen.trades)) return [];
      seen = now;
      return [...keys].flatMap((key) => {
        const [type, coin] = parts(key);
        const news = Object.hasOwn(market, type) ? (market[type]?.(coin) ?? null) : null;
        return news === null ? [] : [{ key, ...news }];
      });
    },
  };
}
