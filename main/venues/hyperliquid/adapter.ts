import type { Capabilities, Clock, LegResult, VenueAdapter, VenueCommand, VenueEvent } from '#main/engine/ports.ts';
import { createBooks } from '#main/venues/books.ts';
import { OVERLAP } from '#main/venues/history-page.ts';
import { type OpenSocket, webSockets } from '#main/venues/socket.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Side } from '#shared/domain/order.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { decimal, type Price } from '#shared/units/decimal.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { type Accounts, accountsOf, type Keeping, keepingOf } from './account.ts';
import { bookSource } from './books.ts';
import type { HyperliquidConfig } from './config.ts';
import { createDeadMan } from './dead-man.ts';
import { createDesk, type HyperliquidDesk } from './desk.ts';
import { createHistory } from './history.ts';
import type { Listed } from './instruments.ts';
import { createListing } from './listing.ts';
import { createMargins } from './margins.ts';
import type { Owner } from './orders.ts';
import { createKnownOrders } from './orders-known.ts';
import { createPrivateFeed } from './private-feed.ts';
import { createSession, type Info } from './session.ts';
import type { HyperliquidSigner } from './signer.ts';
import { createSnapshots } from './snapshot.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createTickerFeed } from './tickers.ts';
import { createTrading } from './trading.ts';
import type { CreditPool } from './weights.ts';
import { wireAbstraction, wireRole, wireState } from './wire-account.ts';

export const HYPERLIQUID_CAPABILITIES: Capabilities = {
  orderTypes: ['limit', 'market', 'stop'],
  timeInForce: ['gtc', 'ioc'],
  postOnly: true,
  reduceOnly: true,
  amend: true,
  cancelAll: true,
  preview: false,
  greeks: false,
  cancelOnDisconnect: true,
  // The venue documents unique nonces, not unique client ids: an order is never sent again.
  idempotent: false,
};

export interface HyperliquidSetup {
  readonly config: HyperliquidConfig;
  readonly clock: Clock;
  readonly signer: HyperliquidSigner;
  /** 0 to 1: spreads reconnections. */
  readonly jitter: () => number;
  /** The real thing unless given. */
  readonly openSocket?: OpenSocket;
  /** What could not be read or done and has no caller to tell. */
  readonly onFlaw: (reason: Fault) => void;
}

/** How the connection is doing. */
export interface HyperliquidHealth {
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  /** Venue clock less ours. */
  readonly skewMs: number;
  readonly reconnects: number;
  /** Share of the request weights that is left, 0 to 1. */
  readonly credits: Readonly<Record<CreditPool, number>>;
}

export interface HyperliquidVenue {
  readonly adapter: VenueAdapter;
  readonly desk: HyperliquidDesk;
  health(): HyperliquidHealth;
  /** A book that is followed, as it may be shown now; null when none is good. */
  book(instrument: InstrumentId, levels: number): OrderBook | null;
}

function unanswered(command: VenueCommand, reason: Fault): readonly LegResult[] {
  if (command.type === 'cancel-all') throw new FaultError(reason);
  const ids = command.type === 'place' ? command.orders.map((one) => one.id) : [command.order];
  return ids.map((id) => ({ outcome: 'unknown', id, reason }));
}

/** Who signs must be an agent of the account: it can trade and cannot withdraw. The account's own key is refused. */
async function checkAgent(info: Info, agent: string, user: string): Promise<void> {
  const { role, data } = await info(wireRole, { type: 'userRole', user: agent });
  if (role === 'agent' && data?.user?.toLowerCase() === user.toLowerCase()) return;
  const message = `expected the key of an agent that ${user} has approved, was one of role "${role}"`;
  throw new FaultError(fault('not-an-agent', message, { agent, user, role }));
}

