import type { LegResult, VenueCommand, VenueOrder } from '#main/engine/ports.ts';
import type { Order } from '#shared/domain/order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { type AccountId, type ClientOrderId, nameOf, type VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type Calls, isDefinite, isNoOrder } from './calls.ts';
import type { CcxtConfig } from './config.ts';
import type { Dialect, Scope } from './dialect.ts';
import { contractsOf, type Listed, type Listing } from './listing.ts';
import { clientIdOf, isEnded, type Owner, orderArguments, venueOrderOf } from './orders.ts';
import { readAs, readEach, type WireOrder, wireCancelled, wireOrder } from './wire.ts';

/** Orders whose place is remembered. */
const REMEMBERED = 10_000;

/** An order's record, with what else of it may change. */
export interface OrderRecord {
  readonly order: VenueOrder;
  readonly terms: string;
  readonly at: EpochMs;
}

export interface Trading {
  execute(command: VenueCommand): Promise<readonly LegResult[]>;
  orderState(id: ClientOrderId): Promise<VenueOrder | null>;
  openOrders(): Promise<readonly WireOrder[]>;
  /** The records of all that works, and of what was working or sent when it was last asked. */
  followed(): Promise<readonly OrderRecord[]>;
  forget(id: VenueOrderId): void;
  clientIdOf(id: VenueOrderId): ClientOrderId | null;
}

export interface TradingSetup {
  readonly config: CcxtConfig;
  readonly owner: Owner;
  readonly dialect: Dialect;
  readonly calls: Pick<Calls, 'call'>;
  readonly listing: Listing;
  readonly onFlaw: (reason: Fault) => void;
}

/** Where an order is: ccxt asks for its instrument with everything. */
interface Place {
  readonly venueOrderId: VenueOrderId;
  readonly listed: Listed;
  readonly side: string;
}

