import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import {
  columnOf,
  type ReturnHistory,
  type ReturnSample,
  type Simulation,
  type VarianceModel,
  variances,
} from './returns.ts';

/** What Monte Carlo draws from. */
export interface JointLaw {
  /** Standard deviation of a day's log-return per column. */
  readonly dailyVol: Float64Array;
  /** Correlations, row-major; symmetric, 1 on the diagonal. */
  readonly correlation: Float64Array;
  /** Degrees of freedom of a multivariate Student t scaled to the variance; above 2. Infinity = normal. */
  readonly freedom: number;
}

/** What is left of an entry after the columns before `j`. */
function remainder(correlation: Float64Array, lower: Float64Array, size: number, i: number, j: number): number {
  let sum = correlation[i * size + j]!;
  for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
  return sum;
}

/** Lower triangle L with L·Lᵀ = correlation. Throws FaultError when it is not positive semi-definite (to 1e-10). */
export function cholesky(correlation: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const pivot = lower[j * size + j]!;
      lower[i * size + j] = pivot === 0 ? 0 : remainder(correlation, lower, size, i, j) / pivot;
    }
    const left = remainder(correlation, lower, size, i, i);
    if (left < -1e-10) {
      const message = `correlations: expected positive semi-definite, row ${i + 1} leaves ${left}`;
      throw new FaultError(fault('correlation', message));
    }
    lower[i * size + i] = Math.sqrt(Math.max(left, 0));
  }
  return lower;
}

/** Correlations over the whole history, about mean 0; columns that never move correlate with nothing. */
export function correlationOf({ days, columns, values }: ReturnHistory): Float64Array {
  const products = new Float64Array(columns * columns);
  for (let day = 0; day < days; day++) {
    for (let a = 0; a < columns; a++) {
      for (let b = 0; b < columns; b++)
        products[a * columns + b]! += values[day * columns + a]! * values[day * columns + b]!;
    }
  }
  return products.map((sum, at) => {
    const [a, b] = [Math.floor(at / columns), at % columns];
    const scale = Math.sqrt(products[a * columns + a]! * products[b * columns + b]!);
    return a === b ? 1 : scale === 0 ? 0 : sum / scale;
  });
}

/** Today's vols by `modelOf`, correlations of the history. */
export function lawOf(history: ReturnHistory, modelOf: (column: number) => VarianceModel, freedom: number): JointLaw {
  const dailyVol = Float64Array.from({ length: history.columns }, (_, c) =>
    Math.sqrt(variances(columnOf(history, c), modelOf(c))[history.days]!),
  );
  return { dailyVol, correlation: correlationOf(history), freedom };
}

/** Chi-square with integer or real freedom by sums of squared normals and, for the rest, Marsaglia and Tsang (2000). */
function chiSquare(draw: SeededStream, freedom: number): number {
  const shape = freedom / 2;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = draw.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(draw.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return 2 * d * v;
  }
}

/** One day's joint log-returns into `out` at `at`; `spare` holds the independent normals. */
export function drawDay(
  draw: SeededStream,
  law: JointLaw,
  lower: Float64Array,
  spare: Float64Array,
  out: Float64Array,
  at: number,
): void {
  const size = law.dailyVol.length;
  for (let c = 0; c < size; c++) spare[c] = draw.normal();
  const heavy = Number.isFinite(law.freedom) ? Math.sqrt((law.freedom - 2) / chiSquare(draw, law.freedom)) : 1;
  for (let c = 0; c < size; c++) {
    let z = 0;
    for (let k = 0; k <= c; k++) z += lower[c * size + k]! * spare[k]!;
    out[at + c]! += z * heavy * law.dailyVol[c]!;
  }
}

/** `paths` seeded joint log-returns over `days` independent days, mean 0. */
export function monteCarloSample(law: JointLaw, { paths, days, seed }: Simulation): ReturnSample {
  if (!(law.freedom > 2)) {
    throw new FaultError(fault('freedom', `Monte Carlo: expected degrees of freedom above 2, was ${law.freedom}`));
  }
  const columns = law.dailyVol.length;
  const lower = cholesky(law.correlation, columns);
  const draw = seededStream(seed, 2);
  const spare = new Float64Array(columns);
  const values = new Float64Array(paths * columns);
  for (let s = 0; s < paths; s++) {
    for (let d = 0; d < days; d++) drawDay(draw, law, lower, spare, values, s * columns);
  }
  return { count: paths, columns, days, values };
}
