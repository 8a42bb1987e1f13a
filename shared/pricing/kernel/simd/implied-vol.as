/*
 * AssemblyScript. The loops of implied-vol.ts over a block of rows, two at a time.
 */
import { exp, exponentials, logRatio, mills } from './elementary';
import { add, both, coefficient, div, mul, mulAdd, mulSub, sub } from './lanes';
import { CHUNK, FORWARD, GUESS, PRICE, RATE, RIGHT, STRIDE, STRIKE, VOL, YEARS } from './memory';
import {
  CLOSE, HALF, HALF_SMALL, INVERSE_ROOT_TWO_PI, LARGE_GROWTH, LEAST_VALUE, MINUS_HALF, MOST_SQUARE, MOST_VALUE,
  NARROW, ONE, QUARTER, ROOT_HALF_PI, SIXTH, SMALL, THREE, TINY, TWO,
} from './numbers';

const gap = memory.data(STRIDE, 16);
const smaller = memory.data(STRIDE, 16);
const value = memory.data(STRIDE, 16);
const distance = memory.data(STRIDE, 16);
const deviation = memory.data(STRIDE, 16);
const lastStep = memory.data(STRIDE, 16);
const far1 = memory.data(STRIDE, 16);
const far2 = memory.data(STRIDE, 16);
const density = memory.data(STRIDE, 16);
const mills1 = memory.data(STRIDE, 16);
const millsUnder1 = memory.data(STRIDE, 16);
const mills2 = memory.data(STRIDE, 16);
const millsUnder2 = memory.data(STRIDE, 16);
const odds = memory.data(STRIDE, 16);
const logarithm = memory.data(STRIDE, 16);
const product = memory.data(STRIDE, 16);

/** ξ, the smaller of forward and strike, max/min − 1, and the time value over the smaller. */
function normalise(from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const row = from + i;
    const f = v128.load(row, FORWARD);
    const k = v128.load(row, STRIKE);
    const growth = mul(v128.load(row, RATE), v128.load(row, YEARS));
    const least = v128.bitselect(k, f, f64x2.lt(k, f));
    const spread = mul(v128.load(row, RIGHT), sub(f, k));
    const inverse = div(both(ONE), least);
    const intrinsic = mul(both(HALF), add(spread, f64x2.abs(spread)));
    const worth = sub(mul(exp(growth), v128.load(row, PRICE)), intrinsic);
    const z = mulAdd(worth, inverse, mul(f64x2.splat(0), mul(growth, both(LARGE_GROWTH))));
    v128.store(i, least, smaller);
    v128.store(i, mul(f64x2.abs(sub(f, k)), inverse), gap);
    v128.store(i, z, value);
  }
  for (let i: usize = 0; i < size; i += 16) {
    const row = from + i;
    v128.store(i, f64x2.abs(logRatio(v128.load(row, FORWARD), v128.load(row, STRIKE))), distance);
  }
}

/** The first deviation: within 0.1 % for most options, 10 % at the edges of the range. */
function guess(size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const z = v128.load(i, value);
    v128.store(i, logRatio(add(z, v128.load(i, gap)), z), logarithm);
  }
  for (let i: usize = 0; i < size; i += 16) {
    const z = v128.load(i, value);
    const between = v128.load(i, gap);
    const m = mulAdd(both(SMALL), z, between);
    const sum = add(add(z, z), m);
    const eta = f64x2.pmin(div(m, mul(sum, mulAdd(both(HALF), v128.load(i, logarithm), both(HALF_SMALL)))), both(ONE));
    const spread = add(v128.load(i, distance), both(TINY));
    const curve = mulAdd(
      eta,
      mulAdd(
        eta,
        mulAdd(eta, mulAdd(eta, coefficient(GUESS, 4), coefficient(GUESS, 3)), coefficient(GUESS, 2)),
        coefficient(GUESS, 1),
      ),
      coefficient(GUESS, 0),
    );
    const level = div(mul(mul(both(ROOT_HALF_PI), sum), spread), add(between, both(TINY)));
    const y = mul(mul(level, curve), f64x2.sqrt(eta));
    const t = f64x2.pmin(mul(y, y), both(MOST_SQUARE));
    const upper = mulAdd(
      t,
      mulAdd(t, mulAdd(t, coefficient(GUESS, 8), coefficient(GUESS, 7)), coefficient(GUESS, 6)),
      coefficient(GUESS, 5),
    );
    const under = mulAdd(t, mulAdd(t, coefficient(GUESS, 11), coefficient(GUESS, 10)), both(ONE));
    v128.store(i, div(mul(y, upper), under), deviation);
  }
}

/** d1, −d2 and φ(d1) at the present deviations. */
function standardise(size: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const s = v128.load(i, deviation);
    const h = div(v128.load(i, distance), s);
    const d = mulSub(both(ONE), h, mul(both(HALF), s));
    v128.store(i, d, far1);
    v128.store(i, mulAdd(both(HALF), s, h), far2);
    v128.store(i, mul(mul(both(MINUS_HALF), d), d), density);
  }
  exponentials(size, density);
}

