import { useTerminal } from '#renderer/state/terminal.ts';
import {
  DEFAULT_THRESHOLDS,
  type MarginSeverity,
  type MarginThresholds,
  severityOf,
} from '#shared/control/margin-monitor.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import type { PoolMargin } from '#shared/risk/report.ts';

/** When a pool is watched and when it is critical: as the session's policies say. */
export function thresholdsNow(): MarginThresholds {
  return useTerminal.getState().status?.thresholds ?? DEFAULT_THRESHOLDS;
}

/** Severity of a pool as the margin monitor judges it: by its ratio and by its distance to liquidation. */
export function poolHealth(pool: Pick<PoolMargin, 'ratio' | 'distanceSigmaDays'>): MarginSeverity {
  return severityOf(pool, 'ok', thresholdsNow());
}

/** Severity of maintenance ÷ margin balance alone, where no distance is known. What cannot be computed counts as critical. */
export function healthOf(ratio: number): MarginSeverity {
  return severityOf({ ratio, distanceSigmaDays: null }, 'ok', thresholdsNow());
}

/** Share of the bar that is filled, 0 … 1. */
export function barShare(ratio: number): number {
  if (Number.isNaN(ratio)) return 1;
  return Math.min(Math.max(ratio, 0), 1);
}

/** Identity of a pool within the book. */
export function poolKey(pool: Pick<PoolMargin, 'account' | 'currency'>): string {
  return `${pool.account}|${pool.currency}`;
}

/** Decimals for an amount of a margin currency: dollars whole, coins to four places. */
export function currencyDecimals(currency: string): number {
  return /^(USD|USDC|USDT|EUR)$/.test(currency) ? 0 : 4;
}

/** Pools the trader has something in: empty ones say nothing about health. */
export function livePools(pools: readonly PoolMargin[]): readonly PoolMargin[] {
  return pools.filter((pool) => pool.equity !== 0 || pool.maintenanceMargin !== 0 || pool.initialMargin !== 0);
}

type Spots = Readonly<Record<string, number>>;

/** Spot of the coin whose price a pool lives on: its own coin, or the one looked at for a pool in dollars. */
export function spotOf(pool: Pick<PoolMargin, 'currency'>, spots: Spots, underlying: string): number {
  return (isDollar(pool.currency) ? undefined : spots[pool.currency]) ?? spots[underlying] ?? Number.NaN;
}

/** Pools whose liquidation prices are prices of the underlying: all but those of another coin. */
export function poolsOn(pools: readonly PoolMargin[], spots: Spots, underlying: string): readonly PoolMargin[] {
  return pools.filter(({ currency }) => currency === underlying || isDollar(currency) || spots[currency] === undefined);
}

/** The side on which liquidation is nearer to spot, or null when there is none on either. */
export function nearerLiquidation(
  pool: PoolMargin,
  spot: number,
): { readonly price: number; readonly share: number } | null {
  const sides = [pool.liquidationBelow, pool.liquidationAbove].filter((price): price is number => price !== null);
  const ranked = sides.map((price) => ({ price, share: price / spot - 1 }));
  return ranked.sort((a, b) => Math.abs(a.share) - Math.abs(b.share))[0] ?? null;
}
