import { seededStream } from '#shared/market/seeded.ts';
import { preciseNormalCdf } from '#shared/pricing/kernel/normal-table.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { normalQuantile } from './normal-quantile.ts';

/** One day of a backtest: what happened and what had been foreseen. P&L signed; VaR and ES are losses, above 0. */
export interface BacktestDay {
  readonly pnl: number;
  readonly valueAtRisk: number;
  readonly shortfall: number;
}

export interface Likelihood {
  /** −2 ln of the likelihood ratio, asymptotically χ². */
  readonly ratio: number;
  /** Probability of a ratio at least as large under a right model. */
  readonly pValue: number;
}

export interface KupiecResult extends Likelihood {
  readonly observations: number;
  readonly failures: number;
  readonly expected: number;
}

/** P(χ² with 1 degree of freedom > x) = 2·N(−√x). */
function beyondOne(x: number): number {
  return Math.min(2 * preciseNormalCdf(-Math.sqrt(Math.max(x, 0))), 1);
}

/** P(χ² with 2 degrees of freedom > x) = e^(−x/2). */
function beyondTwo(x: number): number {
  return Math.exp(-Math.max(x, 0) / 2);
}

/** n·ln(p) with 0·ln(0) = 0. */
function power(n: number, p: number): number {
  return n === 0 ? 0 : n * Math.log(p);
}

/**
 * Kupiec (1995), proportion of failures: LR = −2 ln[(1−p)^(n−x)·p^x / ((1−x/n)^(n−x)·(x/n)^x)], χ²(1), with x failures of
 * n days and p = 1 − level.
 */
export function kupiec(observations: number, failures: number, level: number): KupiecResult {
  if (!(observations > 0 && failures >= 0 && failures <= observations && level > 0 && level < 1)) {
    const message = `Kupiec: expected 0 to ${observations} failures and a level within 0 and 1, was ${failures} at ${level}`;
    throw new FaultError(fault('backtest', message));
  }
  const p = 1 - level;
  const share = failures / observations;
  const assumed = power(observations - failures, 1 - p) + power(failures, p);
  const found = power(observations - failures, 1 - share) + power(failures, share);
  const ratio = Math.max(-2 * (assumed - found), 0);
  return { ratio, pValue: beyondOne(ratio), observations, failures, expected: observations * p };
}

/** Days by whether the day before and the day itself failed: `n01` = a failure after a day without. */
export interface Transitions {
  readonly n00: number;
  readonly n01: number;
  readonly n10: number;
  readonly n11: number;
}

export function transitionsOf(failed: readonly boolean[]): Transitions {
  const count = (before: boolean, after: boolean): number =>
    failed.reduce((sum, now, at) => sum + (at > 0 && failed[at - 1] === before && now === after ? 1 : 0), 0);
  return { n00: count(false, false), n01: count(false, true), n10: count(true, false), n11: count(true, true) };
}

/** Christoffersen (1998), independence: a first-order Markov chain of failures against one without memory, χ²(1). */
export function independence({ n00, n01, n10, n11 }: Transitions): Likelihood {
  const all = n00 + n01 + n10 + n11;
  if (!(all > 0)) throw new FaultError(fault('backtest', 'Christoffersen: expected at least two days'));
  const calm = n00 + n01 === 0 ? 0 : n01 / (n00 + n01);
  const after = n10 + n11 === 0 ? 0 : n11 / (n10 + n11);
  const either = (n01 + n11) / all;
  const memoryless = power(n00 + n10, 1 - either) + power(n01 + n11, either);
  const chain = power(n00, 1 - calm) + power(n01, calm) + power(n10, 1 - after) + power(n11, after);
  const ratio = Math.max(-2 * (memoryless - chain), 0);
  return { ratio, pValue: beyondOne(ratio) };
}

