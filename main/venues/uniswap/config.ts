import type { Address } from 'viem';
import type { ChainToken } from '#main/venues/evm/tokens.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Currency, VenueId } from '#shared/units/ids.ts';

/** A pool that may be used. */
export interface PoolConfig {
  /** "WETH-USDC-500". */
  readonly id: string;
  readonly base: Currency;
  /** A dollar token: a range is counted in dollars. */
  readonly quote: Currency;
  /** Millionths, as the factory counts them: 500 = 0.05 %. */
  readonly fee: number;
}

/** Uniswap v3 on one chain, for one owner and his wallet. */
export interface UniswapConfig {
  /** "uniswap-ethereum". */
  readonly venue: VenueId;
  readonly account: Pick<Account, 'id' | 'name'>;
  readonly owner: Address;
  readonly factory: Address;
  /** NonfungiblePositionManager. */
  readonly positions: Address;
  /** SwapRouter. */
  readonly router: Address;
  readonly pools: readonly PoolConfig[];
  readonly tokens: readonly ChainToken[];
}
