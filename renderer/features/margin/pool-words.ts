import { percent, plain, signed } from '#renderer/format/number.ts';
import type { JointBreach } from '#shared/risk/joint-breach.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { nearerLiquidation } from './health.ts';

/** A liquidation price, or "none" where the search found none within its range. */
export function priceOrNone(price: number | null): string {
  return price === null ? 'none' : plain(price);
}

/** "6,100 · −16.4% · 1.9 σ-days": the nearer liquidation; "none in range" where there is none on either side. */
export function nearestText(pool: PoolMargin, spot: number): string {
  const nearest = nearerLiquidation(pool, spot);
  if (nearest === null) return 'none in range';
  const days = pool.distanceSigmaDays === null ? '' : ` · ${plain(pool.distanceSigmaDays, 1)} σ-days`;
  return `${plain(nearest.price)} · ${percent(nearest.share, 1, 'signed')}${days}`;
}

/** "−8.8% with +9 vol · 1.4 σ-days": the nearest cell of the scenario grid in which the pool breaches. */
export function jointText(joint: JointBreach | null): string {
  if (joint === null) return 'none in the grid';
  const { spotShift, volShift, sigmaDays } = joint;
  return `${percent(spotShift, 1, 'signed')} with ${signed(volShift * 100)} vol · ${plain(sigmaDays, 1)} σ-days`;
}
