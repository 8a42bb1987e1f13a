import type { Capabilities, Clock, LegResult, VenueAdapter, VenueCommand, VenueEvent } from '#main/engine/ports.ts';
import { createBooks } from '#main/venues/books.ts';
import { type OpenSocket, webSockets } from '#main/venues/socket.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { createAccountReader } from './account.ts';
import { bookSource } from './books.ts';
import { createChannels } from './channels.ts';
import type { DeriveConfig } from './config.ts';
import { createHistory } from './history.ts';
import { createListing } from './listing.ts';
import { createPrivateFeed } from './private-feed.ts';
import { createSession } from './session.ts';
import type { DeriveIdentity } from './signer.ts';
import { createTickerFeed } from './ticker-feed.ts';
import { createTrading } from './trading.ts';

export const DERIVE_CAPABILITIES: Capabilities = {
  orderTypes: ['limit', 'market'],
  timeInForce: ['gtc', 'ioc', 'fok'],
  postOnly: true,
  reduceOnly: true,
  // A replacement is another order with another id and signature.
  amend: false,
  cancelAll: true,
  preview: true,
  greeks: true,
  cancelOnDisconnect: true,
  // A label may be used twice: the venue takes the same order again.
  idempotent: false,
};

export interface DeriveSetup {
  readonly config: DeriveConfig;
  readonly clock: Clock;
  readonly identity: DeriveIdentity;
  /** 0 to 1: the spread of reconnections. */
  readonly jitter: () => number;
  /** The real thing unless given. */
  readonly openSocket?: OpenSocket;
  /** What could not be read or done and has no caller to tell. */
  readonly onFlaw: (reason: Fault) => void;
}

export interface DeriveHealth {
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  /** Venue clock less ours. */
  readonly skewMs: number;
  readonly reconnects: number;
  /** Books found crossed or unreadable, each followed by a resync. */
  readonly gaps: number;
}

export interface DeriveVenue {
  readonly adapter: VenueAdapter;
  health(): DeriveHealth;
  /** A book that is followed, as it may be shown now; null when none is good. */
  book(instrument: InstrumentId, levels: number): OrderBook | null;
}

function unanswered(command: VenueCommand, reason: Fault): readonly LegResult[] {
  if (command.type === 'cancel-all') throw new FaultError(reason);
  const ids = command.type === 'place' ? command.orders.map((one) => one.id) : [command.order];
  return ids.map((id) => ({ outcome: 'unknown', id, reason }));
}

/** Options told every second, perpetuals ten times. */
function tickerChannel(name: string): string {
  return `ticker_slim.${name}.${name.endsWith('-PERP') ? 100 : 1_000}`;
}

/** Derive as the engine sees any venue: one connection, one session key, one subaccount. Nothing is opened before `connect`. */
export function createDerive(setup: DeriveSetup): DeriveVenue {
  const { config, clock, identity, onFlaw } = setup;
  const { venue, subaccount, limits } = config;
  const owner = { venue, account: config.account.id };
  const subscribers = new Set<(event: VenueEvent) => void>();
  const tell = (event: VenueEvent): void => {
    for (const on of subscribers) on(event);
  };
  const channels = createChannels(onFlaw);
  const listing = createListing(config, onFlaw);
  const isLive = () => session.live;
  const feed = createTickerFeed(venue, clock, isLive, (quotes) => tell({ type: 'quotes', quotes }));
  const books = createBooks({ source: bookSource(channels), clock, limits, isLive, onFlaw });
  const session = createSession({
    config,
    clock,
    identity,
    channels,
    openSocket: setup.openSocket ?? webSockets(limits.frameBytes, limits.answerMs),
    jitter: setup.jitter,
    prepare: async (call) => {
      const fresh = await listing.load(call);
      if (fresh.length > 0) tell({ type: 'instruments', instruments: fresh });
      await channels.open([`${subaccount}.orders`], () => privately.takeOrders);
      await channels.open([`${subaccount}.trades`], () => privately.takeTrades);
      for (const { name } of fresh) await channels.open([tickerChannel(name)], () => feed.listener(name));
    },
    onStatus: (status, reason) => {
      if (status === 'down') books.lost();
      tell({ type: 'status', status, latencyMs: session.latencyMs, reason });
    },
    onFlaw,
  });
  const { call, venueTime } = session;
  const trading = createTrading({ config, owner, identity, call, listing, feed, venueTime });
  const privately = createPrivateFeed(owner, trading.learn, tell, onFlaw);
  const history = createHistory({ owner, subaccount, call, venueTime });
  const reader = createAccountReader({ config, owner, call, listing, venueTime });
  const notConnected = () => fault('not-connected', `${venue} is not connected`, { venue });
  const mine = (id: AccountId): void => {
    if (id === owner.account) return;
    throw new FaultError(fault('unknown-account', `account "${id}" is not at ${venue}`, { account: id }));
  };
  const connected = (): void => {
    if (!session.live) throw new FaultError(notConnected());
  };
  const timers: (() => void)[] = [];
  const adapter: VenueAdapter = {
    id: venue,
    kind: 'orderbook',
    capabilities: () => ({ ...DERIVE_CAPABILITIES, cancelOnDisconnect: session.deadMan.armed }),
    connect: async () => {
      await session.connect();
      if (timers.length === 0) timers.push(feed.quotes.start(), books.start());
    },
    close: async () => {
      for (const stop of timers.splice(0)) stop();
      session.close();
    },
    instruments: async () => {
      connected();
      return listing.all();
    },
    accounts: async () => [await reader.account()],
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
    preview: async (id, orders) => {
      mine(id);
      return reader.preview(orders);
    },
    execute: async (command) => {
      if (session.live) return trading.execute(command);
      return unanswered(command, notConnected());
    },
    vitals: session.vitals,
    deadMan: session.deadMan,
  };
  return {
    adapter,
    health: () => ({
      live: session.live,
      latencyMs: session.latencyMs,
      skewMs: session.skewMs,
      reconnects: session.reconnects,
      gaps: books.gaps,
    }),
    book: books.view,
  };
}
