import type { ActionHead, TradeTerms } from './actions.ts';
import type { DeriveChain, Hex } from './config.ts';

/** What is meant by an order: the signer builds the bytes from it, after its own checks. */
export interface OrderIntent {
  readonly chain: DeriveChain;
  readonly head: ActionHead;
  readonly terms: TradeTerms;
}

/**
 * Who signs: a session key of the wallet, registered for trading. The key stays with the signer; the adapter sees its
 * address and signatures.
 */
export interface DeriveSigner {
  /** Address of the session key. */
  readonly address: Hex;
  /** Opens a session: the EIP-191 signature of a time, in decimal milliseconds. */
  signSession(timestamp: string): Promise<Hex>;
  /** The EIP-712 signature of `orderAction`. */
  signOrder(intent: OrderIntent): Promise<Hex>;
}

/** The wallet the key acts for and the key. */
export interface DeriveIdentity {
  /** The smart-contract wallet on Derive's chain, not the wallet that owns it elsewhere. */
  readonly wallet: Hex;
  readonly signer: DeriveSigner;
}
