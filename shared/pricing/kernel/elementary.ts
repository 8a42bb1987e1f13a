import { EXPONENTIAL, LOGARITHM, MILLS_DENOMINATOR, MILLS_NUMERATOR, ROOTS_OF_TWO } from './coefficients.ts';

/*
 * Elementary functions over columns, without a branch per row.
 *
 * Coefficients sit in typed arrays that are local to this module because V8 then folds each load into the arithmetic
 * instruction; as number literals the same polynomials take twice as long.
 */

/** 2^k for k = index − 2048. The index is masked with 4095: V8 then needs no bounds check. */
const POWER_OF_TWO = Float64Array.from({ length: 4096 }, (_, index) => 2 ** (index - 2048));

/** 2^(j/64). */
const ROOT_OF_TWO = Float64Array.of(...ROOTS_OF_TWO);

/* Each coefficient list of coefficients.ts, padded where short: V8 does not fold arrays of 64 bytes or less. */
const EXP = Float64Array.of(...EXPONENTIAL, 0, 0);
const LOG = Float64Array.of(...LOGARITHM);
/* [0…9] numerator, [10…20] denominator. */
const MILLS = Float64Array.of(...MILLS_NUMERATOR, ...MILLS_DENOMINATOR);

/** Below it e^x is taken as 0; it is 3e-308. */
const LOWEST_EXPONENT = -708;

/**
 * out[i] = e^x[i], within 1.5 units in the last place from −708 to 709, 0 below; anything above.
 * `out` may be `x` itself.
 */
export function expOver(count: number, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < count; i++) {
    // 1 or 0, by which both sides are multiplied: no branch to mispredict.
    const kept = Number(x[i]! > LOWEST_EXPONENT);
    const value = x[i]! * kept;
    const shifted = value * EXP[0]! + EXP[1]!;
    const n = shifted - EXP[1]!;
    const r = value - n * EXP[2]! - n * EXP[3]!;
    const r2 = r * r;
    const k = n | 0;
    const root = ROOT_OF_TWO[k & 63]!;
    const p = EXP[4]! + r * EXP[5]! + r2 * (EXP[6]! + r * EXP[7]!);
    out[i] = (root + root * (r + r2 * p)) * POWER_OF_TWO[((k >> 6) + 2048) & 4095]! * kept;
  }
}

/** The memory of a column as 32-bit words (little-endian): word 2i + 1 holds sign, exponent and top of number i. */
export function wordsOf(column: Float64Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length * 2);
}

/**
 * out[i] = ln(top[offset + i]/bottom[offset + i]), within two units in the last place also where the two are
 * close (their difference is taken before anything is rounded). `topWords` and `bottomWords` are {@link wordsOf} the
 * columns. Zero, negative, infinite and missing numbers give anything.
 */
export function logRatioOver(
  count: number,
  offset: number,
  top: Float64Array,
  topWords: Int32Array,
  bottom: Float64Array,
  bottomWords: Int32Array,
  out: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const row = offset + i;
    const k = bottom[row]!;
    // The high words differ by about 2^20·log2(top/bottom): the power of two that brings them together.
    const power = (topWords[2 * row + 1]! - bottomWords[2 * row + 1]! + 0x80000) >> 20;
    const g = top[row]! * POWER_OF_TWO[(2048 - power) & 4095]!;
    const s = (g - k) / (g + k);
    const t = s * s;
    const t2 = t * t;
    const low = LOG[0]! + t * LOG[1]! + t2 * (LOG[2]! + t * LOG[3]!);
    const high = LOG[4]! + t * LOG[5]! + t2 * (LOG[6]! + t * LOG[7]!);
    out[i] = power * LOG[8]! + (power * LOG[9]! + (2 * s + s * t * (low + t2 * t2 * high)));
  }
}

/**
 * numerator[i]/denominator[i] = R(|d[i]|), the Mills ratio; kept apart so that two of them share one division. Beyond 38
 * standard deviations, where φ is 0, it goes like 1/|d|.
 */
export function millsOver(count: number, d: Float64Array, numerator: Float64Array, denominator: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const x = Math.abs(d[i]!);
    const x2 = x * x;
    const x4 = x2 * x2;
    const x8 = x4 * x4;
    numerator[i] =
      MILLS[0]! +
      x * MILLS[1]! +
      x2 * (MILLS[2]! + x * MILLS[3]!) +
      x4 * (MILLS[4]! + x * MILLS[5]! + x2 * (MILLS[6]! + x * MILLS[7]!)) +
      x8 * (MILLS[8]! + x * MILLS[9]!);
    denominator[i] =
      1 +
      x * MILLS[11]! +
      x2 * (MILLS[12]! + x * MILLS[13]!) +
      x4 * (MILLS[14]! + x * MILLS[15]! + x2 * (MILLS[16]! + x * MILLS[17]!)) +
      x8 * (MILLS[18]! + x * MILLS[19]! + x2 * MILLS[20]!);
  }
}
