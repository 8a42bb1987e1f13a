import type { CreditPools } from '#main/venues/credits.ts';
import type { Account } from '#shared/domain/account.ts';
import type { UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import type { CreditPool } from './weights.ts';

/** Where a Hyperliquid stands: its id in the book, its WebSocket address, and which chain signatures are for. */
export interface HyperliquidEndpoint {
  readonly venue: VenueId;
  readonly url: string;
  readonly testnet: boolean;
}

export const PRODUCTION: HyperliquidEndpoint = {
  venue: 'hyperliquid',
  url: 'wss://api.hyperliquid.xyz/ws',
  testnet: false,
};
export const TESTNET: HyperliquidEndpoint = {
  venue: 'hyperliquid-testnet',
  url: 'wss://api.hyperliquid-testnet.xyz/ws',
  testnet: true,
};

export interface HyperliquidLimits {
  /** How long an answer is waited for before what was asked counts as unanswered. */
  readonly answerMs: DurationMs;
  /** An order the venue has not taken by then is void there (`expiresAfter`). */
  readonly takenMs: DurationMs;
  /** After that, how long until the venue's "unknown order" proves that it never came. */
  readonly provenMs: DurationMs;
  /** The venue is asked for a sign of life this often; three in vain end the connection. */
  readonly pingMs: DurationMs;
  /** A frame beyond this many bytes ends the connection; the spot listing is below 1 MB. */
  readonly frameBytes: number;
  /** First wait before connecting anew, and the most it doubles to. */
  readonly backOffMs: { readonly first: DurationMs; readonly most: DurationMs };
  /** Venue clock against ours beyond which the venue is stale: ages can no longer be told. */
  readonly skewMs: DurationMs;
  /** Books followed at the same time; the one asked for longest ago is let go first. */
  readonly books: number;
  /** The venue repeats a book with each block: without a word for so long it is no good. */
  readonly bookSilenceMs: DurationMs;
}

export const LIMITS: HyperliquidLimits = {
  answerMs: 5 * SECOND,
  takenMs: 10 * SECOND,
  provenMs: 5 * SECOND,
  pingMs: 5 * SECOND,
  frameBytes: 16 * 1024 * 1024,
  backOffMs: { first: SECOND / 2, most: 30 * SECOND },
  skewMs: SECOND,
  books: 40,
  bookSilenceMs: 10 * SECOND,
};

export interface HyperliquidConfig extends HyperliquidEndpoint {
  /** The name the account has in the book. One adapter, one agent, one account. */
  readonly account: Pick<Account, 'id' | 'name'>;
  /** Address of the account that is traded: the master's or a sub-account's, never the agent's. */
  readonly user: `0x${string}`;
  /** Coins whose perpetual and spot pair are listed and quoted: "BTC", "ETH". What is held is listed besides. */
  readonly underlyings: readonly UnderlyingId[];
  /**
   * All orders go this long after the last sign of life from here, stops as well; null: they stay. The venue grants it
   * to accounts that have traded a million dollars, ten times a day, and not below five seconds.
   */
  readonly deadManMs: DurationMs | null;
  readonly limits: HyperliquidLimits;
  readonly credits: CreditPools<CreditPool>;
}
