import type { Side } from '#shared/domain/order.ts';
import type { Level } from '#shared/market/order-book.ts';
import {
  compare,
  fromNumber,
  isZero,
  type Price,
  type Quantity,
  sign,
  smaller,
  subtract,
} from '#shared/units/decimal.ts';

/** A price and an unsigned quantity at which something was done. */
export interface Match {
  readonly quantity: Quantity;
  readonly price: Price;
}

export interface Steps {
  readonly tick: Price;
  readonly lot: Quantity;
}

/** True when a limit of `side` accepts `price`. */
export function accepts(side: Side, limit: Price | null, price: Price): boolean {
  if (limit === null) return true;
  return side === 'buy' ? compare(price, limit) <= 0 : compare(price, limit) >= 0;
}

/**
 * What an order takes from the levels, best first, up to its limit. Level sizes count in whole lots.
 * Returns the matches and what is left of the order.
 */
export function take(
  levels: Iterable<Level>,
  order: { readonly side: Side; readonly quantity: Quantity; readonly limit: Price | null },
  steps: Steps,
): { readonly matches: readonly Match[]; readonly left: Quantity } {
  const matches: Match[] = [];
  let left = order.quantity;
  for (const level of levels) {
    if (isZero(left)) break;
    const price = fromNumber<Price>(level.price, steps.tick, 'nearest');
    if (!accepts(order.side, order.limit, price)) break;
    const quantity = smaller(left, fromNumber<Quantity>(level.size, steps.lot, 'down'));
    if (sign(quantity) <= 0) continue;
    matches.push({ quantity, price });
    left = subtract(left, quantity);
  }
  return { matches, left };
}

/** Best of the book without the trader's own orders, as numbers. NaN and 0 where a side is empty. */
export interface Top {
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

/** A resting order as the queue sees it. */
export interface Resting {
  readonly side: Side;
  readonly limit: number;
  /** Unfilled. */
  readonly left: number;
  /** Quantity that is served before it; below zero once the queue is through. */
  readonly queueAhead: number;
}

/**
 * How much of a resting order trades in one tick, and its queue after that.
 * The market beyond its price: all of it. The opposite best at its price: as much as is offered there. Its own side's
 * best at its price: the tick's volume serves the queue first, then the order. `volume`: instrument units traded on
 * that side in the tick.
 */
export function restingStep(
  order: Resting,
  top: Top,
  volume: number,
  lot: number,
): { filled: number; queueAhead: number } {
  const buy = order.side === 'buy';
  const [against, size] = buy ? [top.ask, top.askSize] : [top.bid, top.bidSize];
  const own = buy ? top.bid : top.ask;
  const better = (a: number, b: number) => (buy ? a > b : a < b);
  if (better(order.limit, against)) return { filled: order.left, queueAhead: 0 };
  if (order.limit === against) return { filled: Math.min(order.left, wholeLots(size, lot)), queueAhead: 0 };
  if (better(own, order.limit)) return { filled: 0, queueAhead: order.queueAhead };
  const ahead = better(order.limit, own) ? Math.min(order.queueAhead, 0) : order.queueAhead;
  const after = ahead - volume;
  const due = Math.min(order.left, wholeLots(Math.max(-after, 0), lot));
  return { filled: due, queueAhead: after + due };
}

/** Sizes are float64: a hair below a whole lot is that lot. */
const HAIR = 1e-6;

function wholeLots(size: number, lot: number): number {
  return Math.floor(size / lot + HAIR) * lot;
}
