import { preciseNormalCdf } from '#shared/pricing/kernel/normal-table.ts';
import { normalQuantile } from './normal-quantile.ts';

/** Moments of a sample. Kurtosis is 3 for a normal one; both are 0 and 3 where nothing varies. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** With n − 1. */
  readonly deviation: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

export function momentsOf(values: Float64Array): Moments {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = n === 0 ? Number.NaN : sum / n;
  let [two, three, four] = [0, 0, 0];
  for (const value of values) {
    const off = value - mean;
    two += off * off;
    three += off * off * off;
    four += off * off * off * off;
  }
  const variance = two / n;
  const flat = !(variance > 0);
  return {
    count: n,
    mean,
    deviation: n < 2 ? Number.NaN : Math.sqrt(two / (n - 1)),
    skewness: flat ? 0 : three / n / variance ** 1.5,
    kurtosis: flat ? 3 : four / n / variance ** 2,
  };
}

/** Sharpe ratio of one period and its standard error; NaN where nothing varies. No riskless rate is taken off. */
export interface Sharpe {
  readonly ratio: number;
  /**
   * √((1 − γ₃·SR + (γ₄ − 1)/4·SR²)/(n − 1)): returns need not be normal. Mertens (2002), as in Bailey & López de Prado
   * (2012), "The Sharpe ratio efficient frontier", equation 5.
   */
  readonly error: number;
}

export function sharpeOf({ count, mean, deviation, skewness, kurtosis }: Moments): Sharpe {
  const ratio = deviation > 0 ? mean / deviation : Number.NaN;
  const scatter = 1 - skewness * ratio + ((kurtosis - 1) / 4) * ratio * ratio;
  return { ratio, error: Math.sqrt(Math.max(scatter, 0) / (count - 1)) };
}

/**
 * Probability that the true Sharpe ratio is above `benchmark`, given what was measured. Ratios per period.
 * Bailey & López de Prado (2012).
 */
export function probabilisticSharpe(moments: Moments, benchmark: number): number {
  const { ratio, error } = sharpeOf(moments);
  return preciseNormalCdf((ratio - benchmark) / error);
}

const EULER = 0.5772156649015329;

/**
 * The best Sharpe ratio to be expected of `trials` independent strategies without any skill, per period.
 * `variance`: of the ratios over the trials, per period. Bailey & López de Prado (2014), equation 1.
 */
export function expectedBestSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const [first, second] = [normalQuantile(1 - 1 / trials), normalQuantile(1 - 1 / (trials * Math.E))];
  return Math.sqrt(variance) * ((1 - EULER) * first + EULER * second);
}

/**
 * Deflated Sharpe ratio: the probability that the best of `trials` strategies has any skill, after so many were tried.
 * Bailey & López de Prado (2014), "The deflated Sharpe ratio", Journal of Portfolio Management 40(5).
 */
export function deflatedSharpe(moments: Moments, trials: number, variance: number): number {
  return probabilisticSharpe(moments, expectedBestSharpe(trials, variance));
}

/** The deepest fall of a value from the highest before it. */
export interface Drawdown {
  /** In the value's unit, ≥ 0, and as a share of the peak. */
  readonly depth: number;
  readonly share: number;
  /** Rows of the peak and of the bottom; equal where there was none. */
  readonly from: number;
  readonly to: number;
}

export function deepestDrawdown(values: Float64Array): Drawdown {
  let worst: Drawdown = { depth: 0, share: 0, from: 0, to: 0 };
  let peak = 0;
  for (let row = 0; row < values.length; row++) {
    const [value, top] = [values[row] ?? Number.NaN, values[peak] ?? Number.NaN];
    if (value >= top) peak = row;
    else if (top - value > worst.depth) worst = { depth: top - value, share: (top - value) / top, from: peak, to: row };
  }
  return worst;
}

/** Fall from the highest value so far, row by row, ≤ 0. */
export function drawdowns(values: Float64Array): Float64Array {
  let peak = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    peak = Math.max(peak, value);
    return value - peak;
  });
}

/**
 * Expected shortfall: the mean loss in the worst `share` of the values, positive for a loss. The value on the border
 * counts by the part of it that is inside. Acerbi & Tasche (2002).
 */
export function expectedShortfall(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  const weight = share * sorted.length;
  const whole = Math.floor(weight);
  let sum = (sorted[whole] ?? 0) * (weight - whole);
  for (let row = 0; row < whole; row++) sum += sorted[row] ?? 0;
  return weight > 0 ? -sum / weight : Number.NaN;
}

/** The row after the largest fall over `rows` rows, and the change up to it; row 0 and 0 where there are too few. */
export function worstStretch(values: Float64Array, rows: number): { readonly row: number; readonly change: number } {
  let worst = { row: 0, change: 0 };
  for (let row = rows; row < values.length; row++) {
    const change = (values[row] ?? Number.NaN) - (values[row - rows] ?? Number.NaN);
    if (change < worst.change) worst = { row, change };
  }
  return worst;
}
