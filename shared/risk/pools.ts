import type { MarginRules } from '#shared/domain/account.ts';
import { LIQUIDATION_DISTANCE, LIQUIDATION_PRICE, MARGIN_COLUMN, WIDTH } from './holdings.ts';
import { liquidationSpots } from './liquidation.ts';
import { deribitStandard } from './margin/deribit-standard.ts';
import { hyperliquid } from './margin/hyperliquid.ts';
import type { MarginPosition, MarginRule } from './margin/model.ts';
import { createPricer, type Pricer } from './pool-pricer.ts';
import { DOLLARS, INVERSE, INVERSE_OPTION, LINEAR_OPTION, type PoolProblem, type RiskProblem } from './problem.ts';
import { atTheMoneyVol } from './reference-vol.ts';
import type { PoolMargin } from './report.ts';

/** A pool's margin without its names. */
export type PoolFigures = Omit<PoolMargin, 'account' | 'venue' | 'rules' | 'currency'>;

const RULES: Readonly<Record<MarginRules, MarginRule>> = { 'deribit-standard': deribitStandard, hyperliquid };
const DAYS_A_YEAR = 365;

/** Where the market stands against now: spot and forwards times `factor`, vols plus `volShift`, `days` later. */
export interface MarketState {
  readonly factor: number;
  readonly volShift: number;
  readonly days: number;
}

export const NOW: MarketState = { factor: 1, volShift: 0, days: 0 };

export interface PoolState {
  readonly equity: number;
  readonly initial: number;
  readonly maintenance: number;
  /** Maintenance per position of the pool, in its order. */
  readonly each: readonly number[];
}

/** Values one pool at any state of the market, by its own rules. Money in the pool's currency. */
export function poolAt(problem: RiskProblem, pool: PoolProblem, pricer: Pricer, state: MarketState): PoolState {
  const { instruments: table, holdings, spot } = problem;
  const rule = RULES[pool.rules];
  const marks = pricer.marks(state);
  let equity = pool.cash;
  let initial = 0;
  let maintenance = 0;
  const each: number[] = [];
  pool.holdings.forEach((h, k) => {
    const i = holdings.instrument[h]!;
    const kind = table.kind[i];
    const quantity = holdings.quantity[h]!;
    const entry = holdings.entry[h]!;
    const mark = marks[k]!;
    const option = kind === INVERSE_OPTION || kind === LINEAR_OPTION;
    const inverse = kind === INVERSE_OPTION || kind === INVERSE;
    equity += option ? quantity * mark : inverse ? quantity * (1 / entry - 1 / mark) : quantity * (mark - entry);
    const position: MarginPosition = {
      kind: option ? 'option' : 'future',
      inverse,
      right: table.right[i]!,
      strike: table.strike[i]!,
      quantity,
      mark,
      index: spot[table.underlying[i]!]! * state.factor,
    };
    const asked = rule(position, pool.leverage);
    initial += asked.initial;
    maintenance += asked.maintenance;
    each.push(asked.maintenance);
  });
  return { equity, initial, maintenance, each };
}

function ratioOf(state: PoolState): number {
  if (state.maintenance === 0) return 0;
  return state.equity > 0 ? state.maintenance / state.equity : Number.POSITIVE_INFINITY;
}

/** The underlying whose price moves a pool: that of its first position, or its own coin. */
function driverOf(problem: RiskProblem, pool: PoolProblem): number {
  const [first] = pool.holdings;
  return first === undefined ? pool.currency : problem.holdings.underlying[first]!;
}

function figuresOf(
  problem: RiskProblem,
  pool: PoolProblem,
  pricer: Pricer,
): PoolFigures & { readonly each: readonly number[] } {
  const state = poolAt(problem, pool, pricer, NOW);
  const driver = driverOf(problem, pool);
  const index = problem.spot[driver]!;
  const surplus = (factor: number): number => {
    const moved = poolAt(problem, pool, pricer, { ...NOW, factor });
    return moved.equity - moved.maintenance;
  };
  const found = pool.holdings.length === 0 ? { below: null, above: null } : liquidationSpots(surplus);
  const distances = [found.below, found.above].flatMap((factor) => (factor === null ? [] : [Math.abs(factor - 1)]));
  const distance = distances.length === 0 ? null : Math.min(...distances);
  const sigma = atTheMoneyVol(problem, driver) / Math.sqrt(DAYS_A_YEAR);
  return {
    currencyUsd: pool.currency === DOLLARS ? 1 : problem.spot[pool.currency]!,
    equity: state.equity,
    initialMargin: state.initial,
    maintenanceMargin: state.maintenance,
    ratio: ratioOf(state),
    available: state.equity - state.initial,
    liquidationBelow: found.below === null ? null : found.below * index,
    liquidationAbove: found.above === null ? null : found.above * index,
    distance,
    distanceSigmaDays: distance === null || sigma === 0 ? null : distance / sigma,
    each: state.each,
  };
}

/** Writes what the pool means for each of its rows into the position table. */
function markRows(
  problem: RiskProblem,
  pool: PoolProblem,
  figures: ReturnType<typeof figuresOf>,
  cells: Float64Array,
): void {
  const index = problem.spot[driverOf(problem, pool)]!;
  const candidates = [figures.liquidationBelow, figures.liquidationAbove].flatMap((price) =>
    price === null ? [] : [price],
  );
  const nearest = candidates.sort((a, b) => Math.abs(a - index) - Math.abs(b - index))[0];
  pool.holdings.forEach((h, k) => {
    cells[h * WIDTH + MARGIN_COLUMN] = figures.each[k]! * figures.currencyUsd;
    cells[h * WIDTH + LIQUIDATION_PRICE] = nearest ?? Number.NaN;
    cells[h * WIDTH + LIQUIDATION_DISTANCE] = nearest === undefined ? Number.NaN : nearest / index - 1;
  });
}

/** Bit p of a cell of underlying u: pool p, driven by u, is below maintenance margin there. */
function breachesOf(problem: RiskProblem, pricers: readonly Pricer[]): Uint32Array[] {
  const { spotShifts, volShifts, days } = problem.grid;
  const breaches = Array.from(problem.spot, () => new Uint32Array(spotShifts.length * volShifts.length));
  problem.pools.forEach((pool, p) => {
    const cells = breaches[driverOf(problem, pool)];
    const pricer = pricers[p];
    if (!cells || !pricer || pool.holdings.length === 0) return;
    for (let cell = 0; cell < cells.length; cell++) {
      const factor = 1 + spotShifts[cell % spotShifts.length]!;
      const volShift = volShifts[Math.floor(cell / spotShifts.length)]!;
      const state = poolAt(problem, pool, pricer, { factor, volShift, days });
      if (state.equity < state.maintenance) cells[cell] = cells[cell]! | (1 << p);
    }
  });
  return breaches;
}

/** Margin of every pool now, its liquidation prices, and in which scenario cells it would be liquidated. */
export function poolFigures(
  problem: RiskProblem,
  cells: Float64Array,
): { readonly pools: readonly PoolFigures[]; readonly breaches: readonly Uint32Array[] } {
  const pricers = problem.pools.map((pool) => createPricer(problem, pool));
  const pools = problem.pools.map((pool, p) => {
    const figures = figuresOf(problem, pool, pricers[p] ?? createPricer(problem, pool));
    markRows(problem, pool, figures, cells);
    const { each: _each, ...named } = figures;
    return named;
  });
  return { pools, breaches: breachesOf(problem, pricers) };
}
