import type { VenueOrder } from '#main/engine/ports.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order, Side } from '#shared/domain/order.ts';
import {
  add,
  decimal,
  isMultipleOf,
  isZero,
  multiply,
  negate,
  type Price,
  type Quantity,
  sign,
  subtract,
  ZERO,
} from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, VenueId, VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import { cloidOf, ID_MOST, idOf } from './cloid.ts';
import { type Listed, underlyingOf } from './instruments.ts';
import { onTick } from './precision.ts';
import { badPayload } from './wire.ts';
import type { WireFill, WireOrder, WireRecord } from './wire-trading.ts';

/** Whose orders and fills they are. */
export interface Owner {
  readonly venue: VenueId;
  readonly user: string;
  /** Our id of what an order or fill of the wire is about. */
  idOf(wire: Pick<WireOrder, 'cloid' | 'oid'>): ClientOrderId;
  accountOf(listed: Listed): AccountId;
}

/** An order of an action: asset, buy, price, size, reduce-only, type and client id, in the order they are hashed in. */
export interface OrderLeg {
  readonly a: number;
  readonly b: boolean;
  readonly p: string;
  readonly s: string;
  readonly r: boolean;
  readonly t:
    | { readonly limit: { readonly tif: 'Gtc' | 'Ioc' | 'Alo' } }
    | { readonly trigger: { readonly isMarket: boolean; readonly triggerPx: string; readonly tpsl: 'tp' | 'sl' } };
  readonly c: string;
}

/** A market order without a collar goes no further than this from the other side's best price. */
const COLLAR = decimal('0.05');
const ONE = decimal(1);

/** Client id on the wire; throws "order-id" for one that does not fit. */
export function cloidFor(id: ClientOrderId): `0x${string}` {
  const cloid = cloidOf(id);
  if (cloid !== null) return cloid;
  const message = `order id ${id}: hyperliquid takes up to ${ID_MOST} small letters, digits and hyphens`;
  throw new FaultError(fault('order-id', message, { order: id }));
}

/** Our id of an order; the venue's own number where it was not sent from here. */
export function idOfOrder({ cloid, oid }: Pick<WireOrder, 'cloid' | 'oid'>): ClientOrderId {
  return (cloid ? idOf(cloid) : null) ?? String(oid);
}

function stateOf({ status, order }: WireRecord): VenueOrder['state'] {
  if (status === 'open' || status === 'triggered') return order.sz === order.origSz ? 'ACKED' : 'PARTIAL';
  if (status === 'filled') return 'FILLED';
  if (status === 'rejected' || status.endsWith('Rejected')) return 'REJECTED';
  if (/cancel(ed)?$/i.test(status)) return 'CANCELLED';
  throw badPayload('order', 'status', 'open, filled, triggered, canceled or rejected', status);
}

function reasonOf(state: VenueOrder['state'], status: string): Fault | null {
  if (state === 'REJECTED') return fault('rejected', `rejected by hyperliquid: ${status}`);
  return state === 'CANCELLED' && status !== 'canceled'
    ? fault('cancelled-by-venue', `cancelled by hyperliquid: ${status}`)
    : null;
}

/** The venue's record of an order; `before`: what was filled of it before it was amended. */
export function venueOrderOf(owner: Owner, listed: Listed, record: WireRecord, before: Quantity = ZERO): VenueOrder {
  const { order, status } = record;
  const filled = add(before, subtract(order.origSz, order.sz));
  const plain = stateOf(record);
  const state = plain === 'ACKED' && !isZero(before) ? 'PARTIAL' : plain;
  return {
    clientOrderId: idOfOrder(order),
    venueOrderId: String(order.oid),
    account: owner.accountOf(listed),
    instrument: listed.instrument.id,
    state,
    filled,
    reason: reasonOf(state, status),
  };
}

/** What the venue never took, and cannot take any more. */
export function neverTaken(order: Order): VenueOrder {
  const message = `order ${order.id} did not reach hyperliquid before it was void`;
  return {
    clientOrderId: order.id,
    venueOrderId: cloidFor(order.id) as VenueOrderId,
    account: order.account,
    instrument: order.instrument,
    state: 'EXPIRED',
    filled: ZERO,
    reason: fault('never-arrived', message, { order: order.id }),
  };
}

/**
 * A trade of the account as a fill. Quantity signed, coins; fee positive = paid. The venue does not tell the index at a
 * trade: the price itself, which is in dollars, stands for it.
 */
