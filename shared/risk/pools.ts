import { LIQUIDATION_DISTANCE, LIQUIDATION_PRICE, MARGIN_COLUMN, WIDTH } from './holdings.ts';
import { liquidationSpots } from './liquidation.ts';
import { ratioOf } from './margin/assessment.ts';
import type { MarginResult } from './margin/model.ts';
import { RULES } from './margin/rules.ts';
import { unmargined } from './margin/unmargined.ts';
import { type MarketState, NOW } from './margin-pool.ts';
import { createPricer, type Pricer } from './pool-pricer.ts';
import { DOLLARS, type PoolProblem, type RiskProblem } from './problem.ts';
import { atTheMoneyVol } from './reference-vol.ts';
import type { PoolMargin } from './report.ts';

/** A pool's margin without its names. */
export type PoolFigures = Omit<PoolMargin, 'account' | 'venue' | 'rules' | 'currency'>;

export { type MarketState, NOW } from './margin-pool.ts';

const DAYS_A_YEAR = 365;

/** One pool at any state of the market, by its own rules. Money in the pool's currency. */
export function poolAt(pool: PoolProblem, pricer: Pricer, state: MarketState): MarginResult {
  const { rules } = pool;
  return rules === 'unmargined' ? unmargined(pricer.pool(state)) : RULES[rules].of(pricer.pool(state));
}

/**
 * The underlying whose price moves a pool: that of its first position, its own coin, or that of its largest asset; −1
 * where none does.
 */
function driverOf(problem: RiskProblem, pool: PoolProblem): number {
  const { holdings, spot } = problem;
  const [first] = pool.holdings;
  if (first !== undefined) return holdings.underlying[first]!;
  if (pool.currency !== DOLLARS) return pool.currency;
  let driver = -1;
  let largest = 0;
  for (const h of pool.assets) {
    const underlying = holdings.underlying[h]!;
    const value = underlying === DOLLARS ? 0 : Math.abs(holdings.quantity[h]! * spot[underlying]!);
    if (value > largest) [driver, largest] = [underlying, value];
  }
  return driver;
}

/** Nothing but cash of the pool's own currency. */
function isCash(pool: PoolProblem): boolean {
  return pool.holdings.length === 0 && pool.assets.length === 0;
}

function figuresOf(
  problem: RiskProblem,
  pool: PoolProblem,
  pricer: Pricer,
): PoolFigures & Pick<MarginResult, 'byPosition'> {
  const state = poolAt(pool, pricer, NOW);
  const driver = driverOf(problem, pool);
  const index = problem.spot[driver] ?? Number.NaN;
  const surplus = (factor: number): number => {
    const moved = poolAt(pool, pricer, { ...NOW, factor });
    return moved.marginBalance - moved.maintenance;
  };
  const sought = problem.frontier !== false && !isCash(pool) && driver >= 0;
  const found = sought ? liquidationSpots(surplus) : { below: null, above: null };
  const distances = [found.below, found.above].flatMap((factor) => (factor === null ? [] : [Math.abs(factor - 1)]));
  const distance = distances.length === 0 ? null : Math.min(...distances);
  const daily = distance === null ? 0 : atTheMoneyVol(problem, driver) / Math.sqrt(DAYS_A_YEAR);
  return {
    currencyUsd: pool.currency === DOLLARS ? 1 : problem.spot[pool.currency]!,
    equity: state.equity,
    marginBalance: state.marginBalance,
    initialMargin: state.initial,
    maintenanceMargin: state.maintenance,
    ratio: ratioOf(state),
    available: state.marginBalance - state.initial,
    liquidationBelow: found.below === null ? null : found.below * index,
    liquidationAbove: found.above === null ? null : found.above * index,
    distance,
    distanceSigmaDays: distance === null || daily === 0 ? null : distance / daily,
    byPosition: state.byPosition,
    ...(state.details.healthFactor === undefined ? {} : { healthFactor: state.details.healthFactor }),
  };
}

/** Writes what the pool means for each of its rows into the position table. */
function markRows(
  problem: RiskProblem,
  pool: PoolProblem,
  figures: ReturnType<typeof figuresOf>,
  cells: Float64Array,
): void {
  const driver = driverOf(problem, pool);
  const index = problem.spot[driver] ?? Number.NaN;
  const candidates = [figures.liquidationBelow, figures.liquidationAbove].flatMap((price) =>
    price === null ? [] : [price],
  );
  const nearest = candidates.sort((a, b) => Math.abs(a - index) - Math.abs(b - index))[0];
  const price = (h: number): void => {
    cells[h * WIDTH + LIQUIDATION_PRICE] = nearest ?? Number.NaN;
    cells[h * WIDTH + LIQUIDATION_DISTANCE] = nearest === undefined ? Number.NaN : nearest / index - 1;
  };
  pool.holdings.forEach((h, k) => {
    cells[h * WIDTH + MARGIN_COLUMN] = (figures.byPosition?.[k]?.maintenance ?? Number.NaN) * figures.currencyUsd;
    price(h);
  });
  for (const h of pool.assets) if (problem.holdings.underlying[h] === driver) price(h);
}

/** As many as a cell has bits. */
const MOST_POOLS = 32;

/** Bit p of a cell of underlying u: pool p, driven by u, is below maintenance margin there. Pools beyond 32 have none. */
function breachesOf(problem: RiskProblem, pricers: readonly Pricer[]): Uint32Array[] {
  const { spotShifts, volShifts, days } = problem.grid;
  const breaches = Array.from(problem.spot, () => new Uint32Array(spotShifts.length * volShifts.length));
  problem.pools.forEach((pool, p) => {
    const cells = breaches[driverOf(problem, pool)];
    const pricer = pricers[p];
    if (!cells || !pricer || isCash(pool) || p >= MOST_POOLS) return;
    for (let cell = 0; cell < cells.length; cell++) {
      const factor = 1 + spotShifts[cell % spotShifts.length]!;
      const volShift = volShifts[Math.floor(cell / spotShifts.length)]!;
      if (cell % spotShifts.length === 0) pricer.ahead(problem.grid, volShift);
      const state = poolAt(pool, pricer, { factor, volShift, days });
      if (state.marginBalance < state.maintenance) cells[cell] = cells[cell]! | (1 << p);
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
    const { byPosition: _each, ...named } = figures;
    return named;
  });
  return { pools, breaches: breachesOf(problem, pricers) };
}
