import type { Account } from '#shared/domain/account.ts';
import type { UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { DAY, type DurationMs, SECOND } from '#shared/units/time.ts';

export type Hex = `0x${string}`;

/** The contracts that signed actions are for (docs.derive.xyz, "Protocol Constants"). */
export interface DeriveChain {
  readonly chainId: number;
  /** The matching contract: `verifyingContract` of the EIP-712 domain. */
  readonly matching: Hex;
  /** The trade module that orders are sent to. */
  readonly tradeModule: Hex;
}

export interface DeriveEndpoint {
  readonly venue: VenueId;
  readonly url: string;
  readonly chain: DeriveChain;
}

export const PRODUCTION: DeriveEndpoint = {
  venue: 'derive',
  url: 'wss://api.lyra.finance/ws',
  chain: {
    chainId: 957,
    matching: '0xeB8d770ec18DB98Db922E9D83260A585b9F0DeAD',
    tradeModule: '0xB8D20c2B7a1Ad2EE33Bc50eF10876eD3035b5e7b',
  },
};

export const TESTNET: DeriveEndpoint = {
  venue: 'derive-testnet',
  url: 'wss://api-demo.lyra.finance/ws',
  chain: {
    chainId: 901,
    matching: '0x3cc154e220c2197c5337b7Bd13363DD127Bc0C6E',
    tradeModule: '0x87F2863866D85E3192a35A73b388BD625D83f2be',
  },
};

export interface DeriveLimits {
  /** How long an answer is waited for before what was asked counts as unanswered. */
  readonly answerMs: DurationMs;
  /** The venue's time is asked this often; twice without any frame ends the connection. */
  readonly pingEvery: DurationMs;
  readonly frameBytes: number;
  /** First wait before connecting anew, and the most it doubles to. */
  readonly backOffMs: { readonly first: DurationMs; readonly most: DurationMs };
  /** Venue clock against ours beyond which the venue is stale. */
  readonly skewMs: DurationMs;
  readonly books: number;
  /** Signatures of resting orders hold this long; the venue takes the order off when they end. */
  readonly restingMs: DurationMs;
  /** The same for orders that do not rest; the venue asks for five minutes at least. */
  readonly passingMs: DurationMs;
}

export const LIMITS: DeriveLimits = {
  answerMs: 5 * SECOND,
  pingEvery: 5 * SECOND,
  frameBytes: 16 * 1024 * 1024,
  backOffMs: { first: SECOND / 2, most: 30 * SECOND },
  skewMs: SECOND,
  books: 40,
  restingMs: 30 * DAY,
  passingMs: 330 * SECOND,
};

export interface DeriveConfig extends DeriveEndpoint {
  /** The subaccount by the name it has in the book. One adapter, one session key, one subaccount. */
  readonly account: Pick<Account, 'id' | 'name'>;
  readonly subaccount: number;
  readonly underlyings: readonly UnderlyingId[];
  /** Orders go when the connection does: a setting of the whole wallet at Derive, set at each sign-in. */
  readonly cancelOnDisconnect: boolean;
  readonly limits: DeriveLimits;
}
