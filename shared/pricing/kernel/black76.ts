import type { Result } from '#shared/units/result.ts';
import { fail, ok } from '#shared/units/result.ts';
import type { GreekColumns, InvalidOption, OptionColumns } from './columns.ts';
import { checkRows, edgeGreeks, edgePrice, isEdgeRow } from './edge-rows.ts';
import { expOver, logRatioOver, millsOver, wordsOf } from './elementary.ts';
import { NARROW_AT_MONEY, NARROWER, NEAR, narrowGreeks, narrowPrice } from './narrow-rows.ts';

/** Rows that are worked on at a time: all intermediate columns stay in the nearest cache. */
const CHUNK = 256;
const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const LOWEST_PRICE = 1e-50;
/** Factors that overflow just short of the ends of the domain (edge-rows.ts): at 1e50, 1,000, 10,000 years, |rT| = 700. */
const LARGE_PRICE = 1.8e258;
const LARGE_VOL = 1.8e305;
const LARGE_YEARS = 1.8e304;
const LARGE_GROWTH = 2.6e305;
/** 1/(σ√T) times it overflows before σ√T has come down to what makes an edge row. */
const SMALL_DEVIATION = 1.9e296;

/* Copies local to this module: V8 knows their value. */
const [AT_MONEY, PER_DEVIATION, NEARER] = [NARROW_AT_MONEY, NARROWER, NEAR];

const column = () => new Float64Array(CHUNK);
const mills1 = column();
const mills1Under = column();
const mills2 = column();
const mills2Under = column();
const logMoneyness = column();
const rootYears = column();
const deviation = column();
/** 1/(σ√T). */
const inverseDeviation = column();
/** right·d1 and right·d2. */
const signed1 = column();
const signed2 = column();
/** φ(d1), N(right·d1), K·N(right·d2), e^(−rT). */
const density = column();
const likely = column();
const owed = column();
const discount = column();

/** The two columns whose exponents are read. */
interface Words {
  readonly forward: Int32Array;
  readonly strike: Int32Array;
}

/*
 * Good rows add exactly 0 to what the next three functions return; a row out of its domain, or without time value, adds
 * NaN (something overflows and is multiplied by 0) or more than 0. A comparison in each row would cost several times
 * as much; which row it was, and whether it is to be refused, is looked for only then.
 */

/** √T, σ√T and −rT. */
function spread(options: OptionColumns, from: number, count: number): number {
  const { years, vol, rate } = options;
  let odd = 0;
  for (let i = 0; i < count; i++) {
    const t = years[from + i]!;
    const root = Math.sqrt(t);
    const v = vol[from + i]!;
    const s = v * root;
    const growth = rate[from + i]! * t;
    rootYears[i] = root;
    deviation[i] = s;
    discount[i] = -growth;
    odd += Math.abs(s) - s + 0 * (v * LARGE_VOL + t * LARGE_YEARS + growth * LARGE_GROWTH);
  }
  return odd;
}

/** d1, d2 with the option's sign, and the exponent of φ(d1). */
function standardise(options: OptionColumns, from: number, count: number): number {
  const { right } = options;
  let odd = 0;
  for (let i = 0; i < count; i++) {
    const s = deviation[i]!;
    const inverse = 1 / s;
    const ln = logMoneyness[i]!;
    const d = ln * inverse + 0.5 * s;
    const c = right[from + i]!;
    inverseDeviation[i] = inverse;
    signed1[i] = c * d;
    signed2[i] = c * (d - s);
    density[i] = -0.5 * d * d;
    odd += Math.abs(c * c - 1) + 0 * (inverse * SMALL_DEVIATION);
  }
  return odd;
}

/** φ(d1), N(right·d1) and K·N(right·d2), from one exponential and one division. */
function probabilities(options: OptionColumns, from: number, count: number): number {
  const { forward, strike } = options;
  let odd = 0;
  for (let i = 0; i < count; i++) {
    const phi = INVERSE_ROOT_TWO_PI * density[i]!;
    const both = phi / (mills1Under[i]! * mills2Under[i]!);
    // N(−|d1|) = φ(d1)·R(|d1|) and, since K·φ(d2) = F·φ(d1), K·N(−|d2|) = F·φ(d1)·R(|d2|).
    likely[i] = mills1[i]! * mills2Under[i]! * both;
    owed[i] = mills2[i]! * mills1Under[i]! * both;
    density[i] = phi;
  }
  for (let i = 0; i < count; i++) {
    const f = forward[from + i]!;
    const k = strike[from + i]!;
    // 1 or 0 to multiply by: a branch here would be mispredicted half of the time.
    const positive1 = Number(signed1[i]! > 0);
    const positive2 = Number(signed2[i]! > 0);
    likely[i] = positive1 + (1 - 2 * positive1) * likely[i]!;
    owed[i] = positive2 * k + (1 - 2 * positive2) * (owed[i]! * f);
    const aboveF = f - LOWEST_PRICE;
    const aboveK = k - LOWEST_PRICE;
    odd += Math.abs(aboveF) - aboveF + (Math.abs(aboveK) - aboveK) + 0 * ((f + k) * LARGE_PRICE);
  }
  return odd;
}

/** False where discounting changes nothing. A rate that is no number counts as one. */
function hasRates(rate: Float64Array, from: number, count: number): boolean {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.abs(rate[from + i]!);
  return sum !== 0;
}

