import type { CreditPools } from '#main/venues/credits.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Currency, VenueId } from '#shared/units/ids.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import type { CreditPool } from './tiers.ts';

/** Where a Deribit stands: its id in the book and its WebSocket address. */
export interface DeribitEndpoint {
  readonly venue: VenueId;
  readonly url: string;
}

export const PRODUCTION: DeribitEndpoint = { venue: 'deribit', url: 'wss://www.deribit.com/ws/api/v2' };
export const TESTNET: DeribitEndpoint = { venue: 'deribit-testnet', url: 'wss://test.deribit.com/ws/api/v2' };

export interface DeribitLimits {
  /** How long an answer is waited for before what was asked counts as unanswered. */
  readonly answerMs: DurationMs;
  /** Seconds between heartbeats asked of the venue; 10 is its least. Two without any frame end the connection. */
  readonly heartbeatSeconds: number;
  /** A frame beyond this many bytes ends the connection; the full listing is about 4 MB. */
  readonly frameBytes: number;
  /** First wait before connecting anew, and the most it doubles to. */
  readonly backOffMs: { readonly first: DurationMs; readonly most: DurationMs };
  /** Venue clock against ours beyond which the venue is stale: ages can no longer be told. */
  readonly skewMs: DurationMs;
  /** Books followed at the same time; the one asked for longest ago is let go first. */
  readonly books: number;
}

export const LIMITS: DeribitLimits = {
  answerMs: 5 * SECOND,
  heartbeatSeconds: 10,
  frameBytes: 16 * 1024 * 1024,
  backOffMs: { first: SECOND / 2, most: 30 * SECOND },
  skewMs: SECOND,
  books: 40,
};

export interface DeribitConfig extends DeribitEndpoint {
  /** The (sub)account the key belongs to, by the name it has in the book. One adapter, one key, one account. */
  readonly account: Pick<Account, 'id' | 'name'>;
  /** Settlement currencies that are traded: "BTC", "ETH", "USDC". Instruments of others are not listed. */
  readonly currencies: readonly Currency[];
  /** Orders of a connection go when it does; asks for the key's right "account:read_write". False: as the account has it. */
  readonly cancelOnDisconnect: boolean;
  /** A key that can withdraw is not taken, unless the trader insists: Keel never withdraws, and a thief would. */
  readonly withdrawals: 'refuse' | 'allow';
  readonly limits: DeribitLimits;
  readonly credits: CreditPools<CreditPool>;
}
