import type { Instrument, Option } from '#shared/domain/instrument.ts';
import { black76 } from '#shared/pricing/black76.ts';
import { type OptionTerms, optionPrice, optionVol } from '#shared/pricing/option-price.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { type EpochMs, yearsBetween } from '#shared/units/time.ts';
import { noTerms, type PnlTerm } from './pnl-terms.ts';

/** What an instrument's worth depends on at one moment. */
export interface UnitState {
  readonly at: EpochMs;
  /** USD index of the underlying. */
  readonly index: number;
  /** USD; equal to the mark of what never expires. */
  readonly forward: number;
  /** In the instrument's quote unit. */
  readonly mark: number;
  /** Of the mark; options only. */
  readonly vol: number;
}

type UnitTerms = Record<Exclude<PnlTerm, 'funding' | 'fees' | 'newTrades' | 'unexplained'>, number>;

/** What one unit made from `from` to `to`, USD, and why. */
export interface UnitPnl {
  readonly total: number;
  readonly terms: UnitTerms;
}

function optionTerms(option: Option, forward: number, at: EpochMs): OptionTerms {
  const years = Math.max(yearsBetween(at, option.expiry), 0);
  return { forward, strike: toNumber(option.strike), years, right: option.right };
}

/** USD value of one option by Black-76: coin-settled ones are worth S/F of it, see risk/valuation. */
function worth(option: Option, { index, forward, vol, at }: Omit<UnitState, 'mark'>): number {
  const price = optionPrice(optionTerms(option, forward, at), vol) ?? Number.NaN;
  return option.payoff === 'inverse' ? (index / forward) * price : price;
}

/** The mark's own vol, so that the model gives the mark back; the venue's where no vol does. */
function markVol(option: Option, { mark, forward, at, vol }: UnitState): number {
  const dollars = option.payoff === 'inverse' ? mark * forward : mark;
  return optionVol(optionTerms(option, forward, at), dollars) ?? vol;
}

/** Slopes in spot (index and forward moving together by 1 USD) and in vol (per 1 = 100 vol points), USD. */
function slopes(option: Option, { index, forward, vol, at }: UnitState): { delta: number; vega: number } {
  const greeks = unwrap(black76({ ...optionTerms(option, forward, at), vol, rate: 0 }));
  if (option.payoff !== 'inverse') return { delta: greeks.delta, vega: greeks.vega };
  const share = index / forward;
  const drift = (forward - index) / (forward * forward);
  return { delta: share * greeks.delta + drift * greeks.price, vega: share * greeks.vega };
}

function optionUnit(option: Option, from: UnitState, to: UnitState): UnitPnl {
  const inverse = option.payoff === 'inverse';
  const dollars = (one: UnitState): number => (inverse ? one.mark * one.index : one.mark);
  const start = { ...from, vol: markVol(option, from) };
  // A settled option has no vol any more: none of its P&L is due to one.
  const endVol = to.at >= option.expiry ? start.vol : markVol(option, to);
  const [move, turn] = [to.index - from.index, endVol - start.vol];
  const moved = { ...start, index: to.index, forward: start.forward + move };
  const turned = { ...start, vol: endVol };
  const here = worth(option, start);
  const [bySpot, byVol] = [worth(option, moved) - here, worth(option, turned) - here];
  const both = { ...moved, vol: endVol };
  const byBoth = worth(option, both) - here;
  const slope = slopes(option, start);
  const [delta, vega] = [slope.delta * move, slope.vega * turn];
  const terms = {
    ...{ delta, gamma: bySpot - delta, vega, volga: byVol - vega, vanna: byBoth - bySpot - byVol },
    theta: worth(option, { ...start, at: to.at }) - here,
    basis: worth(option, { ...both, forward: to.forward }) - worth(option, both),
  };
  return { total: dollars(to) - dollars(from), terms };
}

/** One USD of an inverse future gains 1/F₀ − 1/F coin, worth the index at the end. */
function inverseUnit(from: UnitState, to: UnitState): UnitPnl {
  const gain = (mark: number, index: number): number => (1 / from.mark - 1 / mark) * index;
  const move = to.index - from.index;
  const delta = (from.index / (from.mark * from.mark)) * move;
  const bySpot = gain(from.mark + move, to.index);
  const total = gain(to.mark, to.index);
  return { total, terms: { ...noTerms(), delta, gamma: bySpot - delta, basis: total - bySpot } };
}

function linearUnit(from: UnitState, to: UnitState): UnitPnl {
  const [move, total] = [to.index - from.index, to.mark - from.mark];
  return { total, terms: { ...noTerms(), delta: move, basis: total - move } };
}

/**
 * What holding one unit made from one moment to the other, USD, by the marks, and the terms that revaluation gives it.
 * Coin that it made is worth the index at the end. What the terms leave of the total is the caller's to show.
 */
export function explainUnit(instrument: Instrument, from: UnitState, to: UnitState): UnitPnl {
  if (instrument.kind === 'option') return optionUnit(instrument, from, to);
  return instrument.payoff === 'inverse' ? inverseUnit(from, to) : linearUnit(from, to);
}
