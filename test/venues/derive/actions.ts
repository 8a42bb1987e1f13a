import { encodeAbiParameters, parseUnits } from 'viem';
import type { DeriveChain, Hex } from '#main/venues/derive/config.ts';
import type { ActionHead, TradeTerms } from '#main/venues/derive/signer.ts';
import type { Decimal } from '#shared/units/decimal.ts';

const DECIMALS = 18;

const TRADE = [
  { name: 'asset', type: 'address' },
  { name: 'subId', type: 'uint256' },
  { name: 'limitPrice', type: 'int256' },
  { name: 'amount', type: 'int256' },
  { name: 'worstFee', type: 'uint256' },
  { name: 'recipient', type: 'uint256' },
  { name: 'isBid', type: 'bool' },
] as const;

const TYPES = {
  Action: [
    { name: 'subaccountId', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'module', type: 'address' },
    { name: 'data', type: 'bytes' },
    { name: 'expiry', type: 'uint256' },
    { name: 'owner', type: 'address' },
    { name: 'signer', type: 'address' },
  ],
} as const;

/** The data of an order as the trade module takes it. */
function tradeData({ asset, subId, limit, amount, maxFee, isBid }: TradeTerms, recipient: number): Hex {
  const units = (value: Decimal) => parseUnits(value, DECIMALS);
  const values = [asset, subId, units(limit), units(amount), units(maxFee), BigInt(recipient), isBid] as const;
  return encodeAbiParameters(TRADE, values);
}

/**
 * What the simulator expects to be signed, encoded apart from the signer: an order as EIP-712 typed data: an Action of the matching contract whose data is hashed into it. Sources: docs.derive.xyz
 * "Submit order"; `ActionVerifier.sol` of derivexyz/v2-matching.
 */
export function orderAction(chain: DeriveChain, head: ActionHead, terms: TradeTerms) {
  return {
    domain: { name: 'Matching', version: '1.0', chainId: chain.chainId, verifyingContract: chain.matching },
    types: TYPES,
    primaryType: 'Action',
    message: {
      subaccountId: BigInt(head.subaccount),
      nonce: head.nonce,
      module: chain.tradeModule,
      data: tradeData(terms, head.subaccount),
      expiry: BigInt(head.expirySeconds),
      owner: head.owner,
      signer: head.signer,
    },
  } as const;
}
