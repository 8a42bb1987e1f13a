import { allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { FaultError } from '#shared/units/result.ts';
import { claimMarket, claimPriceAt } from './claims.ts';
import type { MarginPool } from './margin/model.ts';
import { type MarketState, poolView } from './margin-pool.ts';
import { INVERSE_OPTION, LINEAR_OPTION, MARGINED_CLAIM, type PoolProblem, type RiskProblem } from './problem.ts';

const DAYS_A_YEAR = 365;
const LEAST_VOL = 0.01;

/** A pool at any state of the market. Answers are reused by the next call. */
export interface Pricer {
  /** Marks of its positions, in quote units. */
  marks(state: MarketState): Float64Array;
  /** The pool as margin rules take it. */
  pool(state: MarketState): MarginPool;
}

/**
 * Options by Black-76 at the shifted forward and vol, claims by their own formula, futures at their mark times the factor.
 * The state of now keeps the venue's own marks of what is margined, so that margin agrees with what the venue says.
 */
export function createPricer(problem: RiskProblem, pool: PoolProblem): Pricer {
  const { instruments: table, holdings } = problem;
  const rows = Array.from(pool.holdings, (h) => holdings.instrument[h]!);
  const options = rows.flatMap((i, k) =>
    table.kind[i] === INVERSE_OPTION || table.kind[i] === LINEAR_OPTION ? [k] : [],
  );
  const claims = rows.flatMap((i, k) => (table.claims.has(i) ? [k] : []));
  const columns = allocateOptions(options.length);
  const prices = new Float64Array(options.length);
  const marks = new Float64Array(rows.length);
  const view = poolView(problem, pool);
  return {
    pool(state) {
      return view(this.marks(state), state);
    },
    marks({ factor, volShift, days }) {
      const here = factor === 1 && volShift === 0 && days === 0;
      rows.forEach((i, k) => {
        marks[k] = table.mark[i]! * factor;
      });
      for (const k of claims) {
        const i = rows[k]!;
        const terms = table.claims.get(i);
        if (!terms || (here && table.kind[i] === MARGINED_CLAIM)) continue;
        const { spot, forward, vol, years } = claimMarket(table, problem.spot, i);
        marks[k] = claimPriceAt(terms, {
          spot: spot * factor,
          forward: forward * factor,
          vol: Math.max(vol + volShift, LEAST_VOL),
          years: Math.max(years - days / DAYS_A_YEAR, 0),
        });
      }
      if (here && options.every((k) => Number.isFinite(marks[k]))) return marks;
      options.forEach((k, at) => {
        const i = rows[k]!;
        columns.forward[at] = table.forward[i]! * factor;
        columns.strike[at] = table.strike[i]!;
        columns.years[at] = Math.max(table.years[i]! - days / DAYS_A_YEAR, 0);
        columns.vol[at] = Math.max(table.vol[i]! + volShift, LEAST_VOL);
        columns.right[at] = table.right[i]!;
      });
      const priced = kernel().price(options.length, columns, prices);
      if (!priced.ok) throw new FaultError(priced.error);
      options.forEach((k, at) => {
        const i = rows[k]!;
        const coin = table.kind[i] === INVERSE_OPTION ? columns.forward[at]! : 1;
        marks[k] = prices[at]! / coin;
      });
      return marks;
    },
  };
}
