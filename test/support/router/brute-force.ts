import type { RoutePath } from '#shared/control/router/path.ts';

/** An order over a few paths, small enough to try everything. */
export interface SmallOrder {
  readonly paths: readonly RoutePath[];
  readonly wanted: number;
  readonly collar: number;
  readonly maxVenues: number;
}

/** USD of `units` of a path, written down from the trader's bill and not from the router's curve. */
function bill(path: RoutePath, units: number): number {
  let left = units;
  let usd = path.gasUsd;
  for (const level of path.levels) {
    const taken = Math.min(left, level.size);
    // A dollar of notional bought at P is 1/P coins; at the middle it would have been 1/M.
    const lost = path.contract === 'inverse' ? 1 - path.mid / level.price : level.price - path.mid;
    const notional = path.contract === 'inverse' ? 1 : level.price;
    usd += taken * (path.direction * lost + notional * path.takerFee);
    left -= taken;
  }
  const coins = units * path.coinsPerUnit;
  const freed = Math.min(coins, path.reducibleCoins);
  return usd + coins * (path.fundingUsd + path.basisUsd) + path.marginUsd * (coins - freed - freed);
}

/** Least USD over every combination of lots, the unplaced rest charged at the collar. Linear and inverse paths. */
export function exactOptimum(order: SmallOrder): number {
  const lotCoins = order.paths.map((path) => path.lot * path.coinsPerUnit);
  const tables = order.paths.map((path, at) => {
    const coins = lotCoins[at] ?? 1;
    const depth = path.levels.reduce((sum, level) => sum + level.size * path.coinsPerUnit, 0);
    const most = Math.min(depth, path.mostCoins ?? depth, order.wanted);
    const costs = [0];
    for (let lots = 1; lots * coins <= most + 1e-9; lots++) {
      const units = lots * path.lot;
      costs.push(units < path.minimum - 1e-9 ? Number.POSITIVE_INFINITY : bill(path, units));
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
      const total = placed + lots * (lotCoins[at] ?? 0);
      if (total > order.wanted + 1e-9) return;
      const used = lots === 0 || venues.has(path.venue) ? venues : new Set([...venues, path.venue]);
      if (used.size <= order.maxVenues) visit(at + 1, usd + cost, total, used);
    });
  };
  visit(0, 0, 0, new Set());
  return best;
}
