import { LEFT, RAW_COUNT, RIGHT, ROUNDNESS, type SlicePoint, varianceGradient } from './raw-svi.ts';

/**
 * Durrleman's g(k) = (1 − kw′/2w)² − (w′²/4)·(1/w + 1/4) + w″/2 from a slice's values at k: negative exactly where the
 * implied density is. Gatheral & Jacquier (2014), eq. 2.1.
 */
export function durrlemanOf(at: SlicePoint, k: number): number {
  const { w, first, second } = at;
  const one = 1 - (k * first) / (2 * w);
  return one * one - 0.25 * first * first * (1 / w + 0.25) + 0.5 * second;
}

const byFirst = new Float64Array(RAW_COUNT);
const bySecond = new Float64Array(RAW_COUNT);

/** ∂g/∂(least, left, right, centre, roundness), through w, w′ and w″, of the slice whose parameters begin at `from`. */
export function durrlemanGradient(p: Float64Array, from: number, k: number, at: SlicePoint, out: Float64Array): void {
  const { w, first, second, third, x, root } = at;
  const one = 1 - (k * first) / (2 * w);
  const ofW = ((one * k + 0.25 * first) * first) / (w * w);
  const ofFirst = (-one * k) / w - 0.5 * first * (1 / w + 0.25);
  const s = p[from + ROUNDNESS]!;
  const slope = 0.5 * (p[from + LEFT]! + p[from + RIGHT]!);
  const inverse = 1 / root;
  const cube = inverse * inverse * inverse;
  const bend = 0.5 * s * s * cube;
  byFirst[1] = 0.5 * (x * inverse - 1);
  byFirst[2] = 0.5 * (x * inverse + 1);
  byFirst[3] = -second;
  byFirst[4] = -slope * x * s * cube;
  bySecond[1] = bend;
  bySecond[2] = bend;
  bySecond[3] = -third;
  bySecond[4] = slope * s * cube * (2 - 3 * s * s * inverse * inverse);
  varianceGradient(p, from, at, out);
  for (let i = 0; i < RAW_COUNT; i++) out[i] = ofW * out[i]! + ofFirst * byFirst[i]! + 0.5 * bySecond[i]!;
}
