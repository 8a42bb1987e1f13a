// The system's keychain beside the passphrase: it opens the vault only where something guards it, and whatever happens to it,
// the passphrase still opens. The keychain is played, as no test machine has a real one.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Keychain, openKeychain, safeStorageKeychain } from '#main/keys/keychain.ts';
import { createVault, openRemembered, openVault } from '#main/keys/vault.ts';
import { CARD, CHEAP, CHEAP_BOUNDS, PASSPHRASE } from './samples.ts';

let [file, backend, isAvailable, salt]: [string, string | null, boolean, number] = ['', null, true, 1];
let keychain: Keychain;
const place = () => ({ file, bounds: CHEAP_BOUNDS, wanted: CHEAP });
const mixed = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ salt));

/** Like safeStorage: what was sealed under another key of the system's cannot be opened. */
const storage = {
  isAvailable: () => isAvailable,
  backend: () => backend,
  seal: async (text: string) => mixed(Buffer.from(`sealed ${text}`)),
  open: async (sealed: Buffer) => {
    const text = mixed(sealed).toString();
    if (!text.startsWith('sealed ')) throw new Error('Error while decrypting the ciphertext provided');
    return text.slice(7);
  },
};

async function rememberedVault(): Promise<string> {
  const vault = await createVault(place(), PASSPHRASE, CHEAP);
  const { id } = vault.add(CARD, Buffer.from('the secret'));
  await keychain.remember(async (device) => vault.rememberFor(device));
  vault.close();
  return id;
}
const opens = async (): Promise<string> => {
  const device = await keychain.secret();
  return device === null
    ? 'asks'
    : openRemembered(place(), device)
        .cards.map(({ publicId }) => publicId)
        .join();
};
const passphraseOpens = async (): Promise<void> => (await openVault(place(), PASSPHRASE)).close();

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'keel-keychain-')), 'vault.json');
  [backend, isAvailable, salt] = [null, true, 1];
  keychain = openKeychain(file, safeStorageKeychain(storage));
});

describe('a keychain', () => {
  it('opens the vault it was told to remember, until it is told to forget', async () => {
    expect(keychain.state()).toBe('off');
    const id = await rememberedVault();
    expect(keychain.state()).toBe('on');
    const vault = openRemembered(place(), (await keychain.secret()) ?? Buffer.alloc(0));
    expect(vault.withSecret(id, (secret) => secret.toString())).toBe('the secret');
    keychain.forget();
    expect([keychain.state(), await opens()]).toEqual(['off', 'asks']);
    expect(existsSync(`${file}.device`)).toBe(false);
  });

  it.each(['basic_text', 'unknown'])('that is %s protects nothing and is not used', async (name) => {
    backend = name;
    expect(keychain.state()).toBe('none');
    const used = keychain.remember(() => Promise.reject(new Error('it was used')));
    await expect(used).rejects.toThrow('no keychain that protects');
    expect(existsSync(`${file}.keychain`)).toBe(false);
    backend = 'gnome_libsecret';
    await rememberedVault();
    backend = name;
    expect([keychain.state(), await opens()]).toEqual(['none', 'asks']);
  });

  it.each<readonly [string, () => void]>([
    ['is another one now', () => (backend = 'kwallet6')],
    ['has another key now', () => (salt = 2)],
    ['cannot be reached', () => (isAvailable = false)],
    ['lost the file beside the vault', () => writeFileSync(`${file}.keychain`, '{}')],
  ])('that %s locks nobody out', async (_what, happens) => {
    await rememberedVault();
    happens();
    expect(await opens()).toBe('asks');
    await passphraseOpens();
  });

  it('opens no other vault, and not with half of what it needs', async () => {
    await rememberedVault();
    const device = (await keychain.secret()) ?? Buffer.alloc(0);
    expect(() => openRemembered(place(), Buffer.alloc(32))).toThrow('does not open');
    const wrap = readFileSync(`${file}.device`, 'utf8');
    for (const bent of [
      '',
      '{}',
      wrap.replace(/"sealed": "./, '"sealed": "~'),
      wrap.replace(/"vault": "./, '"vault": "z'),
    ]) {
      writeFileSync(`${file}.device`, bent);
      expect(() => openRemembered(place(), device)).toThrow('the keychain does not open');
    }
    writeFileSync(`${file}.device`, wrap);
    const other = { ...place(), file: `${file}.other` };
    (await createVault(other, PASSPHRASE, CHEAP)).close();
    writeFileSync(`${other.file}.device`, wrap);
    expect(() => openRemembered(other, device)).toThrow('another vault');
    expect(await opens()).toBe(CARD.publicId);
  });

  it('still opens after the passphrase was changed', async () => {
    await rememberedVault();
    const vault = await openVault(place(), PASSPHRASE);
    await vault.changePassphrase(Buffer.from('another long one'));
    vault.close();
    expect(await opens()).toBe(CARD.publicId);
  });
});
