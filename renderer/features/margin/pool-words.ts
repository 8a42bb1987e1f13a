import { percent, plain, signed } from '#renderer/format/number.ts';
import { DRIFT_ALARM, type MarginTwin } from '#shared/control/margin-twin.ts';
import type { ProjectedPool } from '#shared/control/open-orders.ts';
import type { JointBreach } from '#shared/risk/joint-breach.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { currencyDecimals, nearerLiquidation } from './health.ts';

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

/** A lending account's health factor; liquidation begins below 1. */
export function healthText(healthFactor: number): string {
  return healthFactor === Number.POSITIVE_INFINITY ? 'nothing owed' : plain(healthFactor, 3);
}

/** "1.2345 · 0.2% apart": maintenance margin by the venue itself, and how far all of its figures are from Keel's. */
export function twinText(twin: MarginTwin | null): string {
  if (twin === null) return 'not told';
  const { healthFactor } = twin.venue;
  const money = plain(twin.venue.maintenanceMargin, currencyDecimals(twin.currency));
  const maintenance = healthFactor === undefined ? money : `${money} · health ${healthText(healthFactor)}`;
  if (twin.drift === null) return `${maintenance} · of another moment`;
  return `${maintenance} · ${twin.drift < 0.0005 ? 'the same' : `${percent(twin.drift, 1)} apart`}`;
}

/** "48% if the buys fill": maintenance over balance once open orders have filled, at the worst of what may fill. */
export function projectedText(pool: ProjectedPool | null): string {
  if (pool === null) return 'no open orders';
  const { worst, worstRatio } = pool;
  if (worst === 'none') return `${percent(worstRatio, 0)} · no worse than now`;
  return `${percent(worstRatio, 0)} if ${worst === 'all' ? 'all' : `the ${worst}`} fill`;
}

/** Whether the venue and Keel disagree by more than rounding. */
export function isApart(twin: MarginTwin | null): boolean {
  return twin?.drift != null && twin.drift >= DRIFT_ALARM;
}
