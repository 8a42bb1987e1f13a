import type { SviParameters } from '#shared/market/svi-parameters.ts';

/**
 * Raw SVI as the fits see it: w(k) = a + ½(right − left)·x + ½(right + left)·√(x² + s²) with x = k − m; `left` and
 * `right` are the slopes of the wings. Five numbers per slice, one slice after the other in a column:
 */
export const LEVEL = 0;
export const LEFT = 1;
export const RIGHT = 2;
export const CENTRE = 3;
export const ROUNDNESS = 4;
export const RAW_COUNT = 5;

/** What a slice says at one k: total variance and its derivatives in k. */
export interface SlicePoint {
  w: number;
  first: number;
  second: number;
  third: number;
  x: number;
  root: number;
}

/** A place for {@link evaluateSlice}, to be used again and again. */
export function slicePoint(): SlicePoint {
  return { w: 0, first: 0, second: 0, third: 0, x: 0, root: 0 };
}

/** Fills `out` for the slice whose parameters begin at `from`. */
export function evaluateSlice(p: Float64Array, from: number, k: number, out: SlicePoint): void {
  const tilt = 0.5 * (p[from + RIGHT]! - p[from + LEFT]!);
  const slope = 0.5 * (p[from + RIGHT]! + p[from + LEFT]!);
  const x = k - p[from + CENTRE]!;
  const s = p[from + ROUNDNESS]!;
  const root = Math.sqrt(x * x + s * s);
  const inverse = 1 / root;
  const curve = slope * s * s * inverse * inverse * inverse;
  out.x = x;
  out.root = root;
  out.w = p[from]! + tilt * x + slope * root;
  out.first = tilt + slope * x * inverse;
  out.second = curve;
  out.third = -3 * curve * x * inverse * inverse;
}

/** Total variance alone. */
export function sliceVariance(p: Float64Array, from: number, k: number): number {
  const x = k - p[from + CENTRE]!;
  const s = p[from + ROUNDNESS]!;
  const root = Math.sqrt(x * x + s * s);
  return p[from]! + 0.5 * (p[from + RIGHT]! * (root + x) + p[from + LEFT]! * (root - x));
}

/**
 * ∂w/∂(least, left, right, centre, roundness) at a point of {@link evaluateSlice}, with the least total variance
 * a + s·√(left·right) in the place of a; `p` are the slice's own parameters.
 */
export function varianceGradient(p: Float64Array, from: number, at: SlicePoint, out: Float64Array): void {
  const left = p[from + LEFT]!;
  const right = p[from + RIGHT]!;
  const s = p[from + ROUNDNESS]!;
  const tilted = Math.sqrt(right / left);
  out[LEVEL] = 1;
  out[LEFT] = 0.5 * (at.root - at.x - s * tilted);
  out[RIGHT] = 0.5 * (at.root + at.x - s / tilted);
  out[CENTRE] = -at.first;
  out[ROUNDNESS] = (0.5 * (left + right) * s) / at.root - left * tilted;
}

/** Adds weight·J·Jᵀ and weight·J·residual with J = scale·slope, five rows from `from`. */
export function addOuter(
  hessian: Float64Array,
  gradient: Float64Array,
  width: number,
  from: number,
  slope: Float64Array,
  scale: number,
  residual: number,
  weight: number,
): void {
  const square = weight * scale * scale;
  for (let r = 0; r < RAW_COUNT; r++) {
    const sr = slope[r]!;
    gradient[from + r]! += weight * scale * residual * sr;
    const row = (from + r) * width + from;
    for (let c = 0; c <= r; c++) hessian[row + c]! += square * sr * slope[c]!;
  }
}

/** Wings flatter than this are taken as this flat. */
export const FLATTEST = 1e-6;

/** Writes a slice, total variance as in SviParameters, into five numbers from `from`. */
export function toRaw({ a, b, rho, m, sigma }: SviParameters, out: Float64Array, from: number): void {
  out[from] = a;
  out[from + LEFT] = Math.max(b * (1 - rho), FLATTEST);
  out[from + RIGHT] = Math.max(b * (1 + rho), FLATTEST);
  out[from + CENTRE] = m;
  out[from + ROUNDNESS] = sigma;
}

/** The inverse of {@link toRaw}: b·(1 − rho) is the left wing's slope, b·(1 + rho) the right one's. */
export function fromRaw(p: Float64Array, from: number): SviParameters {
  const left = p[from + LEFT]!;
  const right = p[from + RIGHT]!;
  const rho = (right - left) / (left + right);
  return { a: p[from]!, b: 0.5 * (left + right), rho, m: p[from + CENTRE]!, sigma: p[from + ROUNDNESS]! };
}
