import type { Address } from 'viem';
import type { ChainToken } from '#main/venues/evm/tokens.ts';
import type { Account } from '#shared/domain/account.ts';
import type { VenueId } from '#shared/units/ids.ts';

/** One Aave v3 market on one chain, for one owner. */
export interface AaveConfig {
  /** "aave-ethereum". */
  readonly venue: VenueId;
  readonly account: Pick<Account, 'id' | 'name'>;
  readonly owner: Address;
  readonly pool: Address;
  readonly oracle: Address;
  /** AaveProtocolDataProvider. */
  readonly reader: Address;
  readonly tokens: readonly ChainToken[];
}
