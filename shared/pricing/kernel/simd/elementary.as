/*
 * AssemblyScript. The functions of elementary.ts, operation by operation: the same bits come out.
 */
import { add, both, coefficient, div, mul, mulAdd, mulSub, sub } from './lanes';
import { EXP, LOG, MILLS, ROOT_OF_TWO } from './memory';
import { LOWEST_EXPONENT, ONE, TWO } from './numbers';

/** 2^(j/64) for j = the lowest six bits of each lane. */
@inline
function rootOfTwo(k: v128): v128 {
  const low = v128.load64_zero(usize(i32x4.extract_lane(k, 0) & 63) << 3, ROOT_OF_TWO);
  return v128.load64_lane(usize(i32x4.extract_lane(k, 2) & 63) << 3, low, 1, ROOT_OF_TWO);
}

/** e^x; 0 below −708, anything above 709. */
@inline
export function exp(x: v128): v128 {
  const kept = f64x2.gt(x, both(LOWEST_EXPONENT));
  const value = v128.and(x, kept);
  const shifted = mulAdd(value, coefficient(EXP, 0), coefficient(EXP, 1));
  const n = sub(shifted, coefficient(EXP, 1));
  const r = mulSub(n, coefficient(EXP, 3), mulSub(n, coefficient(EXP, 2), value));
  const r2 = mul(r, r);
  const root = rootOfTwo(shifted);
  const p = mulAdd(
    r2,
    mulAdd(r, coefficient(EXP, 7), coefficient(EXP, 6)),
    mulAdd(r, coefficient(EXP, 5), coefficient(EXP, 4)),
  );
  const whole = mulAdd(root, mulAdd(r2, p, r), root);
  // Multiplied by 2^(n/64 rounded down) by adding to the exponent.
  return v128.and(i64x2.add(whole, i64x2.shl(i32x4.shr_s(shifted, 6), 52)), kept);
}

/** ln(top/bottom), accurate also where the two are close. */
@inline
export function logRatio(top: v128, bottom: v128): v128 {
  // The high words differ by about 2^20·log2(top/bottom): the power of two that brings them together.
  const high = i32x4.shr_s(i32x4.add(i32x4.sub(top, bottom), i32x4.splat(0x80000)), 20);
  const words = i32x4.shuffle(high, high, 1, 3, 1, 3);
  const power = f64x2.convert_low_i32x4_s(words);
  const g = i64x2.sub(top, i64x2.shl(i64x2.shr_u(high, 32), 52));
  const s = div(sub(g, bottom), add(g, bottom));
  const t = mul(s, s);
  const t2 = mul(t, t);
  const low = mulAdd(
    t2,
    mulAdd(t, coefficient(LOG, 3), coefficient(LOG, 2)),
    mulAdd(t, coefficient(LOG, 1), coefficient(LOG, 0)),
  );
  const rest = mulAdd(
    t2,
    mulAdd(t, coefficient(LOG, 7), coefficient(LOG, 6)),
    mulAdd(t, coefficient(LOG, 5), coefficient(LOG, 4)),
  );
  const series = mulAdd(mul(s, t), mulAdd(mul(t2, t2), rest, low), mul(both(TWO), s));
  return mulAdd(power, coefficient(LOG, 8), mulAdd(power, coefficient(LOG, 9), series));
}

/** Mills ratios of |d| over the pairs of `size` bytes, numerators and denominators apart; columns by their addresses. */
@inline
export function mills(size: usize, d: usize, numerator: usize, denominator: usize): void {
  for (let i: usize = 0; i < size; i += 16) {
    const x = f64x2.abs(v128.load(d + i));
    const x2 = mul(x, x);
    const x4 = mul(x2, x2);
    const x8 = mul(x4, x4);
    v128.store(numerator + i, millsNumerator(x, x2, x4, x8));
    v128.store(denominator + i, millsDenominator(x, x2, x4, x8));
  }
}

/** e^x over a column in place. A loop of its own: in a longer one the processor has not enough rows in flight. */
@inline
export function exponentials(size: usize, column: usize): void {
  for (let i: usize = 0; i < size; i += 16) v128.store(column + i, exp(v128.load(column + i)));
}

/** The Mills ratio's numerator at x ≥ 0. */
@inline
function millsNumerator(x: v128, x2: v128, x4: v128, x8: v128): v128 {
  const c01 = mulAdd(x, coefficient(MILLS, 1), coefficient(MILLS, 0));
  const c23 = mulAdd(x, coefficient(MILLS, 3), coefficient(MILLS, 2));
  const c45 = mulAdd(x, coefficient(MILLS, 5), coefficient(MILLS, 4));
  const c67 = mulAdd(x, coefficient(MILLS, 7), coefficient(MILLS, 6));
  const c89 = mulAdd(x, coefficient(MILLS, 9), coefficient(MILLS, 8));
  return mulAdd(x8, c89, mulAdd(x4, mulAdd(x2, c67, c45), mulAdd(x2, c23, c01)));
}

/** The Mills ratio's denominator at x ≥ 0. */
@inline
function millsDenominator(x: v128, x2: v128, x4: v128, x8: v128): v128 {
  const c01 = mulAdd(x, coefficient(MILLS, 11), both(ONE));
  const c23 = mulAdd(x, coefficient(MILLS, 13), coefficient(MILLS, 12));
  const c45 = mulAdd(x, coefficient(MILLS, 15), coefficient(MILLS, 14));
  const c67 = mulAdd(x, coefficient(MILLS, 17), coefficient(MILLS, 16));
  const c89 = mulAdd(x, coefficient(MILLS, 19), coefficient(MILLS, 18));
  const c810 = mulAdd(x2, coefficient(MILLS, 20), c89);
  return mulAdd(x8, c810, mulAdd(x4, mulAdd(x2, c67, c45), mulAdd(x2, c23, c01)));
}
