import { add, type Decimal, negate, ZERO } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Account, Balance } from './account.ts';
import type { Adjustment, DomainEvent } from './events.ts';
import type { Instrument } from './instrument.ts';
import { isTerminal, type Order, transition } from './order.ts';
import { Orders } from './orders.ts';
import { applyFill, type CashFlow, flat, type Position } from './position.ts';
import type { Transfer } from './transfer.ts';

/**
 * Everything the trader holds, as folded from the journal. It holds working orders and the most recent ended ones;
 * older orders and all fills live in the store.
 */
export interface Book {
  readonly accounts: Map<AccountId, Account>;
  readonly instruments: Map<InstrumentId, Instrument>;
  /** Keyed by {@link balanceKey}. */
  readonly balances: Map<string, Balance>;
  /** Keyed by {@link positionKey}; flat positions stay for their realised profit. */
  readonly positions: Map<string, Position>;
  readonly orders: Orders;
}

/** The rows an event changed: what a projection has to write. */
export interface BookChanges {
  readonly accounts: readonly Account[];
  readonly instruments: readonly Instrument[];
  readonly balances: readonly Balance[];
  readonly positions: readonly Position[];
  readonly orders: readonly Order[];
}

const UNCHANGED: BookChanges = { accounts: [], instruments: [], balances: [], positions: [], orders: [] };
/** Ended orders kept in memory for the Orders panel. */
const ENDED_KEPT = 500;

export function emptyBook(): Book {
  return {
    accounts: new Map(),
    instruments: new Map(),
    balances: new Map(),
    positions: new Map(),
    orders: new Orders(),
  };
}

export function balanceKey(account: AccountId, currency: Currency): string {
  return `${account}|${currency}`;
}

export function positionKey(account: AccountId, instrument: InstrumentId): string {
  return `${account}|${instrument}`;
}

export function instrumentOf(book: Book, id: InstrumentId): Instrument {
  const instrument = book.instruments.get(id);
  if (!instrument)
    throw new FaultError(fault('unknown-instrument', `instrument ${id} is not listed`, { instrument: id }));
  return instrument;
}

export function positionOf(book: Book, account: AccountId, instrument: InstrumentId): Position {
  return book.positions.get(positionKey(account, instrument)) ?? flat(account, instrument);
}

export function cashOf(book: Book, account: AccountId, currency: Currency): Decimal {
  return book.balances.get(balanceKey(account, currency))?.cash ?? ZERO;
}

function setCash(book: Book, account: AccountId, currency: Currency, cash: Decimal): Balance {
  const balance = { account, currency, cash };
  book.balances.set(balanceKey(account, currency), balance);
  return balance;
}

function moveCash(book: Book, flows: readonly CashFlow[]): Balance[] {
  const changed = new Map<string, Balance>();
  for (const flow of flows) {
    const cash = add(cashOf(book, flow.account, flow.currency), flow.amount);
    changed.set(balanceKey(flow.account, flow.currency), setCash(book, flow.account, flow.currency, cash));
  }
  return [...changed.values()];
}

function setPosition(book: Book, position: Position): Position {
  book.positions.set(positionKey(position.account, position.instrument), position);
  return position;
}

function setOrder(book: Book, order: Order): Order {
  // Re-inserting keeps the map in order of last change, so that the oldest ended order is dropped first.
  book.orders.delete(order.id);
  book.orders.set(order.id, order);
  if (book.orders.size > ENDED_KEPT) {
    for (const [id, other] of book.orders) {
      if (!isTerminal(other.state)) continue;
      book.orders.delete(id);
      break;
    }
  }
  return order;
}

function takeAdjustment(book: Book, adjustment: Adjustment): BookChanges {
  const { account } = adjustment;
  if (adjustment.what === 'balance') {
    return { ...UNCHANGED, balances: [setCash(book, account, adjustment.key, adjustment.theirs)] };
  }
  const before = positionOf(book, account, adjustment.key);
  const position = setPosition(book, { ...before, quantity: adjustment.theirs, entry: adjustment.entry });
  return { ...UNCHANGED, positions: [position] };
}

function takeFill(book: Book, event: Extract<DomainEvent, { type: 'fill' }>, at: EpochMs): BookChanges {
  const { fill } = event;
  const instrument = instrumentOf(book, fill.instrument);
  const applied = applyFill(instrument, positionOf(book, fill.account, fill.instrument), fill);
  const order = fill.order === null ? undefined : book.orders.get(fill.order);
  const orders = order ? [setOrder(book, unwrap(transition(order, { type: 'filled', fill }, at)))] : [];
  const positions = instrument.kind === 'spot' ? [] : [setPosition(book, applied.position)];
  return { ...UNCHANGED, positions, orders, balances: moveCash(book, applied.cash) };
}

function takeFunding(book: Book, event: Extract<DomainEvent, { type: 'funding' }>): BookChanges {
  const { account, instrument, currency, amount } = event.payment;
  const before = positionOf(book, account, instrument);
  const position = setPosition(book, { ...before, funding: add(before.funding, amount) });
  const balances = moveCash(book, [{ account, currency, amount, cause: 'funding' }]);
  return { ...UNCHANGED, positions: [position], balances };
}

/** Money counts as moved once it has arrived: until then it is where it was. */
function takeTransfer(book: Book, { from, to, currency, quantity, state }: Transfer): BookChanges {
  if (state !== 'arrived') return UNCHANGED;
  const flow = (account: AccountId, amount: Decimal): CashFlow => ({ account, currency, amount, cause: 'transfer' });
  return { ...UNCHANGED, balances: moveCash(book, [flow(from, negate(quantity)), flow(to, quantity)]) };
}

/**
 * Folds one event into `book` (in place) and tells what changed. Faults (an event that cannot follow the book's state)
 * are thrown before anything is changed.
 */
export function applyEvent(book: Book, event: DomainEvent, at: EpochMs): BookChanges {
  switch (event.type) {
    case 'account-opened': {
      book.accounts.set(event.account.id, event.account);
      const balances = event.balances.map((one) => setCash(book, one.account, one.currency, one.cash));
      return {
        ...UNCHANGED,
        accounts: [event.account],
        balances,
        positions: event.positions.map((p) => setPosition(book, p)),
      };
    }
    case 'instruments-listed':
      for (const one of event.instruments) book.instruments.set(one.id, one);
      return { ...UNCHANGED, instruments: event.instruments };
    case 'order-intended':
      return { ...UNCHANGED, orders: [setOrder(book, event.order)] };
    case 'order': {
      const order = book.orders.get(event.id);
      if (!order)
        throw new FaultError(fault('unknown-order', `order ${event.id} is not in the book`, { order: event.id }));
      return { ...UNCHANGED, orders: [setOrder(book, unwrap(transition(order, event.event, at)))] };
    }
    case 'fill':
      return takeFill(book, event, at);
    case 'funding':
      return takeFunding(book, event);
    case 'adjustment':
      return takeAdjustment(book, event.adjustment);
    case 'transfer':
      return takeTransfer(book, event.transfer);
    default:
      return UNCHANGED;
  }
}
