import type { EpochMs } from '#shared/units/time.ts';

/** One expiry's two-sided quotes as vols, as columns: row i of every column is one option. */
export interface Smile {
  readonly expiry: EpochMs;
  /** Year fraction from the snapshot, ACT/365, > 0. */
  readonly years: number;
  /** Quote currency per unit of the underlying; the middle one where rows bring their own. */
  readonly forward: number;
  readonly count: number;
  /** ln(strike/forward), the forward as quoted with this very row. */
  readonly k: Float64Array;
  /** Vols at which bid and ask are fair, fractions per √year; 0 for a bid of no more than the intrinsic value. */
  readonly bidVol: Float64Array;
  readonly askVol: Float64Array;
  /** 1 where the fit uses the quote, 0 where it is only judged by it. */
  readonly used: Uint8Array;
  /** Index of the quote in its chain. */
  readonly quote: Int32Array;
}

/** Half spreads below this many vols carry no more weight than this: a tenth of a vol point. */
export const NARROWEST = 1e-3;

/** Middle of bid and ask vol of quote i, fraction per √year. */
export function midVol(smile: Smile, i: number): number {
  return 0.5 * (smile.bidVol[i]! + smile.askVol[i]!);
}

/** Half of ask less bid vol of quote i, fraction per √year: half the spread in price over vega, to first order. */
export function halfSpread(smile: Smile, i: number): number {
  return 0.5 * (smile.askVol[i]! - smile.bidVol[i]!);
}
