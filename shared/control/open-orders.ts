import { isWorking, type Order, type OrderRequest, remaining } from '#shared/domain/order.ts';
import { poolKey } from '#shared/risk/pool-book.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { isZero } from '#shared/units/decimal.ts';
import type { AccountId, Currency } from '#shared/units/ids.ts';
import type { WhatIf } from './delta-hedger.ts';

export type Filling = 'none' | 'all' | 'buys' | 'sells';

/** How a pool would stand if its open orders filled. Maintenance ÷ equity. */
export interface ProjectedPool {
  readonly account: AccountId;
  readonly currency: Currency;
  readonly ratio: number;
  /** Highest over: nothing fills, everything does, only the buys, only the sells. */
  readonly worstRatio: number;
  readonly worst: Filling;
  /** Least equity − initial margin over the same, pool currency. */
  readonly leastAvailable: number;
}

/** What of the working orders is still open, as orders of their own; UNKNOWN ones at full size, stops left out. */
function openParts(orders: readonly Order[]): readonly OrderRequest[] {
  return orders
    .filter((one) => isWorking(one.state) && one.type !== 'stop')
    .map((one) => ({ ...one, quantity: remaining(one) }))
    .filter((one) => !isZero(one.quantity));
}

/** Margin pools projected after open orders, whichever side fills: a hedge whose other leg does not is the worst of both. */
export function projectOrders(
  pools: readonly PoolMargin[],
  orders: readonly Order[],
  whatIf: WhatIf,
): readonly ProjectedPool[] {
  const open = openParts(orders);
  const sides = {
    all: open,
    buys: open.filter((one) => one.side === 'buy'),
    sells: open.filter((one) => one.side === 'sell'),
  };
  const filled = (['all', 'buys', 'sells'] as const)
    .filter((filling) => sides[filling].length > 0)
    .map((filling) => {
      const after = whatIf(sides[filling]);
      return { filling, pools: new Map(after.map((one) => [poolKey(one.account, one.currency), one])) };
    });
  return pools.map((pool) => {
    let worst: { filling: Filling; ratio: number } = { filling: 'none', ratio: pool.ratio };
    let leastAvailable = pool.available;
    for (const { filling, pools: after } of filled) {
      const there = after.get(poolKey(pool.account, pool.currency));
      if (!there) continue;
      if (there.ratio > worst.ratio) worst = { filling, ratio: there.ratio };
      leastAvailable = Math.min(leastAvailable, there.available);
    }
    const { account, currency, ratio } = pool;
    return { account, currency, ratio, worstRatio: worst.ratio, worst: worst.filling, leastAvailable };
  });
}
