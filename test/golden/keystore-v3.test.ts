// Keystores of geth and cast open here: the test vectors of the Web3 Secret Storage Definition, version 3
// (ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage), which gives them for the password
// "testpassword" and the secret below.
import { describe, expect, it } from 'vitest';
import { openKeystore, writeKeystore } from '#main/keys/keystore-v3.ts';

const SECRET = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const PASSPHRASE = Buffer.from('testpassword');

const PBKDF2 = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};

const SCRYPT = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      n: 262144,
      p: 8,
      r: 1,
      salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
    },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};

const CHEAP = { n: 1024, r: 8, p: 1 };

describe('Web3 Secret Storage, version 3', () => {
  it.each([
    ['PBKDF2-SHA-256', PBKDF2],
    ['scrypt', SCRYPT],
  ])('opens the definition’s %s vector', async (_name, file) => {
    const secret = await openKeystore(JSON.stringify(file), 'key.json', PASSPHRASE);
    expect(secret.toString('hex')).toBe(SECRET);
  });

  it('opens what it wrote, and refuses it under another address', async () => {
    const address = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b';
    const text = await writeKeystore(Buffer.from(SECRET, 'hex'), address, PASSPHRASE, CHEAP);
    const opened = await openKeystore(text, 'key.json', PASSPHRASE);
    expect(opened.toString('hex')).toBe(SECRET);
    const other = JSON.stringify({ ...JSON.parse(text), address: '0'.repeat(40) });
    await expect(openKeystore(other, 'key.json', PASSPHRASE)).rejects.toThrow('key.json, address: expected');
    expect(text).not.toContain(SECRET);
  });

  it('refuses another passphrase and a changed ciphertext', async () => {
    const text = await writeKeystore(Buffer.from(SECRET, 'hex'), `0x${'0'.repeat(40)}`, PASSPHRASE, CHEAP);
    await expect(openKeystore(text, 'key.json', Buffer.from('another'))).rejects.toThrow('does not open key.json');
    const changed = JSON.parse(text);
    changed.crypto.ciphertext = changed.crypto.ciphertext.replace(/^./, (digit: string) => (digit === '0' ? '1' : '0'));
    await expect(openKeystore(JSON.stringify(changed), 'key.json', PASSPHRASE)).rejects.toThrow('does not open');
  });

  it('computes nothing for a cost that no wallet asks for', async () => {
    const dear = {
      ...SCRYPT,
      crypto: { ...SCRYPT.crypto, kdfparams: { ...SCRYPT.crypto.kdfparams, n: 2 ** 21, r: 32 } },
    };
    await expect(openKeystore(JSON.stringify(dear), 'key.json', PASSPHRASE)).rejects.toThrow('expected scrypt');
    const wrong = { ...PBKDF2, version: 1 };
    await expect(openKeystore(JSON.stringify(wrong), 'key.json', PASSPHRASE)).rejects.toThrow('version');
  });
});
