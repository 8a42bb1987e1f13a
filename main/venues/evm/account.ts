import type { Address, Hex, TransactionSerializableEIP1559 } from 'viem';

/**
 * Who signs for one address. The key stays with it: the adapter hands over what is to be signed and is given the signed
 * bytes. Deterministic (RFC 6979): the same transaction gives the same bytes, and so the same hash. viem's LocalAccount
 * is one.
 */
export interface ChainAccount {
  readonly address: Address;
  signTransaction(transaction: TransactionSerializableEIP1559): Promise<Hex>;
}
