import { MILLS_DENOMINATOR, MILLS_NUMERATOR } from '#shared/pricing/kernel/coefficients.ts';

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
/** The rational function holds up to here, where N(−x) is 3e-316. */
const WIDEST = 38;

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let n = coefficients.length - 1; n >= 0; n--) value = value * x + coefficients[n]!;
  return value;
}

/** Standard normal density φ(x). */
export function normalDensity(x: number): number {
  return INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * x * x);
}

/** Mills ratio R(x) = N(−x)/φ(x) for x ≥ 0, relative error 1e-15. */
export function millsRatio(x: number): number {
  if (x < WIDEST) return polynomial(MILLS_NUMERATOR, x) / polynomial(MILLS_DENOMINATOR, x);
  return 1 / (x + 1 / (x + 2 / (x + 3 / (x + 4 / x))));
}

/** Standard normal distribution function N(x), relative error 1e-15 in both tails as far as doubles reach. */
export function normalCdf(x: number): number {
  const tail = normalDensity(x) * millsRatio(Math.abs(x));
  return x > 0 ? 1 - tail : tail;
}
