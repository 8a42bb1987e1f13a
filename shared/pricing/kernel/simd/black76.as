/*
 * AssemblyScript. The loops of black76.ts over a block of rows, two at a time and with fewer columns in between.
 */
import { exponentials, logRatio, mills } from './elementary';
import { add, both, div, mul, mulAdd, mulSub, sub } from './lanes';
import {
  CHARM, CHUNK, DELTA, FORWARD, GAMMA, NARROW_ROWS, PRICE, RATE, RHO, RIGHT, STRIDE, STRIKE, THETA, VANNA, VEGA, VOL,
  VOLGA, YEARS,
} from './memory';
import {
  HALF, HIGHEST_PRICE, INVERSE_ROOT_TWO_PI, LONGEST, LOWEST_PRICE, MINUS_HALF, MOST_GROWTH, MOST_VOL, NARROW_AT_MONEY,
  NARROWER, NEAR, NO_DEVIATION, ONE,
} from './numbers';

const logMoneyness = memory.data(STRIDE, 16);
const rootYears = memory.data(STRIDE, 16);
const inverseDeviation = memory.data(STRIDE, 16);
const signed1 = memory.data(STRIDE, 16);
const signed2 = memory.data(STRIDE, 16);
const density = memory.data(STRIDE, 16);
const discount = memory.data(STRIDE, 16);
const mills1 = memory.data(STRIDE, 16);
const millsUnder1 = memory.data(STRIDE, 16);
const mills2 = memory.data(STRIDE, 16);
const millsUnder2 = memory.data(STRIDE, 16);
const likely = memory.data(STRIDE, 16);
const owed = memory.data(STRIDE, 16);

/** Puts the rows of a pair whose bits are set on the list of narrow rows. */
function note(row: usize, bits: i32): void {
  let count = load<i32>(NARROW_ROWS);
  for (let lane = 0; lane < 2; lane++) {
    if ((bits & (1 << lane)) == 0) continue;
    count++;
    store<i32>(NARROW_ROWS + (usize(count) << 2), i32(row) + lane);
  }
  store<i32>(NARROW_ROWS, count);
}

/** Lists the rows whose price the formula cannot do to the last digits. */
function listNarrow(from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const far = f64x2.abs(v128.load(i, signed1));
    const limit = mulAdd(both(NARROWER), far, both(NARROW_AT_MONEY));
    const close = f64x2.gt(mul(v128.load(i, inverseDeviation), limit), both(ONE));
    const narrow = v128.and(close, f64x2.lt(far, both(NEAR)));
    if (v128.any_true(narrow)) note((from + i) >> 3, i64x2.bitmask(narrow));
  }
}

/** Fills the intermediate columns. True if every row is of its domain and has time value. */
function prepare(from: usize, size: usize): bool {
  let good = i64x2.splat(-1);
  let rates = i64x2.splat(0);
  let lowest = both(ONE);
  let highest = both(ONE);
  let longest = both(ONE);
  let mostVol = both(ONE);
  let mostGrowth = both(ONE);
  let narrowest = both(ONE);
  for (let i: usize = 0; i < size; i += 16) {
    v128.store(i, logRatio(v128.load(from + i, FORWARD), v128.load(from + i, STRIKE)), logMoneyness);
  }
  for (let i: usize = 0; i < size; i += 16) {
    const row = from + i;
    const f = v128.load(row, FORWARD);
    const k = v128.load(row, STRIKE);
    const t = v128.load(row, YEARS);
    const v = v128.load(row, VOL);
    const rate = v128.load(row, RATE);
    const c = v128.load(row, RIGHT);
    const root = f64x2.sqrt(t);
    const s = mul(v, root);
    const growth = mul(rate, t);
    const inverse = div(both(ONE), s);
    const d = mulAdd(v128.load(i, logMoneyness), inverse, mul(both(HALF), s));
    const d1 = mul(c, d);
    rates = v128.or(rates, f64x2.ne(rate, f64x2.splat(0)));
    lowest = f64x2.pmin(f64x2.pmin(lowest, f), k);
    highest = f64x2.pmax(f64x2.pmax(highest, f), k);
    longest = f64x2.pmax(longest, t);
    mostVol = f64x2.pmax(mostVol, v);
    mostGrowth = f64x2.pmax(mostGrowth, f64x2.abs(growth));
    narrowest = f64x2.pmin(narrowest, s);
    // Comparisons pass over what is not a number; every column has its part in this sum.
    const all = add(d1, growth);
    good = v128.and(good, v128.and(f64x2.eq(all, all), f64x2.eq(f64x2.abs(c), both(ONE))));
    v128.store(i, root, rootYears);
    v128.store(i, inverse, inverseDeviation);
    v128.store(i, d1, signed1);
    v128.store(i, mul(c, sub(d, s)), signed2);
    v128.store(i, mul(mul(both(MINUS_HALF), d), d), density);
    v128.store(i, f64x2.neg(growth), discount);
  }
  const prices = v128.and(f64x2.ge(lowest, both(LOWEST_PRICE)), f64x2.le(highest, both(HIGHEST_PRICE)));
  const spread = v128.and(f64x2.le(longest, both(LONGEST)), f64x2.le(mostVol, both(MOST_VOL)));
  const rest = v128.and(f64x2.lt(mostGrowth, both(MOST_GROWTH)), f64x2.gt(narrowest, both(NO_DEVIATION)));
  listNarrow(from, size);
  exponentials(size, density);
  if (v128.any_true(rates)) exponentials(size, discount);
  else for (let i: usize = 0; i < size; i += 16) v128.store(i, both(ONE), discount);
  return i64x2.all_true(v128.and(v128.and(good, prices), v128.and(spread, rest)));
}

