import type { Address } from 'viem';
import type { ChainToken } from '#main/venues/evm/tokens.ts';
import type { Account } from '#shared/domain/account.ts';
import type { UnderlyingId, VenueId } from '#shared/units/ids.ts';

export interface PerpMarketConfig {
  /** "ETH-PERP". */
  readonly id: string;
  /** The base token that stands for the market. */
  readonly base: Address;
  readonly coin: UnderlyingId;
}

/** Perp v2 (Curie) on one chain, for one owner. */
export interface PerpConfig {
  /** "perp-optimism". */
  readonly venue: VenueId;
  readonly account: Pick<Account, 'id' | 'name'>;
  readonly owner: Address;
  readonly clearingHouse: Address;
  readonly accountBalance: Address;
  readonly exchange: Address;
  readonly vault: Address;
  /** What everything is settled in. */
  readonly settlement: ChainToken;
  readonly markets: readonly PerpMarketConfig[];
}