/** Christoffersen (1998), conditional coverage: both ratios added, χ²(2). */
export function conditionalCoverage(coverage: Likelihood, independent: Likelihood): Likelihood {
  const ratio = coverage.ratio + independent.ratio;
  return { ratio, pValue: beyondTwo(ratio) };
}

/** Failure: a loss beyond the VaR. */
function failuresOf(days: readonly BacktestDay[]): boolean[] {
  return days.map(({ pnl, valueAtRisk }) => pnl < -valueAtRisk);
}

/**
 * Acerbi and Székely (2014), test 2: Z₂ = Σ P&L·I / (n·(1−level)·ES) + 1, where I marks the failures. 0 expected of a
 * right model, negative where the ES is too small.
 */
export function acerbiSzekely2(days: readonly BacktestDay[], level: number): number {
  const sum = days.reduce((total, day) => total + (day.pnl < -day.valueAtRisk ? day.pnl / day.shortfall : 0), 0);
  return sum / (days.length * (1 - level)) + 1;
}

/** Acerbi and Székely (2014), test 1: the mean of P&L/ES over the failures, plus 1; null without a failure. */
export function acerbiSzekely1(days: readonly BacktestDay[]): number | null {
  const failed = days.filter((day) => day.pnl < -day.valueAtRisk);
  if (failed.length === 0) return null;
  return failed.reduce((total, day) => total + day.pnl / day.shortfall, 0) / failed.length + 1;
}

/**
 * Distribution of Z₂ where normal P&L has the VaR and ES it was given: `runs` seeded backtests of `observations` days,
 * ascending. The share at or below a found Z₂ is its p-value.
 */
export function normalZ2(observations: number, level: number, runs: number, seed: number): Float64Array {
  const quantile = normalQuantile(1 - level);
  const shortfall = Math.exp(-0.5 * quantile * quantile) / Math.sqrt(2 * Math.PI) / (1 - level);
  const draw = seededStream(seed, 3);
  return Float64Array.from({ length: runs }, () => {
    let sum = 0;
    for (let day = 0; day < observations; day++) {
      const x = draw.normal();
      if (x < quantile) sum += x / shortfall;
    }
    return sum / (observations * (1 - level)) + 1;
  }).sort();
}

export interface Backtest {
  readonly level: number;
  readonly kupiec: KupiecResult;
  readonly transitions: Transitions;
  readonly independence: Likelihood;
  readonly conditionalCoverage: Likelihood;
  readonly acerbiSzekely1: number | null;
  readonly acerbiSzekely2: number;
  /** Share of right normal models with a Z₂ at or below this one. Fat tails widen the true distribution. */
  readonly acerbiSzekely2PValue: number;
}

const RUNS = 2_000;

/** All tests over the same days. Needs at least two days and positive VaR and ES throughout. */
export function backtest(days: readonly BacktestDay[], level: number, seed = 1): Backtest {
  const bad = days.findIndex(({ pnl, valueAtRisk, shortfall }) => {
    return !(valueAtRisk > 0 && shortfall >= valueAtRisk && Number.isFinite(pnl + shortfall));
  });
  if (days.length < 2 || bad >= 0) {
    const found = bad < 0 ? `${days.length} days` : `day ${bad + 1}: ${JSON.stringify(days[bad])}`;
    throw new FaultError(fault('backtest', `backtest: expected two or more days with 0 < VaR ≤ ES, was ${found}`));
  }
  const failed = failuresOf(days);
  const coverage = kupiec(days.length, failed.filter(Boolean).length, level);
  const transitions = transitionsOf(failed);
  const independent = independence(transitions);
  const z2 = acerbiSzekely2(days, level);
  const under = normalZ2(days.length, level, RUNS, seed);
  return {
    level,
    kupiec: coverage,
    transitions,
    independence: independent,
    conditionalCoverage: conditionalCoverage(coverage, independent),
    acerbiSzekely1: acerbiSzekely1(days),
    acerbiSzekely2: z2,
    acerbiSzekely2PValue: under.filter((one) => one <= z2).length / RUNS,
  };
}
