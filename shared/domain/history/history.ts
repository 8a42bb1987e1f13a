import type { FundingPayment, JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { CashMovement, StatementFact } from '#shared/domain/statement.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  isZero,
  negate,
  type Price,
  type Quantity,
  sign,
  subtract,
  ZERO,
} from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { costOf, type Lot, type LotRule, takeTrade } from './lots.ts';
import { isAtPar, type Money, money, NO_MONEY, opposite, sumOf } from './money.ts';
import { type ChangeKind, type PositionChange, type PositionRecord, positionId } from './record.ts';

/** USD per unit of a currency at an engine time; null where it is not known. Not asked for dollars. */
export type UsdRate = (currency: Currency, at: EpochMs) => Decimal | null;

/** Folded from the journal, in place. */
export interface PositionHistory {
  readonly rule: LotRule;
  readonly rate: UsdRate;
  readonly instruments: Map<InstrumentId, Instrument>;
  /** The latest position of each account and instrument, flat ones too: funding may come after the close. */
  readonly latest: Map<string, PositionRecord>;
}

/** What one journal entry did. */
export interface HistoryStep {
  readonly changes: readonly PositionChange[];
  /** Each changed position as it stands after the entry; of a flip both. */
  readonly positions: readonly PositionRecord[];
}

const NOTHING: HistoryStep = { changes: [], positions: [] };
const PAR = decimal('1');

export function newHistory(rule: LotRule, rate: UsdRate): PositionHistory {
  return { rule, rate, instruments: new Map(), latest: new Map() };
}

function keyOf(account: AccountId, instrument: InstrumentId): string {
  return `${account}|${instrument}`;
}

/** Dollars are at par; a fill carries the index of its underlying; anything else is asked for. */
function rateOf(history: PositionHistory, currency: Currency, at: EpochMs, fill: Fill | null): Decimal | null {
  if (isAtPar(currency)) return PAR;
  const underlying = fill === null ? undefined : history.instruments.get(fill.instrument)?.underlying;
  return fill !== null && currency === underlying ? fill.index : history.rate(currency, at);
}

function listed(history: PositionHistory, seq: number, id: InstrumentId): Instrument {
  const instrument = history.instruments.get(id);
  if (instrument !== undefined) return instrument;
  throw new FaultError(fault('unknown-instrument', `entry ${seq}: instrument ${id} is not listed`, { instrument: id }));
}

/** What is told of a change of quantity, whatever caused it. */
interface Trade {
  readonly seq: number;
  readonly at: EpochMs;
  readonly account: AccountId;
  readonly instrument: Instrument;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Money;
  readonly feeCurrency: Currency;
  readonly rate: Decimal | null;
  /** How the change came about when it was not an order's. */
  readonly by: ChangeKind | null;
}

function begun({ seq, at, account, instrument }: Trade): PositionRecord {
  return {
    ...{ id: positionId(account, instrument.id, seq), account, instrument: instrument.id },
    ...{ settlement: instrument.settlement, openedSeq: seq, openedAt: at },
    ...{ closedSeq: null, closedAt: null, closedBy: null, quantity: ZERO, peak: ZERO, cost: ZERO },
    ...{ realised: NO_MONEY, fees: NO_MONEY, rebates: NO_MONEY, funding: NO_MONEY, changes: 0, lots: [] },
  };
}

function total(lots: readonly Lot[], of: (lot: Lot) => Decimal): Decimal {
  return lots.reduce<Decimal>((all, lot) => add(all, of(lot)), ZERO);
}

function withLots(record: PositionRecord, lots: readonly Lot[]): PositionRecord {
  const quantity: Quantity = total(lots, (lot) => lot.quantity);
  const size = absolute(quantity);
  const peak = compare(size, record.peak) > 0 ? size : record.peak;
  return { ...record, lots, quantity, peak, cost: total(lots, (lot) => lot.cost) };
}

function kindOf(before: Quantity, after: Quantity): ChangeKind {
  if (isZero(before)) return 'opened';
  if (isZero(after)) return 'closed';
  if (sign(before) !== sign(after)) return 'flipped';
  return compare(absolute(after), absolute(before)) > 0 ? 'increased' : 'reduced';
}

function charged(record: PositionRecord, trade: Trade): PositionRecord {
  const changes = record.changes + 1;
  const own = trade.feeCurrency === record.settlement;
  const fee = own ? trade.fee : { ...trade.fee, amount: ZERO };
  const rebate = sign(trade.fee.amount) < 0 ? opposite(fee) : NO_MONEY;
  return { ...record, changes, fees: sumOf(record.fees, fee), rebates: sumOf(record.rebates, rebate) };
}

