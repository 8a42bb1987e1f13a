import { type Book, cashOf, positionOf } from '#shared/domain/book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { type Order, type OrderRequest, remaining } from '#shared/domain/order.ts';
import {
  absolute,
  add,
  type Decimal,
  multiply,
  negate,
  type Quantity,
  sign,
  subtract,
  ZERO,
} from '#shared/units/decimal.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';

/** Currencies that count as one US dollar. */
const DOLLARS: ReadonlySet<string> = new Set(['USD', 'USDC']);

/**
 * What an account holds of an instrument and what may still be added to it, in the instrument's unit. Working orders
 * count with all that is unfilled, those whose state is unknown too. `buys` and `sells` are unsigned.
 */
export interface OpenExposure {
  readonly position: Quantity;
  readonly buys: Quantity;
  readonly sells: Quantity;
  readonly reduceOnlyBuys: Quantity;
  readonly reduceOnlySells: Quantity;
  /** Orders whose state is not known. */
  readonly unknown: readonly Order[];
  /** Signed position if every buy fills and no sell does, and the other way round. */
  readonly longest: Quantity;
  readonly shortest: Quantity;
}

function sum(quantities: readonly Quantity[]): Quantity {
  return quantities.reduce<Quantity>((total, one) => add(total, one), ZERO);
}

/** Signed quantity held: a position, or for spot the coins in the account. */
export function heldQuantity(book: Book, account: AccountId, instrument: Instrument): Quantity {
  return instrument.kind === 'spot'
    ? cashOf(book, account, instrument.underlying)
    : positionOf(book, account, instrument.id).quantity;
}

/** Orders of an account in an instrument that may still execute. */
export function workingOrders(book: Book, account: AccountId, instrument: InstrumentId): readonly Order[] {
  const found: Order[] = [];
  for (const order of book.orders.working.values()) {
    if (order.account === account && order.instrument === instrument) found.push(order);
  }
  return found;
}

/** `pending`: orders that are about to be sent and count as if they were open (earlier legs of the same group). */
export function openExposure(
  book: Book,
  account: AccountId,
  instrument: Instrument,
  pending: readonly OrderRequest[] = [],
): OpenExposure {
  const working = workingOrders(book, account, instrument.id);
  const mine = pending.filter((one) => one.account === account && one.instrument === instrument.id);
  const open = [
    ...working.map((one) => ({ side: one.side, reduceOnly: one.reduceOnly, quantity: remaining(one) })),
    ...mine.map((one) => ({ side: one.side, reduceOnly: one.reduceOnly, quantity: one.quantity })),
  ];
  const total = (side: 'buy' | 'sell', reduceOnly: boolean): Quantity =>
    sum(open.filter((one) => one.side === side && (!reduceOnly || one.reduceOnly)).map((one) => one.quantity));
  const position = heldQuantity(book, account, instrument);
  const buys = total('buy', false);
  const sells = total('sell', false);
  return {
    position,
    buys,
    sells,
    reduceOnlyBuys: total('buy', true),
    reduceOnlySells: total('sell', true),
    unknown: working.filter((one) => one.state === 'UNKNOWN'),
    longest: add(position, buys),
    shortest: subtract(position, sells),
  };
}

/**
 * Unsigned USD notional of a quantity: USD contracts as they are, options on their underlying's index, everything else
 * at `price` in dollars. A fault where the price is in no currency that has a dollar value.
 */
export function notionalUsd(
  instrument: Instrument,
  quantity: Quantity,
  price: Decimal,
  index: Decimal,
): Result<Decimal> {
  if (instrument.kind === 'option') return ok(multiply(absolute(quantity), index));
  if (instrument.payoff === 'inverse') return ok(absolute(quantity));
  if (DOLLARS.has(instrument.quote)) return ok(multiply(absolute(quantity), price));
  const message = `${instrument.name} is priced in ${instrument.quote}, which has no dollar value here`;
  return fail(fault('no-dollar-value', message, { instrument: instrument.id, quote: instrument.quote }));
}

/** The larger side of what a position may become, unsigned: its long side when buying, its short side when selling. */
export function worstSide(exposure: OpenExposure, side: 'buy' | 'sell', quantity: Quantity): Quantity {
  const reached = side === 'buy' ? add(exposure.longest, quantity) : negate(subtract(exposure.shortest, quantity));
  return sign(reached) > 0 ? reached : ZERO;
}
