import type { Assembled } from '#shared/risk/assemble.ts';
import { createMover, evenMove } from '#shared/risk/market-move.ts';
import { poolUsd } from '#shared/risk/pool-states.ts';
import { INVERSE, INVERSE_OPTION, LINEAR_OPTION, type RiskProblem } from '#shared/risk/problem.ts';
import type { AccountId, Currency } from '#shared/units/ids.ts';
import { DAY, type DurationMs } from '#shared/units/time.ts';

/** What is assumed to go on as it is. */
export interface Course {
  /** Relative change of every spot per day, continuously compounded; 0: spot stands still. */
  readonly driftPerDay: number;
  /** How far is looked ahead. */
  readonly days: number;
}

export const STANDING_STILL: Course = { driftPerDay: 0, days: 30 };

/** How long a pool lasts if spot goes its course, vols stay, options age and funding is paid as now. */
export interface PoolTime {
  readonly account: AccountId;
  readonly currency: Currency;
  /** Until equity meets maintenance margin; 0: it is past it; null: not within the days looked at. */
  readonly untilLiquidation: DurationMs | null;
  /** USD per day at the start, positive = received. */
  readonly fundingPerDayUsd: number;
  /** Change of equity over the first day at unchanged spot, funding left out: theta with its gamma of age. USD. */
  readonly agingPerDayUsd: number;
}

const FUNDINGS_A_DAY = 3;
/** Steps of the outward search over the days looked at, closer together at the start. */
const STEPS = 96;
const HALVINGS = 40;

/** Funding of a pool at spot times `factor`, USD a day, positive = received: shorts receive where longs pay. */
function fundingPerDay({ instruments: table, holdings }: RiskProblem, rows: Int32Array, factor: number): number {
  let sum = 0;
  for (const h of rows) {
    const i = holdings.instrument[h]!;
    const kind = table.kind[i];
    if (kind === LINEAR_OPTION || kind === INVERSE_OPTION) continue;
    const notional = holdings.quantity[h]! * (kind === INVERSE ? 1 : table.mark[i]! * factor);
    sum -= notional * table.funding8h[i]! * FUNDINGS_A_DAY;
  }
  return sum;
}

/** First time in days, by steps then by halves, at which `surplus` is negative; null beyond `days`. */
function crossing(surplus: (days: number) => number, days: number): number | null {
  if (surplus(0) < 0) return 0;
  let safe = 0;
  for (let step = 1; step <= STEPS; step++) {
    const next = days * (step / STEPS) ** 2;
    if (surplus(next) >= 0) {
      safe = next;
      continue;
    }
    let broken = next;
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (safe + broken) / 2;
      if (surplus(middle) >= 0) safe = middle;
      else broken = middle;
    }
    return broken;
  }
  return null;
}

/**
 * Time to liquidation of every pool on a course: full revaluation with the options' own ageing, funding of now paid
 * throughout on the moved notional. Deterministic: what a day's volatility may do is the frontier's figure, not this one.
 */
export function timeToLiquidation(
  { problem, identity }: Assembled,
  course: Course = STANDING_STILL,
): readonly PoolTime[] {
  const mover = createMover(problem);
  return problem.pools.map((pool, p) => {
    const { account, currency } = identity.pools[p]!;
    const state = (days: number, factor: number) => poolUsd(mover.at(evenMove(problem, { factor }, days)), p);
    const surplus = (days: number): number => {
      const factor = Math.exp(course.driftPerDay * days);
      // On a straight course the notional's mean is that of half the way.
      const paid = fundingPerDay(problem, pool.holdings, Math.exp((course.driftPerDay * days) / 2)) * days;
      return state(days, factor).surplusUsd + paid;
    };
    const days = crossing(surplus, course.days);
    return {
      account: account.id,
      currency,
      untilLiquidation: days === null ? null : days * DAY,
      fundingPerDayUsd: fundingPerDay(problem, pool.holdings, 1),
      agingPerDayUsd: state(1, 1).equityUsd - state(0, 1).equityUsd,
    };
  });
}
