import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { absolute, type Decimal, divide, isZero, negate, type Price, sign, ZERO } from '#shared/units/decimal.ts';
import { instrumentId } from '#shared/units/ids.ts';
import type { Owner } from './orders.ts';
import { badPayload } from './wire.ts';
import type { WireLogEntry } from './wire-account.ts';

/** What of the transaction log moves positions or pays funding; trades are read from the trades themselves. */
export interface LedgerRow {
  readonly fill: Fill | null;
  readonly payment: FundingPayment | null;
}

const NOTHING: LedgerRow = { fill: null, payment: null };

function needed<T>(entry: WireLogEntry, field: keyof WireLogEntry, value: T | null | undefined): T {
  if (value === null || value === undefined) {
    throw badPayload(`transaction log entry ${entry.id}`, field, `a value in a ${entry.type}`, 'missing');
  }
  return value;
}

/** "close buy" buys back what was short. */
function closingQuantity(entry: WireLogEntry): Decimal {
  const size = absolute(needed(entry, 'amount', entry.amount));
  return needed(entry, 'side', entry.side).endsWith('buy') ? size : negate(size);
}

/** Option names end in their right. */
function isOption(name: string): boolean {
  return /-[CP]$/.test(name);
}

/** An option is closed at what it paid out, a future at the delivery price. */
function deliveryPrice(entry: WireLogEntry, name: string, quantity: Decimal): Price {
  if (!isOption(name)) return needed(entry, 'price', entry.price);
  const paid = entry.cashflow ?? ZERO;
  return isZero(paid) ? ZERO : absolute(divide(paid, quantity));
}

function delivery(owner: Owner, entry: WireLogEntry): LedgerRow {
  const name = needed(entry, 'instrument_name', entry.instrument_name);
  const quantity = closingQuantity(entry);
  if (sign(quantity) === 0) return NOTHING;
  const fill: Fill = {
    trade: `delivery-${entry.id}`,
    venue: owner.venue,
    account: owner.account,
    instrument: instrumentId(owner.venue, name),
    order: null,
    quantity,
    price: deliveryPrice(entry, name, quantity),
    fee: entry.commission ?? ZERO,
    feeCurrency: entry.currency,
    liquidity: 'taker',
    cause: 'settlement',
    index: entry.index_price ?? needed(entry, 'price', entry.price),
    at: entry.timestamp,
  };
  return { fill, payment: null };
}

/** Funding accrues all the time and is booked at the session's settlement. */
function settlement({ venue, account }: Owner, entry: WireLogEntry): LedgerRow {
  const amount = entry.interest_pl ?? ZERO;
  if (!entry.instrument_name || isZero(amount)) return NOTHING;
  const payment: FundingPayment = {
    account,
    instrument: instrumentId(venue, entry.instrument_name),
    currency: entry.currency,
    amount,
    id: `settlement-${entry.id}`,
    at: entry.timestamp,
  };
  return { fill: null, payment };
}

/** One entry of `private/get_transaction_log`. Daily settlement of futures moves profit, not positions: only its funding counts. */
export function ledgerRow(owner: Owner, entry: WireLogEntry): LedgerRow {
  if (entry.type === 'delivery') return delivery(owner, entry);
  return entry.type === 'settlement' ? settlement(owner, entry) : NOTHING;
}
