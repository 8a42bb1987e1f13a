import type { Account } from '#shared/domain/account.ts';
import type { Contract } from '#shared/domain/instrument.ts';
import type { UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import type { CcxtName } from './dialects.ts';

export interface CcxtLimits {
  /** How long an answer is waited for before what was asked counts as unanswered. */
  readonly answerMs: DurationMs;
  /** The same for ccxt to be loaded and the venue listed, for which it is loaded from disk and asks several times. */
  readonly openMs: DurationMs;
  /** Marks, Greeks, funding and index are read this often; so is the state of the line. */
  readonly readEvery: DurationMs;
  /** Own trades and working orders are read this often, told of or not: a lost watch costs no more. */
  readonly sweepEvery: DurationMs;
  /** Without an answer for so long the venue is down. */
  readonly silenceMs: DurationMs;
  /** Venue clock against ours beyond which the venue is stale. */
  readonly skewMs: DurationMs;
  /** First wait before ccxt is started again after it ended, and the most it doubles to. */
  readonly backOffMs: { readonly first: DurationMs; readonly most: DurationMs };
  /** Books followed at the same time; the one asked for longest ago is let go first. */
  readonly books: number;
}

export const CCXT_LIMITS: CcxtLimits = {
  // As long as ccxt itself waits: what is given up sooner would still be under way.
  answerMs: 10 * SECOND,
  openMs: 30 * SECOND,
  readEvery: SECOND,
  sweepEvery: 5 * SECOND,
  silenceMs: 25 * SECOND,
  skewMs: SECOND,
  backOffMs: { first: SECOND / 2, most: 30 * SECOND },
  books: 20,
};

export interface CcxtConfig {
  readonly venue: VenueId;
  readonly exchange: CcxtName;
  /** One adapter, one key, one account; netted positions (no separate longs and shorts). */
  readonly account: Pick<Account, 'id' | 'name'>;
  readonly underlyings: readonly UnderlyingId[];
  readonly kinds: readonly Contract['kind'][];
  /** Addresses in place of the venue's own, in ccxt's shape of `urls.api`. */
  readonly endpoints: Readonly<Record<string, unknown>> | null;
  readonly sandbox: boolean;
  /** Requests are paced as ccxt knows the venue's limits. */
  readonly paced: boolean;
  readonly limits: CcxtLimits;
}
