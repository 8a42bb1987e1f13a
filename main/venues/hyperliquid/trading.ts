import type { LegResult, VenueCommand, VenueOrder } from '#main/engine/ports.ts';
import type { ApprovedOrder } from '#main/engine/signer-port.ts';
import type { Order, Side } from '#shared/domain/order.ts';
import { add, type Price, subtract } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, InstrumentId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { HyperliquidLimits } from './config.ts';
import type { Listed } from './instruments.ts';
import type { Listing } from './listing.ts';
import {
  amendedLeg,
  cloidFor,
  idOfOrder,
  legOf,
  neverTaken,
  type OrderLeg,
  type Owner,
  venueOrderOf,
} from './orders.ts';
import type { KnownOrders } from './orders-known.ts';
import type { PrivateFeed } from './private-feed.ts';
import { isDefinite, refusal } from './refusals.ts';
import type { Act, Info } from './session.ts';
import { badPayload } from './wire.ts';
import {
  type WireCancelled,
  type WireLeg,
  type WireOrder,
  type WireRecord,
  wireCancels,
  wireOrderStatus,
  wireOrders,
  wirePlaced,
} from './wire-trading.ts';

/** Legs of one action at most. */
const AT_ONCE = 40;

export interface Trading {
  execute(command: VenueCommand): Promise<readonly LegResult[]>;
  /**
   * The venue's record, null when it has none. What was sent and is unknown there is answered when it cannot come any
   * more, as expired, and rejects before that.
   */
  orderState(id: ClientOrderId): Promise<VenueOrder | null>;
  openOrders(): Promise<readonly WireOrder[]>;
}

export interface TradingSetup {
  readonly owner: Owner;
  readonly user: string;
  readonly info: Info;
  readonly act: Act;
  readonly listing: Listing;
  readonly known: KnownOrders;
  readonly feed: Pick<PrivateFeed, 'hold' | 'release'>;
  readonly limits: Pick<HyperliquidLimits, 'takenMs' | 'provenMs'>;
  readonly venueTime: () => EpochMs;
  /** Best price of the other side, null when it is not known. */
  readonly best: (instrument: InstrumentId, side: Side) => Price | null;
  readonly isMine: (account: AccountId) => boolean;
}

/** What failed as the outcome of a leg: what the venue refused did nothing, everything else may have been done. */
function failed(id: ClientOrderId, reason: Fault): LegResult {
  return { outcome: isDefinite(reason) ? 'rejected' : 'unknown', id, reason };
}

function isProtective(wire: WireOrder): boolean {
  return wire.reduceOnly === true && wire.isTrigger === true;
}

/** One answer per leg. A batch that is refused as a whole is answered once, for all of them (docs, "Error responses"). */
function perLeg<T extends string | object>(statuses: readonly T[], legs: number, what: string): readonly T[] {
  if (statuses.length === legs) return statuses;
  const [only] = statuses;
  const refused = statuses.length === 1 && typeof only === 'object' && 'error' in only;
  if (only !== undefined && refused) return Array.from({ length: legs }, () => only);
  throw badPayload(what, 'statuses', `${legs} statuses`, `${statuses.length}`);
}

