import { createPricer, type Pricer } from './pool-pricer.ts';
import { NOW, poolAt } from './pools.ts';
import { DOLLARS, type PoolProblem, type RiskProblem } from './problem.ts';

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

function usdOf(problem: RiskProblem, pool: PoolProblem, pricer: Pricer): PoolUsd {
  const state = poolAt(pool, pricer, NOW);
  const usd = pool.currency === DOLLARS ? 1 : problem.spot[pool.currency]!;
  return {
    equityUsd: state.equity * usd,
    balanceUsd: state.marginBalance * usd,
    initialUsd: state.initial * usd,
    maintenanceUsd: state.maintenance * usd,
    surplusUsd: (state.marginBalance - state.maintenance) * usd,
  };
}

/**
 * Every pool of a problem as its own rules see it at the problem's own marks, read again at each call: for a problem
 * whose market is rewritten in place, as Mover.at does. Cash and quantities are those of the first reading.
 */
export function poolReader(problem: RiskProblem): () => PoolUsd[] {
  const pricers = problem.pools.map((pool) => createPricer(problem, pool));
  return () => pricers.map((pricer, p) => usdOf(problem, problem.pools[p]!, pricer));
}

/** Every pool at a state of the market. */
export function poolsUsd(problem: RiskProblem): PoolUsd[] {
  return poolReader(problem)();
}

/** Pool `p` of a problem at the problem's own marks. */
export function poolUsd(problem: RiskProblem, p: number): PoolUsd {
  const pool = problem.pools[p];
  if (!pool) throw new RangeError(`pool ${p} of ${problem.pools.length}`);
  return usdOf(problem, pool, createPricer(problem, pool));
}
