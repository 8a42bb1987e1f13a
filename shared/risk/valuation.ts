import type { ClaimValue } from '#shared/pricing/claims/terms.ts';
import {
  allocateGreeks,
  allocateOptions,
  type GreekColumns,
  type OptionColumns,
} from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { FaultError } from '#shared/units/result.ts';
import { claimFigures } from './claims.ts';
import { CLAIM, INVERSE, INVERSE_OPTION, type InstrumentTable, LINEAR_OPTION, type RiskProblem } from './problem.ts';

const DAYS_A_YEAR = 365;
const VOL_POINT = 0.01;

/**
 * USD-view figures of one unit of each instrument, as the sensitivity to a parallel move of index and forwards by 1 USD.
 * delta coins, gamma coins per USD, vega USD per vol point, theta USD per day, value USD (options and claims; futures are
 * valued against their entry, so theirs stays 0), coins: value in coin of coin-settled options.
 */
export interface UnitFigures {
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
  readonly vega: Float64Array;
  readonly theta: Float64Array;
  readonly value: Float64Array;
  readonly coins: Float64Array;
  /** What one unit is written on, USD, never negative. */
  readonly notional: Float64Array;
}

/** What valueUnits works in; kept, for a small book costs less to value than its columns to allocate. */
let work = { rows: 0, options: allocateOptions(0), greeks: allocateGreeks(0) };

function workFor(rows: number): typeof work {
  if (work.rows < rows) work = { rows, options: allocateOptions(rows), greeks: allocateGreeks(rows) };
  return work;
}

/** The kernel prices every row: what is not an option is given as an expired one. Rates stay 0. */
function writeOptions(table: InstrumentTable, { forward, strike, right, vol, years }: OptionColumns): void {
  for (let i = 0; i < table.count; i++) {
    const option = table.right[i] !== 0;
    forward[i] = table.forward[i]!;
    strike[i] = option ? table.strike[i]! : table.forward[i]!;
    right[i] = option ? table.right[i]! : 1;
    vol[i] = option ? table.vol[i]! : 0;
    years[i] = option ? table.years[i]! : 0;
  }
}

export function valueUnits(problem: RiskProblem): UnitFigures {
  const { instruments: table, spot } = problem;
  const n = table.count;
  const { options, greeks } = workFor(n);
  writeOptions(table, options);
  const priced = kernel().greeks(n, options, greeks);
  if (!priced.ok) throw new FaultError(priced.error);
  const unit: UnitFigures = {
    delta: new Float64Array(n),
    gamma: new Float64Array(n),
    vega: new Float64Array(n),
    theta: new Float64Array(n),
    value: new Float64Array(n),
    coins: new Float64Array(n),
    notional: new Float64Array(n),
  };
  for (let i = 0; i < n; i++) {
    const kind = table.kind[i];
    const index = spot[table.underlying[i]!]!;
    unit.notional[i] = kind === INVERSE ? 1 : index;
    if (kind === INVERSE_OPTION || kind === LINEAR_OPTION)
      optionUnit(unit, greeks, i, kind === INVERSE_OPTION, index, table.forward[i]!);
    else if (kind === INVERSE) inverseUnit(unit, i, index, table.mark[i]!);
    else unit.delta[i] = 1;
  }
  for (const [i, terms] of table.claims) claimUnit(unit, i, claimFigures(problem, i, terms), table.kind[i] === CLAIM);
  return unit;
}

/** Claims that are margined are valued against their entry, as futures are. */
function claimUnit(unit: UnitFigures, i: number, figures: ClaimValue, paidFor: boolean): void {
  unit.delta[i] = figures.delta;
  unit.gamma[i] = figures.gamma;
  unit.vega[i] = figures.vega * VOL_POINT;
  unit.theta[i] = figures.theta / DAYS_A_YEAR;
  unit.value[i] = paidFor ? figures.price : 0;
  unit.notional[i] = figures.notional;
}

/**
 * Coin-settled options are worth g·B dollars, g = S/F and B the Black-76 price at forward F: Deribit quotes B/F coins.
 * With S and F moving together by x: g' = (F − S)/F², g'' = −2(F − S)/F³.
 */
function optionUnit(
  unit: UnitFigures,
  greeks: GreekColumns,
  i: number,
  inverse: boolean,
  index: number,
  forward: number,
): void {
  const price = greeks.price[i]!;
  const delta = greeks.delta[i]!;
  const g = inverse ? index / forward : 1;
  const g1 = inverse ? (forward - index) / (forward * forward) : 0;
  const g2 = (-2 * g1) / forward;
  unit.delta[i] = g * delta + g1 * price;
  unit.gamma[i] = g * greeks.gamma[i]! + 2 * g1 * delta + g2 * price;
  unit.vega[i] = g * greeks.vega[i]! * VOL_POINT;
  unit.theta[i] = (g * greeks.theta[i]!) / DAYS_A_YEAR;
  unit.value[i] = g * price;
  unit.coins[i] = inverse ? price / forward : 0;
}

/**
 * One USD of an inverse future is worth S·(1/E − 1/F) dollars. Its own part of the slope is S/F²; the rest, the profit
 * in coin, counts with the coin cash. Curvature of both together: 2/F²·(1 − S/F).
 */
function inverseUnit(unit: UnitFigures, i: number, index: number, mark: number): void {
  unit.delta[i] = index / (mark * mark);
  unit.gamma[i] = (2 / (mark * mark)) * (1 - index / mark);
}
