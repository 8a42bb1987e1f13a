import type { PoolMargin } from '#shared/risk/report.ts';
import type { AccountId, Currency } from '#shared/units/ids.ts';

export type MarginSeverity = 'ok' | 'watch' | 'critical';

/** Ratios of maintenance margin to equity at which a pool changes severity. */
export interface MarginThresholds {
  readonly watch: number;
  readonly critical: number;
  /** How far below a threshold the ratio must fall before the severity eases: it does not flicker at the line. */
  readonly hysteresis: number;
}

export const DEFAULT_THRESHOLDS: MarginThresholds = { watch: 0.5, critical: 0.8, hysteresis: 0.05 };

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

/** Severity of a ratio that stood at `before`: up at the threshold, down only below it by the hysteresis. */
export function severityOf(ratio: number, before: MarginSeverity, thresholds: MarginThresholds): MarginSeverity {
  const held = (severity: MarginSeverity): number => (RANK[before] >= RANK[severity] ? thresholds.hysteresis : 0);
  if (ratio >= thresholds.critical - held('critical')) return 'critical';
  return ratio >= thresholds.watch - held('watch') ? 'watch' : 'ok';
}

function sentence(pool: PoolMargin, to: MarginSeverity): string {
  const percent = Number.isFinite(pool.ratio) ? `${(pool.ratio * 100).toFixed(0)} %` : 'over 100 %';
  const sides = [pool.liquidationBelow, pool.liquidationAbove].flatMap((price) =>
    price === null ? [] : [price.toFixed(0)],
  );
  const where = sides.length === 0 ? '' : `; liquidation at ${sides.join(' or ')}`;
  return `${pool.account} ${pool.currency} is ${to}: maintenance margin is ${percent} of equity${where}`;
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
    const to = severityOf(pool.ratio, from, thresholds);
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