/** z at the present deviations and z·(1 − z)'s inverse; both crossed with the wanted ones into far1 and far2. */
function oddsOf(size: usize): void {
  mills(size, far1, mills1, millsUnder1);
  mills(size, far2, mills2, millsUnder2);
  for (let i: usize = 0; i < size; i += 16) {
    const d1 = v128.load(i, far1);
    const under1 = v128.load(i, millsUnder1);
    const under2 = v128.load(i, millsUnder2);
    const phi = mul(both(INVERSE_ROOT_TWO_PI), v128.load(i, density));
    const ratio = div(phi, mul(under1, under2));
    const second = mul(v128.load(i, mills2), under1);
    const positive = f64x2.gt(d1, f64x2.splat(0));
    // N(−|d1|) ± (max/min)·N(−d2): what is left of 1 where d1 > 0, the time value itself elsewhere.
    const signed = v128.bitselect(second, f64x2.neg(second), positive);
    const tails = mul(mulAdd(v128.load(i, mills1), under2, signed), ratio);
    const rest = sub(both(ONE), tails);
    const z = v128.bitselect(rest, tails, positive);
    const w = v128.bitselect(tails, rest, positive);
    const wanted = v128.load(i, value);
    v128.store(i, phi, density);
    v128.store(i, z, odds);
    v128.store(i, div(both(ONE), mul(z, w)), product);
    v128.store(i, mul(z, sub(both(ONE), wanted)), far1);
    v128.store(i, mul(w, wanted), far2);
  }
}

/** One step of Householder's third order on ln(z/(1 − z)). */
function step(size: usize): void {
  standardise(size);
  oddsOf(size);
  for (let i: usize = 0; i < size; i += 16) {
    v128.store(i, logRatio(v128.load(i, far1), v128.load(i, far2)), logarithm);
  }
  for (let i: usize = 0; i < size; i += 16) {
    const s = v128.load(i, deviation);
    const phi = v128.load(i, density);
    const slope = mul(phi, v128.load(i, product));
    const newton = div(f64x2.neg(v128.load(i, logarithm)), slope);
    const inverse = div(both(ONE), s);
    const h = mul(v128.load(i, distance), inverse);
    const h2 = mul(h, h);
    const c2 = mulSub(both(QUARTER), s, mul(h2, inverse));
    const g = mul(mulSub(both(TWO), v128.load(i, odds), both(ONE)), slope);
    const second = sub(c2, g);
    const curved = mulSub(mul(both(THREE), h2), mul(inverse, inverse), mul(c2, c2));
    const crossed = mulSub(mul(both(THREE), c2), g, sub(curved, both(QUARTER)));
    const third = mulAdd(mul(both(TWO), g), g, mulAdd(mul(both(TWO), slope), phi, crossed));
    const upper = mul(newton, mulAdd(mul(both(HALF), second), newton, both(ONE)));
    const under = mulAdd(newton, mulAdd(mul(newton, third), both(SIXTH), second), both(ONE));
    const change = div(upper, under);
    v128.store(i, add(s, change), deviation);
    v128.store(i, mul(change, inverse), lastStep);
  }
}

/** Vols, NaN in rows that the steps have not got right. True if there is none. */
function volsOf(from: usize, size: usize): bool {
  let good = i64x2.splat(-1);
  for (let i: usize = 0; i < size; i += 16) {
    const row = from + i;
    const z = v128.load(i, value);
    const s = v128.load(i, deviation);
    const c = v128.load(row, RIGHT);
    const root = f64x2.sqrt(v128.load(row, YEARS));
    const inRange = v128.and(v128.and(f64x2.gt(z, both(LEAST_VALUE)), f64x2.lt(z, both(MOST_VALUE))), f64x2.gt(s, both(NARROW)));
    const settled = v128.and(
      f64x2.lt(f64x2.abs(v128.load(i, lastStep)), both(CLOSE)),
      f64x2.gt(v128.load(i, smaller), f64x2.splat(0)),
    );
    const timed = v128.and(f64x2.gt(root, f64x2.splat(0)), f64x2.lt(root, f64x2.splat(Infinity)));
    const solved = v128.and(v128.and(inRange, settled), v128.and(timed, f64x2.eq(mul(c, c), both(ONE))));
    good = v128.and(good, solved);
    v128.store(row, v128.bitselect(div(s, root), f64x2.splat(NaN), solved), VOL);
  }
  return i64x2.all_true(good);
}

/** Vols of the block's first `bytes` bytes of rows, a multiple of 16. True if no row has to be solved by itself. */
export function impliedVols(bytes: usize): bool {
  let good = true;
  for (let from: usize = 0; from < bytes; from += CHUNK) {
    const size = min(CHUNK, bytes - from);
    normalise(from, size);
    guess(size);
    step(size);
    step(size);
    good = volsOf(from, size) && good;
  }
  return good;
}
