import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill, FillCause, Liquidity } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { applyFill, type CashFlow, flat, type Position } from '#shared/domain/position.ts';
import { add, type Decimal, fromNumber, isZero, type Price, type Quantity, ZERO } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, Currency } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { cashStep } from './fees.ts';
import { HISTORY_KEPT, type HistoryLine, type PaperAccount, type PaperState } from './state.ts';

/** One execution before it is booked. */
export interface Trade {
  readonly account: AccountId;
  readonly instrument: Instrument;
  readonly order: ClientOrderId | null;
  /** Signed. */
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Decimal;
  readonly liquidity: Liquidity;
  readonly cause: FillCause;
  readonly index: Price;
  readonly at: EpochMs;
}

export function accountOf(state: PaperState, id: AccountId): PaperAccount {
  const account = state.accounts.get(id);
  if (account) return account;
  throw new FaultError(fault('unknown-account', `account "${id}" is not at this venue`, { account: id }));
}

export function cashOf(account: PaperAccount, currency: Currency): Decimal {
  return account.cash.get(currency) ?? ZERO;
}

export function heldOf(account: PaperAccount, instrument: Instrument): Position {
  return account.positions.get(instrument.id) ?? flat(account.id, instrument.id);
}

function moveCash(account: PaperAccount, flows: readonly CashFlow[]): void {
  for (const flow of flows) account.cash.set(flow.currency, add(cashOf(account, flow.currency), flow.amount));
}

function keepLine(state: PaperState, line: HistoryLine): void {
  state.history.push(line);
  if (state.history.length <= HISTORY_KEPT * 1.1) return;
  const gone = state.history.length - HISTORY_KEPT;
  for (const old of state.history.slice(0, gone)) accountOf(state, old.account).forgotten = old.seq;
  state.history = state.history.slice(gone);
}

/** Books a trade: position, cash and history. The trade id counts up, so that a replay gives the same. */
export function bookTrade(state: PaperState, trade: Trade): Fill {
  const { instrument, ...rest } = trade;
  const account = accountOf(state, trade.account);
  const fill: Fill = {
    ...rest,
    trade: `T${state.nextTrade++}`,
    venue: instrument.venue,
    instrument: instrument.id,
    feeCurrency: instrument.settlement,
  };
  const applied = applyFill(instrument, heldOf(account, instrument), fill);
  if (instrument.kind !== 'spot') {
    if (isZero(applied.position.quantity)) account.positions.delete(instrument.id);
    else account.positions.set(instrument.id, applied.position);
  }
  moveCash(account, applied.cash);
  keepLine(state, { seq: state.nextLine++, account: account.id, fill, payment: null });
  return fill;
}

/** Books a funding payment of `amount` (positive = received), rounded to what is booked; null when that is nothing. */
export function bookFunding(
  state: PaperState,
  account: PaperAccount,
  instrument: Instrument,
  amount: number,
  at: EpochMs,
): FundingPayment | null {
  const booked = fromNumber<Decimal>(amount, cashStep(instrument), 'nearest');
  if (isZero(booked)) return null;
  const currency = instrument.settlement;
  const id = `F${at}-${instrument.name}`;
  const payment: FundingPayment = { account: account.id, instrument: instrument.id, currency, amount: booked, id, at };
  moveCash(account, [{ account: account.id, currency, amount: booked, cause: 'funding' }]);
  keepLine(state, { seq: state.nextLine++, account: account.id, fill: null, payment });
  return payment;
}
