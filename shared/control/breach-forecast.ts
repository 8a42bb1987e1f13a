import { normalCdf } from '#shared/pricing/exotics/normal.ts';
import type { PoolMargin } from '#shared/risk/report.ts';

/** How far ahead the ladder looks, days. */
export const HORIZON_DAYS = 1;

/** Liquidation prices over spot; where spot is not known, the nearer side alone, at the shorter of its two readings. */
function factorsOf(
  { liquidationBelow, liquidationAbove, distance }: PoolMargin,
  spot: number | null,
): readonly number[] {
  const prices = [liquidationBelow, liquidationAbove].flatMap((one) => (one === null ? [] : [one]));
  if (spot !== null) return prices.map((one) => one / spot);
  if (distance === null) return [];
  return [liquidationAbove === null ? 1 - distance : 1 + distance];
}

/**
 * Probability that spot touches a liquidation price of the pool within the horizon: twice that of ending beyond it, by
 * reflection, for a log price without drift; of both sides together at most 1. What may come before the next look has
 * come. Source: the reflection principle, as in Reiner & Rubinstein (1991) for a touch.
 *
 * @param course spot of the coin that moves the pool, null where it is not known; the forecast standard deviation of a
 *   day, fraction; the relative move that may come before the next look
 */
export function breachProbability(
  pool: PoolMargin,
  course: { readonly spot: number | null; readonly dailySigma: number; readonly lapse: number },
): number {
  const { spot, dailySigma, lapse } = course;
  const deviation = dailySigma * Math.sqrt(HORIZON_DAYS);
  const sides = factorsOf(pool, spot).map((factor) => {
    const far = factor > 0 ? Math.max(Math.abs(Math.log(factor)) - lapse, 0) : Number.POSITIVE_INFINITY;
    if (far === 0) return 1;
    return deviation > 0 ? 2 * normalCdf(-far / deviation) : 0;
  });
  return Math.min(
    sides.reduce((sum, one) => sum + one, 0),
    1,
  );
}
