/*
 * AssemblyScript. The loops of black76.ts over a block of rows, two at a time and with fewer columns in between.
 */
import { exp, logRatio, millsDenominator, millsNumerator } from './elementary';
import { both, div, mul, mulAdd, mulSub, sub } from './lanes';
import {
  CHARM, CHUNK, DELTA, FORWARD, GAMMA, PRICE, RATE, RHO, RIGHT, STRIDE, STRIKE, THETA, VANNA, VEGA, VOL, VOLGA,
  YEARS,
} from './memory';

const INVERSE_ROOT_TWO_PI: f64 = 0.3989422804014327;

const rootYears = memory.data(STRIDE, 16);
const inverseDeviation = memory.data(STRIDE, 16);
const signed1 = memory.data(STRIDE, 16);
const signed2 = memory.data(STRIDE, 16);
const density = memory.data(STRIDE, 16);
const discount = memory.data(STRIDE, 16);
const inverseForward = memory.data(STRIDE, 16);
const likely1 = memory.data(STRIDE, 16);
const likely2 = memory.data(STRIDE, 16);

/** All ones where a row is of its domain and has time value: neither to be refused nor an edge row. */
@inline
function regular(f: v128, k: v128, t: v128, v: v128, growth: v128, c: v128, s: v128): v128 {
  const prices = v128.and(
    v128.and(f64x2.ge(f, both(1e-50)), f64x2.le(f, both(1e50))),
    v128.and(f64x2.ge(k, both(1e-50)), f64x2.le(k, both(1e50))),
  );
  const spread = v128.and(
    v128.and(f64x2.le(t, both(1e4)), f64x2.le(v, both(1e3))),
    v128.and(f64x2.gt(s, both(1e-12)), f64x2.ge(v, both(0))),
  );
  const rest = v128.and(f64x2.lt(f64x2.abs(growth), both(700)), f64x2.eq(f64x2.abs(c), both(1)));
  return v128.and(v128.and(prices, spread), rest);
}

/** Fills the intermediate columns for the rows from byte `from` on. True if every row is as the formulas need it. */
function prepare(from: usize, size: usize): bool {
  let good = i64x2.splat(-1);
  let rates = i64x2.splat(0);
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
    const inverse = div(both(1), s);
    const d = mulAdd(logRatio(f, k), inverse, mul(both(0.5), s));
    rates = v128.or(rates, f64x2.ne(rate, both(0)));
    good = v128.and(good, regular(f, k, t, v, growth, c, s));
    v128.store(i, root, rootYears);
    v128.store(i, inverse, inverseDeviation);
    v128.store(i, mul(c, d), signed1);
    v128.store(i, mul(c, sub(d, s)), signed2);
    v128.store(i, exp(mul(mul(both(-0.5), d), d)), density);
    v128.store(i, f64x2.neg(growth), discount);
  }
  if (v128.any_true(rates)) for (let i: usize = 0; i < size; i += 16) v128.store(i, exp(v128.load(i, discount)), discount);
  else for (let i: usize = 0; i < size; i += 16) v128.store(i, both(1), discount);
  return i64x2.all_true(good);
}

/** φ(d1), N(right·d1) and (K/F)·N(right·d2), from one division by both Mills ratios' denominators. */
function probabilities(from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const d1 = v128.load(i, signed1);
    const d2 = v128.load(i, signed2);
    const x = f64x2.abs(d1);
    const x2 = mul(x, x);
    const x4 = mul(x2, x2);
    const x8 = mul(x4, x4);
    const y = f64x2.abs(d2);
    const y2 = mul(y, y);
    const y4 = mul(y2, y2);
    const y8 = mul(y4, y4);
    const under1 = millsDenominator(x, x2, x4, x8);
    const under2 = millsDenominator(y, y2, y4, y8);
    const phi = mul(both(INVERSE_ROOT_TWO_PI), v128.load(i, density));
    const tails = div(phi, mul(under1, under2));
    const tail1 = mul(mul(millsNumerator(x, x2, x4, x8), under2), tails);
    const tail2 = mul(mul(millsNumerator(y, y2, y4, y8), under1), tails);
    const inverse = div(both(1), v128.load(from + i, FORWARD));
    const moneyness = mul(v128.load(from + i, STRIKE), inverse);
    v128.store(i, phi, density);
    v128.store(i, inverse, inverseForward);
    v128.store(i, v128.bitselect(sub(both(1), tail1), tail1, f64x2.gt(d1, both(0))), likely1);
    v128.store(i, v128.bitselect(sub(moneyness, tail2), tail2, f64x2.gt(d2, both(0))), likely2);
  }
}

function pricesOf(from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const signed = mul(v128.load(i, discount), v128.load(from + i, RIGHT));
    const value = sub(v128.load(i, likely1), v128.load(i, likely2));
    v128.store(from + i, mul(mul(signed, v128.load(from + i, FORWARD)), value), PRICE);
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
    const n1 = v128.load(i, likely1);
    const signed = mul(v128.load(i, discount), c);
    const weight = mul(v128.load(i, discount), v128.load(i, density));
    const value = mul(mul(signed, f), sub(n1, v128.load(i, likely2)));
    const perVol = mul(mul(weight, f), root);
    const delta = mul(signed, n1);
    const perYear = mul(mul(mul(v, v), inverse), inverse);
    const inverseVol = mul(inverse, root);
    const slope = mul(mul(weight, c), d2);
    v128.store(row, value, PRICE);
    v128.store(row, delta, DELTA);
    v128.store(row, mul(mul(weight, inverse), v128.load(i, inverseForward)), GAMMA);
    v128.store(row, perVol, VEGA);
    v128.store(row, mulSub(mul(mul(both(0.5), perVol), v), perYear, mul(rate, value)), THETA);
    v128.store(row, mul(f64x2.neg(v128.load(row, YEARS)), value), RHO);
    v128.store(row, mul(f64x2.neg(slope), inverseVol), VANNA);
    v128.store(row, mul(mul(mul(perVol, v128.load(i, signed1)), d2), inverseVol), VOLGA);
    v128.store(row, mulAdd(rate, delta, mul(mul(both(0.5), slope), perYear)), CHARM);
  }
}

/** Prices of the block's first `bytes` bytes of rows, a multiple of 16. True if no row needs to be looked at again. */
export function price(bytes: usize): bool {
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
  let good = true;
  for (let from: usize = 0; from < bytes; from += CHUNK) {
    const size = min(CHUNK, bytes - from);
    good = prepare(from, size) && good;
    probabilities(from, size);
    greeksOf(from, size);
  }
  return good;
}
