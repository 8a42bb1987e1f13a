import { encodeAbiParameters, hashMessage, hashTypedData, hexToBytes, numberToHex, parseUnits } from 'viem';
import { z } from 'zod';
import { type CurveSignature, signHash } from '#main/keys/ecdsa.ts';
import { compare, type Decimal, decimal, multiply } from '#shared/units/decimal.ts';
import { type IntentSigner, refused } from './intent.ts';
import { addressText, approvedOrder, checkApproved, decimalText, wholeText } from './words.ts';

type Hex = `0x${string}`;

/** r, s and 27 or 28 behind one another. */
function joined({ r, s, recovery }: CurveSignature): Hex {
  return `${numberToHex(r, { size: 32 })}${numberToHex(s, { size: 32 }).slice(2)}${recovery === 0 ? '1b' : '1c'}`;
}

/** The contracts that orders are for, by chain (docs.derive.xyz, "Protocol Constants"): no intent can name others. */
const CONTRACTS: Readonly<Record<number, { readonly matching: Hex; readonly tradeModule: Hex }>> = {
  957: {
    matching: '0xeB8d770ec18DB98Db922E9D83260A585b9F0DeAD',
    tradeModule: '0xB8D20c2B7a1Ad2EE33Bc50eF10876eD3035b5e7b',
  },
  901: {
    matching: '0x3cc154e220c2197c5337b7Bd13363DD127Bc0C6E',
    tradeModule: '0x87F2863866D85E3192a35A73b388BD625D83f2be',
  },
};
const NETWORK: Readonly<Record<string, number>> = { derive: 957, 'derive-testnet': 901 };

const TRADE = [
  { name: 'asset', type: 'address' },
  { name: 'subId', type: 'uint256' },
  { name: 'limitPrice', type: 'int256' },
  { name: 'amount', type: 'int256' },
  { name: 'worstFee', type: 'uint256' },
  { name: 'recipient', type: 'uint256' },
  { name: 'isBid', type: 'bool' },
] as const;
const ACTION = {
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
const PLACES = 18;
const unitsOf = (value: Decimal): bigint => parseUnits(value, PLACES);

const STRIKE_PLACES = 8;
/** An option's number: its expiry in 32 bits, above it its strike in 63, above that one bit for a call; 0 for others. */
function strikeOf(subId: bigint): Decimal {
  const strike = (subId >> 32n) & ((1n << 63n) - 1n);
  return decimal(`${strike / 10n ** 8n}.${String(strike % 10n ** 8n).padStart(STRIKE_PLACES, '0')}`);
}

const sessionIntent = z.strictObject({ timestamp: z.string().regex(/^[1-9][0-9]{12}$/) });

/** Opens a session at Derive with a session key: no text but a time is signed. */
export const deriveSession: IntentSigner<'derive-session'> = {
  kind: 'secp256k1',
  needs: 'read',
  venues: /^derive(-|$)/,
  perMinute: 30,
  repeats: true,
  intent: sessionIntent,
  ready: ({ timestamp }) => {
    const bytes = hexToBytes(hashMessage(timestamp));
    return { bytes, weights: [], sign: (secret) => joined(signHash(bytes, secret)) };
  },
};

const orderIntent = z.strictObject({
  chainId: z.int(),
  subaccount: z.int().min(0),
  nonce: wholeText,
  expirySeconds: z.int().positive(),
  owner: addressText,
  asset: addressText,
  subId: wholeText,
  limit: decimalText,
  amount: decimalText,
  maxFee: decimalText,
  isBid: z.boolean(),
  approved: approvedOrder,
});
type DeriveOrder = z.output<typeof orderIntent>;

function hashOf(one: DeriveOrder, signer: Hex): Uint8Array {
  const contracts = CONTRACTS[one.chainId];
  if (contracts === undefined) throw refused(`there is no Derive on chain ${one.chainId}`);
  const [recipient, subId] = [BigInt(one.subaccount), BigInt(one.subId)];
  const amounts = [unitsOf(one.limit), unitsOf(one.amount), unitsOf(one.maxFee)] as const;
  const data = encodeAbiParameters(TRADE, [one.asset, subId, ...amounts, recipient, one.isBid]);
  const domain = { name: 'Matching', version: '1.0', chainId: one.chainId, verifyingContract: contracts.matching };
  const message = {
    subaccountId: recipient,
    nonce: BigInt(one.nonce),
    module: contracts.tradeModule,
    data,
    expiry: BigInt(one.expirySeconds),
    owner: one.owner,
    signer,
  };
  return hexToBytes(hashTypedData({ domain, types: ACTION, primaryType: 'Action', message }));
}

/** An order at Derive. Sources: docs.derive.xyz "Submit order"; `ActionVerifier.sol` of derivexyz/v2-matching. */
export const deriveOrder: IntentSigner<'derive-order'> = {
  kind: 'secp256k1',
  needs: 'trade',
  venues: /^derive(-|$)/,
  perMinute: 600,
  repeats: false,
  intent: orderIntent,
  ready: (one, { venue, publicId }) => {
    if ((NETWORK[venue] ?? one.chainId) !== one.chainId) throw refused(`chain ${one.chainId} is not ${venue}`);
    const { limit, amount, isBid, approved, asset } = one;
    checkApproved(approved, { side: isBid ? 'buy' : 'sell', quantity: amount, limit, reduceOnly: null });
    const signer = addressText.safeParse(publicId);
    if (!signer.success) throw refused(`${publicId} is no address`);
    const strike = strikeOf(BigInt(one.subId));
    const worth = multiply(compare(strike, limit) > 0 ? strike : limit, amount);
    const bytes = hashOf(one, signer.data);
    return {
      bytes,
      weights: [{ on: asset, usd: worth, reduces: false }],
      sign: (secret) => joined(signHash(bytes, secret)),
    };
  },
};