function takeChange(history: PositionHistory, trade: Trade): HistoryStep {
  const { seq, at, account, instrument, quantity, price } = trade;
  const key = keyOf(account, instrument.id);
  const last = history.latest.get(key);
  const open = last !== undefined && !isZero(last.quantity) ? last : begun(trade);
  const cost = costOf(instrument, quantity, price);
  const { lots, matches } = takeTrade(open.lots, history.rule, { seq, at, quantity, cost });
  const realised = money(
    matches.reduce<Decimal>((all, one) => add(all, one.realised), ZERO),
    trade.rate,
  );
  const kind = trade.by ?? kindOf(open.quantity, add(open.quantity, quantity));
  const flipped = matches.length > 0 && lots.some((lot) => lot.seq === seq);
  const held = withLots({ ...open, realised: sumOf(open.realised, realised) }, flipped ? [] : lots);
  const closes = isZero(held.quantity) ? { closedSeq: seq, closedAt: at, closedBy: kind } : {};
  const record = charged({ ...held, ...closes }, trade);
  const own = subtract(record.quantity, open.quantity);
  const change = { ...asChange({ ...trade, quantity: own }, record.id, kind), realised, matches };
  if (!flipped) {
    history.latest.set(key, record);
    return { changes: [change], positions: [record] };
  }
  // The fee stays with the position that ended; the next one begins with what was left of the trade.
  const next = { ...withLots(begun(trade), lots), changes: 1 };
  history.latest.set(key, next);
  const first = asChange({ ...trade, quantity: next.quantity, fee: NO_MONEY }, next.id, 'opened');
  return { changes: [change, first], positions: [record, next] };
}

function asChange(trade: Trade, position: string, kind: ChangeKind): PositionChange {
  const { seq, at, account, instrument, quantity, price, fee, feeCurrency } = trade;
  const what = { seq, at, position, account, instrument: instrument.id, settlement: instrument.settlement, kind };
  const nothing = { realised: NO_MONEY, funding: NO_MONEY, matches: [] };
  return { ...what, quantity, price, fee, feeCurrency, ...nothing };
}

/** How a fill came about where it was not an order's. */
function causeOf(fill: Fill, instrument: Instrument): ChangeKind | null {
  if (fill.cause === 'liquidation') return 'liquidated';
  if (fill.cause === 'order') return null;
  if (instrument.kind !== 'option') return 'settled';
  return isZero(fill.price) ? 'expired' : 'exercised';
}

function takeFill(history: PositionHistory, { seq, at: engineAt }: JournalEntry, fill: Fill): HistoryStep {
  const instrument = listed(history, seq, fill.instrument);
  // Spot is held as cash balances, never as a position.
  if (instrument.kind === 'spot') return NOTHING;
  const { at, account, quantity, price, feeCurrency } = fill;
  const fee = money(fill.fee, rateOf(history, feeCurrency, engineAt, fill));
  const rate = rateOf(history, instrument.settlement, engineAt, fill);
  const by = causeOf(fill, instrument);
  return takeChange(history, { seq, at, account, instrument, quantity, price, fee, feeCurrency, rate, by });
}

function takeFunding(
  history: PositionHistory,
  seq: number,
  payment: FundingPayment,
  rate: Decimal | null,
): HistoryStep {
  const instrument = listed(history, seq, payment.instrument);
  const { account, at, currency } = payment;
  const funding = money(payment.amount, rate);
  const none = { quantity: ZERO, price: ZERO, fee: NO_MONEY, feeCurrency: currency, rate: null, by: null };
  const trade: Trade = { seq, at, account, instrument, ...none };
  const key = keyOf(account, instrument.id);
  const last = history.latest.get(key) ?? begun(trade);
  const record = { ...last, funding: sumOf(last.funding, funding), changes: last.changes + 1 };
  history.latest.set(key, record);
  return { changes: [{ ...asChange(trade, record.id, 'funded'), funding }], positions: [record] };
}

