/*
 * The normal distribution function as a table of polynomials: 16 intervals per unit from −8.5 to 8.5, degree 6 on each
 * (the Taylor series around its middle, with the terms of degree 7 and 8 folded back by Chebyshev economisation).
 * Absolute error at most 1e-15. Eight numbers are kept per interval so that its place is found by a shift.
 */

const LOWEST = -8.5;
export const INTERVALS = 272;
/** Intervals the table has room for: a power of two, so that a masked index needs no bounds check. */
const ROOM = 512;
const HALF_WIDTH = 1 / 32;
const DEGREES = 8;

/** Position on the table's axis: two units per interval, even numbers in their middles, 0 in that of the first. */
export const AXIS_SCALE = 32;
export const AXIS_ORIGIN = 271;
/** The middle of the last interval; outside of 0 to it N is as good as 0 or 1. */
export const AXIS_LAST = 542;

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/** N(x) to full precision: the Maclaurin series of N − ½ near zero, the continued fraction of the tail elsewhere. */
export function preciseNormalCdf(x: number): number {
  const distance = Math.abs(x);
  const phi = INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * distance * distance);
  let tail: number;
  if (distance < 3) {
    let term = distance;
    let sum = distance;
    for (let n = 1; term > 1e-18 * sum; n++) {
      term *= (distance * distance) / (2 * n + 1);
      sum += term;
    }
    tail = 0.5 - phi * sum;
  } else {
    let fraction = 0;
    for (let n = 160; n > 0; n--) fraction = n / (distance + fraction);
    tail = phi / (distance + fraction);
  }
  return x > 0 ? 1 - tail : tail;
}

/** Taylor coefficients of N around x in units of the half width: u = (y − x)·32, |u| ≤ 1. */
function taylor(x: number): number[] {
  const phi = INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * x * x);
  // The n-th derivative of N is (−1)^(n−1)·He(n−1)·φ with Hermite's polynomials He(n) = x·He(n−1) − (n−1)·He(n−2).
  let before = 0;
  let hermite = 1;
  let scale = 1;
  const coefficients = [preciseNormalCdf(x)];
  for (let n = 1; n <= DEGREES; n++) {
    scale *= HALF_WIDTH / n;
    coefficients.push((n % 2 === 1 ? 1 : -1) * hermite * phi * scale);
    [before, hermite] = [hermite, x * hermite - (n - 1) * before];
  }
  return coefficients;
}

/** u^8 and u^7 as the lower powers that come nearest on [−1, 1]. */
const EIGHTH = [-1 / 128, 0, 32 / 128, 0, -160 / 128, 0, 256 / 128];
const SEVENTH = [0, 7 / 64, 0, -56 / 64, 0, 112 / 64];

/** Coefficient n of interval j at index 8·j + n; index 7 of each is unused. */
export function normalTable(): Float64Array {
  const table = new Float64Array(ROOM * DEGREES);
  for (let j = 0; j < INTERVALS; j++) {
    const coefficients = taylor(LOWEST + (2 * j + 1) * HALF_WIDTH);
    const [seventh = 0, eighth = 0] = coefficients.slice(7);
    for (let n = 0; n < 7; n++) {
      table[j * DEGREES + n] = coefficients[n]! + eighth * (EIGHTH[n] ?? 0) + seventh * (SEVENTH[n] ?? 0);
    }
  }
  return table;
}
