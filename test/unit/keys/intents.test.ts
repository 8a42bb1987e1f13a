// What the signer signs of Hyperliquid, Derive and chains equals what viem and nktkas sign of the same with the same key,
// and it signs nothing that goes further than the gate, the key's limits, or its own address.
import { CancelRequest, OrderRequest } from '@nktkas/hyperliquid/api/exchange';
import { canonicalize, signL1Action } from '@nktkas/hyperliquid/signing';
import fc from 'fast-check';
import { encodeFunctionData, erc20Abi, type Hex, hexToBytes, parseTransaction } from 'viem';
import { privateKeyToAccount, sign } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import type { ApprovedOrder, IntentType, KeyCard, Signing } from '#main/engine/signer-port.ts';
import { addressOf, signHash } from '#main/keys/ecdsa.ts';
import { INTENTS } from '#main/keys/intents/index.ts';
import { POOL } from '#main/venues/aave/contracts.ts';
import { TESTNET } from '#main/venues/derive/config.ts';
import { VAULT } from '#main/venues/perp-v2/contracts.ts';
import { POSITIONS, ROUTER } from '#main/venues/uniswap/contracts.ts';
import { decimal } from '#shared/units/decimal.ts';
import { trials } from '#test/support/trials.ts';
import { orderAction } from '#test/venues/derive/actions.ts';
import { CARD } from './samples.ts';

const SECRET = '0x0123456789012345678901234567890123456789012345678901234567890123';
const wallet = privateKeyToAccount(SECRET);
const secret = hexToBytes(SECRET);
const card = (over: Partial<KeyCard>): KeyCard => ({
  ...CARD,
  id: 'k',
  kind: 'secp256k1',
  publicId: wallet.address,
  ...over,
});

function signed<T extends IntentType>(
  type: T,
  intent: Signing[T]['intent'],
  over: Partial<KeyCard>,
): Signing[T]['signature'] {
  const { intent: schema, ready } = INTENTS[type];
  return ready(schema.parse(JSON.parse(JSON.stringify(intent))), card(over)).sign(secret);
}

const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('signatures from the bytes of a key', () => {
  it('equal viem’s for any hash and key', async () => {
    await fc.assert(
      fc.asyncProperty(hash32, hash32, async (hash, key) => {
        key[0] = (key[0] ?? 0) >> 1;
        key[31] = (key[31] ?? 0) | 1;
        const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;
        const { r, s, recovery } = signHash(hash, key);
        const theirs = await sign({ hash: hex(hash), privateKey: hex(key) });
        expect([r, s, recovery]).toEqual([BigInt(theirs.r), BigInt(theirs.s), theirs.yParity]);
        expect(addressOf(key)).toBe(privateKeyToAccount(hex(key)).address.toLowerCase());
      }),
      { numRuns: trials(60) },
    );
  });

  it.each([new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31).fill(1)])('need a key: %s', (key) => {
    expect(() => signHash(new Uint8Array(32), key)).toThrow('expected a private key');
    expect(() => addressOf(key)).toThrow('expected a private key');
  });
});

