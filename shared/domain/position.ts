import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import {
  absolute,
  add,
  compare,
  divide,
  isZero,
  multiply,
  negate,
  sign,
  smaller,
  subtract,
  ZERO,
} from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import type { Fill } from './fill.ts';
import { type Instrument, isPaidFor } from './instrument.ts';

/** What an account holds of one instrument. Spot is held as cash balances, never as a position. */
export interface Position {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  /** Signed, in the instrument's unit. */
  readonly quantity: Quantity;
  /** Average entry: arithmetic for linear, options and claims, harmonic for inverse futures; "0" when flat. */
  readonly entry: Price;
  /** Realised profit before fees and funding, in the settlement currency, since the position was first opened. */
  readonly realised: Decimal;
  /** Positive = paid, settlement currency. */
  readonly fees: Decimal;
  /** Positive = received, settlement currency. */
  readonly funding: Decimal;
}

/** A change of cash: who, in what, how much (positive = received). */
export interface CashFlow {
  readonly account: AccountId;
  readonly currency: Currency;
  readonly amount: Decimal;
  readonly cause: 'realised' | 'premium' | 'fee' | 'funding' | 'spot' | 'deposit' | 'transfer' | 'adjustment';
}

export function flat(account: AccountId, instrument: InstrumentId): Position {
  return { account, instrument, quantity: ZERO, entry: ZERO, realised: ZERO, fees: ZERO, funding: ZERO };
}

function isInverseFuture(instrument: Instrument): boolean {
  return instrument.payoff === 'inverse' && instrument.kind !== 'option';
}

/** Profit in settlement currency of `quantity` from `entry` to `exit`; see {@link Instrument} payoff. */
export function profit(instrument: Instrument, quantity: Quantity, entry: Price, exit: Price): Decimal {
  if (!isInverseFuture(instrument)) return multiply(quantity, subtract(exit, entry));
  return subtract(divide(quantity, entry), divide(quantity, exit));
}

function averageEntry(instrument: Instrument, position: Position, fill: Fill, total: Quantity): Price {
  if (isZero(position.quantity)) return fill.price;
  if (isInverseFuture(instrument)) {
    const coins = add(
      isZero(position.quantity) ? ZERO : divide(position.quantity, position.entry),
      divide(fill.quantity, fill.price),
    );
    return divide(total, coins);
  }
  const cost = add(multiply(position.quantity, position.entry), multiply(fill.quantity, fill.price));
  return divide(cost, total);
}

/**
 * The position after a fill and the cash that moved. Options and claims move premium and realise nothing in cash beyond it;
 * futures realise profit on the part that closes; spot exchanges the two currencies. Throws RangeError for an inverse
 * contract at a price that is not above 0.
 */
export function applyFill(
  instrument: Instrument,
  position: Position,
  fill: Fill,
): { readonly position: Position; readonly cash: readonly CashFlow[] } {
  if (isInverseFuture(instrument) && sign(fill.price) <= 0) {
    throw new RangeError(`fill ${fill.trade}: expected a price above 0 of an inverse contract, was ${fill.price}`);
  }
  const flow = (currency: Currency, amount: Decimal, cause: CashFlow['cause']): CashFlow => ({
    account: fill.account,
    currency,
    amount,
    cause,
  });
  const fee = flow(fill.feeCurrency, negate(fill.fee), 'fee');
  const cost = multiply(fill.quantity, fill.price);
  if (instrument.kind === 'spot') {
    const cash = [
      flow(instrument.underlying, fill.quantity, 'spot'),
      flow(instrument.quote, negate(cost), 'spot'),
      fee,
    ];
    return { position, cash: cash.filter((one) => !isZero(one.amount)) };
  }
  const opposite = sign(position.quantity) * sign(fill.quantity) < 0;
  const closing = opposite ? smaller(absolute(position.quantity), absolute(fill.quantity)) : ZERO;
  const closed = sign(position.quantity) < 0 ? negate(closing) : closing;
  const gained = isZero(closing) ? ZERO : profit(instrument, closed, position.entry, fill.price);
  const quantity = add(position.quantity, fill.quantity);
  const entry = entryAfter(instrument, position, fill, quantity, opposite);
  const moved = isPaidFor(instrument)
    ? flow(instrument.settlement, negate(cost), 'premium')
    : flow(instrument.settlement, gained, 'realised');
  return {
    position: {
      ...position,
      quantity,
      entry,
      realised: add(position.realised, gained),
      fees: add(position.fees, fill.fee),
    },
    cash: [moved, fee].filter((one) => !isZero(one.amount)),
  };
}

function entryAfter(
  instrument: Instrument,
  position: Position,
  fill: Fill,
  quantity: Quantity,
  opposite: boolean,
): Price {
  if (isZero(quantity)) return ZERO;
  if (!opposite) return averageEntry(instrument, position, fill, quantity);
  const flipped = compare(absolute(fill.quantity), absolute(position.quantity)) > 0;
  return flipped ? fill.price : position.entry;
}
