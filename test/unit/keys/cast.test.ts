// Keystores go both ways between Keel and Foundry's own `cast`: what it wrote opens here with the same key, what is written
// here it opens with the same key, and what it refuses is refused here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexToBytes } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { openKeystore, writeKeystore } from '#main/keys/keystore-v3.ts';
import { foundryPath } from '#test/support/foundry.ts';

const PASSWORD = 'correct horse, bätterie';
const CHEAP = { n: 1024, r: 8, p: 1 };
const folder = mkdtempSync(join(tmpdir(), 'keel-cast-'));

/** A line of cast's; its home is the test's own folder. */
function cast(args: readonly string[], password = PASSWORD): string {
  const env = { HOME: folder, PATH: '', NO_COLOR: '1' };
  const all = ['wallet', ...args, '--unsafe-password', password];
  return execFileSync(foundryPath('cast'), all, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
}

const keyIn = (said: string): string => /0x[0-9a-f]{64}/i.exec(said)?.[0] ?? said;
const decrypted = (name: string, password?: string): string =>
  keyIn(cast(['decrypt-keystore', name, '--keystore-dir', folder], password));

describe('a keystore of cast', () => {
  it('that it made new opens here with the key it tells', async () => {
    const said = cast(['new', folder, 'fresh']);
    expect(readdirSync(folder)).toContain('fresh');
    const secret = await openKeystore(readFileSync(join(folder, 'fresh'), 'utf8'), 'fresh', Buffer.from(PASSWORD));
    const key = `0x${secret.toString('hex')}` as const;
    expect(said).toContain(privateKeyToAddress(key));
    expect(decrypted('fresh')).toBe(key);
  });

  it('that it imported a key into opens here with that key, and with no other password', async () => {
    const key = generatePrivateKey();
    cast(['import', 'taken', '--keystore-dir', folder, '--private-key', key]);
    const text = readFileSync(join(folder, 'taken'), 'utf8');
    expect(`0x${(await openKeystore(text, 'taken', Buffer.from(PASSWORD))).toString('hex')}`).toBe(key);
    await expect(openKeystore(text, 'taken', Buffer.from('another'))).rejects.toThrow('does not open taken');
  });
});

describe('a keystore of Keel', () => {
  it.each([
    ['at the cost it writes', undefined],
    ['at another cost', CHEAP],
  ])('is opened by cast, %s', async (_how, cost) => {
    const key = generatePrivateKey();
    const secret = hexToBytes(key);
    const text = await writeKeystore(secret, privateKeyToAddress(key), Buffer.from(PASSWORD), cost);
    writeFileSync(join(folder, 'ours'), text);
    expect(decrypted('ours')).toBe(key);
    if (cost === CHEAP) expect(() => decrypted('ours', 'another')).toThrow(/Mac Mismatch/i);
  });

  it('is what cast makes of it: its password changed there, it opens here', async () => {
    const key = generatePrivateKey();
    const text = await writeKeystore(hexToBytes(key), privateKeyToAddress(key), Buffer.from(PASSWORD), CHEAP);
    writeFileSync(join(folder, 'moved'), text);
    const change = ['change-password', 'moved', '--keystore-dir', folder, '--unsafe-new-password', 'a new one'];
    cast(change);
    const changed = readFileSync(join(folder, 'moved'), 'utf8');
    expect(`0x${(await openKeystore(changed, 'moved', Buffer.from('a new one'))).toString('hex')}`).toBe(key);
  });
});

const good = JSON.parse(
  await writeKeystore(Buffer.alloc(32, 7), privateKeyToAddress(`0x${'07'.repeat(32)}`), Buffer.from('x'), CHEAP),
);

describe('a keystore that is none', () => {
  const bent = (change: (file: typeof good) => void): string => {
    const copy = structuredClone(good);
    change(copy);
    return JSON.stringify(copy, null, 2);
  };
  it.each([
    ['version', bent((file) => (file.version = 1))],
    ['address', bent((file) => (file.address = 'somewhere'))],
    ['crypto.cipher', bent((file) => (file.crypto.cipher = 'aes-256-gcm'))],
    ['crypto.cipherparams.iv', bent((file) => (file.crypto.cipherparams.iv = '00'))],
    ['crypto.ciphertext', bent((file) => (file.crypto.ciphertext = `${file.crypto.ciphertext}00`))],
    ['crypto.kdf', bent((file) => (file.crypto.kdf = 'argon2id'))],
    ['crypto.kdfparams.n', bent((file) => (file.crypto.kdfparams.n = 'many'))],
    ['crypto.kdfparams.salt', bent((file) => delete file.crypto.kdfparams.salt)],
    ['crypto.mac', bent((file) => (file.crypto.mac = 7))],
  ])('names the field: %s', async (field, text) => {
    await expect(openKeystore(text, 'key.json', Buffer.from('x'))).rejects.toThrow(`, ${field}: expected`);
  });
});
