import type { Clock, LegResult, VenueAdapter, VenueCommand, VenueEvent } from '#main/engine/ports.ts';
import { CHAIN_CAPABILITIES } from '#main/venues/evm/capabilities.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Perpetual } from '#shared/domain/instrument.ts';
import { nameOf } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import type { DydxConfig } from './config.ts';
import { holdingsOf, perpetualOf, quoteOf, underlyingOf } from './reading.ts';
import { readAs, type WireMarket, wireBook, wireMarkets, wireSubaccount, wireTime } from './wire.ts';

/** Asks an indexer for what is below /v4/. Rejects where nothing good is answered. */
export type AskIndexer = (path: string) => Promise<unknown>;

export interface DydxSetup {
  readonly config: DydxConfig;
  readonly clock: Clock;
  readonly ask: AskIndexer;
  /** What could not be read and has no caller to tell. */
  readonly onFlaw: (reason: Fault) => void;
}

function refusals(venue: string, command: VenueCommand): readonly LegResult[] {
  const reason = fault('no-orders', `${venue} is read by its address: nothing is signed for it here`, { venue });
  if (command.type === 'cancel-all') return [];
  const ids = command.type === 'place' ? command.orders.map((one) => one.id) : [command.order];
  return ids.map((id) => ({ outcome: 'rejected', id, reason }));
}

/**
 * A dYdX account as anybody can see it, by the public indexer: positions, money, margin and prices, without a key. What
 * the account did elsewhere comes in as differences at reconciliation, as on a chain.
 */
export function createDydx({ config, clock, ask, onFlaw }: DydxSetup): VenueAdapter {
  const { venue, address, subaccount, limits } = config;
  // Keel has no margin rules of dYdX: what it asks for is told by its own pool.
  const account: Account = { ...config.account, venue, rules: 'unmargined' };
  const subscribers = new Set<(event: VenueEvent) => void>();
  const listed = new Map<string, Perpetual>();
  let markets: ReadonlyMap<string, WireMarket> = new Map();
  let [live, skewMs, latencyMs, asking] = [false, 0, 0, false];
  let stop: (() => void) | null = null;

  const tell = (event: VenueEvent): void => {
    for (const on of subscribers) on(event);
  };
  const venueTime = () => clock.now() + skewMs;
  const connected = (): void => {
    if (!live) throw new FaultError(fault('not-connected', `${venue} is not connected`, { venue }));
  };
  const mine = (id: string): void => {
    if (id !== account.id) throw new FaultError(fault('unknown-account', `account "${id}" is not at ${venue}`));
    connected();
  };
  const list = (names: Iterable<string>): void => {
    const fresh = [...new Set(names)].flatMap((name) => (listed.has(name) ? [] : (markets.get(name) ?? [])));
    const instruments = fresh.map((wire) => perpetualOf(config, wire));
    for (const one of instruments) listed.set(one.name, one);
    if (instruments.length > 0) tell({ type: 'instruments', instruments });
  };
  const bookOf = async (name: string) =>
    readAs(wireBook, await ask(`orderbooks/perpetualMarket/${encodeURIComponent(name)}`), 'orderbook');
  const measure = async (): Promise<void> => {
    const sentAt = clock.now();
    const { epoch } = readAs(wireTime, await ask('time'), 'time');
    latencyMs = clock.now() - sentAt;
    skewMs = Math.round(epoch * SECOND - (sentAt + clock.now()) / 2);
  };
  const quote = async (one: Perpetual): Promise<void> => {
    const book = await bookOf(one.name);
    const wire = markets.get(one.name);
    const read = wire === undefined ? null : quoteOf(wire, one, book, venueTime(), clock.now());
    if (read !== null) tell({ type: 'quotes', quotes: [read] });
  };
  const refresh = async (): Promise<void> => {
    const read = readAs(wireMarkets, await ask('perpetualMarkets'), 'perpetualMarkets');
    markets = new Map(Object.values(read.markets).map((one) => [one.ticker, one]));
    const wanted = [...markets.values()].filter((one) => config.underlyings.includes(underlyingOf(one)));
    list(wanted.filter((one) => one.status === 'ACTIVE').map((one) => one.ticker));
    await Promise.all([...listed.values()].map(quote));
  };
  const tick = (): void => {
    if (asking) return;
    asking = true;
    measure()
      .then(refresh)
      .then(() => {
        if (live || stop === null) return;
        live = true;
        tell({ type: 'status', status: 'live', latencyMs, reason: null });
      })
      .catch((thrown: unknown) => {
        onFlaw(toFault(thrown));
        if (live) tell({ type: 'status', status: 'down', latencyMs: 0, reason: toFault(thrown) });
        live = false;
      })
      .finally(() => {
        asking = false;
      });
  };
  return {
    id: venue,
    kind: 'onchain',
    capabilities: () => CHAIN_CAPABILITIES,
    connect: async () => {
      await measure();
      await refresh();
      live = true;
      tell({ type: 'status', status: 'live', latencyMs, reason: null });
      stop ??= clock.every(limits.refreshMs, tick);
    },
    close: async () => {
      stop?.();
      [stop, live] = [null, false];
    },
    instruments: async () => {
      connected();
      return [...listed.values()];
    },
    accounts: async () => [account],
    subscribe: (on) => {
      subscribers.add(on);
      return () => void subscribers.delete(on);
    },
    snapshot: async (id) => {
      mine(id);
      const asOf = venueTime();
      const path = `addresses/${encodeURIComponent(address)}/subaccountNumber/${subaccount}`;
      const { subaccount: wire } = readAs(wireSubaccount, await ask(path), 'subaccount');
      // What is held is listed too, whatever was asked for.
      list(Object.values(wire.openPerpetualPositions).map((one) => one.market));
      return { account, asOf, openOrders: [], ...holdingsOf(account, wire, markets) };
    },
    history: async (id) => {
      mine(id);
      return { fills: [], funding: [], next: null };
    },
    depth: async (instrument, levels) => {
      connected();
      const { bids, asks } = await bookOf(nameOf(instrument));
      return { instrument, at: venueTime(), bids: bids.slice(0, levels), asks: asks.slice(0, levels) };
    },
    orderState: async () => null,
    greeks: () => null,
    preview: async () => {
      throw new FaultError(fault('no-preview', `${venue} takes no orders from here`, { venue }));
    },
    execute: async (command) => refusals(venue, command),
    vitals: () => ({ roundTrip: null, skewMs: live ? skewMs : null, messages: null, credits: null }),
  };
}
