import type { OrderRequest } from '#shared/domain/order.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import type { Trial } from '#shared/risk/trial.ts';
import { absolute, decimal } from '#shared/units/decimal.ts';
import { wholeLots } from './lots.ts';
import type { RoutePath } from './path.ts';

/** Margin pools as they are, and with orders filled. */
export interface MarginGround {
  readonly pools: readonly PoolMargin[];
  readonly trial: Trial;
}

/** Coins of exposure taken through a path. */
export interface Taken {
  readonly path: RoutePath;
  readonly coins: number;
}

/** The bound is exact to 2⁻¹² of what is asked for. */
const HALVINGS = 12;

function orderOf({ path, coins }: Taken): readonly OrderRequest[] {
  const { account, instrument, direction, lot, coinsPerUnit } = path;
  const lots = wholeLots(coins, lot * coinsPerUnit);
  if (lots <= 0) return [];
  const quantity = absolute(decimal(Number((lots * lot).toPrecision(14))));
  return [
    {
      account, instrument, side: direction > 0 ? 'buy' : 'sell', quantity, type: 'market', limit: null, trigger: null,
      timeInForce: 'ioc', postOnly: false, reduceOnly: false,
    },
  ]; // biome-ignore format: one glance
}

/** Whether every pool meets its initial margin with all of it filled, or is at least no worse than it was. */
export function isCovered({ pools, trial }: MarginGround, all: readonly Taken[]): boolean {
  const orders = all.flatMap(orderOf);
  if (orders.length === 0) return true;
  return trial(orders).every(({ account, currency, available }) => {
    const before = pools.find((one) => one.account === account && one.currency === currency);
    return available >= 0 || available >= (before?.available ?? 0);
  });
}

/**
 * The largest share of all of it together that free margin allows, from 0 to 1: by full what-ifs, so that margin which a
 * trade frees, tiers and the worst case of a portfolio count as the venue counts them. Found by halves and never too large.
 */
export function coveredShare(ground: MarginGround, all: readonly Taken[]): number {
  if (isCovered(ground, all)) return 1;
  let [safe, broken] = [0, 1];
  for (let k = 0; k < HALVINGS; k++) {
    const share = (safe + broken) / 2;
    const fits = isCovered(
      ground,
      all.map((one) => ({ ...one, coins: one.coins * share })),
    );
    if (fits) safe = share;
    else broken = share;
  }
  return safe;
}
