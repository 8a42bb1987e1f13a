import type { MarketMove, Mover } from './market-move.ts';
import { createPricer } from './pool-pricer.ts';
import { NOW, poolAt } from './pools.ts';
import { DOLLARS, type RiskProblem } from './problem.ts';

/** A margin pool at some state of the market, in USD at the index there. */
export interface PoolUsd {
  readonly equityUsd: number;
  /** What stands against the margin; see margin/model.ts. */
  readonly balanceUsd: number;
  readonly initialUsd: number;
  readonly maintenanceUsd: number;
  /** Margin balance − maintenance: below 0 the venue liquidates. */
  readonly surplusUsd: number;
}

/** Pool `p` of a problem as its own rules see it at the problem's own marks. */
export function poolUsd(problem: RiskProblem, p: number): PoolUsd {
  const pool = problem.pools[p];
  if (!pool) throw new RangeError(`pool ${p} of ${problem.pools.length}`);
  const state = poolAt(pool, createPricer(problem, pool), NOW);
  const usd = pool.currency === DOLLARS ? 1 : problem.spot[pool.currency]!;
  return {
    equityUsd: state.equity * usd,
    balanceUsd: state.marginBalance * usd,
    initialUsd: state.initial * usd,
    maintenanceUsd: state.maintenance * usd,
    surplusUsd: (state.marginBalance - state.maintenance) * usd,
  };
}

/** Every pool at a state of the market. */
export function poolsUsd(problem: RiskProblem): PoolUsd[] {
  return problem.pools.map((_pool, p) => poolUsd(problem, p));
}

/** Surplus of one pool at a state of the market, USD. */
export function surplusAt(mover: Mover, p: number, move: MarketMove): number {
  return poolUsd(mover.at(move), p).surplusUsd;
}
