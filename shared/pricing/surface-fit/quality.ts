import { sliceVariance } from './raw-svi.ts';
import { halfSpread, midVol, type Smile } from './smile.ts';

/** How well a slice says what its expiry's quotes say; vols in vol points (1 = 1 % of absolute vol). */
export interface FitErrors {
  /** Of |fitted − middle vol| over the quotes that were fitted; null without any. */
  readonly medianVolPoints: number | null;
  readonly rmsVolPoints: number | null;
  readonly maxVolPoints: number | null;
  readonly medianHalfSpreadVolPoints: number | null;
  /** Quotes whose bid and ask have the fitted vol (and so the fitted price) between them, of all two-sided ones. */
  readonly inside: number;
  readonly twoSided: number;
}

/** A fitted vol on the bid or ask itself is inside. */
const ROUNDING = 1e-9;

function middle(values: number[]): number | null {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? null;
}

/** Vol of a slice at quote i of its smile, fraction per √year; 0 where the slice has no variance. */
export function fittedVol(p: Float64Array, from: number, smile: Smile, i: number): number {
  return Math.sqrt(Math.max(sliceVariance(p, from, smile.k[i]!), 0) / smile.years);
}

/** Errors of the slice whose raw parameters begin at `from`, against its own smile. */
export function errorsOf(p: Float64Array, from: number, smile: Smile): FitErrors {
  const errors: number[] = [];
  const halves: number[] = [];
  let inside = 0;
  for (let i = 0; i < smile.count; i++) {
    const vol = fittedVol(p, from, smile, i);
    if (vol >= smile.bidVol[i]! - ROUNDING && vol <= smile.askVol[i]! + ROUNDING) inside += 1;
    if (smile.used[i] !== 1) continue;
    errors.push(100 * Math.abs(vol - midVol(smile, i)));
    halves.push(100 * halfSpread(smile, i));
  }
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  return {
    medianVolPoints: middle(errors),
    rmsVolPoints: errors.length === 0 ? null : Math.sqrt(squares / errors.length),
    maxVolPoints: errors.at(-1) ?? null,
    medianHalfSpreadVolPoints: middle(halves),
    inside,
    twoSided: smile.count,
  };
}
