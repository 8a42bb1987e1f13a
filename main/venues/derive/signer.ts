import { getAddress } from 'viem';
import { type ApprovedOrder, approvedOf, type KeyCard, type SignerPort } from '#main/engine/signer-port.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import type { DeriveChain, Hex } from './config.ts';

/** What an order is to the trade module, in the venue's own units of 10⁻¹⁸. */
export interface TradeTerms {
  readonly asset: Hex;
  readonly subId: bigint;
  readonly limit: Decimal;
  readonly amount: Decimal;
  /** Most that may be taken as fee per unit of amount, USDC. */
  readonly maxFee: Decimal;
  readonly isBid: boolean;
}

export interface ActionHead {
  readonly subaccount: number;
  readonly nonce: bigint;
  readonly expirySeconds: number;
  /** The wallet that owns the subaccount: a contract on Derive's chain. */
  readonly owner: Hex;
  /** Who signs: a session key of the owner, or the owner. */
  readonly signer: Hex;
}

/** What is meant by an order: the signer builds the bytes from it, after its own checks. */
export interface OrderIntent {
  readonly chain: DeriveChain;
  readonly head: ActionHead;
  readonly terms: TradeTerms;
  /** The order as the gate let it pass. */
  readonly approved: ApprovedOrder;
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
  /** The EIP-712 signature of an Action of the matching contract that holds the order. */
  signOrder(intent: OrderIntent): Promise<Hex>;
}

/** The wallet the key acts for and the key. */
export interface DeriveIdentity {
  /** The smart-contract wallet on Derive's chain, not the wallet that owns it elsewhere. */
  readonly wallet: Hex;
  readonly signer: DeriveSigner;
}

/** A key of the vault as the adapter's signer. */
export function vaultSigner(port: SignerPort, key: Pick<KeyCard, 'id' | 'publicId'>): DeriveSigner {
  return {
    address: getAddress(key.publicId),
    signSession: (timestamp) => port.sign(key.id, 'derive-session', { timestamp }),
    signOrder: ({ chain, head, terms, approved }) => {
      const { subaccount, nonce, expirySeconds, owner } = head;
      const { asset, subId, limit, amount, maxFee, isBid } = terms;
      return port.sign(key.id, 'derive-order', {
        ...{ chainId: chain.chainId, subaccount, nonce: `${nonce}`, expirySeconds, owner },
        ...{ asset, subId: `${subId}`, limit, amount, maxFee, isBid },
        approved: approvedOf(approved),
      });
    },
  };
}
