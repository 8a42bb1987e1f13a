import { allocateOptions, type OptionColumns } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { FaultError } from '#shared/units/result.ts';
import { claimMarket, claimPriceAt } from './claims.ts';
import type { MarginPool } from './margin/model.ts';
import { type MarketState, poolView } from './margin-pool.ts';
import {
  type GridAxes,
  INVERSE_OPTION,
  LINEAR_OPTION,
  MARGINED_CLAIM,
  type PoolProblem,
  type RiskProblem,
} from './problem.ts';

const DAYS_A_YEAR = 365;
const LEAST_VOL = 0.01;

/** A pool at any state of the market. Answers are reused by the next call. */
export interface Pricer {
  /** Marks of its positions, in quote units. */
  marks(state: MarketState): Float64Array;
  /** The pool as margin rules take it. */
  pool(state: MarketState): MarginPool;
  /** Prices the options at all spots of a grid at once, for the states of that row that are asked for next. */
  ahead(grid: GridAxes, volShift: number): void;
}

/** Option prices along one row of a grid: prices[option · spots + spot]. */
interface Row {
  readonly volShift: number;
  readonly days: number;
  /** Number of the spot by its factor. */
  readonly spots: ReadonlyMap<number, number>;
  readonly prices: Float64Array;
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
  /** Made when first needed: the state of now takes the venue's marks. */
  let work: { readonly columns: OptionColumns; readonly prices: Float64Array } | null = null;
  const worked = () => {
    work ??= { columns: allocateOptions(options.length), prices: new Float64Array(options.length) };
    return work;
  };
  const marks = new Float64Array(rows.length);
  const view = poolView(problem, pool);
  let row: Row | null = null;
  const place = ({ factor, volShift, days }: MarketState): OptionColumns => {
    const { columns } = worked();
    options.forEach((k, at) => {
      const i = rows[k]!;
      columns.forward[at] = table.forward[i]! * factor;
      columns.strike[at] = table.strike[i]!;
      columns.years[at] = Math.max(table.years[i]! - days / DAYS_A_YEAR, 0);
      columns.vol[at] = Math.max(table.vol[i]! + volShift, LEAST_VOL);
      columns.right[at] = table.right[i]!;
    });
    return columns;
  };
  const price = (state: MarketState): Float64Array => {
    const { prices } = worked();
    const spot = row?.volShift === state.volShift && row.days === state.days ? row.spots.get(state.factor) : undefined;
    if (row && spot !== undefined) {
      for (let at = 0; at < prices.length; at++) prices[at] = row.prices[at * row.spots.size + spot]!;
      return prices;
    }
    const priced = kernel().price(options.length, place(state), prices);
    if (!priced.ok) throw new FaultError(priced.error);
    return prices;
  };
  return {
    ahead({ spotShifts, days }, volShift) {
      const spots = new Map(Array.from(spotShifts, (shift, at) => [1 + shift, at]));
      if (spots.size !== spotShifts.length) return;
      // Each option is an underlying of its own to the grid kernel: prices come out one by one.
      const alone = {
        ...place({ factor: 1, volShift, days }),
        quantity: new Float64Array(options.length).fill(1),
        underlying: Int32Array.from(options, (_k, at) => at),
      };
      const axes = { spotShifts, volShifts: Float64Array.of(0), volMode: 'absolute' as const };
      const found = row?.spots.size === spots.size ? row.prices : new Float64Array(options.length * spots.size);
      const priced = kernel().scenarioGrid(options.length, alone, axes, found);
      if (!priced.ok) throw new FaultError(priced.error);
      row = { volShift, days, spots, prices: found };
    },
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
      const prices = price({ factor, volShift, days });
      options.forEach((k, at) => {
        const i = rows[k]!;
        const coin = table.kind[i] === INVERSE_OPTION ? table.forward[i]! * factor : 1;
        marks[k] = prices[at]! / coin;
      });
      return marks;
    },
  };
}
