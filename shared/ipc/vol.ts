import type { OptionRight, Payoff } from '#shared/domain/instrument.ts';
import type { SmilePoints } from '#shared/pricing/smile-points.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** An option that is out of the money, as quoted and as fitted; vols as fractions per √year. */
export interface SmileQuote {
  readonly strike: number;
  readonly right: OptionRight;
  readonly bidVol: number | null;
  readonly askVol: number | null;
  readonly fittedVol: number;
  /** Signed, calls and puts of the strike together, coins. */
  readonly held: number;
}

/** One expiry of a fitted surface. */
export interface VolSmile extends SmilePoints {
  readonly expiry: EpochMs;
  /** Year fraction, ACT/365. */
  readonly years: number;
  readonly forward: number;
  /** Quotes with both sides, and those with the fitted vol between them. */
  readonly twoSided: number;
  readonly inside: number;
  /** "butterfly", "calendar": what the quotes allow; the surface that is shown allows none. */
  readonly arbitrage: readonly string[];
  /** Ascending in strike. */
  readonly quotes: readonly SmileQuote[];
  readonly curve: { readonly strikes: readonly number[]; readonly vols: readonly number[] };
}

export interface VolSurface {
  readonly underlying: string;
  readonly payoff: Payoff;
  readonly asOf: EpochMs;
  /** Ascending in expiry. */
  readonly smiles: readonly VolSmile[];
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
}
