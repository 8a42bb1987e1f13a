import { CENTRE, LEFT, LEVEL, RAW_COUNT, RIGHT, ROUNDNESS } from './raw-svi.ts';

/*
 * The variables fits move: least total variance, the two wings' slopes, and place and curvature of the least variance.
 * Quotes say much of the vertex and little of the wings, which makes the cost a valley; in raw parameters it is narrow and
 * bent, in these it runs along the wings' slopes. Every condition on a slice by itself is a bound of one variable.
 *
 * With L, R the slopes and κ the curvature at the vertex: s = 4·(LR)^1.5/((L + R)²·κ), m = vertex + s·(R − L)/(2·√(LR)),
 * a = least − s·√(LR).
 */
export const VERTEX = CENTRE;
export const CURVATURE = ROUNDNESS;

/** Curvature of a slice with these slopes times its roundness. */
function bend(left: number, right: number): number {
  const product = left * right;
  const sum = left + right;
  return (4 * product * Math.sqrt(product)) / (sum * sum);
}

/** Distance of the centre from the vertex over the roundness. */
function lean(left: number, right: number): number {
  return (right - left) / (2 * Math.sqrt(left * right));
}

/** Raw parameters of slices given by their fit variables, into `out`. */
export function fromVertex(free: Float64Array, out: Float64Array): void {
  for (let i = 0; i < free.length; i += RAW_COUNT) {
    const left = free[i + LEFT]!;
    const right = free[i + RIGHT]!;
    const s = bend(left, right) / free[i + CURVATURE]!;
    out[i + LEVEL] = free[i]! - s * Math.sqrt(left * right);
    out[i + LEFT] = left;
    out[i + RIGHT] = right;
    out[i + CENTRE] = free[i + VERTEX]! + s * lean(left, right);
    out[i + ROUNDNESS] = s;
  }
}

/** The inverse of {@link fromVertex}. */
export function toVertex(p: Float64Array, out: Float64Array): void {
  for (let i = 0; i < p.length; i += RAW_COUNT) {
    const left = p[i + LEFT]!;
    const right = p[i + RIGHT]!;
    const s = p[i + ROUNDNESS]!;
    out[i] = p[i]! + s * Math.sqrt(left * right);
    out[i + LEFT] = left;
    out[i + RIGHT] = right;
    out[i + VERTEX] = p[i + CENTRE]! - s * lean(left, right);
    out[i + CURVATURE] = bend(left, right) / s;
  }
}

/** ∂(centre, roundness)/∂(left, right, curvature) of a slice: six numbers into `out`. */
function slopesOf(p: Float64Array, from: number, curvature: number, out: Float64Array): void {
  const left = p[from + LEFT]!;
  const right = p[from + RIGHT]!;
  const s = p[from + ROUNDNESS]!;
  const sum = left + right;
  const root = Math.sqrt(left * right);
  const tilt = (right - left) / (2 * root);
  const byLeft = s * (1.5 / left - 2 / sum);
  const byRight = s * (1.5 / right - 2 / sum);
  const byCurvature = -s / curvature;
  out[0] = tilt * byLeft - (s * sum) / (4 * left * root);
  out[1] = tilt * byRight + (s * sum) / (4 * right * root);
  out[2] = tilt * byCurvature;
  out[3] = byLeft;
  out[4] = byRight;
  out[5] = byCurvature;
}

const slopes = new Float64Array(6);
const block = new Float64Array(RAW_COUNT * RAW_COUNT);

/** Turns five derivatives, `step` apart from `at`, from (least, left, right, centre, roundness) to fit variables. */
function turn(values: Float64Array, at: number, step: number): void {
  const centre = values[at + 3 * step]!;
  const roundness = values[at + 4 * step]!;
  values[at + step]! += slopes[0]! * centre + slopes[3]! * roundness;
  values[at + 2 * step]! += slopes[1]! * centre + slopes[4]! * roundness;
  values[at + 4 * step] = slopes[2]! * centre + slopes[5]! * roundness;
}

/** The diagonal block of a slice: both its sides turn, and only its lower triangle is stored. */
function turnDiagonal(hessian: Float64Array, width: number, from: number): void {
  for (let r = 0; r < RAW_COUNT; r++) {
    for (let c = 0; c <= r; c++) {
      const value = hessian[(from + r) * width + from + c]!;
      block[r * RAW_COUNT + c] = value;
      block[c * RAW_COUNT + r] = value;
    }
  }
  for (let r = 0; r < RAW_COUNT; r++) turn(block, r * RAW_COUNT, 1);
  for (let c = 0; c < RAW_COUNT; c++) turn(block, c, RAW_COUNT);
  for (let r = 0; r < RAW_COUNT; r++) {
    for (let c = 0; c <= r; c++) hessian[(from + r) * width + from + c] = block[r * RAW_COUNT + c]!;
  }
}

/**
 * Turns hessian (lower triangle, slices side by side, each linked to its neighbours only) and gradient from derivatives
 * in (least, left, right, centre, roundness) to those in the fit variables `free`, whose raw parameters are `p`.
 */
export function turnToVertex(p: Float64Array, free: Float64Array, hessian: Float64Array, gradient: Float64Array): void {
  const width = free.length;
  for (let from = 0; from < width; from += RAW_COUNT) {
    slopesOf(p, from, free[from + CURVATURE]!, slopes);
    turn(gradient, from, 1);
    turnDiagonal(hessian, width, from);
    // Rows of this slice against columns of the one before, then rows of the next against columns of this one.
    if (from > 0) {
      for (let c = 0; c < RAW_COUNT; c++) turn(hessian, from * width + from - RAW_COUNT + c, width);
    }
    if (from + RAW_COUNT < width) {
      for (let r = 0; r < RAW_COUNT; r++) turn(hessian, (from + RAW_COUNT + r) * width + from, 1);
    }
  }
}