/** φ(d1), N(right·d1) and K·N(right·d2), from one division by both Mills ratios' denominators. */
function probabilities(from: usize, size: usize): void {
  mills(size, signed1, mills1, millsUnder1);
  mills(size, signed2, mills2, millsUnder2);
  for (let i: usize = 0; i < size; i += 16) {
    const d1 = v128.load(i, signed1);
    const d2 = v128.load(i, signed2);
    const under1 = v128.load(i, millsUnder1);
    const under2 = v128.load(i, millsUnder2);
    const phi = mul(both(INVERSE_ROOT_TWO_PI), v128.load(i, density));
    const tails = div(phi, mul(under1, under2));
    const tail1 = mul(mul(v128.load(i, mills1), under2), tails);
    const tail2 = mul(mul(mul(v128.load(i, mills2), under1), tails), v128.load(from + i, FORWARD));
    const rest2 = sub(v128.load(from + i, STRIKE), tail2);
    v128.store(i, phi, density);
    v128.store(i, v128.bitselect(sub(both(ONE), tail1), tail1, f64x2.gt(d1, f64x2.splat(0))), likely);
    v128.store(i, v128.bitselect(rest2, tail2, f64x2.gt(d2, f64x2.splat(0))), owed);
  }
}

function pricesOf(from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const signed = mul(v128.load(i, discount), v128.load(from + i, RIGHT));
    const gained = sub(mul(v128.load(from + i, FORWARD), v128.load(i, likely)), v128.load(i, owed));
    v128.store(from + i, mul(signed, gained), PRICE);
  }
}

function greeksOf(from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const row = from + i;
    const f = v128.load(row, FORWARD);
    const v = v128.load(row, VOL);
    const rate = v128.load(row, RATE);
    const c = v128.load(row, RIGHT);
    const inverse = v128.load(i, inverseDeviation);
    const root = v128.load(i, rootYears);
    const d2 = v128.load(i, signed2);
    const n1 = v128.load(i, likely);
    const signed = mul(v128.load(i, discount), c);
    const weight = mul(v128.load(i, discount), v128.load(i, density));
    const value = mul(signed, sub(mul(f, n1), v128.load(i, owed)));
    const perVol = mul(mul(weight, f), root);
    const delta = mul(signed, n1);
    const perYear = mul(mul(mul(v, v), inverse), inverse);
    const inverseVol = mul(inverse, root);
    const slope = mul(mul(weight, c), d2);
    v128.store(row, value, PRICE);
    v128.store(row, delta, DELTA);
    v128.store(row, div(mul(weight, inverse), f), GAMMA);
    v128.store(row, perVol, VEGA);
    v128.store(row, mulSub(mul(mul(both(HALF), perVol), v), perYear, mul(rate, value)), THETA);
    v128.store(row, mul(f64x2.neg(v128.load(row, YEARS)), value), RHO);
    v128.store(row, mul(f64x2.neg(slope), inverseVol), VANNA);
    v128.store(row, mul(mul(mul(perVol, v128.load(i, signed1)), d2), inverseVol), VOLGA);
    v128.store(row, mulAdd(rate, delta, mul(mul(both(HALF), slope), perYear)), CHARM);
  }
}

/** Prices of the block's first `bytes` bytes of rows, a multiple of 16. True if no row needs to be looked at again. */
export function price(bytes: usize): bool {
  store<i32>(NARROW_ROWS, 0);
  let good = true;
  for (let from: usize = 0; from < bytes; from += CHUNK) {
    const size = min(CHUNK, bytes - from);
    good = prepare(from, size) && good;
    probabilities(from, size);
    pricesOf(from, size);
  }
  return good;
}

/** As {@link price}, with the Greeks. */
export function greeks(bytes: usize): bool {
  store<i32>(NARROW_ROWS, 0);
  let good = true;
  for (let from: usize = 0; from < bytes; from += CHUNK) {
    const size = min(CHUNK, bytes - from);
    good = prepare(from, size) && good;
    probabilities(from, size);
    greeksOf(from, size);
  }
  return good;
}
