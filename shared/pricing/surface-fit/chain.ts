import type { OptionRight } from '#shared/domain/instrument.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** One option's quote in a snapshot of a chain. Prices as quoted; null where there is none. */
export interface ChainQuote {
  /** Where it came from: the row of a file, counted from 1, or any other number of the caller's. */
  readonly row: number;
  /** As the venue calls the option, or what says as much. */
  readonly name: string;
  readonly right: OptionRight;
  /** Quote currency per unit of the underlying, > 0. */
  readonly strike: number;
  readonly expiry: EpochMs;
  readonly bid: number | null;
  readonly ask: number | null;
  /** Forward for this expiry read together with the quote; null where no future is quoted. */
  readonly forward: number | null;
  /** Since the quote was last made, at the time of the snapshot. */
  readonly ageMs: DurationMs;
}

/** All options of one underlying at one moment. */
export interface OptionChain {
  readonly underlying: string;
  readonly asOf: EpochMs;
  /** Coin: inverse options, whose prices times the forward are in the quote currency; those are not discounted. */
  readonly priceUnit: 'coin' | 'quote';
  /** American: options in the money are worth more than European ones and are left out. */
  readonly exercise: 'european' | 'american';
  readonly quotes: readonly ChainQuote[];
}

/** Why a quote has no part in the fit. */
export type LeftOutReason =
  | 'expired'
  | 'stale'
  | 'duplicate'
  | 'no-quote'
  | 'zero'
  | 'one-sided'
  | 'crossed'
  | 'no-forward'
  | 'below-intrinsic'
  | 'above-maximum'
  | 'in-the-money'
  | 'off-market';

export interface LeftOut {
  readonly row: number;
  readonly name: string;
  readonly reason: LeftOutReason;
  /** The numbers behind it, for people. */
  readonly detail: string;
}

/** A quote older than this at the snapshot says nothing of it. */
export const OLDEST_QUOTE: DurationMs = 15 * 60_000;