export function fillOf(owner: Owner, listed: Listed, wire: WireFill): Fill {
  const liquidated = wire.liquidation?.liquidatedUser?.toLowerCase() === owner.user.toLowerCase();
  return {
    trade: `${wire.time}-${wire.tid}-${wire.oid}`,
    venue: owner.venue,
    account: owner.accountOf(listed),
    instrument: listed.instrument.id,
    order: liquidated ? null : owner.idOf(wire),
    quantity: wire.side === 'B' ? wire.sz : negate(wire.sz),
    price: wire.px,
    fee: wire.fee,
    feeCurrency: underlyingOf(wire.feeToken),
    liquidity: wire.crossed ? 'taker' : 'maker',
    cause: liquidated ? 'liquidation' : 'order',
    index: wire.px,
    at: wire.time,
  };
}

/** Rounding of a limit that keeps it on the trader's side of what he wanted: a bid down, an offer up. */
function inward(side: Side): 'down' | 'up' {
  return side === 'buy' ? 'down' : 'up';
}

function collared(price: Price, side: Side): Price {
  return multiply(price, side === 'buy' ? add(ONE, COLLAR) : subtract(ONE, COLLAR));
}

function unsupported(order: Order, what: string): FaultError {
  return new FaultError(fault('not-supported', `order ${order.id}: hyperliquid has no ${what}`, { order: order.id }));
}

/** The price the leg carries, before it is brought on the tick. Throws where there is nothing to go by. */
function limitOf(order: Order, best: Price | null): Price {
  if (order.limit !== null) return order.limit;
  if (order.type === 'limit') {
    throw new FaultError(fault('expected-limit', `order ${order.id}: a limit order needs a limit price`));
  }
  const from = order.type === 'stop' ? order.trigger : best;
  if (from !== null) return collared(from, order.side);
  throw new FaultError(fault('no-quote', `order ${order.id}: no price of ${order.instrument} to set a collar by`));
}

function typeOf(order: Order, places: number): OrderLeg['t'] {
  if (order.type === 'stop') {
    if (order.trigger === null) throw unsupported(order, 'stop without a trigger');
    // A trigger goes off no later than wanted: below a buy's, above a sell's.
    const triggerPx = onTick(order.trigger, places, inward(order.side));
    return { trigger: { isMarket: order.limit === null, triggerPx, tpsl: 'sl' } };
  }
  if (order.timeInForce === 'fok') throw unsupported(order, 'fill-or-kill');
  if (order.postOnly) return { limit: { tif: 'Alo' } };
  return { limit: { tif: order.type === 'market' || order.timeInForce === 'ioc' ? 'Ioc' : 'Gtc' } };
}

/**
 * An order as a leg of an action. Prices are brought on the venue's ticks, quantities never: one that is no multiple of
 * the lot is refused. A market order leaves as an immediate-or-cancel limit at its collar, or 5 % beyond `best`, the
 * other side's best price; a stop with a collar goes on as a limit at it. A stop's trigger is met by the mark.
 */
export function legOf(order: Order, { instrument, asset, places }: Listed, best: Price | null): OrderLeg {
  if (!isMultipleOf(order.quantity, instrument.lot)) {
    const message = `order ${order.id}: expected a multiple of the lot ${instrument.lot}, was ${order.quantity}`;
    throw new FaultError(fault('off-lot', message, { quantity: order.quantity, lot: instrument.lot }));
  }
  const t = typeOf(order, places);
  const p = onTick(limitOf(order, best), places, inward(order.side));
  const c = cloidFor(order.id);
  return { a: asset, b: order.side === 'buy', p, s: order.quantity, r: order.reduceOnly, t, c };
}

/**
 * What an amended order goes on as: `left`, the wanted quantity less what is filled, at another limit. Throws
 * "not-supported" for triggers and where nothing would be left.
 */
export function amendedLeg(
  wire: WireOrder,
  { instrument, asset, places }: Listed,
  left: Quantity,
  limit: Price,
): OrderLeg {
  const id = idOfOrder(wire);
  if (wire.isTrigger === true || sign(left) <= 0 || !isMultipleOf(left, instrument.lot)) {
    const message = `order ${id}: expected a resting limit order of which whole lots are left, was ${left}`;
    throw new FaultError(fault('not-supported', message, { order: id }));
  }
  const p = onTick(limit, places, wire.side === 'B' ? 'down' : 'up');
  const t: OrderLeg['t'] = { limit: { tif: wire.tif === 'Alo' ? 'Alo' : 'Gtc' } };
  return { a: asset, b: wire.side === 'B', p, s: left, r: wire.reduceOnly ?? false, t, c: wire.cloid ?? cloidFor(id) };
}
