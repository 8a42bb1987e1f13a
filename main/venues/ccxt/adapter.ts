import type { Capabilities, Clock, LegResult, VenueAdapter, VenueCommand, VenueEvent } from '#main/engine/ports.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { createAccountReader } from './account.ts';
import { createBooks } from './books.ts';
import type { Border } from './border.ts';
import { createCalls } from './calls.ts';
import type { CcxtConfig } from './config.ts';
import { type CcxtName, DIALECTS } from './dialects.ts';
import { createFillReader } from './fills.ts';
import { createHistory } from './history.ts';
import { createListing, tickerGroups } from './listing.ts';
import { createMarketFeed } from './market.ts';
import { createSession } from './session.ts';
import { createSweep } from './sweep.ts';
import { createTrading } from './trading.ts';

/** What an exchange behind ccxt can do here; stops, margin previews and dead-man switches are for native adapters. */
export function ccxtCapabilities(exchange: CcxtName): Capabilities {
  const { amend, greeks, reduceOnly } = DIALECTS[exchange].able;
  return {
    orderTypes: ['limit', 'market'],
    timeInForce: ['gtc', 'ioc', 'fok'],
    postOnly: true,
    reduceOnly,
    amend,
    cancelAll: true,
    preview: false,
    greeks,
    cancelOnDisconnect: false,
    // The venues refuse a client id that was used before; none answers with the order it stands for.
    idempotent: false,
  };
}

export interface CcxtSetup {
  readonly config: CcxtConfig;
  readonly clock: Clock;
  /** To where ccxt runs; the keys are there. */
  readonly border: Border;
  /** What could not be read or done and has no caller to tell. */
  readonly onFlaw: (reason: Fault) => void;
}

export interface CcxtHealth {
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  readonly skewMs: number;
  readonly reconnects: number;
  /** Books found wrong, each followed by a resync. */
  readonly gaps: number;
}

export interface CcxtVenue {
  readonly adapter: VenueAdapter;
  health(): CcxtHealth;
  /** A book that is followed, as it may be shown now; null when none is good. */
  book(instrument: InstrumentId, levels: number): OrderBook | null;
}

function unanswered(command: VenueCommand, reason: Fault): readonly LegResult[] {
  if (command.type === 'cancel-all') throw new FaultError(reason);
  const ids = command.type === 'place' ? command.orders.map((one) => one.id) : [command.order];
  return ids.map((id) => ({ outcome: 'unknown', id, reason }));
}

/** Any exchange that ccxt speaks to, as the engine sees any venue. Nothing is loaded or opened before `connect`. */
export function createCcxt({ config, clock, border, onFlaw }: CcxtSetup): CcxtVenue {
  const { venue, limits } = config;
  const dialect = DIALECTS[config.exchange];
  const owner = { venue, account: config.account.id };
  const subscribers = new Set<(event: VenueEvent) => void>();
  const tell = (event: VenueEvent): void => {
    for (const on of subscribers) on(event);
  };
  const calls = createCalls(venue, border, clock, limits);
  const listing = createListing(config, dialect, onFlaw);
  const isLive = () => session.live;
  const onQuotes: Parameters<typeof createMarketFeed>[0]['onQuotes'] = (quotes) => tell({ type: 'quotes', quotes });
  const feed = createMarketFeed({ config, dialect, calls, clock, listing, isLive, onQuotes, onFlaw });
  const books = createBooks(config, calls, listing, onFlaw);
  const trading = createTrading({ config, owner, dialect, calls, listing, onFlaw });
  const venueTime = () => session.venueTime();
  const { usd } = feed;
  const orderOf = trading.clientIdOf;
  const readFills = createFillReader({ config, owner, dialect, calls, listing, venueTime, orderOf, usd, onFlaw });
  const sweep = createSweep({ account: owner.account, venue, trading, readFills, venueTime, tell });
  const session = createSession({
    config,
    clock,
    calls,
    opening: {
      exchange: dialect.exchange,
      options: dialect.options,
      endpoints: config.endpoints,
      testnet: config.sandbox ? dialect.testnet : null,
      paced: config.paced,
      tagHeaders: dialect.tagHeaders,
    },
    prepare: async () => {
      listing.load(await calls.call('loadMarkets', true));
      await sweep.begin();
    },
    read: feed.read,
    sweep: sweep.run,
    watchMarket: (onLost) =>
      tickerGroups(dialect, listing.all()).map((symbols) =>
        calls.watch('watchTickers', [symbols], { onValue: feed.take, onLost }),
      ),
    news: dialect.news,
    onStatus: (status, reason) => {
      if (status === 'down') books.lost();
      tell({ type: 'status', status, latencyMs: calls.latencyMs, reason });
    },
    onEnded: books.close,
    onFlaw,
  });
  const trades = () => sweep.trades;
  const { openOrders } = trading;
  const reader = createAccountReader({
    config,
    owner,
    dialect,
    calls,
    listing,
    openOrders,
    usd,
    venueTime,
    trades,
    onFlaw,
  });
  const history = createHistory({ owner, dialect, calls, listing, readFills, onFlaw });
  const notConnected = () => fault('not-connected', `${venue} is not connected`, { venue });
  const connected = (): void => {
    if (!session.live) throw new FaultError(notConnected());
  };
  const mine = (id: AccountId): void => {
    if (id !== owner.account) {
      throw new FaultError(fault('unknown-account', `account "${id}" is not at ${venue}`, { account: id }));
    }
    connected();
  };
  const timers: (() => void)[] = [];
  const news = (): void => {
    sweep.run().catch((thrown: unknown) => onFlaw(fault('sweep', String(thrown))));
  };
  const adapter: VenueAdapter = {
    id: venue,
    kind: 'orderbook',
    capabilities: () => ccxtCapabilities(config.exchange),
    connect: async () => {
      await session.connect();
      if (timers.length === 0) timers.push(feed.quotes.start());
    },
    close: async () => {
      for (const stop of timers.splice(0)) stop();
      books.close();
      session.close();
    },
    instruments: async () => {
      connected();
      return listing.all().map((one) => one.instrument);
    },
    accounts: async () => [reader.account],
    subscribe: (on) => {
      subscribers.add(on);
      return () => void subscribers.delete(on);
    },
    snapshot: async (id) => {
      mine(id);
      return reader.snapshot();
    },
    history: async (id, cursor) => {
      mine(id);
      return history(cursor);
    },
    depth: async (instrument, levels) => {
      connected();
      return books.depth(instrument, levels);
    },
    orderState: async (id, order) => {
      mine(id);
      return trading.orderState(order);
    },
    greeks: feed.greeks,
    preview: async (id) => {
      mine(id);
      throw new FaultError(fault('no-preview', `${venue} cannot tell margin after orders that were not sent`));
    },
    execute: async (command) => {
      if (!session.live) return unanswered(command, notConnected());
      const legs = await trading.execute(command);
      news();
      return legs;
    },
    vitals: () => ({
      roundTrip: calls.roundTrip(),
      skewMs: session.measured ? session.skewMs : null,
      messages: calls.messages,
      credits: null,
    }),
  };
  return {
    adapter,
    health: () => ({
      live: session.live,
      latencyMs: calls.latencyMs,
      skewMs: session.skewMs,
      reconnects: session.reconnects,
      gaps: books.gaps,
    }),
    book: books.view,
  };
}
