/** Small statistics for the calibration scripts. Arrays are not changed; empty input gives NaN. */

export function quantile(values: readonly number[], at: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const place = at * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (place - below);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation about the mean, divided by n − 1. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  readonly slopeError: number;
  readonly r2: number;
  readonly n: number;
}

/** Ordinary least squares y = intercept + slope·x, with the slope's standard error. */
export function line(x: readonly number[], y: readonly number[]): Line {
  const n = x.length;
  const [mx, my] = [mean(x), mean(y)];
  let [sxx, sxy, syy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [(x[i] ?? 0) - mx, (y[i] ?? 0) - my];
    sxx += dx * dx;
    sxy += dx * dy;
    syy += dy * dy;
  }
  const slope = sxy / sxx;
  const left = syy - slope * sxy;
  return { intercept: my - slope * mx, slope, slopeError: Math.sqrt(left / (n - 2) / sxx), r2: 1 - left / syy, n };
}

/** Takes the pivot row, scaled, from every other row so that only the pivot row has something left in the column. */
function clearColumn(rows: readonly number[][], column: number): void {
  const lead = rows[column] ?? [];
  for (const [i, row] of rows.entries()) {
    if (i === column) continue;
    const factor = (row[column] ?? 0) / (lead[column] ?? 1);
    for (let j = column; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (lead[j] ?? 0);
  }
}

/** Solves a square linear system by elimination with pivoting; null when it is singular. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | null {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (let column = 0; column < n; column++) {
    const pivot = pivotRow(rows, column);
    const lead = rows[pivot] ?? [];
    if (Math.abs(lead[column] ?? 0) < 1e-14) return null;
    [rows[column], rows[pivot]] = [lead, rows[column] ?? []];
    clearColumn(rows, column);
  }
  return rows.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1));
}

function pivotRow(rows: readonly (readonly number[])[], column: number): number {
  let best = column;
  for (let i = column + 1; i < rows.length; i++) {
    if (Math.abs(rows[i]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = i;
  }
  return best;
}

/** Weighted least squares of y on the given regressor rows; null when they are collinear. */
export function leastSquares(
  rows: readonly (readonly number[])[],
  y: readonly number[],
  weights?: readonly number[],
): number[] | null {
  const size = rows[0]?.length ?? 0;
  const normal = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const right = new Array<number>(size).fill(0);
  rows.forEach((row, i) => {
    const weight = weights?.[i] ?? 1;
    for (let p = 0; p < size; p++) {
      const scaled = weight * (row[p] ?? 0);
      right[p] = (right[p] ?? 0) + scaled * (y[i] ?? 0);
      const target = normal[p] ?? [];
      for (let q = 0; q < size; q++) target[q] = (target[q] ?? 0) + scaled * (row[q] ?? 0);
    }
  });
  return solve(normal, right);
}

/** Items by a key, in order of first appearance. */
export function groupedBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
