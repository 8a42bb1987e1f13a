import type { Instrument } from '#shared/domain/instrument.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  divide,
  isZero,
  multiply,
  negate,
  type Price,
  type Quantity,
  sign,
  smaller,
  subtract,
  ZERO,
} from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';

/**
 * Which lot a closing trade takes first. specific: by the journal sequence of the closing trade, the lots it is to take
 * in that order (by the sequence they were opened with); what is not named goes first in, first out.
 */
export type LotRule = 'fifo' | 'lifo' | 'average' | { readonly specific: ReadonlyMap<number, readonly number[]> };

/** A part of a position that is still open. */
export interface Lot {
  /** The journal entry that opened it; by `average` the first of those that were pooled. */
  readonly seq: number;
  /** By `average` the last entry that was pooled; otherwise `seq`. */
  readonly through: number;
  readonly at: EpochMs;
  /** Signed, instrument unit. */
  readonly quantity: Quantity;
  /** See {@link costOf}. */
  readonly cost: Decimal;
}

/** A lot, or a part of it, and the trade that closed it. */
export interface LotMatch {
  readonly opened: number;
  readonly openedThrough: number;
  readonly openedAt: EpochMs;
  readonly closed: number;
  readonly closedAt: EpochMs;
  /** Signed as the lot was. */
  readonly quantity: Quantity;
  readonly cost: Decimal;
  readonly proceeds: Decimal;
  /** proceeds − cost, settlement currency, before fees. */
  readonly realised: Decimal;
}

/** A trade as lots see it. */
export interface LotTrade {
  readonly seq: number;
  readonly at: EpochMs;
  readonly quantity: Quantity;
  readonly cost: Decimal;
}

/**
 * What `quantity` at `price` costs in settlement currency, so that profit is always value − cost: quantity · price, and
 * −quantity / price of an inverse future, where a buyer of dollars is short of coin. Inverse costs are rounded half-even
 * to 18 places, once per trade. Throws RangeError for an inverse future at a price of 0.
 */
export function costOf(instrument: Instrument, quantity: Quantity, price: Price): Decimal {
  const inverseFuture = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return inverseFuture ? negate(divide(quantity, price)) : multiply(quantity, price);
}

/** The share `part` of `whole` of an amount. What rounding leaves over stays with the rest, so nothing is lost. */
function shareOf(amount: Decimal, part: Quantity, whole: Quantity): Decimal {
  return compare(part, whole) === 0 ? amount : divide(multiply(amount, part), whole);
}

/** Indices of the lots in the order in which a closing trade takes them. */
function* orderOf(lots: readonly Lot[], rule: LotRule, closing: number): Generator<number> {
  if (rule === 'lifo') {
    for (let at = lots.length - 1; at >= 0; at--) yield at;
    return;
  }
  const named = typeof rule === 'object' ? (rule.specific.get(closing) ?? []) : [];
  const chosen = named.map((seq) => lots.findIndex((lot) => lot.seq === seq)).filter((at) => at >= 0);
  yield* chosen;
  for (let at = 0; at < lots.length; at++) if (!chosen.includes(at)) yield at;
}

function pooled(lots: readonly Lot[], trade: LotTrade): readonly Lot[] {
  const [lot] = lots;
  if (lot === undefined) return [{ ...trade, through: trade.seq }];
  const [quantity, cost] = [add(lot.quantity, trade.quantity), add(lot.cost, trade.cost)];
  return [{ ...lot, through: trade.seq, quantity, cost }];
}

/** Lots after a trade, and what it closed. A trade beyond the position closes it and opens a lot on the other side. */
export function takeTrade(
  lots: readonly Lot[],
  rule: LotRule,
  trade: LotTrade,
): { readonly lots: readonly Lot[]; readonly matches: readonly LotMatch[] } {
  const side = sign(lots[0]?.quantity ?? ZERO);
  if (side === 0 || sign(trade.quantity) === side) {
    return {
      lots: rule === 'average' ? pooled(lots, trade) : [...lots, { ...trade, through: trade.seq }],
      matches: [],
    };
  }
  const left = new Map<number, Lot>();
  const matches: LotMatch[] = [];
  let [quantity, cost] = [absolute(trade.quantity), trade.cost];
  for (const at of orderOf(lots, rule, trade.seq)) {
    const lot = lots[at];
    if (lot === undefined || isZero(quantity)) break;
    const size = absolute(lot.quantity);
    const taken = smaller(quantity, size);
    const [lotCost, tradeCost] = [shareOf(lot.cost, taken, size), shareOf(cost, taken, quantity)];
    const signed = side < 0 ? negate(taken) : taken;
    matches.push({
      ...{ opened: lot.seq, openedThrough: lot.through, openedAt: lot.at, closed: trade.seq, closedAt: trade.at },
      ...{ quantity: signed, cost: lotCost, proceeds: negate(tradeCost), realised: negate(add(tradeCost, lotCost)) },
    });
    left.set(at, { ...lot, quantity: subtract(lot.quantity, signed), cost: subtract(lot.cost, lotCost) });
    [quantity, cost] = [subtract(quantity, taken), subtract(cost, tradeCost)];
  }
  const open = lots.map((lot, at) => left.get(at) ?? lot).filter((lot) => !isZero(lot.quantity));
  if (isZero(quantity)) return { lots: open, matches };
  const opened = { ...trade, through: trade.seq, quantity: side > 0 ? negate(quantity) : quantity, cost };
  return { lots: [...open, opened], matches };
}
