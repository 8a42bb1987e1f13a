import type { AccountId, Currency, UnderlyingId } from '#shared/units/ids.ts';
import { aggregate } from './aggregate.ts';
import type { Assembled } from './assemble.ts';
import { groupOffsets, SUMS } from './groups.ts';
import { createMover, evenMove, type MarketMove, type Mover } from './market-move.ts';
import { type PoolUsd, poolsUsd } from './pool-states.ts';
import { INVERSE, INVERSE_OPTION, type RiskProblem } from './problem.ts';
import type { Greeks } from './report.ts';
import { type Followed, followed, instantMove, pathMoves, type ScenarioSet } from './scenario-set.ts';
import { valueUnits } from './valuation.ts';

export interface StressedPool extends PoolUsd {
  readonly account: AccountId;
  readonly currency: Currency;
  /** Margin balance below maintenance. */
  readonly breached: boolean;
}

/** Greeks of an underlying where the stress ends, nothing traded. Units as in report.ts. */
export type StressedGreeks = Greeks & { readonly underlying: UnderlyingId };

/** The book at one state of the market. Money in USD. */
export interface StressedState {
  readonly pnlUsd: number;
  readonly equityUsd: number;
  readonly pools: readonly StressedPool[];
  readonly greeks: readonly StressedGreeks[];
}

export interface PathPoint {
  readonly hours: number;
  readonly pnlUsd: number;
  /** Sum of the pools' equity. */
  readonly equityUsd: number;
  /** Prices relative to the start, by underlying. */
  readonly factors: Readonly<Record<UnderlyingId, number>>;
}

/** What happens to a pool along a path. */
export interface PoolAlongPath {
  readonly account: AccountId;
  readonly currency: Currency;
  /** Hours into the path at the first breach; null: none. 0 = already now. */
  readonly firstBreachHours: number | null;
  readonly worstEquityUsd: number;
  readonly worstSurplusUsd: number;
  readonly worstHours: number;
}

/** The path with nobody trading: pools are watched, not liquidated. */
export interface StressedPath {
  readonly points: readonly PathPoint[];
  /** The point with the lowest P&L. */
  readonly worst: PathPoint;
  readonly pools: readonly PoolAlongPath[];
  readonly end: StressedState;
}

export interface StressResult {
  readonly set: string;
  readonly title: string;
  readonly followed: readonly Followed[];
  readonly now: StressedState;
  readonly instant: StressedState;
  readonly path: StressedPath | null;
}

/** Coins that a settled holding has become: of coin-settled options what they paid, of inverse futures their profit. */
function proceeds({ instruments: table, holdings }: RiskProblem, h: number): number {
  const i = holdings.instrument[h]!;
  const quantity = holdings.quantity[h]!;
  if (table.kind[i] === INVERSE_OPTION) return quantity * table.mark[i]!;
  return table.kind[i] === INVERSE ? quantity * (1 / holdings.entry[h]! - 1 / table.mark[i]!) : 0;
}

/** What has been settled on the way is coins or dollars, and no position any more. */
function greeksOf(problem: RiskProblem, names: readonly UnderlyingId[], settled?: Float64Array): StressedGreeks[] {
  const gone = Array.from(problem.holdings.instrument, (i) => i >= 0 && !Number.isNaN(settled?.[i] ?? Number.NaN));
  const quantity = problem.holdings.quantity.map((held, h) => (gone[h] ? 0 : held));
  const live = { ...problem, holdings: { ...problem.holdings, quantity } };
  const sums = aggregate(live, valueUnits(live));
  const { underlying } = groupOffsets(problem);
  return names.map((name, u) => {
    const figure = (column: number): number => sums[(underlying + u) * SUMS + column] ?? Number.NaN;
    const coins = gone.reduce((sum, one, h) => {
      return one && problem.holdings.underlying[h] === u ? sum + proceeds(problem, h) : sum;
    }, 0);
    return { underlying: name, delta: figure(2) + coins, gamma: figure(3), vega: figure(4), theta: figure(5) };
  });
}

function equityOf(pools: readonly PoolUsd[]): number {
  return pools.reduce((sum, one) => sum + one.equityUsd, 0);
}

function stateAt({ identity }: Assembled, mover: Mover, move: MarketMove): StressedState {
  const pnlUsd = mover.pnl(move);
  const problem = mover.at(move);
  const pools = poolsUsd(problem);
  return {
    pnlUsd,
    equityUsd: equityOf(pools),
    pools: pools.map((pool, p) => ({
      account: identity.pools[p]!.account.id,
      currency: identity.pools[p]!.currency,
      ...pool,
      breached: pool.surplusUsd < 0,
    })),
    greeks: greeksOf(problem, identity.underlyings, move.settled),
  };
}

interface Watch {
  first: number | null;
  equity: number;
  surplus: number;
  hours: number;
}

function watch(pools: readonly PoolUsd[], hours: number, watches: readonly Watch[]): void {
  pools.forEach(({ equityUsd, surplusUsd }, p) => {
    const seen = watches[p]!;
    if (surplusUsd < 0 && seen.first === null) seen.first = hours;
    seen.equity = Math.min(seen.equity, equityUsd);
    if (surplusUsd < seen.surplus) [seen.surplus, seen.hours] = [surplusUsd, hours];
  });
}

function along(assembled: Assembled, mover: Mover, set: ScenarioSet): StressedPath | null {
  const steps = pathMoves(set, assembled);
  const last = steps.at(-1);
  if (!last) return null;
  const { identity } = assembled;
  const worst = (): Watch => ({ first: null, equity: Infinity, surplus: Infinity, hours: 0 });
  const watches = identity.pools.map(worst);
  const points = steps.map(({ hours, move }) => {
    const pnlUsd = mover.pnl(move);
    const pools = poolsUsd(mover.at(move));
    watch(pools, hours, watches);
    const factors = identity.underlyings.map((name, u) => [name, move.moves[u]!.factor] as const);
    return { hours, pnlUsd, equityUsd: equityOf(pools), factors: Object.fromEntries(factors) };
  });
  return {
    points,
    worst: points.reduce((low, one) => (one.pnlUsd < low.pnlUsd ? one : low)),
    pools: watches.map((seen, p) => ({
      account: identity.pools[p]!.account.id,
      currency: identity.pools[p]!.currency,
      firstBreachHours: seen.first,
      worstEquityUsd: seen.equity,
      worstSurplusUsd: seen.surplus,
      worstHours: seen.hours,
    })),
    end: stateAt(assembled, mover, last.move),
  };
}

/**
 * The book under a scenario set, as instant shock and along its path, by full revaluation of every position and every
 * margin pool at each step. P&L against now in USD, options at model on both sides; time passes along the path, and what
 * expires on it is worth what it was settled at, though its pool asks margin for it as before.
 */
export function stress(assembled: Assembled, set: ScenarioSet): StressResult {
  const mover = createMover(assembled.problem);
  return {
    set: set.id,
    title: set.title,
    followed: followed(set, assembled),
    now: stateAt(assembled, mover, evenMove(assembled.problem, {})),
    instant: stateAt(assembled, mover, instantMove(set, assembled)),
    path: along(assembled, mover, set),
  };
}
