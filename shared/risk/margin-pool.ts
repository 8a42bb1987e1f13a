import type { MarginPool, PoolAsset, PoolPosition } from './margin/model.ts';
import type { Pricer } from './pool-pricer.ts';
import { DOLLARS, INVERSE, INVERSE_OPTION, LINEAR_OPTION, type PoolProblem, type RiskProblem } from './problem.ts';

const DAYS_A_YEAR = 365;

/** Where the market stands against now: spot and forwards times `factor`, vols plus `volShift`, `days` later. */
export interface MarketState {
  readonly factor: number;
  readonly volShift: number;
  readonly days: number;
}

export const NOW: MarketState = { factor: 1, volShift: 0, days: 0 };
/** Vols do not fall below it, as the pricer's do not. */
const LEAST_VOL = 0.01;

function positionAt(
  problem: RiskProblem,
  pool: PoolProblem,
  h: number,
  mark: number,
  state: MarketState,
): PoolPosition {
  const { instruments: table, holdings, spot } = problem;
  const i = holdings.instrument[h]!;
  const kind = table.kind[i];
  const option = kind === INVERSE_OPTION || kind === LINEAR_OPTION;
  const underlying = table.underlying[i]!;
  return {
    kind: option ? 'option' : 'future',
    inverse: kind === INVERSE_OPTION || kind === INVERSE,
    right: table.right[i]!,
    strike: table.strike[i]!,
    quantity: holdings.quantity[h]!,
    mark,
    index: spot[underlying]! * state.factor,
    underlying: pool.coins[underlying] ?? '',
    entry: holdings.entry[h]!,
    forward: table.forward[i]! * state.factor,
    vol: option ? Math.max(table.vol[i]! + state.volShift, LEAST_VOL) : 0,
    years: Math.max(table.years[i]! - state.days / DAYS_A_YEAR, 0),
  };
}

function assetAt(problem: RiskProblem, pool: PoolProblem, h: number, { factor }: MarketState): PoolAsset {
  const underlying = problem.holdings.underlying[h]!;
  const quantity = problem.holdings.quantity[h]!;
  if (underlying === DOLLARS) return { currency: 'USDC', quantity, price: 1 };
  return { currency: pool.coins[underlying] ?? '', quantity, price: problem.spot[underlying]! * factor };
}

/** A pool of the problem as margin rules take it, at a state of the market. */
export function marginPoolAt(problem: RiskProblem, pool: PoolProblem, pricer: Pricer, state: MarketState): MarginPool {
  const marks = pricer.marks(state);
  return {
    currency: pool.currency === DOLLARS ? 'USDC' : (pool.coins[pool.currency] ?? ''),
    currencyUsd: pool.currency === DOLLARS ? 1 : problem.spot[pool.currency]! * state.factor,
    cash: pool.cash,
    positions: Array.from(pool.holdings, (h, k) => positionAt(problem, pool, h, marks[k]!, state)),
    assets: Array.from(pool.assets, (h) => assetAt(problem, pool, h, state)),
    leverage: pool.leverage,
    ...(pool.emode === undefined ? {} : { emode: pool.emode }),
  };
}
