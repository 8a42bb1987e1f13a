import { aggregate } from './aggregate.ts';
import { groupOffsets, SUMS } from './groups.ts';
import { fillHoldings, WIDTH } from './holdings.ts';
import { type LadderResult, ladders } from './ladder.ts';
import { type NetBook, netBook } from './netting.ts';
import { type PoolFigures, poolFigures } from './pools.ts';
import type { RiskProblem } from './problem.ts';
import type { Payoff, ScenarioGrid } from './report.ts';
import { scenarioPnl } from './scenario.ts';
import { valueUnits } from './valuation.ts';

type Unnamed<T> = Omit<T, 'underlying'> & { readonly underlying: number };
export type GridResult = Unnamed<ScenarioGrid>;
/** `years` to the nearest expiry; null where no option and no dated claim is held. */
export type PayoffResult = Omit<Unnamed<Payoff>, 'expiry'> & { readonly years: number | null };

/** The numbers of a report, without names. */
export interface RiskResult {
  readonly cells: Float64Array;
  readonly sums: Float64Array;
  readonly pools: readonly PoolFigures[];
  readonly grids: readonly GridResult[];
  readonly ladders: readonly LadderResult[];
  readonly payoffs: readonly PayoffResult[];
}

const DAYS_A_YEAR = 365;

function worstOf(pnl: Float64Array): number {
  let worst = 0;
  for (let cell = 1; cell < pnl.length; cell++) if ((pnl[cell] ?? 0) < (pnl[worst] ?? 0)) worst = cell;
  return worst;
}

function grids(problem: RiskProblem, net: NetBook, breaches: readonly Uint32Array[]): GridResult[] {
  return scenarioPnl(problem, net, problem.grid).map((pnlUsd, underlying) => ({
    underlying,
    spotShifts: problem.grid.spotShifts,
    volShifts: problem.grid.volShifts,
    days: problem.grid.days,
    pnlUsd,
    breaches: breaches[underlying] ?? new Uint32Array(pnlUsd.length),
    worst: worstOf(pnlUsd),
  }));
}

function payoffs(problem: RiskProblem, net: NetBook): PayoffResult[] {
  const { instruments: table, spot, payoffShifts } = problem;
  if (payoffShifts.length === 0) return [];
  const flat = Float64Array.of(0);
  return Array.from(spot, (index, underlying) => {
    const dated = [...net.options, ...net.claims.filter((i) => table.strike[i]! > 0)];
    const years = dated.filter((i) => table.underlying[i] === underlying).map((i) => table.years[i] ?? 0);
    const nearest = years.length === 0 ? null : Math.min(...years);
    const curve = (days: number): Float64Array =>
      scenarioPnl(problem, net, { spotShifts: payoffShifts, volShifts: flat, days })[underlying] ?? new Float64Array(0);
    const now = curve(0);
    return {
      underlying,
      spots: payoffShifts.map((shift) => index * (1 + shift)),
      now,
      atExpiry: nearest === null ? now.slice() : curve(nearest * DAYS_A_YEAR),
      years: nearest,
    };
  });
}

/**
 * Greeks, sums, margin, scenario grid, ladders and payoff of a problem; without any axes nobody looks
 * at the last three, and there are none. Throws FaultError on numbers outside their domain.
 */
export function compute(problem: RiskProblem): RiskResult {
  const unit = valueUnits(problem);
  const cells = new Float64Array(problem.holdings.count * WIDTH);
  fillHoldings(problem, unit, cells);
  const { pools, breaches } = poolFigures(problem, cells);
  const figures = { cells, sums: aggregate(problem, unit), pools };
  const isShown = problem.grid.spotShifts.length > 0 || problem.payoffShifts.length > 0;
  if (!isShown) return { ...figures, grids: [], ladders: [], payoffs: [] };
  const net = netBook(problem);
  return {
    ...figures,
    grids: grids(problem, net, breaches),
    ladders: ladders(problem, unit, net, problem.asOf),
    payoffs: payoffs(problem, net),
  };
}

/** Margin pools alone, for what-ifs: everything else of the result is empty. */
export function computePools(problem: RiskProblem): RiskResult {
  const cells = new Float64Array(problem.holdings.count * WIDTH);
  const { pools } = poolFigures(problem, cells);
  return {
    cells,
    sums: new Float64Array(groupOffsets(problem).count * SUMS),
    pools,
    grids: [],
    ladders: [],
    payoffs: [],
  };
}
