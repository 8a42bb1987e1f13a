import { allocate } from './allocate.ts';
import { fillLots } from './fill-lots.ts';
import { type Choice, objective, wholeLots } from './lots.ts';

/** Another way of placing the same order. */
export interface Other {
  readonly way: 'single' | 'pro-rata' | 'without';
  /** The path that is used alone or done without; null for pro rata. */
  readonly path: number | null;
  readonly lots: Float64Array;
  /** Counted like the allocation itself: with the unplaced rest at the collar. */
  readonly usd: number;
}

/** Only so many paths are tried to be done without: a search each. */
const MOST_WITHOUT = 8;

/** Bounds that allow the paths for which `may` holds, none of them obliged. */
function only(choice: Choice, may: (path: number) => boolean): Float64Array {
  return choice.most.map((most, path) => (may(path) ? most : 0));
}

/** The cheapest path used alone. */
export function bestSingle(choice: Choice): Other | null {
  const ways = [...choice.most.keys()].flatMap((path): Other[] => {
    if ((choice.most[path] ?? 0) === 0) return [];
    const least = choice.fewest.map((fewest, one) => (one === path ? fewest : 0));
    const lots = fillLots(choice, { least, most: only(choice, (one) => one === path) });
    return lots ? [{ way: 'single', path, lots, usd: objective(choice, lots) }] : [];
  });
  return cheapest(ways);
}

/**
 * Every path in proportion to its visible depth (coins), as far as lots and smallest orders go; what rounding leaves
 * goes where it is cheapest. With fewer venues allowed, the deepest ones.
 */
export function proRata(choice: Choice, visible: readonly number[]): Other | null {
  const depth = visible.map((coins, path) => ((choice.most[path] ?? 0) > 0 ? coins : 0));
  const byVenue = new Float64Array(choice.venues);
  depth.forEach((coins, path) => {
    byVenue[choice.venue[path] ?? 0] = (byVenue[choice.venue[path] ?? 0] ?? 0) + coins;
  });
  const kept = new Set(
    [...byVenue.keys()].sort((a, b) => (byVenue[b] ?? 0) - (byVenue[a] ?? 0)).slice(0, choice.maxVenues),
  );
  const served = depth.map((coins, path) => (kept.has(choice.venue[path] ?? 0) ? coins : 0));
  const total = served.reduce((sum, coins) => sum + coins, 0);
  if (total === 0) return null;
  const share = Math.min(1, choice.wanted / total);
  const least = Float64Array.from(served, (coins, path) => {
    const lots = Math.min(wholeLots(coins * share, choice.lotCoins[path] ?? 1), choice.most[path] ?? 0);
    return lots < (choice.fewest[path] ?? 1) ? 0 : lots;
  });
  const lots = fillLots(choice, { least, most: only(choice, (path) => (least[path] ?? 0) > 0) });
  return lots && { way: 'pro-rata', path: null, lots, usd: objective(choice, lots) };
}

/** The cheapest allocation that does without one of the paths that `lots` uses: the next best set of paths. */
export function bestWithout(choice: Choice, lots: Float64Array): Other | null {
  const used = [...lots.keys()].filter((path) => (lots[path] ?? 0) > 0).slice(0, MOST_WITHOUT);
  return cheapest(
    used.map((path): Other => {
      const found = allocate({ ...choice, most: only(choice, (one) => one !== path) });
      return { way: 'without', path, lots: found.lots, usd: found.usd };
    }),
  );
}

function cheapest(ways: readonly Other[]): Other | null {
  return ways.reduce<Other | null>((best, one) => (best === null || one.usd < best.usd ? one : best), null);
}