/** The position becomes what the venue says, at the venue's entry: nothing is realised, the lots begin anew. */
function carry(
  history: PositionHistory,
  entry: JournalEntry,
  held: Held,
  kind: 'transferred' | 'adjusted',
): HistoryStep {
  const { seq } = entry;
  const instrument = listed(history, seq, held.instrument);
  const { account, quantity, price, at } = held;
  const key = keyOf(account, instrument.id);
  const last = history.latest.get(key);
  const before = last?.quantity ?? ZERO;
  const none = { fee: NO_MONEY, feeCurrency: instrument.settlement, rate: null, by: kind };
  const trade: Trade = { seq, at, account, instrument, quantity: subtract(quantity, before), price, ...none };
  const open = last !== undefined && !isZero(before) ? last : begun(trade);
  const lot = { seq, through: seq, at, quantity, cost: isZero(quantity) ? ZERO : costOf(instrument, quantity, price) };
  const closes = isZero(quantity) ? { closedSeq: seq, closedAt: at, closedBy: kind } : {};
  const record = { ...withLots(open, isZero(quantity) ? [] : [lot]), ...closes, changes: open.changes + 1 };
  history.latest.set(key, record);
  return { changes: [asChange(trade, record.id, kind)], positions: [record] };
}

interface Held {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly at: EpochMs;
}

/** Interest and charges on what a position holds: income stands with its funding, costs with its fees. */
function takeCash(history: PositionHistory, seq: number, cash: CashMovement, index: Price | null): HistoryStep {
  const { instrument, account, at, currency, amount, id } = cash;
  if (instrument === null) return NOTHING;
  const rate = isAtPar(currency) ? PAR : index;
  const isIncome = cash.cause === 'interest' || cash.cause === 'reward' || cash.cause === 'lp-fee';
  if (isIncome) return takeFunding(history, seq, { account, instrument, currency, amount, id, at }, rate);
  const none = { quantity: ZERO, price: ZERO, rate: null, by: null };
  const fee = money(negate(amount), rate);
  const trade: Trade = {
    seq,
    at,
    account,
    instrument: listed(history, seq, instrument),
    fee,
    feeCurrency: currency,
    ...none,
  };
  const key = keyOf(account, instrument);
  const record = charged(history.latest.get(key) ?? begun(trade), trade);
  history.latest.set(key, record);
  return { changes: [asChange(trade, record.id, 'charged')], positions: [record] };
}

function unknownRate(): null {
  return null;
}

/** A fact of a statement; what it was worth in dollars then only the statement can tell. */
function takeFact(history: PositionHistory, entry: JournalEntry, fact: StatementFact): HistoryStep {
  switch (fact.type) {
    case 'fill':
      // The tape of this session knows nothing of the time of a statement.
      return takeFill({ ...history, rate: unknownRate }, entry, fact.fill);
    case 'funding': {
      const rate = isAtPar(fact.payment.currency) ? PAR : fact.index;
      return takeFunding(history, entry.seq, fact.payment, rate);
    }
    case 'cash':
      return takeCash(history, entry.seq, fact.cash, fact.index);
  }
}

/**
 * Folds one journal entry into `history`, in place, and tells which positions it changed. Entries come in order, all of
 * them. Throws `unknown-instrument` for one that trades what nobody listed.
 */
export function takeEntry(history: PositionHistory, entry: JournalEntry): HistoryStep {
  const { event } = entry;
  switch (event.type) {
    case 'instruments-listed':
      for (const one of event.instruments) history.instruments.set(one.id, one);
      return NOTHING;
    case 'account-opened': {
      const at = event.asOf ?? entry.at;
      const held = event.positions.filter((one) => !isZero(one.quantity));
      const steps = held.map((one) => carry(history, entry, { ...one, price: one.entry, at }, 'transferred'));
      return { changes: steps.flatMap((one) => one.changes), positions: steps.flatMap((one) => one.positions) };
    }
    case 'adjustment': {
      const { adjustment } = event;
      if (adjustment.what === 'balance') return NOTHING;
      const { account, key: instrument, theirs: quantity, entry: price } = adjustment;
      const at = event.asOf ?? entry.at;
      return carry(history, entry, { account, instrument, quantity, price, at }, 'adjusted');
    }
    case 'fill':
      return takeFill(history, entry, event.fill);
    case 'funding': {
      const rate = event.index ?? rateOf(history, event.payment.currency, entry.at, null);
      return takeFunding(history, entry.seq, event.payment, rate);
    }
    case 'statement':
      for (const one of event.statement.instruments) history.instruments.set(one.id, one);
      return NOTHING;
    case 'imported':
      return takeFact(history, entry, event.fact);
    default:
      return NOTHING;
  }
}

/** Profit of the open lots at `mark`, settlement currency: their value less their cost. */
export function unrealisedOf(record: PositionRecord, instrument: Instrument, mark: Price): Decimal {
  return isZero(record.quantity) ? ZERO : subtract(costOf(instrument, record.quantity, mark), record.cost);
}