/** Fills the intermediate columns. True if every row is as the loops need it. */
function prepare(options: OptionColumns, words: Words, from: number, count: number): boolean {
  logRatioOver(count, from, options.forward, words.forward, options.strike, words.strike, logMoneyness);
  let odd = spread(options, from, count) + standardise(options, from, count);
  expOver(count, density, density);
  if (hasRates(options.rate, from, count)) expOver(count, discount, discount);
  else discount.fill(1, 0, count);
  millsOver(count, signed1, mills1, mills1Under);
  millsOver(count, signed2, mills2, mills2Under);
  odd += probabilities(options, from, count);
  return odd === 0;
}

/** Calls `refine` for the rows of the chunk whose price the columns cannot do to the last digits. */
function forNarrowRows(from: number, count: number, refine: (row: number) => void): void {
  for (let i = 0; i < count; i++) {
    const far = Math.abs(signed1[i]!);
    if (inverseDeviation[i]! * (AT_MONEY + PER_DEVIATION * far) > 1 && far < NEARER) refine(from + i);
  }
}

function prices(options: OptionColumns, from: number, count: number, price: Float64Array): void {
  const { forward, right } = options;
  for (let i = 0; i < count; i++) {
    price[from + i] = discount[i]! * right[from + i]! * (forward[from + i]! * likely[i]! - owed[i]!);
  }
}

function firstOrder(options: OptionColumns, from: number, count: number, out: GreekColumns): void {
  const { forward, years, vol, rate, right } = options;
  const { price, delta, gamma, vega, theta, rho } = out;
  for (let i = 0; i < count; i++) {
    const row = from + i;
    const f = forward[row]!;
    const signed = discount[i]! * right[row]!;
    const weight = discount[i]! * density[i]!;
    const value = signed * (f * likely[i]! - owed[i]!);
    const perVol = weight * f * rootYears[i]!;
    const inverse = inverseDeviation[i]!;
    const v = vol[row]!;
    price[row] = value;
    delta[row] = signed * likely[i]!;
    gamma[row] = (weight * inverse) / f;
    vega[row] = perVol;
    // 1/T = σ²/(σ√T)².
    theta[row] = rate[row]! * value - 0.5 * perVol * v * (v * v * inverse * inverse);
    rho[row] = -years[row]! * value;
  }
}

function secondOrder(options: OptionColumns, from: number, count: number, out: GreekColumns): void {
  const { vol, rate, right } = options;
  const { delta, vega, vanna, volga, charm } = out;
  for (let i = 0; i < count; i++) {
    const row = from + i;
    const v = vol[row]!;
    const inverse = inverseDeviation[i]!;
    const inverseVol = inverse * rootYears[i]!;
    const slope = discount[i]! * density[i]! * right[row]! * signed2[i]!;
    vanna[row] = -slope * inverseVol;
    volga[row] = vega[row]! * signed1[i]! * signed2[i]! * inverseVol;
    charm[row] = rate[row]! * delta[row]! + 0.5 * slope * (v * v * inverse * inverse);
  }
}

const DONE: Result<null, never> = ok(null);

/**
 * Prices of the first `count` options by Black (1976): quote currency per unit of the underlying, discounted.
 * Expired rows and rows without vol get their (discounted) intrinsic value. The first row with a number outside of its
 * domain stops the work and is named in the failure.
 * Error against exact values: at most 1.5e-15 of the forward, and 1e-13 of a price above 1e-10 of the forward.
 */
export function black76Price(count: number, options: OptionColumns, price: Float64Array): Result<null, InvalidOption> {
  const words = { forward: wordsOf(options.forward), strike: wordsOf(options.strike) };
  for (let from = 0; from < count; from += CHUNK) {
    const rows = Math.min(CHUNK, count - from);
    const regular = prepare(options, words, from, rows);
    const refused = regular ? null : checkRows(options, from, from + rows);
    if (refused) return fail(refused);
    prices(options, from, rows, price);
    forNarrowRows(from, rows, (row) => {
      price[row] = narrowPrice(options, row);
    });
    if (regular) continue;
    for (let row = from; row < from + rows; row++) {
      if (isEdgeRow(options, row)) price[row] = edgePrice(options, row);
    }
  }
  return DONE;
}

/**
 * Price and Greeks of the first `count` options by Black (1976); units, scaling and signs: {@link GreekColumns}.
 * Expired rows: intrinsic value and the payoff's delta, other Greeks 0. Rows without vol: discounted intrinsic value.
 * The first row with a number outside of its domain stops the work and is named in the failure.
 * Error against exact values, in units of each Greek's largest value over forwards: at most 1e-14.
 */
export function black76Greeks(count: number, options: OptionColumns, out: GreekColumns): Result<null, InvalidOption> {
  const words = { forward: wordsOf(options.forward), strike: wordsOf(options.strike) };
  for (let from = 0; from < count; from += CHUNK) {
    const rows = Math.min(CHUNK, count - from);
    const regular = prepare(options, words, from, rows);
    const refused = regular ? null : checkRows(options, from, from + rows);
    if (refused) return fail(refused);
    firstOrder(options, from, rows, out);
    secondOrder(options, from, rows, out);
    forNarrowRows(from, rows, (row) => narrowGreeks(options, row, out));
    if (regular) continue;
    for (let row = from; row < from + rows; row++) {
      if (isEdgeRow(options, row)) edgeGreeks(options, row, out);
    }
  }
  return DONE;
}
