import { seededStream } from '#shared/market/seeded.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { createMover, type MarketMove, STILL } from './market-move.ts';
import { cholesky, drawDay, type JointLaw } from './monte-carlo.ts';
import { type PoolUsd, poolReader } from './pool-states.ts';
import type { RiskProblem } from './problem.ts';
import { ruleVolFactor, type VolRule } from './revaluation.ts';

/** What happens at the venue and behind it. */
export interface MarginPolicy {
  /** Dollars outside of the venues that meet margin calls until they are spent. */
  readonly reserveUsd: number;
  /** A call asks for initial margin; none is made while the margin balance covers maintenance × this. */
  readonly callAt: number;
  /** Share of maintenance margin that liquidation costs: what is left stays as cash. */
  readonly liquidationCost: number;
  /** Ruin: pools and reserve together worth no more than this share of the start. */
  readonly ruinBelow: number;
}

export const DEFAULT_MARGIN_POLICY: MarginPolicy = {
  reserveUsd: 0,
  callAt: 1.25,
  liquidationCost: 0.25,
  ruinBelow: 0.1,
};

export interface RuinPlan {
  readonly paths: number;
  readonly days: number;
  readonly stepsPerDay: number;
  readonly seed: number;
  readonly law: JointLaw;
  readonly rule: VolRule;
  readonly policy: MarginPolicy;
}

export interface Chance {
  readonly probability: number;
  /** Binomial standard error. */
  readonly error: number;
}

export interface RuinResult {
  readonly paths: number;
  readonly days: number;
  /** At least one margin call, one liquidation, ruin. */
  readonly marginCall: Chance;
  readonly liquidation: Chance;
  readonly ruin: Chance;
  /** Liquidation by pool, in the problem's order. */
  readonly byPool: readonly Chance[];
  /** Mean of the first liquidation over the paths that have one, days; null where none has. */
  readonly meanDaysToLiquidation: number | null;
  /** Mean of pools and reserve at the end, USD. */
  readonly meanEndEquityUsd: number;
}

interface Pool {
  /** Cash sent by margin calls, USD, kept as dollars. */
  sent: number;
  /** What liquidation left, USD; null while the pool lives. */
  left: number | null;
}

interface Path {
  readonly pools: readonly Pool[];
  reserve: number;
  called: boolean;
  liquidated: number | null;
  ruined: boolean;
  equity: number;
}

/** One pool after a step: called, liquidated or left alone. Returns its equity, USD. */
function settle(pool: Pool, state: PoolUsd, path: Path, policy: MarginPolicy, day: number): number {
  if (pool.left !== null) return pool.left;
  const balance = state.balanceUsd + pool.sent;
  if (balance < state.maintenanceUsd * policy.callAt) {
    path.called = true;
    const wanted = Math.max(state.initialUsd, state.maintenanceUsd * policy.callAt) - balance;
    const paid = Math.min(Math.max(wanted, 0), path.reserve);
    path.reserve -= paid;
    pool.sent += paid;
  }
  const equity = state.equityUsd + pool.sent;
  if (state.balanceUsd + pool.sent >= state.maintenanceUsd) return equity;
  pool.left = Math.max(equity - policy.liquidationCost * state.maintenanceUsd, 0);
  path.liquidated ??= day;
  return pool.left;
}

function chance(hits: number, of: number): Chance {
  const probability = hits / of;
  return { probability, error: Math.sqrt((probability * (1 - probability)) / of) };
}

function check({ paths, days, stepsPerDay, law }: RuinPlan, problem: RiskProblem): void {
  const sound = paths >= 1 && days > 0 && stepsPerDay >= 1 && law.dailyVol.length === problem.spot.length;
  if (sound) return;
  const message = `ruin: expected paths, days and steps of at least 1 and ${problem.spot.length} vols, was ${paths}, ${days}, ${stepsPerDay}, ${law.dailyVol.length}`;
  throw new FaultError(fault('ruin', message));
}

/**
 * Probability that margin is called, that a pool is liquidated, and of ruin, along seeded paths with every position and
 * pool revalued at each step: calls are met from the reserve, a pool that cannot meet maintenance is closed out and keeps
 * what is left, never less than nothing. Nobody trades otherwise.
 */
export function ruin(problem: RiskProblem, plan: RuinPlan): RuinResult {
  check(plan, problem);
  const { policy, law, rule } = plan;
  const mover = createMover(problem);
  const size = problem.spot.length;
  const daily: JointLaw = { ...law, dailyVol: law.dailyVol.map((vol) => vol / Math.sqrt(plan.stepsPerDay)) };
  const lower = cholesky(law.correlation, size);
  const draw = seededStream(plan.seed, 4);
  const spare = new Float64Array(size);
  const ones = {
    holdingCash: new Float64Array(problem.holdings.count).fill(1),
    poolCash: new Float64Array(problem.pools.length).fill(1),
  };
  const moveAt = (returns: Float64Array, days: number, [least, most] = [returns, returns]): MarketMove => ({
    moves: Array.from(returns, (r, u) => ({
      ...STILL, factor: Math.exp(r), volFactor: ruleVolFactor(rule, r), termPower: rule.termPower,
      lowest: Math.exp(least[u]!), highest: Math.exp(most[u]!),
    })),
    days,
    ...ones,
  }); // biome-ignore format: one glance
  const read = poolReader(mover.at(moveAt(new Float64Array(size), 0)));
  const start = policy.reserveUsd + read().reduce((sum, pool) => sum + pool.equityUsd, 0);
  const walk = (): Path => {
    const pools = problem.pools.map((): Pool => ({ sent: 0, left: null }));
    const path: Path = {
      pools,
      reserve: policy.reserveUsd,
      called: false,
      liquidated: null,
      ruined: false,
      equity: start,
    };
    const returns = new Float64Array(size);
    const [least, most] = [new Float64Array(size), new Float64Array(size)];
    const steps = Math.round(plan.days * plan.stepsPerDay);
    for (let step = 1; step <= steps; step++) {
      drawDay(draw, daily, lower, spare, returns, 0);
      const day = step / plan.stepsPerDay;
      returns.forEach((r, u) => {
        least[u] = Math.min(least[u]!, r);
        most[u] = Math.max(most[u]!, r);
      });
      mover.at(moveAt(returns, day, [least, most]));
      const states = read();
      path.equity = pools.reduce((sum, pool, p) => sum + settle(pool, states[p]!, path, policy, day), 0) + path.reserve;
      if (path.equity <= policy.ruinBelow * start) path.ruined = true;
    }
    return path;
  };
  const paths = Array.from({ length: plan.paths }, walk);
  const times = paths.flatMap((path) => (path.liquidated === null ? [] : [path.liquidated]));
  const share = (hit: (path: Path) => boolean): Chance => chance(paths.filter(hit).length, plan.paths);
  return {
    paths: plan.paths,
    days: plan.days,
    marginCall: share((path) => path.called),
    liquidation: share((path) => path.liquidated !== null),
    ruin: share((path) => path.ruined),
    byPool: problem.pools.map((_pool, p) => share((path) => path.pools[p]?.left !== null)),
    meanDaysToLiquidation: times.length === 0 ? null : times.reduce((sum, one) => sum + one, 0) / times.length,
    meanEndEquityUsd: paths.reduce((sum, path) => sum + path.equity, 0) / plan.paths,
  };
}
