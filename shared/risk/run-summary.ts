import { YEAR } from '#shared/units/time.ts';
import {
  deepestDrawdown,
  expectedShortfall,
  momentsOf,
  probabilisticSharpe,
  sharpeOf,
  worstStretch,
} from './performance.ts';
import type { RunSamples } from './run-samples.ts';

/** Share of the worst periods that expected shortfall is the mean of. */
const TAIL = 0.025;

/** What a run comes to, for a sceptic. Money in USD; ratios per √year where they say annual. */
export interface RunSummary {
  readonly from: number;
  readonly to: number;
  /** Of the returns: between two samples, as most of them are apart. */
  readonly periodMs: number;
  readonly startEquityUsd: number;
  readonly endEquityUsd: number;
  readonly pnlUsd: number;
  readonly sharpeAnnual: number | null;
  readonly sharpeErrorAnnual: number | null;
  /** Probability that the true Sharpe ratio is above 0, given length, skew and tails of this one run. */
  readonly sharpeAboveZero: number | null;
  readonly skewness: number;
  readonly kurtosis: number;
  /** Deepest fall from a peak, when the peak and the bottom were. */
  readonly drawdownUsd: number;
  readonly drawdownShare: number;
  readonly drawdownFrom: number;
  readonly drawdownTo: number;
  /** Mean loss of the worst 2.5 % of the periods. */
  readonly shortfallUsd: number;
  /** The period that lost most. */
  readonly worstAt: number;
  readonly worstUsd: number;
  /** Traded notional over the mean equity. */
  readonly turnover: number;
  readonly tradedUsd: number;
  /** Root mean square of net delta, coins. */
  readonly deltaRms: number;
  readonly marginRatioMost: number;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function usualStep(at: Float64Array): number {
  const steps = new Map<number, number>();
  for (let row = 1; row < at.length; row++) {
    const step = at[row]! - at[row - 1]!;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  return [...steps].sort(([, a], [, b]) => b - a)[0]?.[0] ?? Number.NaN;
}

/** Change from row to row: one value less than there are rows. */
export function changes(values: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.max(values.length - 1, 0) }, (_, row) => values[row + 1]! - values[row]!);
}

/** Simple returns of the equity from sample to sample. */
export function periodReturns({ equityUsd }: RunSamples): Float64Array {
  return Float64Array.from(changes(equityUsd), (change, row) => change / equityUsd[row]!);
}

/** Adds a run up. Needs two samples or more. */
export function summaryOf(samples: RunSamples): RunSummary {
  const { at, equityUsd, delta, tradedUsd, marginRatio } = samples;
  const periodMs = usualStep(at);
  const moments = momentsOf(periodReturns(samples));
  const { ratio, error } = sharpeOf(moments);
  const annual = Math.sqrt(YEAR / periodMs);
  const fall = deepestDrawdown(equityUsd);
  const worst = worstStretch(equityUsd, 1);
  const last = at.length - 1;
  const traded = tradedUsd[last] ?? 0;
  return {
    from: at[0] ?? Number.NaN,
    to: at[last] ?? Number.NaN,
    periodMs,
    startEquityUsd: equityUsd[0] ?? Number.NaN,
    endEquityUsd: equityUsd[last] ?? Number.NaN,
    pnlUsd: (equityUsd[last] ?? Number.NaN) - (equityUsd[0] ?? Number.NaN),
    sharpeAnnual: finiteOrNull(ratio * annual),
    sharpeErrorAnnual: finiteOrNull(error * annual),
    sharpeAboveZero: finiteOrNull(probabilisticSharpe(moments, 0)),
    skewness: moments.skewness,
    kurtosis: moments.kurtosis,
    drawdownUsd: fall.depth,
    drawdownShare: fall.share,
    drawdownFrom: at[fall.from] ?? Number.NaN,
    drawdownTo: at[fall.to] ?? Number.NaN,
    shortfallUsd: expectedShortfall(changes(equityUsd), TAIL),
    worstAt: at[worst.row] ?? Number.NaN,
    worstUsd: worst.change,
    turnover: traded / momentsOf(equityUsd).mean,
    tradedUsd: traded,
    deltaRms: Math.sqrt(momentsOf(delta.map((one) => one * one)).mean),
    marginRatioMost: marginRatio.reduce((most, one) => Math.max(most, one), 0),
  };
}
