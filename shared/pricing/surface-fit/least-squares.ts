/** A sum of squares to be made small over a box of parameters. */
export interface LeastSquares {
  readonly count: number;
  /** Parameters further apart than this have nothing to do with one another; left out where all have. */
  readonly band?: number;
  /**
   * The cost at `at`. Where `hessian` (count × count, lower triangle) and `gradient` are given, both come zeroed and get
   * Σ J·Jᵀ and Σ J·residual added.
   */
  evaluate(at: Float64Array, hessian: Float64Array | null, gradient: Float64Array | null): number;
  /** Bounds of each parameter. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Moves parameters further into their domain, in place, where bounds do not say it all. */
  clamp?(at: Float64Array): void;
}

const MOST_DAMPING = 1e12;
const LEAST_DAMPING = 1e-12;

/** Cholesky decomposition of the lower triangle within the band, in place; false where it is not positive definite. */
function decompose(matrix: Float64Array, n: number, band: number): boolean {
  for (let j = 0; j < n; j++) {
    const rowJ = j * n;
    const firstJ = Math.max(j - band, 0);
    let diagonal = matrix[rowJ + j]!;
    for (let k = firstJ; k < j; k++) diagonal -= matrix[rowJ + k]! * matrix[rowJ + k]!;
    if (!(diagonal > 0)) return false;
    const root = Math.sqrt(diagonal);
    matrix[rowJ + j] = root;
    for (let i = j + 1; i < n && i <= j + band; i++) {
      const rowI = i * n;
      let value = matrix[rowI + j]!;
      for (let k = Math.max(i - band, 0); k < j; k++) value -= matrix[rowI + k]! * matrix[rowJ + k]!;
      matrix[rowI + j] = value / root;
    }
  }
  return true;
}

/** Solves L·Lᵀ·x = b in place. */
function solve(factor: Float64Array, n: number, band: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let value = b[i]!;
    for (let k = Math.max(i - band, 0); k < i; k++) value -= factor[i * n + k]! * b[k]!;
    b[i] = value / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let value = b[i]!;
    for (let k = i + 1; k < n && k <= i + band; k++) value -= factor[k * n + i]! * b[k]!;
    b[i] = value / factor[i * n + i]!;
  }
}

/** A damped copy of the normal matrix; Marquardt's scaling keeps the step free of the parameters' units. */
function damp(hessian: Float64Array, n: number, damping: number, out: Float64Array): void {
  out.set(hessian);
  for (let i = 0; i < n; i++) out[i * n + i] = hessian[i * n + i]! * (1 + damping) + 1e-30;
}

/** Takes parameters out that sit at a bound and want to go beyond it: the others move as if they were constants. */
function hold(
  { count: n, low, high }: LeastSquares,
  at: Float64Array,
  hessian: Float64Array,
  gradient: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const isHeld = (at[i]! <= low[i]! && gradient[i]! > 0) || (at[i]! >= high[i]! && gradient[i]! < 0);
    if (!isHeld) continue;
    gradient[i] = 0;
    for (let c = 0; c < i; c++) hessian[i * n + c] = 0;
    for (let r = i + 1; r < n; r++) hessian[r * n + i] = 0;
    hessian[i * n + i] = 1;
  }
}

function intoDomain(problem: LeastSquares, at: Float64Array): void {
  const { count, low, high } = problem;
  for (let i = 0; i < count; i++) at[i] = Math.min(Math.max(at[i]!, low[i]!), high[i]!);
  problem.clamp?.(at);
}

/**
 * Levenberg (1944) and Marquardt (1963), kept inside the domain by moving each trial point back into it; `at` is the
 * start and becomes the best point found. Ends when a step gains less than `tolerance` of the cost, or after `rounds`
 * evaluations of the derivatives. Returns the cost there.
 */
export function minimiseSquares(problem: LeastSquares, at: Float64Array, rounds: number, tolerance = 1e-7): number {
  const n = problem.count;
  const band = problem.band ?? n;
  const hessian = new Float64Array(n * n);
  const factor = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  const step = new Float64Array(n);
  const trial = new Float64Array(n);
  intoDomain(problem, at);
  let cost = problem.evaluate(at, hessian, gradient);
  hold(problem, at, hessian, gradient);
  let damping = 1e-3;
  for (let round = 1; round < rounds && damping < MOST_DAMPING; ) {
    damp(hessian, n, damping, factor);
    let better = Number.POSITIVE_INFINITY;
    if (decompose(factor, n, band)) {
      step.set(gradient);
      solve(factor, n, band, step);
      for (let i = 0; i < n; i++) trial[i] = at[i]! - step[i]!;
      intoDomain(problem, trial);
      better = problem.evaluate(trial, null, null);
    }
    if (!(better < cost)) {
      damping *= 8;
      continue;
    }
    const gain = cost - better;
    at.set(trial);
    cost = better;
    damping = Math.max(damping / 6, LEAST_DAMPING);
    if (gain <= tolerance * cost) break;
    hessian.fill(0);
    gradient.fill(0);
    problem.evaluate(at, hessian, gradient);
    hold(problem, at, hessian, gradient);
    round += 1;
  }
  return cost;
}
