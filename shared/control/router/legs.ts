import type { UnderlyingId } from '#shared/units/ids.ts';
import type { Routing } from './router.ts';

/** One leg of a trade of several, routed both ways. */
export interface Leg {
  readonly underlying: UnderlyingId;
  readonly side: 'buy' | 'sell';
  readonly routing: Routing;
  /** What getting out of it again would be; null where nobody takes it back. */
  readonly back: Routing | null;
  /** USD per coin. */
  readonly collar: number;
  /** USD index of the underlying, and annual volatility of its price: 0.65 = 65 %. */
  readonly spot: number;
  readonly vol: number;
}

/** One step of a trade of several legs, and what is to be done if it does not fill. */
export interface LegStep {
  /** Position of the leg in the order file, from 0. */
  readonly leg: number;
  /** Net exposure by underlying that is open once this leg has filled and the later ones have not, coins. */
  readonly openCoins: Readonly<Record<UnderlyingId, number>>;
  /** One standard deviation of it over the wait for the next leg, USD. */
  readonly legRiskUsd: number;
  readonly ifUnfilled: {
    readonly act: 'complete' | 'unwind' | 'drop';
    /** USD at most beyond the plan. */
    readonly costUsd: number;
    readonly why: string;
  };
}

export interface LegPlan {
  /** In the order of sending. */
  readonly steps: readonly LegStep[];
  readonly costUsd: number;
  /** The largest of the steps', USD. */
  readonly legRiskUsd: number;
}

const SECONDS_A_YEAR = 365 * 86_400;

/**
 * Sends the leg first whose market is scarcest (what its dearest lot costs, as a share of the collar), so that the sure
 * ones wait for the doubtful and not the other way round. A leg that does not fill within `waitSeconds` is completed at
 * the collar or the earlier legs are unwound, whichever costs less; the first leg is simply dropped. Underlyings are
 * taken to move together: their one-leg risks add up.
 */
export function planLegs(legs: readonly Leg[], waitSeconds: number): LegPlan {
  const order = [...legs.keys()].sort((a, b) => scarcity(legs[b]) - scarcity(legs[a]));
  const steps = order.map((leg, at): LegStep => {
    const filled = order.slice(0, at + 1).flatMap((one) => legs[one] ?? []);
    const last = at === order.length - 1;
    const openCoins = netCoins(filled);
    return {
      leg,
      openCoins,
      legRiskUsd: last ? 0 : riskOf(filled, openCoins, waitSeconds),
      ifUnfilled: fallback(legs[leg], filled.slice(0, -1)),
    };
  });
  return {
    steps,
    costUsd: legs.reduce((sum, leg) => sum + leg.routing.cost.total, 0),
    legRiskUsd: Math.max(...steps.map((step) => step.legRiskUsd)),
  };
}

function scarcity(leg: Leg | undefined): number {
  if (!leg) return 0;
  return leg.routing.unplacedCoins > 0 ? Number.POSITIVE_INFINITY : leg.routing.proof.marginalUsd / leg.collar;
}

function netCoins(legs: readonly Leg[]): Readonly<Record<UnderlyingId, number>> {
  const net: Record<UnderlyingId, number> = {};
  for (const { underlying, side, routing } of legs) {
    const coins = (side === 'buy' ? 1 : -1) * routing.placedCoins;
    net[underlying] = Number(((net[underlying] ?? 0) + coins).toFixed(12));
  }
  return net;
}

function riskOf(legs: readonly Leg[], open: Readonly<Record<UnderlyingId, number>>, seconds: number): number {
  const years = seconds / SECONDS_A_YEAR;
  return Object.entries(open).reduce((sum, [underlying, coins]) => {
    const leg = legs.find((one) => one.underlying === underlying);
    return sum + Math.abs(coins) * (leg?.spot ?? 0) * (leg?.vol ?? 0) * Math.sqrt(years);
  }, 0);
}

function fallback(leg: Leg | undefined, earlier: readonly Leg[]): LegStep['ifUnfilled'] {
  if (!leg || earlier.length === 0) return { act: 'drop', costUsd: 0, why: 'nothing else has been sent yet' };
  const { routing, collar } = leg;
  const complete = Math.max(0, collar * routing.wantedCoins - routing.cost.total);
  const backs = earlier.map((one) => one.back);
  const stuck = backs.some((back) => back === null || back.unplacedCoins > 0);
  const unwind = earlier.reduce((sum, one) => sum + one.routing.cost.total + (one.back?.cost.total ?? 0), 0);
  if (stuck || complete <= unwind) {
    const why = stuck ? 'the earlier legs cannot be taken back' : `unwinding would cost ${unwind.toFixed(2)} USD`;
    return { act: 'complete', costUsd: complete, why };
  }
  return { act: 'unwind', costUsd: unwind, why: `completing at the collar could cost ${complete.toFixed(2)} USD` };
}
