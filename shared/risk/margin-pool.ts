import type { MarginPool, PoolAsset, PoolPosition } from './margin/model.ts';
import {
  CLAIM,
  DOLLARS,
  INVERSE,
  INVERSE_OPTION,
  LINEAR_OPTION,
  type PoolProblem,
  type RiskProblem,
} from './problem.ts';

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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What of a position stays the same whatever the market does. */
function positionOf(problem: RiskProblem, pool: PoolProblem, h: number): Mutable<PoolPosition> {
  const { instruments: table, holdings } = problem;
  const i = holdings.instrument[h]!;
  const kind = table.kind[i];
  const [leverage, isolatedMargin] = [table.leverage[i]!, table.isolated[i]!];
  return {
    kind: kind === INVERSE_OPTION || kind === LINEAR_OPTION ? 'option' : kind === CLAIM ? 'claim' : 'future',
    inverse: kind === INVERSE_OPTION || kind === INVERSE,
    right: table.right[i]!,
    strike: table.strike[i]!,
    quantity: holdings.quantity[h]!,
    mark: Number.NaN,
    index: Number.NaN,
    underlying: pool.coins[table.underlying[i]!] ?? '',
    entry: holdings.entry[h]!,
    forward: Number.NaN,
    vol: 0,
    years: 0,
    ...(leverage > 0 ? { leverage } : {}),
    ...(Number.isNaN(isolatedMargin) ? {} : { isolatedMargin }),
  };
}

function assetOf(problem: RiskProblem, pool: PoolProblem, h: number): Mutable<PoolAsset> {
  const underlying = problem.holdings.underlying[h]!;
  const currency = underlying === DOLLARS ? 'USDC' : (pool.coins[underlying] ?? '');
  const token = problem.holdings.lent.get(h);
  const quantity = problem.holdings.quantity[h]!;
  if (!token) return { currency, quantity, price: 1 };
  return { currency: token.asset, quantity, price: 1, ltv: token.ltv, threshold: token.threshold };
}

/** A pool of the problem as margin rules take it, at any state of the market. The answer is reused by the next call. */
export function poolView(
  problem: RiskProblem,
  pool: PoolProblem,
): (marks: Float64Array, state: MarketState) => MarginPool {
  const { instruments: table, holdings, spot } = problem;
  const positions = Array.from(pool.holdings, (h) => positionOf(problem, pool, h));
  const assets = Array.from(pool.assets, (h) => assetOf(problem, pool, h));
  const dollars = pool.currency === DOLLARS;
  const view: Mutable<MarginPool> = {
    currency: dollars ? 'USDC' : (pool.coins[pool.currency] ?? ''),
    currencyUsd: 1,
    cash: pool.cash,
    positions,
    assets,
    leverage: pool.leverage,
    ...(pool.emode === undefined ? {} : { emode: pool.emode }),
  };
  return (marks, { factor, volShift, days }) => {
    view.currencyUsd = dollars ? 1 : spot[pool.currency]! * factor;
    for (let k = 0; k < positions.length; k++) {
      const one = positions[k]!;
      const i = holdings.instrument[pool.holdings[k]!]!;
      one.mark = marks[k]!;
      one.index = spot[table.underlying[i]!]! * factor;
      one.forward = table.forward[i]! * factor;
      one.vol = one.kind === 'option' ? Math.max(table.vol[i]! + volShift, LEAST_VOL) : 0;
      one.years = Math.max(table.years[i]! - days / DAYS_A_YEAR, 0);
    }
    for (let k = 0; k < assets.length; k++) {
      const underlying = holdings.underlying[pool.assets[k]!]!;
      if (underlying !== DOLLARS) assets[k]!.price = spot[underlying]! * factor;
    }
    return view;
  };
}
