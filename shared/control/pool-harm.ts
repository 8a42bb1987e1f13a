import { poolKey } from '#shared/risk/pool-book.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { type ProtectionPolicy, rank, rungOf, standingBy } from './protection-policy.ts';

/** What of a ratio lots and rounding may add without anybody calling it harm. */
const TOLERANCE = 0.005;

/**
 * The first pool, as `${account}|${currency}`, that a trade would lift to a higher rung by its ratio, or push on while it
 * stands on one; null where there is none. What mends one figure may not be paid for by another pool.
 */
export function harmedPool(
  before: readonly PoolMargin[],
  after: readonly PoolMargin[],
  policy: ProtectionPolicy,
): string | null {
  const ratios = new Map(before.map((one) => [poolKey(one.account, one.currency), one.ratio]));
  const rungAt = (ratio: number): number => rank(rungOf(standingBy(ratio), policy).rung);
  for (const pool of after) {
    const key = poolKey(pool.account, pool.currency);
    const was = ratios.get(key) ?? 0;
    const rung = rungAt(pool.ratio);
    if (rung > rungAt(was) || (rung > 0 && pool.ratio > was + TOLERANCE)) return key;
  }
  return null;
}
