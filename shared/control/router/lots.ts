import { type CostCurve, coinsBelow, costAt } from './cost-curve.ts';

/** What the allocation is chosen over: one entry per path in every array. Exposure in coins, money in USD. */
export interface Choice {
  readonly curves: readonly CostCurve[];
  /** Coins of one lot. */
  readonly lotCoins: Float64Array;
  /** Due once where the path is used. */
  readonly fixedUsd: Float64Array;
  /** Fewest lots where the path is used, at least 1. */
  readonly fewest: Float64Array;
  /** Most lots that depth, margin and collar allow. */
  readonly most: Float64Array;
  /** Venue number of each path, from 0. */
  readonly venue: readonly number[];
  readonly venues: number;
  readonly maxVenues: number;
  readonly wanted: number;
  /** USD per coin that leaving exposure unplaced counts: nothing dearer is bought. */
  readonly collar: number;
}

/** Lots allowed per path: none or `least` to `most`. `least` 0 leaves it open whether the path is used. */
export interface Bounds {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** Rounds a quotient down to whole lots unless float64 has left it a hair below the next. */
export function wholeLots(coins: number, lotCoins: number): number {
  return Math.floor(coins / lotCoins + 1e-9);
}

/** USD to take `lots` through `path`, without its fixed cost. */
export function costOfLots(choice: Choice, path: number, lots: number): number {
  const curve = choice.curves[path];
  return curve === undefined ? 0 : costAt(curve, lots * (choice.lotCoins[path] ?? 0));
}

/** USD per coin of the lot after `lots`. */
export function nextUnitCost(choice: Choice, path: number, lots: number): number {
  return (costOfLots(choice, path, lots + 1) - costOfLots(choice, path, lots)) / (choice.lotCoins[path] ?? 1);
}

/** How many lots of a path cost less than `price` USD per coin each, and so are worth taking at that price. */
export function lotsBelow(choice: Choice, path: number, price: number): number {
  const curve = choice.curves[path];
  if (curve === undefined) return 0;
  const most = choice.most[path] ?? 0;
  const lotCoins = choice.lotCoins[path] ?? 1;
  const coins = coinsBelow(curve, price);
  const lots = Math.min(wholeLots(coins, lotCoins), most);
  // The lot that reaches over the kink may still be below the price as a whole.
  const reachesOver = lots < most && coins - lots * lotCoins > 1e-9 * lotCoins;
  return reachesOver && nextUnitCost(choice, path, lots) < price ? lots + 1 : lots;
}

/** USD of an allocation as the search counts it: paths, fixed costs, and the unplaced rest at the collar. */
export function objective(choice: Choice, lots: Float64Array): number {
  let cost = 0;
  let placed = 0;
  for (let path = 0; path < lots.length; path++) {
    const count = lots[path] ?? 0;
    if (count === 0) continue;
    cost += (choice.fixedUsd[path] ?? 0) + costOfLots(choice, path, count);
    placed += count * (choice.lotCoins[path] ?? 0);
  }
  return cost + choice.collar * (choice.wanted - placed);
}
