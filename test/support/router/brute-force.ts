import type { RoutePath } from '#shared/control/router/path.ts';

/** An order over a few paths, small enough to try everything. */
export interface SmallOrder {
  readonly paths: readonly RoutePath[];
  readonly wanted: number;
  readonly collar: number;
  readonly maxVenues: number;
}

/** USD of `quantity` coins of a linear path, written down from the trader's bill and not from the router's curve. */
function bill(path: RoutePath, coins: number): number {
  let left = coins;
  let usd = path.gasUsd;
  for (const level of path.levels) {
    const taken = Math.min(left, level.size);
    usd += taken * (path.direction * (level.price - path.mid) + level.price * path.takerFee);
    left -= taken;
  }
  const freed = Math.min(coins, path.reducibleCoins);
  return usd + coins * (path.fundingUsd + path.basisUsd) + path.marginUsd * (coins - freed - freed);
}

/** Least USD over every combination of lots, the unplaced rest charged at the collar. Linear paths only. */
export function exactOptimum(order: SmallOrder): number {
  const tables = order.paths.map((path) => {
    const depth = path.levels.reduce((sum, level) => sum + level.size, 0);
    const most = Math.min(depth, path.mostCoins ?? depth, order.wanted);
    const costs = [0];
    for (let lots = 1; lots * path.lot <= most + 1e-9; lots++) {
      costs.push(lots * path.lot < path.minimum - 1e-9 ? Number.POSITIVE_INFINITY : bill(path, lots * path.lot));
    }
    return costs;
  });
  let best = order.collar * order.wanted;
  const visit = (at: number, usd: number, placed: number, venues: ReadonlySet<string>): void => {
    const path = order.paths[at];
    if (!path) {
      best = Math.min(best, usd + order.collar * (order.wanted - placed));
      return;
    }
    (tables[at] ?? []).forEach((cost, lots) => {
      const total = placed + lots * path.lot;
      if (total > order.wanted + 1e-9) return;
      const used = lots === 0 || venues.has(path.venue) ? venues : new Set([...venues, path.venue]);
      if (used.size <= order.maxVenues) visit(at + 1, usd + cost, total, used);
    });
  };
  visit(0, 0, 0, new Set());
  return best;
}
