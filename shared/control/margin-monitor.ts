import type { PoolMargin } from '#shared/risk/report.ts';
import type { AccountId, Currency } from '#shared/units/ids.ts';

export type MarginSeverity = 'ok' | 'watch' | 'critical';

/** When a pool changes severity: by the share of the margin balance that is maintenance, or by how near its liquidation is. */
export interface MarginThresholds {
  /** Maintenance ÷ margin balance from which on. */
  readonly ratio: { readonly watch: number; readonly critical: number };
  /** Distance to liquidation in daily standard deviations from which down. A thin margin rule hides in the ratio, not here. */
  readonly sigmaDays: { readonly watch: number; readonly critical: number };
  /** Share of a threshold that must be regained before the severity eases: it does not flicker at the line. */
  readonly hysteresis: number;
}

export const DEFAULT_THRESHOLDS: MarginThresholds = {
  ratio: { watch: 0.5, critical: 0.8 },
  sigmaDays: { watch: 3, critical: 1 },
  hysteresis: 0.1,
};

/** A pool that has just become better or worse. */
export interface MarginAlert {
  readonly account: AccountId;
  readonly currency: Currency;
  readonly from: MarginSeverity;
  readonly to: MarginSeverity;
  readonly ratio: number;
  readonly text: string;
}

const RANK: Readonly<Record<MarginSeverity, number>> = { ok: 0, watch: 1, critical: 2 };

type Standing = Pick<PoolMargin, 'ratio' | 'distanceSigmaDays'>;

/**
 * Severity of a pool that stood at `before`: worse as soon as a threshold is met, better only when ratio and distance are
 * past it by the hysteresis. A ratio that cannot be computed is critical.
 */
export function severityOf(
  pool: Standing,
  before: MarginSeverity = 'ok',
  thresholds: MarginThresholds = DEFAULT_THRESHOLDS,
): MarginSeverity {
  const meets = (severity: 'watch' | 'critical'): boolean => {
    const eased = RANK[before] >= RANK[severity] ? thresholds.hysteresis : 0;
    const near =
      pool.distanceSigmaDays !== null && pool.distanceSigmaDays <= thresholds.sigmaDays[severity] * (1 + eased);
    return near || !(pool.ratio < thresholds.ratio[severity] * (1 - eased));
  };
  if (meets('critical')) return 'critical';
  return meets('watch') ? 'watch' : 'ok';
}

function sentence(pool: PoolMargin, to: MarginSeverity): string {
  const percent = Number.isFinite(pool.ratio) ? `${(pool.ratio * 100).toFixed(0)} %` : 'over 100 %';
  const sides = [pool.liquidationBelow, pool.liquidationAbove].flatMap((price) =>
    price === null ? [] : [price.toFixed(0)],
  );
  const where = sides.length === 0 ? '' : `; liquidation at ${sides.join(' or ')}`;
  const far = pool.distanceSigmaDays === null ? '' : `, ${pool.distanceSigmaDays.toFixed(1)} daily σ away`;
  return `${pool.account} ${pool.currency} is ${to}: maintenance margin is ${percent} of the balance${where}${far}`;
}

/**
 * Compares pools with the severities they had and tells what changed. `before` is keyed by `${account}|${currency}`; the
 * answer's `severities` is what to pass next time.
 */
export function watchMargin(
  pools: readonly PoolMargin[],
  before: ReadonlyMap<string, MarginSeverity>,
  thresholds: MarginThresholds = DEFAULT_THRESHOLDS,
): { readonly severities: ReadonlyMap<string, MarginSeverity>; readonly alerts: readonly MarginAlert[] } {
  const severities = new Map<string, MarginSeverity>();
  const alerts: MarginAlert[] = [];
  for (const pool of pools) {
    const key = `${pool.account}|${pool.currency}`;
    const from = before.get(key) ?? 'ok';
    const to = severityOf(pool, from, thresholds);
    severities.set(key, to);
    if (to === from) continue;
    alerts.push({
      account: pool.account,
      currency: pool.currency,
      from,
      to,
      ratio: pool.ratio,
      text: sentence(pool, to),
    });
  }
  return { severities, alerts };
}
