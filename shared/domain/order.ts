import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import { absolute, add, compare, divide, isZero, multiply, subtract, ZERO } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, InstrumentId, VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Fill } from './fill.ts';
import type { OrderSchedule } from './parent-order.ts';

export type Side = 'buy' | 'sell';
/** market orders leave as limits with a price collar. stop: becomes a market order when mark crosses `trigger`. */
export type OrderType = 'limit' | 'market' | 'stop';
export type TimeInForce = 'gtc' | 'ioc' | 'fok';

export type OrderState =
  | 'INTENT'
  | 'CHECKED'
  | 'PERSISTED'
  | 'SENT'
  | 'ACKED'
  | 'PARTIAL'
  | 'FILLED'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'DENIED'
  | 'REJECTED'
  | 'UNKNOWN';

/** What the trader (or a controller) wants of one instrument. `quantity` is unsigned. */
export interface OrderRequest {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly type: OrderType;
  /** Required for limit; for market and stop it is the collar, filled in by the engine. */
  readonly limit: Price | null;
  readonly trigger: Price | null;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** Left out: all of it at once. */
  readonly schedule?: OrderSchedule;
}

export type OrderOrigin = 'ticket' | 'hedge' | 'close' | 'cli';

export interface Order extends OrderRequest {
  readonly id: ClientOrderId;
  readonly venueOrderId: VenueOrderId | null;
  readonly state: OrderState;
  readonly filled: Quantity;
  /** Quantity-weighted; null until the first fill. */
  readonly averagePrice: Price | null;
  readonly origin: OrderOrigin;
  /** Orders that were committed together share it. */
  readonly group: string;
  /** Why it was denied, rejected, cancelled or is unknown. */
  readonly reason: Fault | null;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** What moves an order from one state to the next. */
export type OrderEvent =
  | { readonly type: 'checked' }
  | { readonly type: 'denied'; readonly reason: Fault }
  | { readonly type: 'persisted' }
  | { readonly type: 'sent' }
  | { readonly type: 'acknowledged'; readonly venueOrderId: VenueOrderId }
  | { readonly type: 'rejected'; readonly reason: Fault }
  | { readonly type: 'filled'; readonly fill: Fill }
  | { readonly type: 'cancelled'; readonly reason: Fault | null }
  | { readonly type: 'expired' }
  | { readonly type: 'unknown'; readonly reason: Fault };

const TERMINAL: ReadonlySet<OrderState> = new Set(['FILLED', 'CANCELLED', 'EXPIRED', 'DENIED', 'REJECTED']);

/**
 * Which events each state takes. Fills are taken everywhere after sending, also late ones after a cancel (security.md 8.5);
 * UNKNOWN is left only by the venue's word.
 */
const ALLOWED: Readonly<Record<OrderState, readonly OrderEvent['type'][]>> = {
  INTENT: ['checked', 'denied'],
  CHECKED: ['persisted', 'denied'],
  PERSISTED: ['sent', 'denied', 'unknown'],
  SENT: ['acknowledged', 'rejected', 'filled', 'cancelled', 'expired', 'unknown'],
  ACKED: ['acknowledged', 'filled', 'cancelled', 'expired', 'rejected', 'unknown'],
  PARTIAL: ['acknowledged', 'filled', 'cancelled', 'expired', 'unknown'],
  UNKNOWN: ['acknowledged', 'filled', 'cancelled', 'expired', 'rejected', 'unknown'],
  FILLED: [],
  CANCELLED: ['filled'],
  EXPIRED: ['filled'],
  DENIED: [],
  REJECTED: [],
};

export function isTerminal(state: OrderState): boolean {
  return TERMINAL.has(state);
}

/** True while the order may still change the position: it counts against limits. */
export function isWorking(state: OrderState): boolean {
  return !TERMINAL.has(state);
}

/** Unfilled quantity that may still execute; zero for terminal orders. */
export function remaining(order: Order): Quantity {
  return isTerminal(order.state) ? ZERO : subtract(order.quantity, order.filled);
}

function takeFill(order: Order, fill: Fill): Result<Pick<Order, 'filled' | 'averagePrice' | 'state'>> {
  const filled = add(order.filled, absolute(fill.quantity));
  if (compare(filled, order.quantity) > 0) {
    return fail(
      fault('overfill', `order ${order.id}: filled ${filled} exceeds its quantity ${order.quantity}`, {
        order: order.id,
        filled,
        quantity: order.quantity,
      }),
    );
  }
  const before: Decimal = order.averagePrice === null ? ZERO : multiply(order.averagePrice, order.filled);
  const averagePrice = divide(add(before, multiply(fill.price, absolute(fill.quantity))), filled);
  const complete = isZero(subtract(order.quantity, filled));
  const state = complete ? 'FILLED' : isTerminal(order.state) ? order.state : 'PARTIAL';
  return ok({ filled, averagePrice, state });
}

const NEXT: Readonly<Record<Exclude<OrderEvent['type'], 'filled' | 'acknowledged'>, OrderState>> = {
  checked: 'CHECKED',
  denied: 'DENIED',
  persisted: 'PERSISTED',
  sent: 'SENT',
  rejected: 'REJECTED',
  cancelled: 'CANCELLED',
  expired: 'EXPIRED',
  unknown: 'UNKNOWN',
};

/** The order after `event`, or a fault naming the state and the event that do not go together. */
export function transition(order: Order, event: OrderEvent, at: EpochMs): Result<Order> {
  if (!ALLOWED[order.state].includes(event.type)) {
    return fail(
      fault('order-transition', `order ${order.id}: ${event.type} is not possible in state ${order.state}`, {
        order: order.id,
        state: order.state,
        event: event.type,
      }),
    );
  }
  if (event.type === 'filled') {
    const taken = takeFill(order, event.fill);
    return taken.ok ? ok({ ...order, ...taken.value, updatedAt: at }) : taken;
  }
  if (event.type === 'acknowledged') {
    const state = isZero(order.filled) ? 'ACKED' : 'PARTIAL';
    return ok({ ...order, state, venueOrderId: event.venueOrderId, updatedAt: at });
  }
  const reason = 'reason' in event ? event.reason : order.reason;
  return ok({ ...order, state: NEXT[event.type], reason, updatedAt: at });
}
