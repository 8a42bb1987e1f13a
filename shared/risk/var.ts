import { FaultError, fault } from '#shared/units/result.ts';
import type { RiskProblem } from './problem.ts';
import type { ReturnSample } from './returns.ts';
import { type Revaluation, revalue, type VolRule } from './revaluation.ts';

/** Share of the scenarios, on each side of the quantile, that component VaR averages over. */
const NEIGHBOURS = 0.0025;

/** What one holding contributes. Sums over holdings to the total. */
export interface Contribution {
  /** Row of the holding table. */
  readonly holding: number;
  /** USD: the holding's share of the VaR by Euler's rule, E[−P&L of the holding | P&L = −VaR]. */
  readonly varUsd: number;
  /** USD: E[−P&L of the holding | P&L ≤ −VaR]. */
  readonly esUsd: number;
  /** ∂VaR/∂quantity: USD per unit of the instrument. */
  readonly marginalVar: number;
}

export interface ValueAtRisk {
  /** 0.99: losses worse than `varUsd` in one of a hundred. */
  readonly level: number;
  readonly days: number;
  readonly scenarios: number;
  /** A loss is positive, USD. */
  readonly varUsd: number;
  readonly esUsd: number;
  /** Standard error of the VaR by the order statistics one binomial deviation away; of the mean beyond it for the ES. */
  readonly varErrorUsd: number;
  readonly esErrorUsd: number;
  readonly worstUsd: number;
  readonly meanUsd: number;
  readonly contributions: readonly Contribution[];
}

/** Scenarios from the worst to the best. */
function ascending(pnl: Float64Array): Int32Array {
  return Int32Array.from(pnl.keys()).sort((a, b) => pnl[a]! - pnl[b]! || a - b);
}

/** How many scenarios lie at or beyond the VaR: the tail of 1 − level, at least one. */
function tailCount(count: number, level: number): number {
  return Math.max(Math.floor(count * (1 - level) + 1e-9), 1);
}

function check(sample: ReturnSample, level: number): void {
  if (!(level > 0.5 && level < 1)) {
    throw new FaultError(fault('var-level', `VaR: expected a level between 0.5 and 1, was ${level}`));
  }
  const needed = Math.ceil(1 / (1 - level) - 1e-9);
  if (sample.count < needed) {
    const message = `VaR at ${level}: expected at least ${needed} scenarios, was ${sample.count}`;
    throw new FaultError(fault('var-scenarios', message));
  }
}

function meanByHolding(book: Revaluation, scenarios: ArrayLike<number>, holdings: number): Float64Array {
  const mean = new Float64Array(holdings);
  for (let at = 0; at < scenarios.length; at++) {
    const pnl = book.byHolding(scenarios[at]!);
    for (let h = 0; h < holdings; h++) mean[h]! -= pnl[h]! / scenarios.length;
  }
  return mean;
}

function sum(values: Float64Array): number {
  return values.reduce((total, one) => total + one, 0);
}

/**
 * Euler shares (Tasche 1999): the mean loss of each holding over the scenarios around the quantile, scaled so that they
 * add up to the VaR; over the tail, where they add up to the ES without scaling.
 */
function contributions(
  problem: RiskProblem,
  book: Revaluation,
  order: Int32Array,
  tail: number,
  varUsd: number,
): Contribution[] {
  const { count, quantity, lent } = problem.holdings;
  const reach = Math.min(Math.round(order.length * NEIGHBOURS), tail - 1);
  const around = meanByHolding(book, order.subarray(tail - 1 - reach, tail + reach), count);
  const beyond = meanByHolding(book, order.subarray(0, tail), count);
  const total = sum(around);
  const scale = total === 0 ? 1 : varUsd / total;
  return Array.from({ length: count }, (_, h) => ({
    holding: h,
    varUsd: around[h]! * scale,
    esUsd: beyond[h]!,
    marginalVar: quantity[h] === 0 ? 0 : (around[h]! * scale * (lent.get(h)?.perToken ?? 1)) / quantity[h]!,
  }));
}

/**
 * VaR and expected shortfall of the book over the sample's horizon, by full revaluation in every scenario. With N
 * scenarios the VaR is the loss of rank ⌊N·(1−level)⌋ from the worst, the ES the mean of that loss and all worse ones.
 * `split` false leaves the contributions out.
 */
export function valueAtRisk(
  problem: RiskProblem,
  sample: ReturnSample,
  options: { readonly level: number; readonly rule: VolRule; readonly split?: boolean },
): ValueAtRisk {
  const { level, rule, split = true } = options;
  check(sample, level);
  const book = revalue(problem, sample, rule);
  const { pnl } = book;
  const order = ascending(pnl);
  const tail = tailCount(pnl.length, level);
  const loss = (rank: number): number => -pnl[order[Math.min(Math.max(rank, 0), order.length - 1)]!]!;
  const varUsd = loss(tail - 1);
  const beyond = Float64Array.from(order.subarray(0, tail), (s) => -pnl[s]!);
  const esUsd = sum(beyond) / tail;
  const spread = Math.sqrt(pnl.length * level * (1 - level));
  const squares = beyond.reduce((total, one) => total + (one - esUsd) ** 2, 0);
  return {
    level,
    days: sample.days,
    scenarios: sample.count,
    varUsd,
    esUsd,
    varErrorUsd: (loss(Math.round(tail - 1 - spread)) - loss(Math.round(tail - 1 + spread))) / 2,
    esErrorUsd: Math.sqrt(squares / tail + level * (esUsd - varUsd) ** 2) / Math.sqrt(tail),
    worstUsd: loss(0),
    meanUsd: sum(pnl) / pnl.length,
    contributions: split ? contributions(problem, book, order, tail, varUsd) : [],
  };
}
