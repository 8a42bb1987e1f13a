// The signer's own checks: whatever the program around it asks, it signs what it understands, for the right key, once.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyCard } from '#main/engine/signer-port.ts';
import { createSigningDesk, type SignedLine, type SigningDesk } from '#main/keys/signing.ts';
import { createVault, type Vault } from '#main/keys/vault.ts';
import { MINUTE } from '#shared/units/time.ts';
import { CARD, CHEAP, CHEAP_BOUNDS, PASSPHRASE } from './samples.ts';

const INTENT = { timestamp: 1_584_000_000_000, nonce: 'once' };

let vault: Vault;
let desk: SigningDesk;
let lines: SignedLine[];
let now: number;

const added = (card: Partial<KeyCard> = {}): string => vault.add({ ...CARD, ...card }, Buffer.from('secret')).id;

beforeEach(async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'keel-signing-')), 'vault.json');
  vault = await createVault({ file, bounds: CHEAP_BOUNDS, wanted: CHEAP }, PASSPHRASE, CHEAP);
  [lines, now] = [[], 1_000_000];
  desk = createSigningDesk(
    () => now,
    (line) => lines.push(line),
  );
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