export function createTrading(setup: TradingSetup): Trading {
  const { config, owner, dialect, calls, listing, onFlaw } = setup;
  const places = new Map<ClientOrderId, Place>();
  const clients = new Map<VenueOrderId, ClientOrderId>();
  /** Sent, and not known to have ended. */
  const working = new Set<ClientOrderId>();

  const remember = (id: ClientOrderId, place: Place): void => {
    places.delete(id);
    places.set(id, place);
    if (place.venueOrderId !== '') clients.set(place.venueOrderId, id);
    const [oldest, last] = places.entries().next().value ?? [];
    if (places.size <= REMEMBERED || oldest === undefined) return;
    places.delete(oldest);
    clients.delete(last?.venueOrderId ?? '');
  };
  const learn = (wire: WireOrder): void => {
    const listed = listing.bySymbol(wire.symbol ?? '');
    const id = clientIdOf(dialect, wire);
    if (listed) remember(id, { venueOrderId: wire.id, listed, side: wire.side ?? places.get(id)?.side ?? '' });
  };
  const list = (answer: unknown): readonly WireOrder[] =>
    readEach(wireOrder, answer, 'order', (thrown) => {
      throw thrown;
    });
  const openOrders = async (): Promise<readonly WireOrder[]> => {
    const open = list(await calls.call('fetchOpenOrders'));
    for (const wire of open) {
      learn(wire);
      working.add(clientIdOf(dialect, wire));
    }
    return open;
  };
  /** A record that was asked for by an id and is another order's says nothing of the one that was meant. */
  const checked = (id: ClientOrderId, { venueOrderId }: Place, wire: WireOrder): WireOrder => {
    if (clientIdOf(dialect, wire) === id || wire.id === venueOrderId) return wire;
    throw new FaultError(fault('bad-payload', `${config.venue} was asked for order ${id} and told of ${wire.id}`));
  };
  /** Where the venue forgets what ended, its histories are asked before it is believed that there is no such order. */
  const endedBy = async (
    id: ClientOrderId,
    { listed }: Pick<Place, 'listed'>,
    by: Scope,
  ): Promise<WireOrder | null> => {
    for (const method of dialect.endedBy) {
      const ended = list(await calls.call(method, listed.symbol, undefined, undefined, by));
      const found = ended.find((wire) => clientIdOf(dialect, wire) === id);
      if (found) return found;
    }
    return null;
  };
  /** The venue's record of an order whose instrument is known; null when it has none. */
  const recordAt = async (id: ClientOrderId, place: Place): Promise<WireOrder | null> => {
    const { listed, venueOrderId } = place;
    const wireId = dialect.clientId.encode(id);
    const by = wireId === null || `${id}` === `${venueOrderId}` ? {} : dialect.byClient(wireId);
    try {
      const asked = await calls.call('fetchOrder', venueOrderId || undefined, listed.symbol, by);
      return checked(id, place, readAs(wireOrder, asked, 'order'));
    } catch (thrown) {
      if (isNoOrder(toFault(thrown))) return endedBy(id, place, by);
      throw thrown;
    }
  };
  const recordAnywhere = async (id: ClientOrderId): Promise<WireOrder | null> => {
    for (const listed of listing.all()) {
      const found = await recordAt(id, { venueOrderId: '', listed, side: '' });
      if (found) return found;
    }
    return null;
  };
  /** Looks through what works and what has ended. A full list may hide it: then nobody can tell. */
  const search = async (id: ClientOrderId): Promise<WireOrder | null> => {
    const mine = (wire: WireOrder) => clientIdOf(dialect, wire) === id;
    const open = (await openOrders()).find(mine);
    if (open) return open;
    if (dialect.endedScopes === null) return recordAnywhere(id);
    for (const { method, scope } of dialect.endedScopes(config.kinds)) {
      const ended = list(await calls.call(method, undefined, undefined, undefined, scope));
      const found = ended.find(mine);
      if (found) return found;
      if (ended.length >= dialect.pageSize) {
        throw new FaultError(fault('cannot-tell', `${config.venue} lists too many orders to say that ${id} is none`));
      }
    }
    return null;
  };
  const recordOf = async (id: ClientOrderId): Promise<WireOrder | null> => {
    const place = places.get(id);
    const found = place ? await recordAt(id, place) : await search(id);
    if (found) learn(found);
    return found;
  };
  const viewOf = (wire: WireOrder): VenueOrder => {
    const listed = places.get(clientIdOf(dialect, wire))?.listed ?? listing.named(wire.symbol ?? '');
    return venueOrderOf(owner, dialect, listed, wire);
  };
  const leg = async (id: ClientOrderId, act: () => Promise<VenueOrderId>): Promise<LegResult> => {
    try {
      return { outcome: 'accepted', id, venueOrderId: await act() };
    } catch (thrown) {
      const reason = toFault(thrown);
      return { outcome: isDefinite(reason) ? 'rejected' : 'unknown', id, reason };
    }
  };
  const mine = (account: AccountId): void => {
    if (account === owner.account) return;
    throw new FaultError(fault('unknown-account', `account "${account}" is not at ${owner.venue}`, { account }));
  };
  const place = (order: Order): Promise<LegResult> =>
    leg(order.id, async () => {
      if (order.account !== owner.account) {
        throw new FaultError(fault('not-supported', `account "${order.account}" is not at ${owner.venue}`));
      }
      const listed = listing.named(nameOf(order.instrument));
      const asked = orderArguments(dialect, listed, order);
      // Before it leaves: what is never answered must be found again.
      remember(order.id, { venueOrderId: '', listed, side: order.side });
      working.add(order.id);
      try {
        const { id } = readAs(wireOrder, await calls.call('createOrder', ...asked), 'createOrder');
        remember(order.id, { venueOrderId: id, listed, side: order.side });
        return id;
      } catch (thrown) {
        if (isDefinite(toFault(thrown))) working.delete(order.id);
        throw thrown;
      }
    });
  const known = async (id: ClientOrderId): Promise<Place> => {
    if (!places.has(id)) await recordOf(id);
    const found = places.get(id);
    if (found) return found;
    throw new FaultError(fault('not-supported', `${config.venue} knows no order ${id}`, { order: id }));
  };
  const byId = (id: ClientOrderId, { venueOrderId }: Place): readonly [string | undefined, object] => {
    const wireId = dialect.clientId.encode(id);
    return venueOrderId === '' && wireId !== null ? [undefined, dialect.byClient(wireId)] : [venueOrderId, {}];
  };
  const cancel = (id: ClientOrderId): Promise<LegResult> =>
    leg(id, async () => {
      const at = await known(id);
      const [venueId, by] = byId(id, at);
      const answer = await calls.call('cancelOrder', venueId, at.listed.symbol, by);
      return readAs(wireCancelled, answer, 'cancelOrder').id ?? at.venueOrderId;
    });
  const amend = ({ order, quantity, limit }: Extract<VenueCommand, { type: 'amend' }>): Promise<LegResult> =>
    leg(order, async () => {
      if (!dialect.able.amend) throw new FaultError(fault('not-supported', `${config.venue} amends no orders here`));
      const at = await known(order);
      const [venueId, by] = byId(order, at);
      const size = contractsOf(at.listed, quantity);
      const asked = [venueId, at.listed.symbol, 'limit', at.side, size, toNumber(limit), by];
      return readAs(wireOrder, await calls.call('editOrder', ...asked), 'editOrder').id;
    });
  const cancelAll = async (includeProtective: boolean): Promise<readonly LegResult[]> => {
    const open = await openOrders();
    const due = includeProtective ? open : open.filter((one) => !one.reduceOnly);
    return Promise.all(due.map((one) => cancel(clientIdOf(dialect, one))));
  };
  /** Null while the venue may still be taking it. */
  const stateOf = async (id: ClientOrderId): Promise<WireOrder | null> => {
    try {
      return await recordOf(id);
    } catch (thrown) {
      onFlaw(toFault(thrown));
      return null;
    }
  };
  const recordFor = (wire: WireOrder): OrderRecord => {
    const order = viewOf(wire);
    const at = wire.lastUpdateTimestamp ?? wire.timestamp ?? 0;
    return { order, terms: isEnded(order) ? '' : `${wire.amount} @ ${wire.price}`, at };
  };
  return {
    openOrders,
    followed: async () => {
      const open = (await openOrders()).filter((one) => listing.bySymbol(one.symbol ?? ''));
      const there = new Set(open.map((one) => clientIdOf(dialect, one)));
      const gone = [...working].filter((id) => !there.has(id));
      const ended = await Promise.all(gone.map(stateOf));
      return [...open, ...ended.flatMap((one) => one ?? [])].map(recordFor);
    },
    forget: (id) => {
      const client = clients.get(id);
      if (client !== undefined) working.delete(client);
    },
    clientIdOf: (id) => clients.get(id) ?? null,
    orderState: async (id) => {
      const found = await recordOf(id);
      if (found !== null) return viewOf(found);
      working.delete(id);
      return null;
    },
    execute: async (command) => {
      if (command.type === 'place') return Promise.all(command.orders.map(place));
      mine(command.account);
      if (command.type === 'amend') return [await amend(command)];
      return command.type === 'cancel' ? [await cancel(command.order)] : cancelAll(command.includeProtective);
    },
  };
}
