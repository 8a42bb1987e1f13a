import { CLAIM, DOLLARS, INVERSE, INVERSE_OPTION, type LentToken, LINEAR_OPTION, type RiskProblem } from './problem.ts';
import { POSITION_COLUMNS, type PositionColumn } from './report.ts';
import type { UnitFigures } from './valuation.ts';

export const WIDTH = POSITION_COLUMNS.length;

const at = (name: PositionColumn): number => POSITION_COLUMNS.indexOf(name);
const QUANTITY = at('quantity');
const MARK = at('mark');
const ENTRY = at('entry');
const UNREALISED = at('unrealisedUsd');
const VALUE = at('valueUsd');
const DAY = at('dayUsd');
const DELTA = at('delta');
const DELTA_COIN = at('deltaCoin');
const GAMMA = at('gamma');
const VEGA = at('vega');
const THETA = at('theta');
const FUNDING = at('funding8hUsd');
const MARGIN = at('marginUsd');
export const LIQUIDATION_PRICE = at('liquidationPrice');
export const LIQUIDATION_DISTANCE = at('liquidationDistance');
const AGE = at('ageMs');
export const MARGIN_COLUMN = MARGIN;

/** Fills one position row. */
function positionRow(problem: RiskProblem, unit: UnitFigures, cells: Float64Array, h: number): void {
  const { instruments: table, holdings, spot } = problem;
  const i = holdings.instrument[h]!;
  const o = h * WIDTH;
  const quantity = holdings.quantity[h]!;
  const entry = holdings.entry[h]!;
  const index = spot[table.underlying[i]!]!;
  const kind = table.kind[i];
  const mark = table.mark[i]!;
  const paidFor = kind === INVERSE_OPTION || kind === LINEAR_OPTION || kind === CLAIM;
  const future = kind === INVERSE ? index * quantity * (1 / entry - 1 / mark) : quantity * (mark - entry);
  const value = paidFor ? quantity * unit.value[i]! : future;
  const paid = kind === INVERSE_OPTION ? entry * index : entry;
  const unrealised = paidFor ? value - quantity * paid : future;
  const delta = quantity * unit.delta[i]!;
  cells[o + QUANTITY] = quantity;
  cells[o + MARK] = kind === CLAIM ? unit.value[i]! : mark;
  cells[o + ENTRY] = entry;
  cells[o + UNREALISED] = unrealised;
  cells[o + VALUE] = value;
  cells[o + DAY] = unrealised + holdings.dayOffsetUsd[h]!;
  cells[o + DELTA] = delta;
  cells[o + DELTA_COIN] = delta - quantity * unit.coins[i]!;
  cells[o + GAMMA] = quantity * unit.gamma[i]!;
  cells[o + VEGA] = quantity * unit.vega[i]!;
  cells[o + THETA] = quantity * unit.theta[i]!;
  cells[o + FUNDING] = paidFor ? Number.NaN : -quantity * unit.notional[i]! * table.funding8h[i]!;
  cells[o + MARGIN] = Number.NaN;
  cells[o + LIQUIDATION_PRICE] = Number.NaN;
  cells[o + LIQUIDATION_DISTANCE] = Number.NaN;
  cells[o + AGE] = table.ageMs[i]!;
}

/** Coin profit of the inverse futures per (account, underlying): it counts as coin cash. */
function coinProfit(problem: RiskProblem): Float64Array {
  const { instruments: table, holdings } = problem;
  const underlyings = problem.spot.length;
  const profit = new Float64Array(problem.accounts * underlyings);
  for (let h = 0; h < holdings.count; h++) {
    const i = holdings.instrument[h]!;
    if (i < 0 || table.kind[i] !== INVERSE) continue;
    const slot = holdings.account[h]! * underlyings + table.underlying[i]!;
    const coins = holdings.quantity[h]! * (1 / holdings.entry[h]! - 1 / table.mark[i]!);
    profit[slot] = profit[slot]! + coins;
  }
  return profit;
}

function cashRow(problem: RiskProblem, profit: Float64Array, cells: Float64Array, h: number): void {
  const { holdings, spot } = problem;
  const o = h * WIDTH;
  const underlying = holdings.underlying[h]!;
  const dollars = underlying === DOLLARS;
  const index = dollars ? 1 : spot[underlying]!;
  const quantity = holdings.quantity[h]!;
  const token = holdings.lent.get(h);
  const futures = dollars || token ? 0 : (profit[holdings.account[h]! * spot.length + underlying] ?? 0);
  cells.fill(Number.NaN, o, o + WIDTH);
  cells[o + QUANTITY] = quantity;
  cells[o + MARK] = index;
  cells[o + VALUE] = quantity * index;
  cells[o + UNREALISED] = 0;
  cells[o + DAY] = holdings.dayOffsetUsd[h]!;
  cells[o + DELTA] = dollars ? 0 : quantity + futures;
  cells[o + DELTA_COIN] = dollars ? 0 : quantity + futures;
  cells[o + GAMMA] = 0;
  cells[o + VEGA] = 0;
  cells[o + THETA] = 0;
  cells[o + AGE] = 0;
  if (token) lentRow(token, holdings.entry[h]!, cells, o);
}

/** A lending token over the cash it is counted as: in tokens, with its price, interest and entry. */
function lentRow({ perToken, funding8h, ageMs }: LentToken, entry: number, cells: Float64Array, o: number): void {
  const value = cells[o + VALUE]!;
  const tokens = cells[o + QUANTITY]! / perToken;
  cells[o + QUANTITY] = tokens;
  cells[o + MARK] = cells[o + MARK]! * perToken;
  cells[o + ENTRY] = entry;
  cells[o + UNREALISED] = value - tokens * entry;
  cells[o + DAY] = cells[o + DAY]! + value - tokens * entry;
  cells[o + FUNDING] = -value * funding8h;
  cells[o + AGE] = ageMs;
}

/** Fills every row's figures, in the order of POSITION_COLUMNS. */
export function fillHoldings(problem: RiskProblem, unit: UnitFigures, cells: Float64Array): void {
  const profit = coinProfit(problem);
  for (let h = 0; h < problem.holdings.count; h++) {
    if (problem.holdings.instrument[h]! < 0) cashRow(problem, profit, cells, h);
    else positionRow(problem, unit, cells, h);
  }
}
