import type { FillCause, Liquidity } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Side } from '#shared/domain/order.ts';
import type { Level } from '#shared/market/order-book.ts';
import {
  absolute,
  add,
  fromNumber,
  isZero,
  negate,
  type Price,
  type Quantity,
  sign,
  smaller,
  subtract,
  toNumber,
} from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, InstrumentId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { bookTrade } from './accounts.ts';
import { missing, type Sides } from './books.ts';
import { liquidationFee, tradeFee } from './fees.ts';
import { type Match, take } from './matching.ts';
import type { PaperOrder } from './state.ts';
import { emitOrder, heldQuantity, indexPrice, putOrder, type World } from './world.ts';

/** A collar the venue sets itself where an order brings none: fraction of the mark, and at least this many ticks. */
const COLLAR = { option: 0.5, other: 0.03, ticks: 20 } as const;

/** What an order of `side` trades against, the best first; grown only as far as it is read. */
export function levelsAgainst(world: World, instrument: Instrument, side: Side, at: EpochMs): Iterable<Level> {
  return world.books.side(instrument, at, world.state.taken.get(instrument.id), side === 'buy' ? 1 : -1);
}

/** The worst price a market order without a limit may trade at. */
export function venueCollar(world: World, instrument: Instrument, side: Side, at: EpochMs): Price {
  const { mark } = world.market.mark(instrument, at);
  const tick = Number(instrument.tick);
  const width = Math.max(mark * (instrument.kind === 'option' ? COLLAR.option : COLLAR.other), COLLAR.ticks * tick);
  const worst = side === 'buy' ? mark + width : Math.max(mark - width, tick);
  return fromNumber<Price>(worst, instrument.tick, 'nearest');
}

export function bookOf(world: World, instrument: Instrument, at: EpochMs): Sides {
  return world.books.sides(instrument, at, world.state.taken.get(instrument.id));
}

/** Who trades and why. */
export interface Taker {
  readonly account: AccountId;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly limit: Price | null;
  readonly order: ClientOrderId | null;
  readonly cause: FillCause;
}

interface Booking extends Pick<Taker, 'account' | 'instrument' | 'side' | 'order' | 'cause'> {
  readonly match: Match;
  readonly liquidity: Liquidity;
}

function book(world: World, booking: Booking, at: EpochMs): void {
  const { account, instrument, order, cause, liquidity, match, side } = booking;
  const quantity = side === 'buy' ? match.quantity : negate(match.quantity);
  const execution = { quantity, price: match.price, index: indexPrice(world, at) };
  const surcharged = cause === 'liquidation' && world.accounts.get(account)?.rules === 'deribit-standard';
  const fee = surcharged ? liquidationFee(instrument, execution) : tradeFee(instrument, execution, liquidity);
  const trade = { account, instrument, order, cause, liquidity, ...execution, fee, at: world.state.now };
  world.emit(instrument.venue, { type: 'fill', fill: bookTrade(world.state, trade) });
}

/** Remembers what the trader took: it is missing from the book for a while. */
function leaveMark(world: World, instrument: Instrument, side: Side, quantity: Quantity, at: EpochMs): void {
  const before = world.state.taken.get(instrument.id);
  const still = before === undefined ? { bids: 0, asks: 0 } : missing(before, at);
  const size = toNumber(quantity);
  const bids = still.bids + (side === 'sell' ? size : 0);
  const asks = still.asks + (side === 'buy' ? size : 0);
  world.state.taken.set(instrument.id, { at, bids, asks });
}

/** Takes from the book what the limit allows, books it, and returns what is left. */
export function takeFromBook(world: World, taker: Taker, at: EpochMs): Quantity {
  const levels = levelsAgainst(world, taker.instrument, taker.side, at);
  const { matches, left } = take(levels, taker, taker.instrument);
  for (const match of matches) book(world, { ...taker, match, liquidity: 'taker' }, at);
  const taken = subtract(taker.quantity, left);
  if (!isZero(taken)) leaveMark(world, taker.instrument, taker.side, taken, at);
  return left;
}

/** What a reduce-only order may still do without turning the position round; other orders all they ask. */
export function mayTrade(world: World, order: PaperOrder): Quantity {
  const { terms, filled } = order;
  const left = subtract(terms.quantity, filled);
  if (!terms.reduceOnly) return left;
  const held = heldQuantity(world, terms.account, terms.instrument);
  const reduces = sign(held) * (terms.side === 'buy' ? 1 : -1) < 0;
  return reduces ? smaller(left, absolute(held)) : subtract(left, left);
}

/** Ends a working order and tells so. */
export function endOrder(
  world: World,
  order: PaperOrder,
  state: 'CANCELLED' | 'EXPIRED',
  reason: Fault | null,
): PaperOrder {
  const ended: PaperOrder = { ...order, state, reason };
  putOrder(world, ended);
  emitOrder(world, ended);
  return ended;
}

/** The order with `quantity` more filled; told when it changed. */
function withFilled(world: World, order: PaperOrder, quantity: Quantity, queueAhead: number): PaperOrder {
  if (isZero(quantity)) {
    if (queueAhead === order.queueAhead) return order;
    const waiting = { ...order, queueAhead };
    putOrder(world, waiting);
    return waiting;
  }
  const filled = add(order.filled, quantity);
  const state = isZero(subtract(order.terms.quantity, filled)) ? 'FILLED' : 'PARTIAL';
  const after: PaperOrder = { ...order, filled, state, queueAhead };
  putOrder(world, after);
  emitOrder(world, after);
  dropIdleReductions(world, order.terms.account, order.terms.instrument);
  return world.state.orders.get(order.id) ?? after;
}

/** Trades an order against the book at once, up to `limit`. */
export function fillAsTaker(
  world: World,
  order: PaperOrder,
  instrument: Instrument,
  limit: Price | null,
  at: EpochMs,
): PaperOrder {
  const quantity = mayTrade(world, order);
  const { account, side } = order.terms;
  const left = takeFromBook(world, { account, instrument, side, quantity, limit, order: order.id, cause: 'order' }, at);
  return withFilled(world, order, subtract(quantity, left), order.queueAhead);
}

/** Trades `quantity` of a resting order at its own price. */
export function fillAsMaker(
  world: World,
  order: PaperOrder,
  instrument: Instrument,
  traded: { readonly quantity: Quantity; readonly queueAhead: number },
  at: EpochMs,
): PaperOrder {
  const { account, side, limit } = order.terms;
  if (!isZero(traded.quantity) && limit !== null) {
    const match = { quantity: traded.quantity, price: limit };
    book(world, { account, instrument, side, match, order: order.id, cause: 'order', liquidity: 'maker' }, at);
  }
  return withFilled(world, order, traded.quantity, traded.queueAhead);
}

/** Reduce-only orders that have nothing left to reduce are cancelled; stops wait for the position that may come. */
export function dropIdleReductions(world: World, account: AccountId, instrument: InstrumentId): void {
  for (const order of [...world.working.values()]) {
    const { terms } = order;
    if (!terms.reduceOnly || terms.account !== account || terms.instrument !== instrument) continue;
    if (terms.type === 'stop' || !isZero(mayTrade(world, order))) continue;
    endOrder(world, order, 'CANCELLED', fault('nothing-to-reduce', 'the position it was to reduce is closed'));
  }
}
