import { createL1ActionHash } from '@nktkas/hyperliquid/signing';
import { hashTypedData, hexToBytes, numberToHex, zeroAddress } from 'viem';
import { z } from 'zod';
import type { ApprovedOrder, KeyCard } from '#main/engine/signer-port.ts';
import { signHash } from '#main/keys/ecdsa.ts';
import { multiply } from '#shared/units/decimal.ts';
import { type IntentSigner, refused, type Weight } from './intent.ts';
import { approvedOrder, checkApproved, decimalText } from './words.ts';

const asset = z.int().min(0).max(1_000_000);
const orderNumber = z.int().positive();

/** Fields in the order the venue hashes them in: what is read here comes out in it. */
const leg = z.strictObject({
  a: asset,
  b: z.boolean(),
  p: decimalText,
  s: decimalText,
  r: z.boolean(),
  t: z.union([
    z.strictObject({ limit: z.strictObject({ tif: z.enum(['Gtc', 'Ioc', 'Alo']) }) }),
    z.strictObject({
      trigger: z.strictObject({ isMarket: z.boolean(), triggerPx: decimalText, tpsl: z.enum(['tp', 'sl']) }),
    }),
  ]),
  c: z.string().regex(/^0x[0-9a-f]{32}$/),
});
type Leg = z.output<typeof leg>;

/** All that is signed: nothing that moves money out, names an agent, pays a builder or sets a referrer. */
const action = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('order'), orders: z.array(leg).min(1).max(100), grouping: z.literal('na') }),
  z.strictObject({
    type: z.literal('batchModify'),
    modifies: z
      .array(z.strictObject({ oid: orderNumber, order: leg }))
      .min(1)
      .max(100),
  }),
  z.strictObject({
    type: z.literal('cancel'),
    cancels: z
      .array(z.strictObject({ a: asset, o: orderNumber }))
      .min(1)
      .max(1000),
  }),
  z.strictObject({ type: z.literal('scheduleCancel'), time: z.int().positive().optional() }),
  z.strictObject({ type: z.literal('updateLeverage'), asset, isCross: z.boolean(), leverage: z.int().min(1).max(100) }),
  z.strictObject({ type: z.literal('updateIsolatedMargin'), asset, isBuy: z.boolean(), ntli: z.int() }),
]);
type Action = z.output<typeof action>;

const intent = z.strictObject({
  action: z.looseObject({ type: z.string() }),
  nonce: z.int().min(0),
  expiresAfter: z.int().positive().nullable(),
  testnet: z.boolean(),
  approved: z.array(approvedOrder).max(100),
});

const AGENT = {
  Agent: [
    { name: 'source', type: 'string' },
    { name: 'connectionId', type: 'bytes32' },
  ],
} as const;
const DOMAIN = { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: zeroAddress } as const;

function legsOf(wanted: Action): readonly Leg[] {
  if (wanted.type === 'order') return wanted.orders;
  return wanted.type === 'batchModify' ? wanted.modifies.map(({ order }) => order) : [];
}

function weighed({ a, b, p, s, r }: Leg, approved: ApprovedOrder | undefined): Weight {
  checkApproved(approved, { side: b ? 'buy' : 'sell', quantity: s, limit: p, reduceOnly: r });
  return { on: String(a), usd: multiply(p, s), reduces: r };
}

/** A key of one network signs nothing that counts on the other. A simulator takes either. */
function checkNetwork({ venue }: KeyCard, testnet: boolean): void {
  if ((venue === 'hyperliquid' && testnet) || (venue === 'hyperliquid-testnet' && !testnet)) {
    throw refused(`${testnet ? 'the testnet' : 'the main network'} is not ${venue}`);
  }
}

/** An action of an agent: a phantom agent, whose id is the action's hash, is signed (docs, "Signing"). */
export const hyperliquidAction: IntentSigner<'hyperliquid-action'> = {
  kind: 'secp256k1',
  needs: 'trade',
  venues: /^hyperliquid(-|$)/,
  // The venue takes 1,200 a minute of an address.
  perMinute: 1_200,
  repeats: false,
  intent,
  ready: ({ action: wanted, nonce, expiresAfter, testnet, approved }, card) => {
    const read = action.safeParse(wanted);
    if (!read.success) throw refused(`${wanted.type.slice(0, 40)} is no action that is signed here as it stands`);
    checkNetwork(card, testnet);
    const legs = legsOf(read.data);
    if (legs.length !== approved.length) throw refused(`the gate let ${approved.length} of ${legs.length} orders pass`);
    const weights = legs.map((one, i) => weighed(one, approved[i]));
    const until = expiresAfter === null ? {} : { expiresAfter };
    const connectionId = createL1ActionHash({ action: read.data, nonce, ...until });
    const message = { source: testnet ? 'b' : 'a', connectionId };
    const bytes = hexToBytes(hashTypedData({ domain: DOMAIN, types: AGENT, primaryType: 'Agent', message }));
    return {
      bytes,
      weights,
      sign: (secret) => {
        const { r, s, recovery } = signHash(bytes, secret);
        return { r: numberToHex(r, { size: 32 }), s: numberToHex(s, { size: 32 }), v: recovery === 0 ? 27 : 28 };
      },
    };
  },
};
