import type { OptionColumns } from '#shared/pricing/kernel/columns.ts';
import {
  DERIBIT_PORTFOLIO,
  type DeribitPortfolioParameters,
  type PairParameters,
  type SettlementParameters,
} from './deribit-portfolio-parameters.ts';
import { entryOf, equityOf, groupedBy, type MarginPool, type MarginResult, type PoolPosition } from './model.ts';
import { deltasOf, pricesOf } from './revaluation.ts';

const DAYS_A_YEAR = 365;
const MONTH = 30;

type Direction = -1 | 0 | 1;

/** One cell of the risk matrix. */
export interface Shock {
  /** Relative: −0.16 = index and forwards fall by 16 %. */
  readonly move: number;
  /** Vol down, same or up. */
  readonly vol: Direction;
  readonly extended: boolean;
}

/** The standard table, from the largest fall to the largest rise by vol down, same, up; then the extended moves. */
export function shocksOf(pair: PairParameters, parameters: DeribitPortfolioParameters): readonly Shock[] {
  const { buckets, extendedMoves } = parameters;
  const shocks: Shock[] = [];
  for (let bucket = -buckets; bucket <= buckets; bucket++) {
    const move = (pair.priceRange * bucket) / buckets;
    for (const vol of [-1, 0, 1] as const) shocks.push({ move, vol, extended: false });
  }
  for (const move of extendedMoves) shocks.push({ move, vol: 1, extended: true });
  return shocks;
}

const tables = new WeakMap<DeribitPortfolioParameters, Map<PairParameters, readonly Shock[]>>();

/** The same, made once per parameters: a scenario grid asks for it a thousand times. */
function tableOf(pair: PairParameters, parameters: DeribitPortfolioParameters): readonly Shock[] {
  const byPair = tables.get(parameters) ?? new Map<PairParameters, readonly Shock[]>();
  tables.set(parameters, byPair);
  const table = byPair.get(pair) ?? shocksOf(pair, parameters);
  byPair.set(pair, table);
  return table;
}

/** Vol after a shock: (30/DTE)^power scales it, and up it is at least the floor. */
export function shockedVol(vol: number, years: number, direction: Direction, pair: PairParameters, leastDays: number) {
  if (direction === 0) return vol;
  const days = Math.max(years * DAYS_A_YEAR, leastDays);
  const scale = (MONTH / days) ** (days < MONTH ? pair.shortTermPower : pair.longTermPower);
  if (direction > 0) return Math.max(vol * (1 + pair.volUp * scale), pair.leastVolUp);
  return Math.max(vol * (1 - pair.volDown * scale), 0);
}

/** Profit of a future over a relative move: coin if inverse, x · (1 − 1/(1+m)) with x coins at the mark; else USD. */
function futureProfit({ inverse, quantity, mark }: PoolPosition, move: number): number {
  return inverse ? (quantity / mark) * (1 - 1 / (1 + move)) : quantity * mark * move;
}

/** Rows of one option: its shocks, then as it is. */
function describeShocks(
  columns: OptionColumns,
  row: number,
  { forward, strike, years, right, vol }: PoolPosition,
  shocks: readonly Shock[],
  vols: readonly [down: number, same: number, up: number],
): void {
  for (let s = 0; s <= shocks.length; s++) {
    const shock = shocks[s];
    columns.forward[row + s] = forward * (1 + (shock?.move ?? 0));
    columns.strike[row + s] = strike;
    columns.years[row + s] = years;
    columns.vol[row + s] = shock ? vols[(shock.vol + 1) as 0 | 1 | 2] : vol;
    columns.rate[row + s] = 0;
    columns.right[row + s] = right;
  }
}

/** Profit of all positions of one underlying in each shock, before what the extended table takes off. */
function profitsOf(group: readonly PoolPosition[], shocks: readonly Shock[], pair: PairParameters, leastDays: number) {
  const profits = new Float64Array(shocks.length);
  const options = group.filter((one) => one.kind === 'option');
  for (const one of group) {
    if (one.kind === 'option') continue;
    for (let s = 0; s < shocks.length; s++) profits[s] = profits[s]! + futureProfit(one, shocks[s]!.move);
  }
  const width = shocks.length + 1;
  const prices = pricesOf(options.length * width, (columns) => {
    options.forEach((one, k) => {
      const vol = (direction: Direction): number => shockedVol(one.vol, one.years, direction, pair, leastDays);
      describeShocks(columns, k * width, one, shocks, [vol(-1), one.vol, vol(1)]);
    });
  });
  options.forEach(({ inverse, forward, quantity }, k) => {
    const now = prices[k * width + shocks.length]! / (inverse ? forward : 1);
    for (let s = 0; s < shocks.length; s++) {
      const then = prices[k * width + s]! / (inverse ? forward * (1 + shocks[s]!.move) : 1);
      profits[s] = profits[s]! + quantity * (then - now);
    }
  });
  return profits;
}

/**
 * Far moves count for a fraction only: profit · factor · range/|m|, coin profit valued at the edge of the standard table,
 * and brought toward nil by up to (|m|/range − 1) times the dampener.
 */
