import {
  type GreekColumns,
  type InvalidOption,
  invalidOption,
  type OptionColumns,
  type OptionField,
} from './columns.ts';

/** σ·√T at and below which an option has no time value left that a double could hold beside its intrinsic value. */
const NO_DEVIATION = 1e-12;
/** |rate·years| has to stay below it. */
const MOST_GROWTH = 700;

const LOWEST = 1e-50;
const HIGHEST = 1e50;
const LONGEST = 1e4;
const MOST_VOL = 1e3;

/** The first field of a row that is not a number of its domain, or null. */
function invalidField(options: OptionColumns, row: number): OptionField | null {
  const { forward, strike, years, vol, rate, right } = options;
  if (!(forward[row]! >= LOWEST && forward[row]! <= HIGHEST)) return 'forward';
  if (!(strike[row]! >= LOWEST && strike[row]! <= HIGHEST)) return 'strike';
  if (!(years[row]! > -Infinity && years[row]! <= LONGEST)) return 'years';
  if (!(vol[row]! >= 0 && vol[row]! <= MOST_VOL)) return 'vol';
  if (!(Math.abs(rate[row]! * Math.max(years[row]!, 0)) < MOST_GROWTH)) return 'rate';
  return Math.abs(right[row]!) === 1 ? null : 'right';
}

/** Looks over rows `from` to `to` (exclusive): what keeps the first bad one from being priced, or null. */
export function checkRows(options: OptionColumns, from: number, to: number): InvalidOption | null {
  for (let row = from; row < to; row++) {
    const field = invalidField(options, row);
    if (field !== null) return invalidOption(row, field, options[field][row]!);
  }
  return null;
}

/** True where σ·√T is too small for the fast loops, or the option has expired. */
export function isEdgeRow(options: OptionColumns, row: number): boolean {
  return !(options.vol[row]! * Math.sqrt(options.years[row]!) > NO_DEVIATION);
}

/** Delta of the payoff: ±1 in the money, 0 (never −0, hence the sum) out of it, half of it where forward = strike. */
function payoffDelta(right: number, forward: number, strike: number): number {
  return right * (Math.sign(right * (forward - strike)) + 1) * 0.5 + 0;
}

/** Discounted intrinsic value of a row without time value; undiscounted once expired. */
export function edgePrice(options: OptionColumns, row: number): number {
  const intrinsic = Math.max(options.right[row]! * (options.forward[row]! - options.strike[row]!), 0);
  const years = options.years[row]!;
  return years > 0 ? Math.exp(-options.rate[row]! * years) * intrinsic : intrinsic;
}

/**
 * The Greeks of a row without time value. Expired (T ≤ 0): delta of the payoff, everything else 0. σ = 0: delta, theta,
 * rho and charm are those of the discounted payoff; gamma and the sensitivities to vol are 0.
 */
export function edgeGreeks(options: OptionColumns, row: number, out: GreekColumns): void {
  const years = Math.max(options.years[row]!, 0);
  const rate = years > 0 ? options.rate[row]! : 0;
  const right = options.right[row]!;
  const price = edgePrice(options, row);
  const delta = Math.exp(-rate * years) * payoffDelta(right, options.forward[row]!, options.strike[row]!);
  out.price[row] = price;
  out.delta[row] = delta;
  out.gamma[row] = 0;
  out.vega[row] = 0;
  out.theta[row] = rate * price;
  out.rho[row] = 0 - years * price;
  out.vanna[row] = 0;
  out.volga[row] = 0;
  out.charm[row] = rate * delta + 0;
}