const approved = (over: Partial<ApprovedOrder> = {}): ApprovedOrder => ({
  id: 'k-1',
  instrument: 'hyperliquid:ETH',
  side: 'buy',
  quantity: decimal(100),
  limit: decimal(100),
  reduceOnly: false,
  ...over,
});
const c = '0x00000000000000000000000000000001';
const leg = { a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Gtc' } }, c };
const order = { type: 'order', orders: [leg], grouping: 'na' };
const act = (action: { type: string; [field: string]: unknown }, approved: readonly ApprovedOrder[] = []) => ({
  action,
  nonce: 1,
  expiresAfter: null,
  testnet: false,
  approved,
});
const atHyperliquid = { venue: 'hyperliquid' };

describe('actions at Hyperliquid', () => {
  it('are signed as its own client signs them', () => {
    // hyperliquid-python-sdk, tests/signing_test.py: an order with a client id on the main network, nonce 0.
    const wanted = { ...act(order, [approved()]), nonce: 0 };
    expect(signed('hyperliquid-action', wanted, atHyperliquid)).toMatchObject({
      r: '0x041ae18e8239a56cacbc5dad94d45d0b747e5da11ad564077fcac71277a946e3',
      s: '0x3c61f667e747404fe7eea8f90ab0e76cc12ce60270438b2058324681a00116da',
    });
  });

  it('equal nktkas’ with viem’s account, fields in any order', async () => {
    const price = fc.integer({ min: 1, max: 1e9 }).map((n) => String(n / 100));
    await fc.assert(
      fc.asyncProperty(
        fc.record({ a: fc.nat(99), p: price, s: price, r: fc.boolean(), b: fc.boolean() }),
        fc.record({ nonce: fc.integer({ min: 1, max: 2 ** 48 }), testnet: fc.boolean() }),
        fc.option(fc.integer({ min: 1, max: 2 ** 48 })),
        async ({ a, p, s, r, b }, { nonce, testnet }, expiresAfter) => {
          const legs = [{ c, t: { limit: { tif: 'Ioc' as const } }, r, s, p, b, a }];
          const action = { grouping: 'na' as const, orders: legs, type: 'order' as const };
          const one = approved({ side: b ? 'buy' : 'sell', quantity: decimal(s), limit: decimal(p) });
          const intent = { action, nonce, testnet, expiresAfter, approved: [one] };
          const theirs = await signL1Action({
            wallet,
            action: canonicalize(OrderRequest.entries.action, action),
            nonce,
            isTestnet: testnet,
            ...(expiresAfter === null ? {} : { expiresAfter }),
          });
          expect(signed('hyperliquid-action', intent, { venue: 'hyperliquid-sim' })).toEqual(theirs);
        },
      ),
      { numRuns: trials(30) },
    );
    const cancel = { type: 'cancel' as const, cancels: [{ a: 1, o: 77 }] };
    const theirs = await signL1Action({
      wallet,
      action: canonicalize(CancelRequest.entries.action, cancel),
      nonce: 1,
    });
    expect(signed('hyperliquid-action', act(cancel), atHyperliquid)).toEqual(theirs);
  });

  it.each(
    [
      ['withdraw3', 'usdSend', 'spotSend', 'approveAgent', 'approveBuilderFee', 'setReferrer', 'vaultTransfer'],
      ['usdClassTransfer', 'subAccountTransfer', 'sendAsset', 'convertToMultiSigUser', 'cDeposit', '__proto__'],
    ].flat(),
  )('are not signed: %s', (type) => {
    expect(() => signed('hyperliquid-action', act({ type }), atHyperliquid)).toThrow('the signer refused');
  });

  it.each<readonly [string, Record<string, unknown> & { type: string }, Partial<ApprovedOrder> | null]>([
    ['an order that the gate never saw', order, null],
    ['more than the gate let pass', order, { quantity: decimal('99.9') }],
    ['a price beyond the approved one', order, { limit: decimal('99.9') }],
    ['the other side', order, { side: 'sell' }],
    ['one that may reduce only, unmarked', order, { reduceOnly: true }],
    ['one without a worst price', order, { limit: null }],
    ['a builder who is paid', { ...order, builder: { b: c, f: 10 } }, {}],
    ['a field too many', { ...order, orders: [{ ...leg, x: 1 }] }, {}],
    ['an amendment nobody approved', { type: 'batchModify', modifies: [{ oid: 1, order: leg }] }, null],
  ])('are not signed: %s', (_what, action, one) => {
    const orders = one === null ? [] : [approved(one)];
    expect(() => signed('hyperliquid-action', act(action, orders), atHyperliquid)).toThrow('the signer refused');
  });

  it('of one network are not signed with a key of the other', () => {
    const wanted = act(order, [approved()]);
    expect(() => signed('hyperliquid-action', { ...wanted, testnet: true }, atHyperliquid)).toThrow('the testnet');
    expect(() => signed('hyperliquid-action', wanted, { venue: 'hyperliquid-testnet' })).toThrow('main network');
    signed('hyperliquid-action', wanted, atHyperliquid);
  });
});

const OWNER: Hex = '0x9135BA0f495244dc0A5F029b25CDE95157Db89AD';
const ASSET: Hex = '0xBcB494059969DAaB460E0B5d4f5c2366aab79aa1';
const derive = {
  ...{ chainId: 901, subaccount: 30_769, nonce: '1702312345678123', expirySeconds: 1_702_400_000, owner: OWNER },
  ...{ asset: ASSET, subId: '644245094401698393600', limit: decimal('310.5'), amount: decimal('1.5') },
  ...{ maxFee: decimal(25), isBid: true },
  approved: approved({ quantity: decimal('1.5'), limit: decimal('310.5') }),
} as const;

describe('Derive', () => {
  it('orders equal viem’s over the adapter’s typed data, and a sign-in viem’s of the time', async () => {
    const { subaccount, expirySeconds, owner, asset, limit, amount, maxFee, isBid } = derive;
    const head = { subaccount, expirySeconds, owner, nonce: BigInt(derive.nonce), signer: wallet.address };
    const terms = { asset, limit, amount, maxFee, isBid, subId: BigInt(derive.subId) };
    const theirs = await wallet.signTypedData(orderAction(TESTNET.chain, head, terms));
    expect(signed('derive-order', derive, { venue: 'derive-testnet' })).toBe(theirs);
    const timestamp = '1702312345678';
    const session = await wallet.signMessage({ message: timestamp });
    expect(signed('derive-session', { timestamp }, { venue: 'derive' })).toBe(session);
  });

  it.each([
    ['for another chain than the key’s', { chainId: 957 }],
    ['for a chain that has no Derive', { chainId: 1 }],
    ['of more than was approved', { amount: decimal('1.6') }],
    ['beyond the approved price', { limit: decimal('311') }],
    ['of the other side', { isBid: false }],
  ])('orders are not signed: %s', (_what, over) => {
    const venue = 'chainId' in over && over.chainId === 1 ? 'derive-sim' : 'derive-testnet';
    expect(() => signed('derive-order', { ...derive, ...over }, { venue })).toThrow('the signer refused');
  });

  it('weighs an option at its strike where that is more than its price', () => {
    const { weights } = INTENTS['derive-order'].ready(derive, card({ venue: 'derive-testnet' }));
    // The number of the option holds a strike of 1,500 and the 27th of October 2023.
    expect(weights).toEqual([{ on: ASSET, usd: '2250', reduces: false }]);
  });
});

const CONTRACT: Hex = '0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2';
const TOKEN: Hex = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
const own = wallet.address;
const fees = { gas: '300000', maxFeePerGas: '30000000000', maxPriorityFeePerGas: '1000000000' };
const transaction = (to: Hex, data: Hex) => ({ chainId: 1, to, data, nonce: 7, ...fees });
const tokens = [
  { token: TOKEN, symbol: 'WETH', decimals: 18, perTransaction: decimal(1), perDay: decimal(2) },
] as const;
const onChain = { venue: 'ethereum', limits: { perOrderUsd: 1, perDayUsd: 1, only: [CONTRACT], tokens } } as const;

const supply = (onBehalfOf: Hex) =>
  encodeFunctionData({ abi: POOL, functionName: 'supply', args: [TOKEN, 10n ** 18n, onBehalfOf, 0] });
const swap = (recipient: Hex) => {
  const terms = { tokenIn: TOKEN, tokenOut: CONTRACT, fee: 500, recipient, deadline: 1n, amountIn: 1n } as const;
  const params = { ...terms, amountOutMinimum: 1n, sqrtPriceLimitX96: 0n };
  return encodeFunctionData({ abi: ROUTER, functionName: 'exactInputSingle', args: [params] });
};
const collect = (recipient: Hex) => {
  const params = { tokenId: 1n, recipient, amount0Max: 1n, amount1Max: 1n };
  return encodeFunctionData({ abi: POSITIONS, functionName: 'collect', args: [params] });
};

describe('transactions', () => {
  it.each([
    ['a supply', CONTRACT, supply(own)],
    ['a swap', CONTRACT, swap(own)],
    ['a collection', CONTRACT, collect(own)],
    [
      'a withdrawal to itself',
      CONTRACT,
      encodeFunctionData({ abi: VAULT, functionName: 'withdraw', args: [TOKEN, 1n] }),
    ],
    [
      'a permission',
      TOKEN,
      encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [CONTRACT, 10n ** 18n] }),
    ],
    ['nothing to itself', own, '0x'],
  ] as const)('equal viem’s: %s', async (_what, to, data) => {
    const raw = signed('evm-transaction', transaction(to, data), onChain);
    const { gas, maxFeePerGas, maxPriorityFeePerGas } = parseTransaction(raw);
    const terms = { chainId: 1, to, data, nonce: 7, value: 0n, type: 'eip1559' } as const;
    expect([gas, maxFeePerGas, maxPriorityFeePerGas]).toEqual(Object.values(fees).map(BigInt));
    expect(raw).toBe(
      await wallet.signTransaction({
        ...terms,
        gas: 300_000n,
        maxFeePerGas: 30n * 10n ** 9n,
        maxPriorityFeePerGas: 10n ** 9n,
      }),
    );
  });

  it.each([
    ['a supply in a stranger’s name', CONTRACT, supply(TOKEN)],
    ['a swap to a stranger', CONTRACT, swap(TOKEN)],
    ['a collection for a stranger', CONTRACT, collect(TOKEN)],
    ['a contract that is not the key’s', TOKEN, supply(own)],
    [
      'a permission for a stranger',
      TOKEN,
      encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [TOKEN, 1n] }),
    ],
    [
      'a transfer of a token',
      CONTRACT,
      encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [own, 1n] }),
    ],
    ['a call that nobody knows', CONTRACT, '0xdeadbeef'],
    ['a call without a name', CONTRACT, '0x'],
    ['bytes behind the arguments', CONTRACT, `${supply(own)}00`],
    ['arguments that are cut', CONTRACT, supply(own).slice(0, -2) as Hex],
  ] as const)('are not signed: %s', (_what, to, data) => {
    expect(() => signed('evm-transaction', transaction(to, data), onChain)).toThrow('the signer refused');
  });

  it('are not signed for gas that costs too much, nor with a key that names no contract', () => {
    const wanted = transaction(CONTRACT, supply(own));
    const dear = { ...wanted, maxFeePerGas: '1000000000000' };
    expect(() => signed('evm-transaction', dear, onChain)).toThrow('wei for gas');
    expect(() => signed('evm-transaction', wanted, { venue: 'ethereum' })).toThrow('not among the contracts');
  });
});
