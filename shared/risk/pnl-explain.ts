import type { Balance } from '#shared/domain/account.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Position } from '#shared/domain/position.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { isZero, toNumber } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import { isDollar } from './assemble.ts';
import { completed, noTerms, type PnlRow, type PnlTerm } from './pnl-terms.ts';
import { explainUnit, type UnitState } from './pnl-unit.ts';

/** What was held at one moment and what happened until the other. */
export interface PnlStep {
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly from: MarketSnapshot;
  readonly to: MarketSnapshot;
  /** At `from`. */
  readonly positions: readonly Pick<Position, 'account' | 'instrument' | 'quantity' | 'entry'>[];
  readonly balances: readonly Balance[];
  /** After `from`, up to `to`. */
  readonly fills: readonly Fill[];
  readonly funding: readonly FundingPayment[];
}

export interface PnlExplained {
  readonly rows: readonly PnlRow[];
  /** What could not be valued at one of the ends, and why: it is in no row. */
  readonly excluded: readonly Excluded[];
}

export interface Excluded {
  readonly account: AccountId;
  /** Instrument or coin. */
  readonly key: string;
  readonly why: string;
}

/** Everything that concerns one account and instrument in the step. */
interface Holding {
  readonly account: AccountId;
  readonly instrument: Instrument;
  quantity: number;
  entry: number;
  readonly fills: Fill[];
  readonly funding: FundingPayment[];
}

interface Ends {
  readonly from: UnitState | null;
  readonly to: UnitState;
}

function usdPer(market: MarketSnapshot, currency: Currency): number | null {
  return isDollar(currency) ? 1 : (market.index.get(currency) ?? null);
}

function stateIn(market: MarketSnapshot, instrument: Instrument): UnitState | null {
  const quote = market.quotes.get(instrument.id);
  if (quote === undefined) return null;
  // Cash in coin moves with the index of the snapshot; a position of the same moment has to move with the very same.
  const index = market.index.get(instrument.underlying) ?? quote.index;
  const forward = instrument.kind === 'option' ? quote.forward : quote.mark;
  return { at: market.asOf, index, forward, mark: quote.mark, vol: quote.markVol ?? 0 };
}

/** Delivery ends what is held: at its price, and at the index of that moment. */
function settledState({ instrument, fills }: Holding): UnitState | null {
  const delivery = fills.find((one) => one.cause === 'settlement');
  if (delivery === undefined) return null;
  const [mark, index] = [toNumber(delivery.price), toNumber(delivery.index)];
  return { at: delivery.at, index, forward: instrument.kind === 'option' ? index : mark, mark, vol: 0 };
}

/** Coin that delivery paid moves with the index from then on. */
function coinsOfDelivery({ instrument, quantity }: Holding, from: UnitState, to: UnitState): number {
  if (instrument.payoff !== 'inverse') return 0;
  return quantity * (instrument.kind === 'option' ? to.mark : 1 / from.mark - 1 / to.mark);
}

function endsOf(step: PnlStep, holding: Holding): Ends | string {
  const to = settledState(holding) ?? stateIn(step.to, holding.instrument);
  if (to === null) return 'no quote at the end';
  const from = stateIn(step.from, holding.instrument);
  return from === null && holding.quantity !== 0 ? 'no quote at the beginning' : { from, to };
}

/** What a trade made from its price to the mark at the end, USD. */
function tradeUsd(instrument: Instrument, fill: Fill, to: UnitState, rate: number): number {
  const [quantity, price] = [toNumber(fill.quantity), toNumber(fill.price)];
  if (instrument.kind === 'spot') return quantity * (to.index - price * rate);
  const inverseFuture = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return rate * quantity * (inverseFuture ? 1 / price - 1 / to.mark : to.mark - price);
}

