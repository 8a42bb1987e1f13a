import type { EpochMs } from '#shared/units/time.ts';

/** How a chain is doing, as of the block that was read last. */
export interface ChainVitals {
  readonly block: number;
  /** The block's own time. */
  readonly blockAt: EpochMs;
  /** Gwei per unit of gas: what the block asked, and the most that is paid here. */
  readonly gasGwei: number;
  readonly gasCapGwei: number;
  /** The owner's transactions that are not settled; null where nothing signs for him. */
  readonly pending: number | null;
  /** How many nonces of those the node does not know: what is sent next would wait for them. */
  readonly nonceGap: number | null;
}
