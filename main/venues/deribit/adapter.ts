import type { Capabilities, Clock, LegResult, VenueAdapter, VenueCommand, VenueEvent } from '#main/engine/ports.ts';
import { createBooks } from '#main/venues/books.ts';
import { once } from '#main/venues/once.ts';
import { type OpenSocket, webSockets } from '#main/venues/socket.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import { bookSource } from './books.ts';
import { type Call, createChannels } from './channels.ts';
import type { DeribitConfig } from './config.ts';
import { createDesk, createPreview, type DeribitDesk } from './desk.ts';
import { createHistory } from './history.ts';
import { isDated } from './instruments.ts';
import { createListing, type ListingChange } from './listing.ts';
import { CHANGES, createPrivateFeed } from './private-feed.ts';
import type { KeyRights } from './rights.ts';
import { createSession, type Entropy } from './session.ts';
import type { DeribitSigner } from './signer.ts';
import { createAccountReader } from './snapshot.ts';
import { createTickerFeed } from './ticker-feed.ts';
import type { CreditPool } from './tiers.ts';
import { createTrading } from './trading.ts';

export const DERIBIT_CAPABILITIES: Capabilities = {
  orderTypes: ['limit', 'market', 'stop'],
  timeInForce: ['gtc', 'ioc', 'fok'],
  postOnly: true,
  reduceOnly: true,
  amend: true,
  cancelAll: true,
  preview: true,
  greeks: true,
  cancelOnDisconnect: true,
  // A label may be used twice: the venue takes the same order again.
  idempotent: false,
};

/** A new listing is asked for this long after the first word of it: they come in batches. */
const LISTING_SETTLES: DurationMs = SECOND;
const STATES = 'instrument.state.any.any';

export interface DeribitSetup {
  readonly config: DeribitConfig;
  readonly clock: Clock;
  readonly signer: DeribitSigner;
  readonly entropy: Entropy;
  /** The real thing unless given. */
  readonly openSocket?: OpenSocket;
  /** What could not be read or done and has no caller to tell. */
  readonly onFlaw: (reason: Fault) => void;
}

/** How the connection is doing. */
export interface DeribitHealth {
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  /** Venue clock less ours. */
  readonly skewMs: number;
  readonly reconnects: number;
  /** What the venue says the key may do; null while it is not connected. */
  readonly rights: KeyRights | null;
  /** Book updates found missing, each followed by a resync. */
  readonly gaps: number;
  /** Share of the request credits that is left, 0 to 1. */
  readonly credits: Readonly<Record<CreditPool, number>>;
}

export interface DeribitVenue {
  readonly adapter: VenueAdapter;
  readonly desk: DeribitDesk;
  health(): DeribitHealth;
  /** A book that is followed, as it may be shown now; null when none is good. */
  book(instrument: InstrumentId, levels: number): OrderBook | null;
}

function unanswered(command: VenueCommand, reason: Fault): readonly LegResult[] {
  if (command.type === 'cancel-all') throw new FaultError(reason);
  const ids = command.type === 'place' ? command.orders.map((one) => one.id) : [command.order];
  return ids.map((id) => ({ outcome: 'unknown', id, reason }));
}

