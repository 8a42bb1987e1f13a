import type { DurationMs } from '#shared/units/time.ts';

/** What gas may cost on a chain. Wei. */
export interface FeePolicy {
  /** Most per unit of gas. */
  readonly mostPerGas: bigint;
  /** Most for one transaction, all of its attempts at their highest price. */
  readonly mostPerTransaction: bigint;
  /** The base fee may rise so many times over before a transaction waits. */
  readonly headroom: bigint;
  /** Gas allowed on top of the estimate, per cent. */
  readonly gasMarginPercent: bigint;
  /** A replacement pays so much more, per cent; nodes ask for 10 at least. */
  readonly bumpPercent: bigint;
}

/** One chain and the way to it. */
export interface ChainConfig {
  /** "ethereum", "arbitrum": as it is called in the book. */
  readonly chain: string;
  readonly chainId: number;
  /** The chain's own coin, which gas is paid in. */
  readonly coin: string;
  readonly url: string;
  /** Blocks, its own included, after which a transaction is there for good. */
  readonly confirmations: number;
  readonly answerMs: DurationMs;
  /** How often an open transaction is asked for. */
  readonly watchMs: DurationMs;
  readonly fees: FeePolicy;
}

const GWEI = 10n ** 9n;

/** Ethereum: no more than 300 gwei, nor 0.05 ether for one transaction. */
export const ETHEREUM_FEES: FeePolicy = {
  mostPerGas: 300n * GWEI,
  mostPerTransaction: 50_000_000n * GWEI,
  headroom: 2n,
  gasMarginPercent: 25n,
  bumpPercent: 13n,
};
