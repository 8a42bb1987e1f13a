import type { Severity } from '#renderer/ui/SeverityMark.tsx';
import type { PoolMargin } from '#shared/risk/report.ts';

/** Shares of maintenance margin in equity from which a pool is watched and from which it is critical. */
export const WATCH_FROM = 0.5;
export const CRITICAL_FROM = 0.8;

export type Health = Extract<Severity, 'ok' | 'watch' | 'critical'>;

/** Severity of maintenance ÷ equity. What cannot be computed counts as critical. */
export function healthOf(ratio: number): Health {
  if (!(ratio < CRITICAL_FROM)) return 'critical';
  return ratio >= WATCH_FROM ? 'watch' : 'ok';
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

/** The side on which liquidation is nearer to spot, or null when there is none on either. */
export function nearerLiquidation(
  pool: PoolMargin,
  spot: number,
): { readonly price: number; readonly share: number } | null {
  const sides = [pool.liquidationBelow, pool.liquidationAbove].filter((price): price is number => price !== null);
  const ranked = sides.map((price) => ({ price, share: price / spot - 1 }));
  return ranked.sort((a, b) => Math.abs(a.share) - Math.abs(b.share))[0] ?? null;
}
