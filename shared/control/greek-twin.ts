import type { OptionRight, Payoff } from '#shared/domain/instrument.ts';
import { black76 } from '#shared/pricing/black76.ts';
import type { Greeks } from '#shared/risk/report.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { type EpochMs, SECOND, yearsBetween } from '#shared/units/time.ts';

export const GREEK_NAMES = ['delta', 'gamma', 'vega', 'theta'] as const;
export type GreekName = (typeof GREEK_NAMES)[number];

/** An option and what Keel values it on. */
export interface ValuedOption {
  readonly instrument: InstrumentId;
  readonly right: OptionRight;
  readonly strike: number;
  readonly expiry: EpochMs;
  readonly payoff: Payoff;
  /** USD index, and forward of its expiry. */
  readonly index: number;
  readonly forward: number;
  /** Of the mark, 0.65 = 65 %. */
  readonly vol: number;
  /** Venue time. */
  readonly asOf: EpochMs;
}

/** The Greeks of one unit of an option by the venue, beside Keel's. Units as in {@link Greeks}. */
export interface GreekTwin {
  readonly instrument: InstrumentId;
  readonly own: Greeks;
  readonly venue: Greeks;
  /** Venue time of the venue's. */
  readonly at: EpochMs;
  readonly basis: Pick<ValuedOption, 'forward' | 'vol' | 'asOf'>;
  /** Which differ by more than rounding and a quote between the two. */
  readonly apart: readonly GreekName[];
  /** What the difference comes from; null where there is none. */
  readonly why: string | null;
}

/** Differences up to this share of Keel's own figure are none. */
const SHARE = 0.02;
/** Nor are those that are small by themselves: deltas of two thousandths, and the like for the others. */
const LEAST_DELTA = 0.002;
const LEAST_OF_FORWARD = 1e-5;

type Basis = GreekTwin['basis'];

const VOL_POINT = 0.01;
const DAYS_A_YEAR = 365;

/**
 * As in the risk report: a coin-settled option is worth S/F of Black's price, and S and F move together. `plain` leaves
 * that out.
 */
function greeksAt(option: ValuedOption, basis: Basis, plain = false): Greeks | null {
  const { right, strike, expiry, index } = option;
  const { forward, vol } = basis;
  const years = Math.max(yearsBetween(basis.asOf, expiry), 0);
  const found = black76({ right, strike, years, forward, vol, rate: 0 });
  if (!found.ok) return null;
  const { price, delta, gamma, vega, theta } = found.value;
  const inverse = option.payoff === 'inverse' && !plain;
  const g = inverse ? index / forward : 1;
  const g1 = inverse ? (forward - index) / (forward * forward) : 0;
  return {
    delta: g * delta + g1 * price,
    gamma: g * gamma + 2 * g1 * delta - (2 * g1 * price) / forward,
    vega: g * vega * VOL_POINT,
    theta: (g * theta) / DAYS_A_YEAR,
  };
}

function tolerances(own: Greeks, forward: number): Greeks {
  const of = (figure: number, least: number): number => Math.max(SHARE * Math.abs(figure), least);
  return {
    delta: of(own.delta, LEAST_DELTA),
    gamma: of(own.gamma, LEAST_DELTA / forward),
    vega: of(own.vega, LEAST_OF_FORWARD * forward),
    theta: of(own.theta, LEAST_OF_FORWARD * forward),
  };
}

/** The largest difference in units of its tolerance: up to 1 the two are the same. */
function misfit(a: Greeks | null, b: Greeks, within: Greeks): number {
  if (a === null) return Number.POSITIVE_INFINITY;
  return Math.max(...GREEK_NAMES.map((name) => Math.abs(a[name] - b[name]) / within[name]));
}

const TRIES = 80;
const ROUNDS = 4;

/** Where between the two ends the misfit is least: a grid, then finer ones around its best point. */
function best(low: number, high: number, misfitAt: (value: number) => number): number {
  let [from, to, found] = [low, high, low];
  for (let round = 0; round < ROUNDS; round++) {
    const step = (to - from) / TRIES;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at <= TRIES; at++) {
      const value = from + at * step;
      const miss = misfitAt(value);
      if (miss < least) [least, found] = [miss, value];
    }
    [from, to] = [Math.max(low, found - step), Math.min(high, found + step)];
  }
  return found;
}

const percent = (vol: number): string => `${(vol * 100).toFixed(1)} %`;

/** The one thing in which the two differ, if one explains it all: settlement, time, mark vol, forward. */
function explain(option: ValuedOption, basis: Basis, venue: Greeks, at: EpochMs, within: Greeks): string {
  const miss = (change: Partial<Basis>): number => misfit(greeksAt(option, { ...basis, ...change }), venue, within);
  if (misfit(greeksAt(option, basis, true), venue, within) <= 1) {
    return 'settlement: the venue leaves out that a coin-settled option is worth index ÷ forward of its price';
  }
  if (miss({ asOf: at }) <= 1) {
    const seconds = Math.round((basis.asOf - at) / SECOND);
    return `time: the venue told them ${Math.abs(seconds)} s ${seconds < 0 ? 'later' : 'earlier'}`;
  }
  const vol = best(basis.vol / 3, basis.vol * 3, (value) => miss({ vol: value }));
  if (miss({ vol }) <= 1) return `mark vol: they are those of ${percent(vol)}, the quote says ${percent(basis.vol)}`;
  const forward = best(basis.forward * 0.8, basis.forward * 1.25, (value) => miss({ forward: value }));
  if (miss({ forward }) <= 1) {
    return `forward: they are those of ${forward.toFixed(1)}, the quote says ${basis.forward.toFixed(1)}`;
  }
  return 'no other mark vol, forward or time alone explains it: the venue computes them in its own way';
}

/** Null for what Keel cannot value: no vol, no forward. */
export function greekTwin(option: ValuedOption, venue: Greeks & { readonly at: EpochMs }): GreekTwin | null {
  const basis = { forward: option.forward, vol: option.vol, asOf: option.asOf };
  const own = greeksAt(option, basis);
  if (own === null) return null;
  const { at, delta, gamma, vega, theta } = venue;
  const theirs = { delta, gamma, vega, theta };
  const within = tolerances(own, option.forward);
  const apart = GREEK_NAMES.filter((name) => Math.abs(theirs[name] - own[name]) > within[name]);
  const why = apart.length === 0 ? null : explain(option, basis, theirs, at, within);
  return { instrument: option.instrument, own, venue: theirs, at, basis, apart, why };
}