/** Hyperliquid as the engine sees any venue: one connection, one agent, one account. Nothing is opened before `connect`. */
export function createHyperliquid(setup: HyperliquidSetup): HyperliquidVenue {
  const { config, clock, onFlaw, signer } = setup;
  const { venue, limits, user } = config;
  const subscribers = new Set<(event: VenueEvent) => void>();
  const tell = (event: VenueEvent): void => {
    for (const on of subscribers) on(event);
  };
  let keeping: Keeping = 'unified';
  let accounts: Accounts = accountsOf(config, keeping);
  let agentIsGood = false;
  const subscriptions = createSubscriptions(onFlaw);
  const listing = createListing(config);
  const known = createKnownOrders();
  const owner: Owner = { venue, user, idOf: known.idOf, accountOf: (listed) => accounts.of(listed).id };
  const feed = createPrivateFeed({ owner, listing, known, tell });
  const isLive = () => session.live;
  const tickers = createTickerFeed({
    clock,
    isLive,
    venueTime: () => session.venueTime(),
    onQuotes: (quotes) => tell({ type: 'quotes', quotes }),
  });

  const margins = createMargins(listing, (instruments) => tell({ type: 'instruments', instruments }));

  const listen = async (fresh: readonly Listed[]): Promise<void> => {
    await Promise.all(
      fresh.flatMap((one) => [
        ...(one.instrument.kind === 'perpetual'
          ? [subscriptions.open({ type: 'activeAssetData', user, coin: one.coin }, margins.takeActive)]
          : []),
        subscriptions.open({ type: 'activeAssetCtx', coin: one.coin }, (data) => tickers.takeContext(one, data)),
        subscriptions.open({ type: 'bbo', coin: one.coin }, (data) => tickers.takeBbo(one, data)),
      ]),
    );
  };
  const introduce = async (coins: readonly string[]): Promise<void> => {
    const fresh = listing.add(coins);
    if (fresh.length === 0) return;
    tell({ type: 'instruments', instruments: fresh.map((one) => one.instrument) });
    await listen(fresh);
  };
  const prepare = async (info: Info): Promise<void> => {
    if (!agentIsGood) await checkAgent(info, signer.address, user);
    agentIsGood = true;
    keeping = keepingOf(await info(wireAbstraction, { type: 'userAbstraction', user }));
    accounts = accountsOf(config, keeping);
    const fresh = await listing.load(info);
    const held = await info(wireState, { type: 'clearinghouseState', user });
    const more = listing.add(held.assetPositions.map((one) => one.position.coin));
    const instruments = [...fresh, ...more].map((one) => one.instrument);
    if (instruments.length > 0) tell({ type: 'instruments', instruments });
    margins.takeState(held);
    await listen([...fresh, ...more]);
    await subscriptions.open({ type: 'orderUpdates', user }, feed.takeOrders);
    await subscriptions.open({ type: 'userFills', user }, feed.takeFills);
    await subscriptions.open({ type: 'userFundings', user }, feed.takeFundings);
    feed.begin(session.venueTime());
  };
  let connections = 0;
  /** What traded while nobody listened. The first time there is no such thing: that is the history. */
  const resync = async (info: Info): Promise<void> => {
    connections += 1;
    if (connections > 1) feed.makeGood(await history.fillsFrom(info, feed.toldUntil - OVERLAP));
  };
  const session = createSession({
    config,
    clock,
    openSocket: setup.openSocket ?? webSockets(limits.frameBytes, limits.answerMs),
    signer,
    jitter: setup.jitter,
    subscriptions,
    prepare,
    resync,
    onStatus: (status, reason) => {
      if (status === 'down') books.lost();
      tell({ type: 'status', status, latencyMs: session.latencyMs, reason });
    },
    onFlaw,
  });
  const { info, act, venueTime } = session;
  const bookLimits = { books: limits.books, answerMs: limits.answerMs, silenceMs: limits.bookSilenceMs };
  const books = createBooks({ source: bookSource(subscriptions, listing), clock, limits: bookLimits, isLive, onFlaw });
  const history = createHistory({ user, owner, info, listing, introduce });
  const best = (instrument: InstrumentId, side: Side): Price | null => {
    const quote = tickers.get(instrument);
    const price = (side === 'buy' ? quote?.ask : quote?.bid) ?? quote?.mark;
    return price === undefined ? null : decimal(price);
  };
  const accountOf = (id: AccountId): Account => {
    const found = accounts.all.find((one) => one.id === id);
    if (found !== undefined) return found;
    throw new FaultError(fault('unknown-account', `account "${id}" is not at ${venue}`, { account: id }));
  };
  const isMine = (id: AccountId) => accounts.all.some((one) => one.id === id);
  const trading = createTrading({
    owner,
    user,
    info,
    act,
    listing,
    known,
    feed,
    limits,
    venueTime,
    best,
    isMine,
  });
  const snapshots = createSnapshots({
    user,
    owner,
    info,
    openOrders: trading.openOrders,
    listing,
    known,
    introduce,
    venueTime,
    keeping: () => keeping,
    trades: () => feed.trades,
    learn: margins.takeState,
  });
  const deadMan = createDeadMan({ act, clock, venueTime, isLive, afterMs: config.deadManMs, onFlaw });
  const connected = (): void => {
    if (!session.live) throw new FaultError(fault('not-connected', `${venue} is not connected`, { venue }));
  };
  const timers: (() => void)[] = [];

  const adapter: VenueAdapter = {
    id: venue,
    kind: 'orderbook',
    capabilities: () => ({ ...HYPERLIQUID_CAPABILITIES, cancelOnDisconnect: deadMan.armed }),
    connect: async () => {
      await session.connect();
      if (timers.length === 0) timers.push(tickers.start(), books.start(), deadMan.keep());
    },
    close: async () => {
      for (const stop of timers.splice(0)) stop();
      session.close();
    },
    instruments: async () => {
      connected();
      return listing.all();
    },
    accounts: async () => {
      connected();
      return accounts.all;
    },
    subscribe: (on) => {
      subscribers.add(on);
      return () => void subscribers.delete(on);
    },
    snapshot: async (id) => {
      connected();
      return snapshots(accountOf(id), accounts);
    },
    history: async (id, cursor) => {
      connected();
      return history.page(accountOf(id).id, cursor);
    },
    depth: async (instrument, levels) => {
      connected();
      return books.depth(instrument, levels);
    },
    orderState: async (id, order) => {
      accountOf(id);
      return trading.orderState(order);
    },
    greeks: () => null,
    preview: async () => {
      throw new FaultError(fault('no-preview', `${venue} does not tell margin ahead of orders`, { venue }));
    },
    execute: async (command) => {
      if (session.live) return trading.execute(command);
      return unanswered(command, fault('not-connected', `${venue} is not connected`, { venue }));
    },
    vitals: session.vitals,
    deadMan: {
      get armed() {
        return deadMan.armed;
      },
      arm: deadMan.turn,
    },
  };
  return {
    adapter,
    desk: createDesk({ user, info, act, listing, subscriptions, deadMan }),
    health: () => ({
      live: session.live,
      latencyMs: session.latencyMs,
      skewMs: session.skewMs,
      reconnects: session.reconnects,
      credits: session.credits.left(),
    }),
    book: books.view,
  };
}