function rowOf(step: PnlStep, holding: Holding, { from, to }: Ends): PnlRow | string {
  const { account, instrument, quantity, fills, funding } = holding;
  const currency = instrument.settlement;
  const rate = usdPer(step.to, currency);
  if (rate === null) return `no index of ${currency} at the end`;
  const held = from === null ? null : explainUnit(instrument, from, to);
  const terms: Record<PnlTerm, number> = noTerms();
  let total = 0;
  const count = (name: PnlTerm, usd: number): void => {
    terms[name] += usd;
    total += usd;
  };
  for (const fill of fills) {
    count('newTrades', tradeUsd(instrument, fill, to, rate));
    const feeRate = usdPer(step.to, fill.feeCurrency);
    if (feeRate === null) return `no index of ${fill.feeCurrency} at the end`;
    count('fees', -toNumber(fill.fee) * feeRate);
  }
  for (const paid of funding) count('funding', toNumber(paid.amount) * (usdPer(step.to, paid.currency) ?? Number.NaN));
  if (held !== null) {
    total += quantity * held.total;
    for (const [name, usd] of Object.entries(held.terms)) terms[name as PnlTerm] += quantity * usd;
  }
  const index = step.to.index.get(instrument.underlying);
  if (from !== null && index !== undefined) count('delta', coinsOfDelivery(holding, from, to) * (index - to.index));
  if (!Number.isFinite(total)) return 'a mark or an index is not a number';
  const { underlying, id } = instrument;
  return { account, instrument: id, currency, underlying, at: step.to.asOf, terms: completed(terms, total), total };
}

/** Coin an account has at the beginning: cash, and the profit of coin-settled futures that is not booked yet. */
function coinRows(step: PnlStep, holdings: Iterable<Holding>): readonly (PnlRow | Excluded)[] {
  const coins = new Map<string, { account: AccountId; currency: Currency; amount: number }>();
  const add = (account: AccountId, currency: Currency, amount: number): void => {
    if (isDollar(currency) || amount === 0) return;
    const key = `${account}|${currency}`;
    const known = coins.get(key) ?? { account, currency, amount: 0 };
    coins.set(key, { ...known, amount: known.amount + amount });
  };
  for (const { account, currency, cash } of step.balances) add(account, currency, toNumber(cash));
  for (const { account, instrument, quantity, entry } of holdings) {
    const state = quantity === 0 ? null : stateIn(step.from, instrument);
    if (state === null || instrument.payoff !== 'inverse' || instrument.kind === 'option') continue;
    add(account, instrument.settlement, quantity * (1 / entry - 1 / state.mark));
  }
  return [...coins.values()].map(({ account, currency, amount }) => {
    const [before, after] = [usdPer(step.from, currency), usdPer(step.to, currency)];
    if (before === null || after === null) return { account, key: currency, why: `no index of ${currency}` };
    const total = amount * (after - before);
    const terms = { ...noTerms(), delta: total };
    const row = { account, instrument: null, currency, underlying: currency, at: step.to.asOf };
    return { ...row, terms, total };
  });
}

function holdingsOf(step: PnlStep, unlisted: (account: AccountId, id: InstrumentId) => void): readonly Holding[] {
  const holdings = new Map<string, Holding>();
  const at = (account: AccountId, id: InstrumentId): Holding | null => {
    const instrument = step.instruments.get(id);
    if (instrument === undefined) {
      unlisted(account, id);
      return null;
    }
    const key = `${account}|${id}`;
    const known = holdings.get(key) ?? { account, instrument, quantity: 0, entry: 0, fills: [], funding: [] };
    holdings.set(key, known);
    return known;
  };
  for (const one of step.positions) {
    const holding = isZero(one.quantity) ? null : at(one.account, one.instrument);
    if (holding === null) continue;
    holding.quantity = toNumber(one.quantity);
    holding.entry = toNumber(one.entry);
  }
  for (const fill of step.fills) at(fill.account, fill.instrument)?.fills.push(fill);
  for (const paid of step.funding) at(paid.account, paid.instrument)?.funding.push(paid);
  return [...holdings.values()];
}

/**
 * Explains what the book made between two moments, per position and coin balance, in USD. Flows in coin are worth the
 * index at the end. Each row's terms add up to its total, and the totals to the change of the book's value less what
 * was paid in from outside. What cannot be valued is named and left out.
 */
export function explainPnl(step: PnlStep): PnlExplained {
  const rows: PnlRow[] = [];
  const excluded: Excluded[] = [];
  const holdings = holdingsOf(step, (account, key) => excluded.push({ account, key, why: 'not listed' }));
  for (const holding of holdings) {
    const ends = endsOf(step, holding);
    const row = typeof ends === 'string' ? ends : rowOf(step, holding, ends);
    if (typeof row !== 'string') rows.push(row);
    else excluded.push({ account: holding.account, key: holding.instrument.id, why: row });
  }
  for (const coin of coinRows(step, holdings)) {
    if ('why' in coin) excluded.push(coin);
    else rows.push(coin);
  }
  return { rows, excluded };
}
