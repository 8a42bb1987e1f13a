import { capacity, costCurve } from './cost-curve.ts';
import { type Choice, wholeLots } from './lots.ts';
import type { RoutePath } from './path.ts';

export interface Limits {
  /** Coins of exposure wanted, unsigned. */
  readonly wanted: number;
  /** USD per coin that leaving exposure unplaced counts. */
  readonly collar: number;
  readonly maxVenues: number;
}

/**
 * The paths as what the allocation is chosen over. Where all lots are whole multiples of the smallest one, what is
 * wanted is rounded down to it: the rest can be placed nowhere.
 */
export function choiceOf(paths: readonly RoutePath[], limits: Limits): Choice {
  const venues = [...new Set(paths.map((path) => path.venue))];
  const lotCoins = Float64Array.from(paths, (path) => path.lot * path.coinsPerUnit);
  const wanted = placeable(limits.wanted, lotCoins);
  const curves = paths.map((path) => costCurve(path, wanted, limits.collar));
  const fewest = Float64Array.from(paths, (path) => Math.max(1, Math.ceil(path.minimum / path.lot - 1e-9)));
  return {
    curves,
    lotCoins,
    fixedUsd: Float64Array.from(paths, (path) => path.gasUsd),
    fewest,
    most: Float64Array.from(curves, (curve, path) => {
      const lots = wholeLots(capacity(curve), lotCoins[path] ?? 1);
      return lots < (fewest[path] ?? 1) ? 0 : lots;
    }),
    venue: paths.map((path) => venues.indexOf(path.venue)),
    venues: venues.length,
    maxVenues: limits.maxVenues,
    wanted,
    collar: limits.collar,
  };
}

/** What of `wanted` coins whole lots can add up to, as far as one common step of them tells. */
function placeable(wanted: number, lotCoins: Float64Array): number {
  if (lotCoins.length === 0) return wanted;
  const step = Math.min(...lotCoins);
  const common = lotCoins.every((lot) => Math.abs(lot / step - Math.round(lot / step)) < 1e-9 * (lot / step));
  return common ? wholeLots(wanted, step) * step : wanted;
}
