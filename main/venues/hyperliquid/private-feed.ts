import type { VenueEvent } from '#main/engine/ports.ts';
import { recent } from '#main/venues/recent.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import { fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { paymentOf } from './ledger.ts';
import type { Listing } from './listing.ts';
import { fillOf, idOfOrder, type Owner, venueOrderOf } from './orders.ts';
import type { KnownOrders } from './orders-known.ts';
import { readAs } from './wire.ts';
import { type WireFunding, wireFundingNews } from './wire-account.ts';
import { type WireFill, type WireRecord, wireFillNews, wireRecords } from './wire-trading.ts';

/** Fills and payments that are remembered, so that what is told twice is told on once. */
const REMEMBERED = 20_000;
const REMEMBERED_ORDERS = 10_000;

/** Orders, fills and funding as they happen, each once. */
export interface PrivateFeed {
  takeOrders(payload: unknown): void;
  takeFills(payload: unknown): void;
  takeFundings(payload: unknown): void;
  /** Fills that were read because they may have been missed. */
  makeGood(fills: readonly WireFill[]): void;
  /** Nothing that is older is news: it is in the history. */
  begin(at: EpochMs): void;
  /** Keeps back what is told of an order while its number changes. */
  hold(id: ClientOrderId): void;
  release(id: ClientOrderId): void;
  /** Fills told so far. */
  readonly trades: number;
  /** Venue time of the latest fill told, or of the beginning. */
  readonly toldUntil: EpochMs;
}

export interface PrivateFeedSetup {
  readonly owner: Owner;
  readonly listing: Pick<Listing, 'byCoin'>;
  readonly known: KnownOrders;
  readonly tell: (event: VenueEvent) => void;
}

function stampOf({ order, status }: WireRecord): string {
  return `${status} ${order.sz} ${order.origSz} ${order.limitPx}`;
}

const ENDED = /filled$|rejected$|cancel(ed)?$/i;

export function createPrivateFeed({ owner, listing, known, tell }: PrivateFeedSetup): PrivateFeed {
  const fills = recent<string, true>(REMEMBERED);
  const payments = recent<string, true>(REMEMBERED);
  const orders = recent<number, WireRecord>(REMEMBERED_ORDERS);
  const held = new Map<ClientOrderId, WireRecord[]>();
  let [count, began, until] = [0, Number.POSITIVE_INFINITY, 0];

  /** A record that is no news: the same, an earlier one, or one of an order that has ended. */
  const isOld = (record: WireRecord): boolean => {
    const before = orders.get(record.order.oid);
    if (before === undefined) return false;
    if (record.statusTimestamp < before.statusTimestamp || stampOf(record) === stampOf(before)) return true;
    return ENDED.test(before.status);
  };
  const takeOrder = (record: WireRecord): void => {
    const listed = listing.byCoin(record.order.coin);
    // Read before anything is remembered: what cannot be read is not known.
    const order = listed === undefined ? null : venueOrderOf(owner, listed, record);
    if (listed === undefined || order === null || isOld(record)) return;
    orders.set(record.order.oid, record);
    if (!known.learn(record.order)) return;
    const before = known.before(order.clientOrderId);
    tell({ type: 'order', order: venueOrderOf(owner, listed, record, before), tsEvent: record.statusTimestamp });
  };
  const takeRecords = (records: readonly WireRecord[]): void => {
    // An amended order is told of under its old number and its new one: only the new one speaks for it.
    const newest = new Map<ClientOrderId, number>();
    for (const { order } of records) {
      const id = idOfOrder(order);
      newest.set(id, Math.max(newest.get(id) ?? 0, order.oid));
    }
    const sorted = [...records].sort((a, b) => a.order.oid - b.order.oid);
    for (const record of sorted) {
      const id = idOfOrder(record.order);
      const waiting = held.get(id);
      if (waiting !== undefined) waiting.push(record);
      else if (record.order.oid === newest.get(id)) takeOrder(record);
      else known.learn(record.order);
    }
  };
  const takeFill = (wire: WireFill): void => {
    const listed = listing.byCoin(wire.coin);
    if (listed === undefined || wire.time < began) return;
    const fill = fillOf(owner, listed, wire);
    if (fills.has(fill.trade)) return;
    fills.set(fill.trade, true);
    count += 1;
    until = Math.max(until, fill.at);
    tell({ type: 'fill', fill });
    if (fill.cause !== 'liquidation') return;
    const message = `hyperliquid liquidated ${fill.quantity} of ${listed.instrument.name} at ${fill.price}`;
    tell({ type: 'liquidation', account: fill.account, reason: fault('liquidated', message, { trade: fill.trade }) });
  };
  const takeFilled = (wires: readonly WireFill[]): void => {
    for (const wire of [...wires].sort((a, b) => a.time - b.time)) takeFill(wire);
  };
  const takeFunding = (wire: WireFunding): void => {
    const listed = listing.byCoin(wire.coin);
    if (listed === undefined || wire.time < began) return;
    const payment = paymentOf(owner, listed, wire);
    if (payment === null || payments.has(payment.id)) return;
    payments.set(payment.id, true);
    tell({ type: 'funding', payment });
  };
  return {
    takeOrders: (payload) => takeRecords(readAs(wireRecords, payload, 'orderUpdates')),
    takeFills: (payload) => takeFilled(readAs(wireFillNews, payload, 'userFills').fills),
    takeFundings: (payload) => {
      for (const one of readAs(wireFundingNews, payload, 'userFundings').fundings) takeFunding(one);
    },
    makeGood: takeFilled,
    begin: (at) => {
      began = Math.min(began, at);
      until = Math.max(until, began);
    },
    hold: (id) => void held.set(id, held.get(id) ?? []),
    release: (id) => {
      const waiting = held.get(id) ?? [];
      held.delete(id);
      takeRecords(waiting);
    },
    get trades() {
      return count;
    },
    get toldUntil() {
      return until;
    },
  };
}
