// The signer's own checks: whatever the program around it asks, it signs what it understands, for the right key, once.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexToBytes } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyCard } from '#main/engine/signer-port.ts';
import { createSigningDesk, type SignedLine, type SigningDesk } from '#main/keys/signing.ts';
import { createVault, type Vault } from '#main/keys/vault.ts';
import { decimal } from '#shared/units/decimal.ts';
import { DAY, MINUTE } from '#shared/units/time.ts';
import { CARD, CHEAP, CHEAP_BOUNDS, PASSPHRASE } from './samples.ts';

const INTENT = { timestamp: 1_584_000_000_000, nonce: 'once' };

let vault: Vault;
let desk: SigningDesk;
let lines: SignedLine[];
let now: number;

const PRIVATE = '0x0123456789012345678901234567890123456789012345678901234567890123';
const ADDRESS = privateKeyToAddress(PRIVATE);
const LIMITED = { perOrderUsd: 1000, perDayUsd: 2999, only: ['1'] };
const AGENT = { kind: 'secp256k1', venue: 'hyperliquid-sim', publicId: ADDRESS, limits: LIMITED } as const;

const added = (card: Partial<KeyCard> = {}): string => {
  const secret = card.publicId === ADDRESS ? Buffer.from(hexToBytes(PRIVATE)) : Buffer.from('secret');
  return vault.add({ ...CARD, ...card }, secret).id;
};
/** Ten of asset 1 at 100. */
const buying = ({ limit = decimal(100), asset = 1, reduceOnly = false }) => {
  const leg = {
    a: asset,
    b: true,
    p: limit,
    s: '10',
    r: reduceOnly,
    t: { limit: { tif: 'Gtc' } },
    c: `0x${'0'.repeat(32)}`,
  };
  const approved = { id: 'k', instrument: 'x', side: 'buy', quantity: '10', limit, reduceOnly };
  const action = { type: 'order', orders: [leg], grouping: 'na' };
  return { action, nonce: 1, expiresAfter: null, testnet: true, approved: [approved] };
};
/** Another process goes on from what this one recorded. */
const restart = (): void => {
  desk = createSigningDesk(
    () => now,
    (line) => lines.push(line),
    [...lines],
  );
};

beforeEach(async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'keel-signing-')), 'vault.json');
  vault = await createVault({ file, bounds: CHEAP_BOUNDS, wanted: CHEAP }, PASSPHRASE, CHEAP);
  [lines, now] = [[], 1_000_000];
  restart();
});

describe('the signer', () => {
  it.each([
    ['an intent it does not know', 'withdrawal', INTENT, {}],
    ['a name every object has', 'constructor', INTENT, {}],
    ['a field too many', 'deribit-session', { ...INTENT, data: 'withdraw' }, {}],
    ['a nonce that holds a second line', 'deribit-session', { ...INTENT, nonce: 'once\n{"amount":1}' }, {}],
    ['a time that is no number', 'deribit-session', { ...INTENT, timestamp: '1' }, {}],
    ['a key of another kind', 'deribit-session', INTENT, { kind: 'secp256k1' }],
    ['a key of another venue', 'deribit-session', INTENT, { venue: 'hyperliquid' }],
    ['a key without the right', 'deribit-session', INTENT, { scopes: [] }],
  ] as const)('refuses %s', (_what, type, intent, card) => {
    const key = added(card);
    expect(() => desk.sign(vault, key, type, intent)).toThrow('the signer refused');
    expect(lines).toEqual([]);
  });

  it('signs the same thing once', () => {
    const key = added();
    desk.sign(vault, key, 'deribit-session', INTENT);
    expect(() => desk.sign(vault, key, 'deribit-session', INTENT)).toThrow('signed before');
    expect(lines).toHaveLength(1);
  });

  it('signs so often a minute and not once more', () => {
    const key = added();
    const sign = (nonce: string) => desk.sign(vault, key, 'deribit-session', { ...INTENT, nonce });
    for (let count = 0; count < 30; count += 1) sign(`n${count}`);
    expect(() => sign('one-more')).toThrow('30 times within a minute');
    now += MINUTE;
    sign('one-more');
    expect(lines).toHaveLength(31);
  });

  it.each([
    ['worth more than its key may', { limit: decimal(101) }, 'an order of 1010 USD'],
    ['for what its key is not for', { asset: 3 }, 'is not for 3'],
  ])('refuses an order %s', (_what, over, said) => {
    const key = added(AGENT);
    expect(() => desk.sign(vault, key, 'hyperliquid-action', buying(over))).toThrow(said);
    expect(desk.sign(vault, key, 'hyperliquid-action', buying({}))).toBeTypeOf('object');
  });

  it('counts a day’s orders, also those that an earlier process signed, and not those that only reduce', () => {
    const key = added(AGENT);
    const sign = (nonce: number, over: object = {}) =>
      desk.sign(vault, key, 'hyperliquid-action', { ...buying(over), nonce });
    sign(1);
    sign(2);
    expect(() => sign(3)).toThrow('orders of 3000 USD within a day');
    sign(4, { reduceOnly: true });
    restart();
    expect(() => sign(5)).toThrow('orders of 3000 USD within a day');
    // What was signed before stays signed.
    expect(() => sign(4, { reduceOnly: true })).toThrow('signed before');
    now += DAY;
    sign(6);
    vault.limit(key, { ...LIMITED, perDayUsd: 999 }, now);
    expect(() => sign(7)).toThrow('is 999');
  });

  it.each([
    ['a larger order', { perOrderUsd: 5_000 }, { limit: decimal(200) }],
    ['another asset', { only: ['1', '3'] }, { asset: 3 }],
    ['any asset', { only: null }, { asset: 3 }],
  ])('lets wider limits hold ten minutes later: %s', (_what, wider, over) => {
    const key = added(AGENT);
    vault.limit(key, { ...LIMITED, ...wider }, now);
    const sign = () => desk.sign(vault, key, 'hyperliquid-action', buying(over));
    expect(sign).toThrow('the signer refused');
    now += 10 * MINUTE - 1;
    expect(sign).toThrow('the signer refused');
    now += 1;
    sign();
    // Narrower ones hold at once.
    vault.limit(key, LIMITED, now);
    expect(() => desk.sign(vault, key, 'hyperliquid-action', { ...buying(over), nonce: 2 })).toThrow('refused');
  });

  it('gives a transaction’s signature again, for its nonce counts once', () => {
    const key = added({ ...AGENT, venue: 'ethereum' });
    const nothing = { chainId: 1, to: ADDRESS, data: '0x', nonce: 1, gas: '21000' };
    const intent = { ...nothing, maxFeePerGas: '9', maxPriorityFeePerGas: '1' };
    const once = desk.sign(vault, key, 'evm-transaction', intent);
    expect(desk.sign(vault, key, 'evm-transaction', intent)).toBe(once);
  });

  it('signs nothing it could not keep a record of', () => {
    const key = added();
    desk = createSigningDesk(
      () => now,
      () => {
        throw new Error('disk full');
      },
    );
    expect(() => desk.sign(vault, key, 'deribit-session', INTENT)).toThrow('disk full');
  });
});
