import type { Account } from '#shared/domain/account.ts';
import type { UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';

/** Where an indexer of dYdX stands, and the venue's id in the book. */
export interface DydxEndpoint {
  readonly venue: VenueId;
  readonly url: string;
}

export const PRODUCTION: DydxEndpoint = { venue: 'dydx', url: 'https://indexer.dydx.trade' };
export const TESTNET: DydxEndpoint = { venue: 'dydx-testnet', url: 'https://indexer.v4testnet.dydx.exchange' };

export interface DydxLimits {
  /** How long an answer is waited for. */
  readonly answerMs: DurationMs;
  /** Markets and best prices are read this often; the indexer grants a hundred questions in ten seconds. */
  readonly refreshMs: DurationMs;
  /** An answer of more letters is not read. */
  readonly letters: number;
}

export const LIMITS: DydxLimits = { answerMs: 5 * SECOND, refreshMs: 3 * SECOND, letters: 8 * 1024 * 1024 };

export interface DydxConfig extends DydxEndpoint {
  readonly account: Pick<Account, 'id' | 'name'>;
  /** The account on dYdX's own chain; what it holds is public. */
  readonly address: string;
  readonly subaccount: number;
  readonly underlyings: readonly UnderlyingId[];
  readonly limits: DydxLimits;
}