function extendedProfit(
  profit: number,
  move: number,
  pair: PairParameters,
  settlement: SettlementParameters,
  coin: { readonly index: number } | null,
): number {
  const { priceRange: range } = pair;
  const edge = 1 + Math.sign(move) * range;
  const inCoin = coin ? (1 + move) / edge : 1;
  const counted = profit * pair.extendedTableFactor * (range / Math.abs(move)) * inCoin;
  const dollars = (Math.max(Math.abs(move) / range, 1) - 1) * settlement.extendedDampenerUsd;
  const dampener = coin ? dollars / (edge * coin.index) : dollars;
  return Math.sign(counted) * Math.max(Math.abs(counted) - dampener, 0);
}

/** Delta of every position in coins; futures their size. */
function deltas(group: readonly PoolPosition[]): Float64Array {
  const options = group.filter((one) => one.kind === 'option');
  const ofOptions = deltasOf(options.length, (columns) => {
    options.forEach(({ forward, strike, years, vol, right }, k) => {
      columns.forward[k] = forward;
      columns.strike[k] = strike;
      columns.years[k] = years;
      columns.vol[k] = vol;
      columns.rate[k] = 0;
      columns.right[k] = right;
    });
  });
  let next = 0;
  return Float64Array.from(group, ({ kind, inverse, quantity, mark }) => {
    if (kind === 'option') return quantity * ofOptions[next++]!;
    return inverse ? quantity / mark : quantity;
  });
}

/** Each expiry's net delta times what its basis may move by; coins. */
function rollShock(group: readonly PoolPosition[], delta: Float64Array, settlement: SettlementParameters): number {
  const byExpiry = new Map<number, number>();
  group.forEach(({ years }, k) => {
    byExpiry.set(years, (byExpiry.get(years) ?? 0) + delta[k]!);
  });
  let shock = 0;
  for (const [years, net] of byExpiry) {
    const move = Math.exp(settlement.annualisedMoveRisk * years) - 1;
    shock += Math.abs(net) * Math.max(move, settlement.leastAnnualisedMove);
  }
  return shock;
}

/** What a large net delta costs to unwind; coins. Long options may offset the rest but do not add to it. */
function deltaShock(group: readonly PoolPosition[], delta: Float64Array, pair: PairParameters): number {
  let longOptions = 0;
  let rest = 0;
  group.forEach(({ kind, quantity }, k) => {
    if (kind === 'option' && quantity > 0) longOptions += delta[k]!;
    else rest += delta[k]!;
  });
  const net = longOptions + rest;
  const judged = rest < 0 ? Math.min(Math.max(net, rest), 0) : Math.max(Math.min(net, rest), 0);
  const index = group[0]?.index ?? 0;
  const beyond = Math.max(Math.abs(judged) * index - pair.deltaThresholdUsd, 0) / index;
  return Math.abs(judged) * Math.min(beyond * pair.deltaIncrement, pair.largestDeltaShock);
}

interface Part {
  readonly worstCase: number;
  readonly worst: Shock | null;
  readonly rollShock: number;
  readonly deltaShock: number;
}

function partOf(group: readonly PoolPosition[], pool: MarginPool, parameters: DeribitPortfolioParameters): Part {
  const [first] = group;
  if (!first) return { worstCase: 0, worst: null, rollShock: 0, deltaShock: 0 };
  const pair = entryOf(parameters.pairs, first.underlying);
  const settlement = entryOf(parameters.settlement, pool.currency);
  const coin = first.inverse ? { index: first.index } : null;
  const shocks = tableOf(pair, parameters);
  const profits = profitsOf(group, shocks, pair, parameters.leastDays);
  let worstCase = 0;
  let worst: Shock | null = null;
  shocks.forEach((shock, s) => {
    const profit = shock.extended ? extendedProfit(profits[s]!, shock.move, pair, settlement, coin) : profits[s]!;
    if (-profit > worstCase) [worstCase, worst] = [-profit, shock];
  });
  const delta = deltas(group);
  const money = coin ? 1 : first.index;
  return {
    worstCase,
    worst,
    rollShock: rollShock(group, delta, settlement) * money,
    deltaShock: deltaShock(group, delta, pair) * money,
  };
}

/**
 * Deribit's portfolio margin of one settlement currency (S:PM). IM = worst loss over the risk matrix + roll shock + delta
 * shock, MM = a fixed part of it. Sources: support.deribit.com article 25944756247837; the figures of the documented
 * answer of private/pme/simulate are the golden tests. Of a dollar pool with several underlyings each is taken at its own
 * worst and gains of one are not set against losses of another: the venue allows part of that, so this asks for more.
 * Open orders, spot and market-maker protection are not in it.
 */
export function deribitPortfolio(
  pool: MarginPool,
  parameters: DeribitPortfolioParameters = DERIBIT_PORTFOLIO,
): MarginResult {
  const groups = groupedBy(pool.positions, (one) => one.underlying);
  const details: Record<string, number> = { worstCase: 0, rollShock: 0, deltaShock: 0 };
  let initial = 0;
  for (const [underlying, group] of groups) {
    const part = partOf(group, pool, parameters);
    details.worstCase = details.worstCase! + part.worstCase;
    details.rollShock = details.rollShock! + part.rollShock;
    details.deltaShock = details.deltaShock! + part.deltaShock;
    details[`worstMove${underlying}`] = part.worst?.move ?? 0;
    details[`worstVol${underlying}`] = part.worst?.vol ?? 0;
    initial += part.worstCase + part.rollShock + part.deltaShock;
  }
  const maintenance = initial * parameters.maintenanceFactor;
  const equity = equityOf(pool);
  return { initial, maintenance, equity, marginBalance: equity, byPosition: null, details };
}
