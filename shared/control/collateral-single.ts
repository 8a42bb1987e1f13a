import {
  type CollateralPlace,
  type CollateralProblem,
  type CollateralRoute,
  surpluses,
  valueUsd,
} from './collateral.ts';
import { effect, lackingOf, perUsd, usableRoutes, worthPaying } from './collateral-program.ts';

/** USD sent over one route. */
interface SingleTransfer {
  readonly route: CollateralRoute;
  readonly usd: number;
}

interface Candidate extends SingleTransfer {
  readonly cost: number;
  readonly from: CollateralPlace;
}

/** Costs this close are the same cost, USD. */
const TIE = 1e-9;

/** What the sender keeps above its buffer in its worst scenario afterwards, USD; a wallet has none to keep. */
function leftAt({ from, route, usd }: Candidate, problem: CollateralProblem): number {
  const held = (from.holdings.get(route.asset) ?? 0) * (problem.prices.get(route.asset) ?? 0);
  if (held < usd) return Number.NEGATIVE_INFINITY;
  if (from.kind === 'wallet') return held - usd;
  const now = surpluses(from, problem);
  const after = problem.policy.scenarios.map(
    ({ moves }, s) => now[s]! + effect(route, from, moves.get(route.asset) ?? 0) * usd,
  );
  return Math.min(...after);
}

function withinCaps({ route, usd, cost }: Candidate, to: CollateralPlace, problem: CollateralProblem): boolean {
  const { movedUsd, perTransferUsd, costUsd, perPlaceUsd } = problem.policy.caps;
  const room = perPlaceUsd - valueUsd(to, problem);
  return (
    usd <= Math.min(route.mostUsd, movedUsd, perTransferUsd) && usd >= route.leastUsd && cost <= costUsd && usd <= room
  );
}

/** An allocation that needs no solver. */
export interface PlainAllocation {
  readonly transfer: SingleTransfer | null;
  /** Pools that no way leads to, with what they stay short, USD. */
  readonly short: ReadonlyMap<string, number>;
}

/**
 * The optimum without a solver, where it can be known: at most one of the pools that lack can be helped at all, all ways
 * into it carry one asset, and a sender on the cheapest way has enough to spare. In one asset a USD helps alike whoever
 * sends it, so that a plan over several ways costs at least its shares of the single ones, and no share is cheaper than
 * the cheapest. Null: ask the solver.
 */
export function plainAllocation(problem: CollateralProblem): PlainAllocation | null {
  const lacking = lackingOf(problem);
  const routes = usableRoutes(problem, lacking);
  const needy = [...lacking].filter(([key]) => routes.some((one) => one.to === key));
  const [helped] = needy;
  if (needy.length > 1) return null;
  const hopeless = [...lacking].filter(([key]) => key !== helped?.[0]);
  const short = new Map(hopeless.map(([key, now]) => [key, -Math.min(...now)]));
  if (helped === undefined) return { transfer: null, short };
  const transfer = cheapest(problem, helped, routes);
  return transfer === null ? null : { transfer, short };
}

function cheapest(
  problem: CollateralProblem,
  [key, now]: readonly [string, readonly number[]],
  routes: readonly CollateralRoute[],
): SingleTransfer | null {
  const places = new Map(problem.places.map((one) => [one.id, one]));
  const to = places.get(key);
  const into = routes.filter((one) => one.to === key);
  const [first] = into;
  if (to === undefined || first === undefined) return null;
  const alike = into.every(({ asset, action, feeShare }) =>
    asset === first.asset && action === 'move' && feeShare === first.feeShare); // biome-ignore format: one glance
  if (!alike) return null;
  const candidates = into.flatMap((route): Candidate[] => {
    const from = places.get(route.from);
    const usd = worthPaying(route, to, now, problem.policy);
    const cost = route.fixedUsd + usd * perUsd(route, places, problem).total;
    return from && usd > 0 ? [{ route, from, usd, cost }] : [];
  });
  const least = Math.min(...candidates.map((one) => one.cost));
  const [best] = candidates
    .filter((one) => one.cost <= least + TIE && withinCaps(one, to, problem))
    .map((one) => ({ one, left: leftAt(one, problem) }))
    .sort((a, b) => b.left - a.left);
  return best && best.left >= 0 ? { route: best.one.route, usd: best.one.usd } : null;
}
