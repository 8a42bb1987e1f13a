import { seededStream } from '#shared/market/seeded.ts';
import { FaultError, fault } from '#shared/units/result.ts';

/** Log-returns of several underlyings on the same days, oldest first: values[day · columns + column]. */
export interface ReturnHistory {
  readonly days: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** How variances are followed: RiskMetrics' EWMA, or GARCH(1,1) with variance targeting (Engle and Mezrich 1996). */
export type VarianceModel =
  | { readonly kind: 'ewma'; readonly lambda: number }
  | { readonly kind: 'garch'; readonly alpha: number; readonly beta: number };

/** RiskMetrics (1996), daily data. */
export const EWMA_DAILY: VarianceModel = { kind: 'ewma', lambda: 0.94 };

/** Days whose mean square starts the recursion. */
const SEED_DAYS = 30;

/** Log-returns of rows of prices (same days, ascending). Throws FaultError naming the row of a price that is not above 0. */
export function returnsOf(prices: readonly (readonly number[])[]): ReturnHistory {
  const columns = prices[0]?.length ?? 0;
  prices.forEach((row, at) => {
    if (row.length === columns && row.every((price) => price > 0 && Number.isFinite(price))) return;
    const found = row.join(', ');
    throw new FaultError(fault('history', `history, day ${at + 1}: expected ${columns} prices above 0, was ${found}`));
  });
  const days = Math.max(prices.length - 1, 0);
  const values = new Float64Array(days * columns);
  for (let day = 0; day < days; day++) {
    for (let c = 0; c < columns; c++) values[day * columns + c] = Math.log(prices[day + 1]![c]! / prices[day]![c]!);
  }
  return { days, columns, values };
}

export function columnOf({ days, columns, values }: ReturnHistory, column: number): Float64Array {
  return Float64Array.from({ length: days }, (_, day) => values[day * columns + column]!);
}

function meanSquare(returns: Float64Array, days: number): number {
  let sum = 0;
  for (let day = 0; day < days; day++) sum += returns[day]! ** 2;
  return days === 0 ? 0 : sum / days;
}

/** Next day's variance from today's return and variance. `longRun` is the mean variance GARCH returns to. */
function nextVariance(model: VarianceModel, variance: number, today: number, longRun: number): number {
  if (model.kind === 'ewma') return model.lambda * variance + (1 - model.lambda) * today * today;
  return (1 - model.alpha - model.beta) * longRun + model.alpha * today * today + model.beta * variance;
}

/**
 * Variance per day as it was foreseen the day before; the last of the `days + 1` values is tomorrow's. Mean return taken
 * as 0. Started from the mean square of the first 30 days.
 */
export function variances(returns: Float64Array, model: VarianceModel): Float64Array {
  const longRun = meanSquare(returns, returns.length);
  const out = new Float64Array(returns.length + 1);
  out[0] = meanSquare(returns, Math.min(SEED_DAYS, returns.length)) || longRun;
  for (let day = 0; day < returns.length; day++) out[day + 1] = nextVariance(model, out[day]!, returns[day]!, longRun);
  return out;
}

function logLikelihood(returns: Float64Array, model: VarianceModel): number {
  const foreseen = variances(returns, model);
  let sum = 0;
  for (let day = 0; day < returns.length; day++) sum -= Math.log(foreseen[day]!) + returns[day]! ** 2 / foreseen[day]!;
  return sum / 2;
}

/**
 * GARCH(1,1) by Gaussian quasi-maximum likelihood (Bollerslev 1986) with variance targeting: α and persistence α + β on a
 * grid that is refined four times, to about 1e-4. Needs at least 100 returns.
 */
export function fitGarch(returns: Float64Array): VarianceModel {
  if (returns.length < 100) {
    throw new FaultError(fault('history', `GARCH: expected at least 100 returns, was ${returns.length}`));
  }
  let best = { alpha: 0.1, persistence: 0.95, likelihood: Number.NEGATIVE_INFINITY };
  let [widthA, widthP] = [0.1, 0.049];
  for (let round = 0; round < 5; round++) {
    const centre = best;
    for (let a = -4; a <= 4; a++) {
      for (let p = -4; p <= 4; p++) {
        const persistence = Math.min(Math.max(centre.persistence + (p * widthP) / 4, 0.5), 0.9995);
        const alpha = Math.min(Math.max(centre.alpha + (a * widthA) / 4, 0.001), persistence);
        const likelihood = logLikelihood(returns, { kind: 'garch', alpha, beta: persistence - alpha });
        if (likelihood > best.likelihood) best = { alpha, persistence, likelihood };
      }
    }
    [widthA, widthP] = [widthA / 3, widthP / 3];
  }
  return { kind: 'garch', alpha: best.alpha, beta: best.persistence - best.alpha };
}

/** Joint log-returns over a horizon: values[scenario · columns + column]. */
export interface ReturnSample {
  readonly count: number;
  readonly columns: number;
  readonly days: number;
  readonly values: Float64Array;
}

/** Every run of `days` consecutive days, overlapping, as it happened. */
export function historicalSample({ days: length, columns, values }: ReturnHistory, days: number): ReturnSample {
  const count = Math.max(length - days + 1, 0);
  const out = new Float64Array(count * columns);
  for (let s = 0; s < count; s++) {
    for (let d = 0; d < days; d++) {
      for (let c = 0; c < columns; c++) out[s * columns + c]! += values[(s + d) * columns + c]!;
    }
  }
  return { count, columns, days, values: out };
}

export interface Simulation {
  readonly paths: number;
  readonly days: number;
  readonly seed: number;
}

/** Standardised residuals of every column, and what the recursion goes on from. */
function filter(history: ReturnHistory, modelOf: (column: number) => VarianceModel) {
  const residuals = new Float64Array(history.days * history.columns);
  const columns = Array.from({ length: history.columns }, (_, c) => {
    const returns = columnOf(history, c);
    const model = modelOf(c);
    const foreseen = variances(returns, model);
    for (let day = 0; day < history.days; day++) {
      residuals[day * history.columns + c] = returns[day]! / Math.sqrt(foreseen[day]! || 1);
    }
    return { model, next: foreseen[history.days]!, longRun: meanSquare(returns, history.days) };
  });
  return { residuals, columns };
}

/**
 * Filtered historical simulation (Barone-Adesi, Giannopoulos and Vosper 1999): each past day's returns in units of the
 * vol foreseen for it, times tomorrow's. One day: every past day once, nothing drawn. More: `paths` seeded draws of days,
 * all columns of a day together, the variance following the drawn returns.
 */
export function filteredSample(
  history: ReturnHistory,
  modelOf: (column: number) => VarianceModel,
  { paths, days, seed }: Simulation,
): ReturnSample {
  const { residuals, columns: states } = filter(history, modelOf);
  const { columns } = history;
  const count = days === 1 ? history.days : paths;
  const values = new Float64Array(count * columns);
  const draw = seededStream(seed, 1);
  for (let s = 0; s < count; s++) {
    const variance = states.map((state) => state.next);
    for (let d = 0; d < days; d++) {
      const day = days === 1 ? s : Math.floor(draw.uniform() * history.days);
      states.forEach(({ model, longRun }, c) => {
        const move = residuals[day * columns + c]! * Math.sqrt(variance[c]!);
        values[s * columns + c]! += move;
        variance[c] = nextVariance(model, variance[c]!, move, longRun);
      });
    }
  }
  return { count, columns, days, values };
}