export function createTrading(setup: TradingSetup): Trading {
  const { owner, user, info, act, listing, known, feed, limits, venueTime } = setup;

  const placedLeg = async (id: ClientOrderId, status: WireLeg): Promise<LegResult> => {
    if (typeof status === 'string') {
      const order = await orderState(id);
      if (order !== null) return { outcome: 'accepted', id, venueOrderId: order.venueOrderId };
      return { outcome: 'unknown', id, reason: fault('no-number', `hyperliquid says ${status} and gives no number`) };
    }
    if ('error' in status) return { outcome: 'rejected', id, reason: refusal(status.error, 'order') };
    const { oid } = 'resting' in status ? status.resting : status.filled;
    return { outcome: 'accepted', id, venueOrderId: String(oid) };
  };
  const listedFor = (order: Order): Listed => {
    const listed = listing.byId(order.instrument);
    if (listed === undefined) {
      throw new FaultError(fault('unknown-instrument', `${order.instrument} is not listed`));
    }
    if (setup.isMine(order.account) && owner.accountOf(listed) === order.account) return listed;
    const message = `account "${order.account}" does not hold ${order.instrument} at ${owner.venue}`;
    throw new FaultError(fault('not-supported', message, { account: order.account }));
  };
  /** Sends legs as one action; one result each, also when others fail. */
  const send = async (legs: readonly { order: Order; leg: OrderLeg }[]): Promise<readonly LegResult[]> => {
    try {
      const voidAt = Math.floor(venueTime() + limits.takenMs);
      for (const { order } of legs) known.sent(order, voidAt);
      const action = { type: 'order' as const, orders: legs.map((one) => one.leg), grouping: 'na' };
      const approved = legs.map(({ order }) => order);
      const answer = await act(wirePlaced, action, voidAt, approved);
      if (answer.status === 'err') throw new FaultError(refusal(answer.response, 'order'));
      const statuses = perLeg(answer.response.data.statuses, legs.length, 'order');
      return Promise.all(legs.map(({ order }, i) => placedLeg(order.id, statuses[i] ?? { error: 'no status' })));
    } catch (thrown) {
      return legs.map(({ order }) => failed(order.id, toFault(thrown)));
    }
  };
  const place = async (orders: readonly Order[]): Promise<readonly LegResult[]> => {
    const results = new Map<ClientOrderId, LegResult>();
    const legs: { order: Order; leg: OrderLeg }[] = [];
    for (const order of orders) {
      try {
        const leg = legOf(order, listedFor(order), setup.best(order.instrument, order.side));
        legs.push({ order, leg });
      } catch (thrown) {
        results.set(order.id, failed(order.id, toFault(thrown)));
      }
    }
    const batches = Array.from({ length: Math.ceil(legs.length / AT_ONCE) }, (_, i) =>
      send(legs.slice(i * AT_ONCE, (i + 1) * AT_ONCE)),
    );
    for (const result of (await Promise.all(batches)).flat()) results.set(result.id, result);
    return orders.flatMap((order) => results.get(order.id) ?? []);
  };
  const look = async (id: ClientOrderId): Promise<WireRecord | null> => {
    // By our id: a number may have been amended away meanwhile.
    const wanted = /^\d{1,15}$/.test(id) ? Number(id) : cloidFor(id);
    const answer = await info(wireOrderStatus, { type: 'orderStatus', user, oid: wanted });
    if (answer.status === 'unknownOid') return null;
    known.learn(answer.order.order);
    return answer.order;
  };
  async function orderState(id: ClientOrderId): Promise<VenueOrder | null> {
    const record = await look(id);
    if (record !== null) {
      const listed = listing.byCoin(record.order.coin);
      return listed === undefined ? null : venueOrderOf(owner, listed, record, known.before(id));
    }
    const sent = known.sentAs(id);
    if (sent === undefined) return null;
    if (venueTime() >= sent.voidAt + limits.provenMs) return neverTaken(sent.order);
    const message = `order ${id} may still reach hyperliquid: it is void at ${sent.voidAt}`;
    throw new FaultError(fault('not-proven', message, { order: id, voidAt: sent.voidAt }));
  }
  const cancelledLeg = (id: ClientOrderId, oid: number, status: WireCancelled | undefined): LegResult =>
    status === 'success'
      ? { outcome: 'accepted', id, venueOrderId: String(oid) }
      : { outcome: 'rejected', id, reason: refusal(status?.error ?? 'no status', 'cancel') };
  const cancelOrders = async (orders: readonly Pick<WireOrder, 'coin' | 'oid' | 'cloid'>[]) => {
    const mine = orders.flatMap((one) => {
      const asset = listing.byCoin(one.coin)?.asset;
      return asset === undefined ? [] : [{ id: idOfOrder(one), oid: one.oid, asset }];
    });
    if (mine.length === 0) return [];
    try {
      const cancels = mine.map(({ asset, oid }) => ({ a: asset, o: oid }));
      const answer = await act(wireCancels, { type: 'cancel', cancels }, null);
      if (answer.status === 'err') throw new FaultError(refusal(answer.response, 'cancel'));
      const statuses = perLeg(answer.response.data.statuses, mine.length, 'cancel');
      return mine.map(({ id, oid }, i) => cancelledLeg(id, oid, statuses[i]));
    } catch (thrown) {
      return mine.map(({ id }) => failed(id, toFault(thrown)));
    }
  };
  const unknownOrder = (id: ClientOrderId): FaultError =>
    new FaultError(fault('unknown-order', `hyperliquid knows no order ${id}`, { order: id }));
  const leg = async (id: ClientOrderId, act: () => Promise<LegResult | undefined>): Promise<LegResult> => {
    try {
      return (await act()) ?? failed(id, unknownOrder(id).fault);
    } catch (thrown) {
      return failed(id, toFault(thrown));
    }
  };
  const cancel = (id: ClientOrderId): Promise<LegResult> =>
    leg(id, async () => {
      const at = known.get(id) ?? (await look(id))?.order;
      if (at === undefined) throw unknownOrder(id);
      const [result] = await cancelOrders([{ coin: at.coin, oid: at.oid, cloid: null }]);
      return result === undefined ? undefined : { ...result, id };
    });
  const modify = async (oid: number, terms: OrderLeg, approved: ApprovedOrder): Promise<WireLeg> => {
    const action = { type: 'batchModify' as const, modifies: [{ oid, order: terms }] };
    const answer = await act(wirePlaced, action, Math.floor(venueTime() + limits.takenMs), [approved]);
    if (answer.status === 'err') throw new FaultError(refusal(answer.response, 'modify'));
    return perLeg(answer.response.data.statuses, 1, 'modify')[0] ?? { error: 'no status' };
  };
  /** What is left of the order goes on under a new number with the new terms. The venue does it for resting limits only. */
  const amend = ({ order: id, quantity, limit }: Extract<VenueCommand, { type: 'amend' }>): Promise<LegResult> =>
    leg(id, async () => {
      const order = (await look(id))?.order;
      const listed = order === undefined ? undefined : listing.byCoin(order.coin);
      if (order === undefined || listed === undefined) throw unknownOrder(id);
      const left = subtract(quantity, add(known.before(id), subtract(order.origSz, order.sz)));
      const terms = amendedLeg(order, listed, left, limit);
      feed.hold(id);
      try {
        const side = order.side === 'B' ? 'buy' : 'sell';
        const instrument = listed.instrument.id;
        const status = await modify(order.oid, terms, { id, instrument, side, quantity, limit, reduceOnly: terms.r });
        if (typeof status === 'object' && 'resting' in status) {
          known.learn({ ...order, cloid: terms.c, oid: status.resting.oid, sz: left, origSz: left });
        }
        return await placedLeg(id, status);
      } finally {
        feed.release(id);
      }
    });
  const openOrders = async (): Promise<readonly WireOrder[]> => {
    const open = await info(wireOrders, { type: 'frontendOpenOrders', user });
    for (const wire of open) known.learn(wire);
    return open;
  };
  const mine = (account: AccountId): void => {
    if (setup.isMine(account)) return;
    throw new FaultError(fault('unknown-account', `account "${account}" is not at ${owner.venue}`, { account }));
  };
  return {
    orderState,
    openOrders,
    execute: async (command) => {
      if (command.type === 'place') return place(command.orders);
      mine(command.account);
      if (command.type === 'amend') return [await amend(command)];
      if (command.type === 'cancel') return [await cancel(command.order)];
      const open = (await openOrders()).filter((one) => {
        const listed = listing.byCoin(one.coin);
        return listed !== undefined && owner.accountOf(listed) === command.account;
      });
      return cancelOrders(open.filter((one) => command.includeProtective || !isProtective(one)));
    },
  };
}
