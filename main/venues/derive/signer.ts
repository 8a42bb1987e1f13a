import type { OrderAction } from './actions.ts';
import type { Hex } from './config.ts';

/**
 * Who signs: a session key of the wallet, registered for trading. The key stays with the signer; the adapter sees its
 * address and signatures. A local account of viem's is one.
 */
export interface DeriveSigner {
  /** Address of the session key. */
  readonly address: Hex;
  /** EIP-191 signature of a text, which opens a session. */
  signMessage(message: { readonly message: string }): Promise<Hex>;
  /** EIP-712 signature of an order. */
  signTypedData(action: OrderAction): Promise<Hex>;
}

/** The wallet the key acts for and the key. */
export interface DeriveIdentity {
  /** The smart-contract wallet on Derive's chain, not the wallet that owns it elsewhere. */
  readonly wallet: Hex;
  readonly signer: DeriveSigner;
}
