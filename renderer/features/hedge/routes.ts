import type { HedgeEffect, HedgeProposal, HedgeRoute } from '#shared/control/proposal.ts';

/** The route that would be staged: the trader's choice while it is usable, else the proposal's. Null: none. */
export function chosenRoute(proposal: HedgeProposal, wanted: number | null): number | null {
  const route = wanted === null ? undefined : proposal.routes[wanted];
  return route !== undefined && route.unusable === null ? wanted : proposal.chosen;
}

/** How far outside the band the delta is, coins; 0 inside. */
export function outsideBy(proposal: Pick<HedgeProposal, 'current' | 'target' | 'band'>): number {
  const away = proposal.current - proposal.target;
  return Math.sign(away) * Math.max(Math.abs(away) - proposal.band, 0);
}

export const RATIO_STEP = 0.1;
export const LEAST_RATIO = 0.1;
export const MOST_RATIO = 1.5;

/** The ratio `steps` tenths away, inside 0.1 … 1.5 and free of binary dust. */
export function stepRatio(ratio: number, steps: number): number {
  const next = Math.round((ratio + steps * RATIO_STEP) * 10) / 10;
  return Math.min(Math.max(next, LEAST_RATIO), MOST_RATIO);
}

/** Parts of a route's cost, in the order they are shown. */
export const COST_PARTS = ['fee', 'spread', 'impact', 'funding', 'margin'] as const;

/** What a route costs more than the cheapest usable one, USD; 0 for the cheapest, null where it cannot be used. */
export function dearerBy(routes: readonly HedgeRoute[], route: HedgeRoute): number | null {
  if (route.unusable !== null) return null;
  const cheapest = Math.min(...routes.filter((one) => one.unusable === null).map((one) => one.cost.total));
  return route.cost.total - cheapest;
}

/** The book after a route: as proposed, or reckoned from the route's own delta and pool where another one is chosen. */
export function effectOf(proposal: HedgeProposal, index: number | null): HedgeEffect {
  const route = index === null ? undefined : proposal.routes[index];
  if (route === undefined) return proposal.before;
  if (index === proposal.chosen) return proposal.after;
  return {
    ...proposal.before,
    delta: proposal.before.delta + route.delta,
    liquidationDistance: route.liquidationDistanceAfter ?? proposal.before.liquidationDistance,
  };
}
