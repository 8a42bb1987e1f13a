import type { Instrument } from '#shared/domain/instrument.ts';
import type { Level, OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { InstrumentId } from '#shared/units/ids.ts';

/** What a controller sees of the market: quotes, and depth where there is some. */
export interface Tradable {
  readonly market: MarketSnapshot;
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>;
  /** Without one the touch of the quote is all there is. */
  readonly depth: ReadonlyMap<InstrumentId, OrderBook>;
}

/** What closing costs against the mark, USD, positive = paid. */
export interface UnwindCost {
  readonly fee: number;
  readonly spread: number;
  readonly impact: number;
  readonly total: number;
}

export interface Unwind {
  /** Average price, quote unit. */
  readonly price: number;
  /** Settlement currency. */
  readonly fee: number;
  readonly cost: UnwindCost;
  /** Relative distance of the last price taken from the touch, signed as the order. */
  readonly pushed: number;
  /** Quantity past what is visible: priced by extrapolation. */
  readonly beyond: number;
}

/**
 * Past the visible levels impact goes on with the root of the quantity (Tóth et al. 2011), by the side's own slope and by
 * no less than this at four times what is visible.
 */
const LEAST_SLOPE = 0.005;
/** Whatever is sold, a buyer is assumed at this share of the touch. */
const FLOOR = 0.05;

function sideOf(quote: Quote, book: OrderBook | undefined, buying: boolean): readonly Level[] {
  const levels = book ? (buying ? book.asks : book.bids) : [];
  if (levels.length > 0) return levels;
  const price = buying ? quote.ask : quote.bid;
  const size = buying ? quote.askSize : quote.bidSize;
  return price === null || size <= 0 ? [] : [{ price, size }];
}

interface Walk {
  readonly average: number;
  readonly last: number;
  readonly beyond: number;
}

/** Takes `quantity` (unsigned, above 0) off a side, past its end by the root law. */
function walk(levels: readonly Level[], quantity: number, direction: 1 | -1): Walk {
  const best = levels[0]?.price ?? Number.NaN;
  let left = quantity;
  let paid = 0;
  let last = best;
  for (const { price, size } of levels) {
    if (left <= 0) break;
    const taken = Math.min(left, size);
    paid += taken * price;
    left -= taken;
    last = price;
  }
  if (left <= 0) return { average: paid / quantity, last, beyond: 0 };
  const visible = quantity - left;
  const slope = Math.max(Math.abs(last / best - 1), LEAST_SLOPE);
  const copies = left / visible;
  const off = (by: number): number => Math.max(last + direction * best * slope * by, best * FLOOR);
  // √(1 + u) − 1 at the end, and its mean over u from 0 to `copies`.
  paid += left * off(((1 + copies) ** 1.5 - 1) / (1.5 * copies) - 1);
  return { average: paid / quantity, last: off(Math.sqrt(1 + copies) - 1), beyond: left };
}

/** USD per unit of an instrument's settlement currency. */
function settlementUsd(instrument: Instrument, quote: Quote): number {
  return isDollar(instrument.settlement) ? 1 : quote.index;
}

/** Settlement currency lost by trading `quantity` (signed) at `price` instead of `fair`, positive = lost. */
function shortfall(instrument: Instrument, quantity: number, price: number, fair: number): number {
  const inverse = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return inverse ? quantity * (1 / fair - 1 / price) : quantity * (price - fair);
}

/** Taker fee in settlement currency; options pay on their underlying, at most a share of the premium. */
function takerFee(instrument: Instrument, quote: Quote, quantity: number, price: number): number {
  const size = Math.abs(quantity);
  const rate = toNumber(instrument.fees.taker);
  if (instrument.kind !== 'option') return rate * (instrument.payoff === 'inverse' ? size / price : size * price);
  const fee = rate * size * (instrument.payoff === 'inverse' ? 1 : quote.index);
  const cap = instrument.fees.premiumCap;
  return cap === undefined ? fee : Math.min(fee, toNumber(cap) * size * price);
}

/**
 * What trading `quantity` (signed, not 0) at once would cost; null where there is no price or nobody on the other side.
 * Against the mark, so that equity falls by exactly the total.
 */
export function unwind({ market, instruments, depth }: Tradable, id: InstrumentId, quantity: number): Unwind | null {
  const instrument = instruments.get(id);
  const quote = market.quotes.get(id);
  if (!instrument || !quote) return null;
  const levels = sideOf(quote, depth.get(id), quantity > 0);
  const best = levels[0]?.price;
  if (best === undefined) return null;
  const { average, last, beyond } = walk(levels, Math.abs(quantity), quantity > 0 ? 1 : -1);
  const usd = settlementUsd(instrument, quote);
  const fee = takerFee(instrument, quote, quantity, average);
  const whole = usd * shortfall(instrument, quantity, average, quote.mark);
  const spread = usd * shortfall(instrument, quantity, best, quote.mark);
  return {
    price: average,
    fee,
    cost: { fee: fee * usd, spread, impact: whole - spread, total: fee * usd + whole },
    pushed: last / best - 1,
    beyond,
  };
}

/** {@link unwind} on one market. */
export type Unwinder = (id: InstrumentId, quantity: number) => Unwind | null;

/** Remembers what it was asked: a search tries the same clips after every move. */
export function unwinder(tradable: Tradable): Unwinder {
  const known = new Map<InstrumentId, Map<number, Unwind | null>>();
  return (id, quantity) => {
    const own = known.get(id) ?? new Map<number, Unwind | null>();
    known.set(id, own);
    const before = own.get(quantity);
    if (before !== undefined) return before;
    const found = unwind(tradable, id, quantity);
    own.set(quantity, found);
    return found;
  };
}

export const NO_COST: UnwindCost = { fee: 0, spread: 0, impact: 0, total: 0 };

export function addCosts(a: UnwindCost, b: UnwindCost): UnwindCost {
  return {
    fee: a.fee + b.fee,
    spread: a.spread + b.spread,
    impact: a.impact + b.impact,
    total: a.total + b.total,
  };
}