/** Deribit as the engine sees any venue: one connection, one key, one account. Nothing is opened before `connect`. */
export function createDeribit(setup: DeribitSetup): DeribitVenue {
  const { config, clock, onFlaw } = setup;
  const { venue, limits } = config;
  const owner = { venue, account: config.account.id };
  const subscribers = new Set<(event: VenueEvent) => void>();
  const tell = (event: VenueEvent): void => {
    for (const on of subscribers) on(event);
  };
  const channels = createChannels(onFlaw);
  const listing = createListing(config, onFlaw);
  const isLive = () => session.live;
  const isHeld = (name: string) => isDated(name) || listing.byName(name) !== undefined;
  const introduce = async (names: readonly string[]): Promise<void> => {
    const instruments = await listing.recall(session.call, names);
    if (instruments.length > 0) tell({ type: 'instruments', instruments });
  };
  const feed = createTickerFeed({
    venue,
    clock,
    underlyingOf: (name) => listing.byName(name)?.underlying ?? null,
    isLive,
    readKept: channels.readKept,
    onQuotes: (quotes) => tell({ type: 'quotes', quotes }),
  });
  const books = createBooks({ source: bookSource(channels), clock, limits, isLive, onFlaw });
  const tickerChannel = (one: Instrument) => `ticker.${one.name}.100ms`;
  const listen = async ({ fresh, gone }: ListingChange): Promise<void> => {
    for (const { id } of gone) feed.forget(id);
    await channels.close(gone.map(tickerChannel));
    await channels.open(fresh.map(tickerChannel), () => feed.take);
  };
  const relist = async (): Promise<void> => {
    const change = await listing.load(session.call);
    if (change.fresh.length > 0) tell({ type: 'instruments', instruments: change.fresh });
    await listen(change);
  };
  let relisting = false;
  const onState = () => {
    if (relisting) return;
    relisting = true;
    once(clock, LISTING_SETTLES, () => {
      relisting = false;
      if (session.live) relist().catch((thrown: unknown) => onFlaw(toFault(thrown)));
    });
  };
  const prepare = async (call: Call): Promise<void> => {
    const change = await listing.load(call);
    await channels.open([CHANGES], () => privately.take);
    await channels.open([STATES], () => onState);
    await listen(change);
  };
  const session = createSession({
    config,
    clock,
    openSocket: setup.openSocket ?? webSockets(limits.frameBytes, limits.answerMs),
    signer: setup.signer,
    entropy: setup.entropy,
    channels,
    prepare,
    onStatus: (status, reason) => {
      if (status === 'down') books.lost();
      tell({ type: 'status', status, latencyMs: session.latencyMs, reason });
    },
    onFlaw,
  });
  const { call, venueTime } = session;
  const trading = createTrading({ owner, call, currencies: config.currencies, onTick: listing.onTick });
  const privately = createPrivateFeed(owner, trading.learn, tell, isHeld);
  const history = createHistory({ owner, call, currencies: config.currencies, venueTime, isHeld, introduce });
  const reader = createAccountReader({
    config,
    call,
    openOrders: trading.openOrders,
    settlementOf: listing.settlementOf,
    currencyUsd: feed.index,
    venueTime,
    trades: () => privately.trades,
    credits: session.credits,
  });
  const preview = createPreview({
    call,
    account: reader.account,
    byName: listing.byName,
    currencyUsd: feed.index,
    venueTime,
  });
  const mine = (id: AccountId): void => {
    if (id === owner.account) return;
    throw new FaultError(fault('unknown-account', `account "${id}" is not at ${venue}`, { account: id }));
  };
  const connected = (): void => {
    if (!session.live) throw new FaultError(fault('not-connected', `${venue} is not connected`, { venue }));
  };
  const timers: (() => void)[] = [];

  const adapter: VenueAdapter = {
    id: venue,
    kind: 'orderbook',
    capabilities: () => ({ ...DERIBIT_CAPABILITIES, cancelOnDisconnect: session.deadMan.armed }),
    connect: async () => {
      await session.connect();
      if (timers.length === 0) timers.push(feed.start(), books.start());
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
    preview,
    execute: async (command) => {
      if (session.live) return trading.execute(command);
      return unanswered(command, fault('not-connected', `${venue} is not connected`, { venue }));
    },
    vitals: session.vitals,
    deadMan: session.deadMan,
  };
  return {
    adapter,
    desk: createDesk(call),
    health: () => ({
      live: session.live,
      latencyMs: session.latencyMs,
      skewMs: session.skewMs,
      reconnects: session.reconnects,
      rights: session.rights,
      gaps: books.gaps,
      credits: session.credits.left(),
    }),
    book: books.view,
  };
}
