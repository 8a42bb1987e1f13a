import { percent, plain } from '#renderer/format/number.ts';
import type { PoolMargin } from '#shared/risk/report.ts';

/** A liquidation price, or "none" where the search found none within its range. */
export function priceOrNone(price: number | null): string {
  return price === null ? 'none' : plain(price);
}

/** "13.3 % · 1.9 σ-days": how far the nearer liquidation is; "none in range" where there is none. */
export function distanceText(pool: Pick<PoolMargin, 'distance' | 'distanceSigmaDays'>): string {
  if (pool.distance === null) return 'none in range';
  const days = pool.distanceSigmaDays === null ? '' : ` · ${plain(pool.distanceSigmaDays, 1)} σ-days`;
  return percent(pool.distance, 1) + days;
}
