// The vault: what goes in comes out, only under its passphrase, and nothing else than what was written is taken for it.
import { argon2Sync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { deriveKey, KDF_BOUNDS, proveKdf, tuneKdf } from '#main/keys/kdf.ts';
import { readRecovery } from '#main/keys/recovery.ts';
import { typedKey } from '#main/keys/typed-key.ts';
import { createVault, openVault, recoverVault, type Vault } from '#main/keys/vault.ts';
import { toFault } from '#shared/units/result.ts';
import { CARD, CHEAP, CHEAP_BOUNDS, PASSPHRASE } from './samples.ts';

let file: string;
const place = () => ({ file, bounds: CHEAP_BOUNDS, wanted: CHEAP });
const open = (passphrase: Uint8Array = PASSPHRASE): Promise<Vault> => openVault(place(), passphrase);
const codeOf = async (act: () => Promise<unknown>): Promise<string> => {
  try {
    await act();
    return 'ok';
  } catch (thrown) {
    return toFault(thrown).code;
  }
};
const secretsOf = (vault: Vault): readonly string[] =>
  vault.cards.map((card) => vault.withSecret(card.id, (secret) => secret.toString('hex')));

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'keel-vault-')), 'deep', 'vault.json');
});

describe('vault', () => {
  it('gives back what was put in, after closing and opening, and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 4 }), async (secrets) => {
        file = join(mkdtempSync(join(tmpdir(), 'keel-vault-')), 'vault.json');
        const vault = await createVault(place(), PASSPHRASE, CHEAP);
        for (const one of secrets) vault.add(CARD, Buffer.from(one));
        vault.close();
        const again = await open();
        expect(secretsOf(again)).toEqual(secrets.map((one) => Buffer.from(one).toString('hex')));
        expect(again.cards).toEqual(vault.cards);
      }),
      { numRuns: 15 },
    );
  });

  it('shows no secret in the file, and keeps the file to its owner', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    vault.add(CARD, Buffer.from('canary-secret-0123'));
    const text = readFileSync(file, 'utf8');
    for (const encoding of ['utf8', 'hex', 'base64'] as const) {
      expect(text).not.toContain(Buffer.from('canary-secret-0123').toString(encoding).replaceAll('=', ''));
    }
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('wipes the secret it was given and the one it lent', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    const given = Buffer.from('given');
    const { id } = vault.add(CARD, given);
    expect([...given]).toEqual([0, 0, 0, 0, 0]);
    const lent = vault.withSecret(id, (secret) => secret);
    expect([...lent]).toEqual([0, 0, 0, 0, 0]);
  });

  it('tells a wrong passphrase, a missing file, one that is there and a weak passphrase apart', async () => {
    expect(await codeOf(() => open())).toBe('no-vault');
    expect(await codeOf(() => createVault(place(), Buffer.from('short'), CHEAP))).toBe('weak-passphrase');
    await createVault(place(), PASSPHRASE, CHEAP);
    expect(await codeOf(() => open(Buffer.from('another passphrase')))).toBe('wrong-passphrase');
    expect(await codeOf(() => createVault(place(), PASSPHRASE, CHEAP))).toBe('vault-exists');
  });

  it('keeps the save before the last one, which opens as well', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    vault.add(CARD, Buffer.from('one'));
    vault.add(CARD, Buffer.from('two'));
    expect((await open()).cards).toHaveLength(2);
    expect((await openVault({ ...place(), file: `${file}.previous` }, PASSPHRASE)).cards).toHaveLength(1);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it('refuses to write over what another program saved meanwhile', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    (await open()).add(CARD, Buffer.from('theirs'));
    expect(await codeOf(async () => vault.add(CARD, Buffer.from('ours')))).toBe('vault-changed');
    expect(secretsOf(await open())).toEqual([Buffer.from('theirs').toString('hex')]);
  });

  it('is raised when it is opened and costs less than it should by now, and loses nothing by it', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    vault.add(CARD, Buffer.from('one'));
    const costOf = () => JSON.parse(readFileSync(file, 'utf8')).kdf;
    const salt = costOf().salt;
    const wanted = { memoryKiB: 128, passes: 2, lanes: 1 };
    const raised = await openVault({ ...place(), wanted }, PASSPHRASE);
    expect(costOf()).toMatchObject(wanted);
    expect(costOf().salt).not.toBe(salt);
    raised.add(CARD, Buffer.from('two'));
    expect(secretsOf(await open())).toEqual(['one', 'two'].map((one) => Buffer.from(one).toString('hex')));
    expect(costOf()).toMatchObject(wanted);
  });

  it('removes a key and knows it no more', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    const { id } = vault.add(CARD, Buffer.from('one'));
    vault.remove(id);
    expect((await open()).cards).toEqual([]);
    expect(await codeOf(async () => vault.remove(id))).toBe('unknown-key');
  });
});

describe('a recovery file', () => {
  const recovery = () => join(dirname(file), 'recovery');
  it('opens the vault under a new passphrase, and no other vault', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    const { id } = vault.add(CARD, Buffer.from('the secret'));
    vault.writeRecovery(recovery());
    expect(statSync(recovery()).mode & 0o077).toBe(0);
    expect(await codeOf(async () => vault.writeRecovery(recovery()))).toBe('recovery-unwritable');
    vault.close();
    expect(await codeOf(() => recoverVault(place(), recovery(), Buffer.from('short')))).toBe('weak-passphrase');
    const opened = await recoverVault(place(), recovery(), Buffer.from('one that I will not forget'));
    expect(opened.withSecret(id, (secret) => secret.toString())).toBe('the secret');
    expect(await codeOf(() => open())).toBe('wrong-passphrase');
    (await open(Buffer.from('one that I will not forget'))).close();
    const other = { ...place(), file: `${file}.other` };
    (await createVault(other, PASSPHRASE, CHEAP)).close();
    expect(await codeOf(() => recoverVault(other, recovery(), PASSPHRASE))).toBe('other-vault');
  });

  it('is noticed to be damaged in every byte', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    vault.writeRecovery(recovery());
    const bytes = readFileSync(recovery());
    for (let at = 0; at < bytes.length; at++) {
      const bent = Buffer.from(bytes);
      bent[at] = (bent[at] ?? 0) ^ (1 << (at & 7));
      writeFileSync(recovery(), bent);
      expect(() => readRecovery(recovery(), 'of no vault')).toThrow('expected a recovery file');
    }
    writeFileSync(recovery(), bytes.subarray(0, -1));
    expect(() => readRecovery(recovery(), 'of no vault')).toThrow('bytes, not');
  });
});

describe('a private key that is typed', () => {
  it('is the bytes of its digits, and what was typed is wiped', () => {
    const digits = '0123456789abcdefABCDEF0123456789'.repeat(2);
    for (const text of [digits, `0x${digits}`, `0X${digits}`]) {
      const typed = Buffer.from(text);
      expect(typedKey(typed).toString('hex')).toBe(digits.toLowerCase());
      expect(typed.every((byte) => byte === 0)).toBe(true);
    }
  });

  it.each([
    '',
    '0x',
    '12'.repeat(31),
    '12'.repeat(33),
    `g${'1'.repeat(63)}`,
    `${'1'.repeat(63)}:`,
    `0x0x${'1'.repeat(60)}`,
  ])('is refused where it is none: %s', (text) => {
    expect(() => typedKey(Buffer.from(text))).toThrow('expected 64 hexadecimal digits');
  });
});

describe('limits of a key', () => {
  it('are kept with it, under the signature like the rest of its card', async () => {
    const limits = { perOrderUsd: 100, perDayUsd: 1_000, only: ['1', '2'] };
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    const { id } = vault.add({ ...CARD, limits }, Buffer.from('the secret'));
    expect((await open()).cards).toEqual([{ ...CARD, id, limits }]);
    vault.limit(id, { ...limits, perDayUsd: 500 }, 0);
    const again = await open();
    expect(again.cards).toEqual([{ ...CARD, id, limits: { ...limits, perDayUsd: 500 } }]);
    expect(again.withSecret(id, (secret) => secret.toString())).toBe('the secret');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"perOrderUsd": 100', '"perOrderUsd": 900'));
    expect(await codeOf(() => open())).toBe('vault-damaged');
  });
});

describe('a passphrase that is changed', () => {
  it('opens the vault from then on, and the old one neither it nor the save before', async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    const { id } = vault.add(CARD, Buffer.from('the secret'));
    await expect(vault.changePassphrase(Buffer.from('short'))).rejects.toThrow('at least 10 bytes');
    await vault.changePassphrase(Buffer.from('another long one'));
    vault.close();
    for (const name of [file, `${file}.previous`]) {
      const there = { ...place(), file: name };
      await expect(openVault(there, PASSPHRASE)).rejects.toThrow('does not open');
      const opened = await openVault(there, Buffer.from('another long one'));
      expect(opened.withSecret(id, (secret) => secret.toString())).toBe('the secret');
      opened.close();
    }
  });
});

describe('a vault that is not as it was written', () => {
  let bytes: Buffer;
  const attempt = async (changed: Uint8Array): Promise<string> => {
    writeFileSync(file, changed);
    return codeOf(() => open());
  };

  beforeEach(async () => {
    const vault = await createVault(place(), PASSPHRASE, CHEAP);
    vault.add(CARD, Buffer.from('one'));
    vault.add({ ...CARD, publicId: 'client-2' }, Buffer.from('two'));
    bytes = readFileSync(file);
  });

  it('is noticed at every single bit', async () => {
    const version = bytes.indexOf('"version": 1') + '"version": '.length;
    const codes = new Set<string>();
    // Every byte once, the bit by turns: all eight bits of all bytes are eight times as slow and find the same.
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const code = await attempt(changed);
      // Only the version's digit can turn it into a vault that a later Keel may have written.
      if (at !== version) codes.add(code);
      else expect(code).toBe('vault-newer');
    }
    expect([...codes]).toEqual(['vault-damaged']);
  });

  it('is noticed wherever it was cut off, or went on', async () => {
    const cuts = Array.from({ length: 60 }, (_, index) => Math.floor((bytes.length * index) / 60));
    for (const cut of cuts) expect(await attempt(bytes.subarray(0, cut))).toBe('vault-damaged');
    expect(await attempt(Buffer.concat([bytes, Buffer.from(' ')]))).toBe('vault-damaged');
  });

  it('names the file and the record', async () => {
    const record = JSON.parse(bytes.toString()).records[1];
    writeFileSync(file, bytes.toString().replace(record.sealed, record.sealed.replace(/^../, 'AA')));
    await expect(open()).rejects.toThrow(file);
    await expect(open()).rejects.toThrow(`record ${record.id}`);
  });

  it('is noticed when a record was taken out with its checksums in order', async () => {
    const { checksum, signature, ...rest } = JSON.parse(bytes.toString());
    const less = { ...rest, records: rest.records.slice(1), checksum, signature };
    expect(await attempt(Buffer.from(`${JSON.stringify(less, null, 2)}\n`))).toBe('vault-damaged');
    await expect(open()).rejects.toThrow('signature');
  });

  it('of a later version is told so, not called damaged', async () => {
    expect(await attempt(Buffer.from(bytes.toString().replace('"version": 1', '"version": 2')))).toBe('vault-newer');
  });

  it('may not ask for a derivation beyond the bounds', async () => {
    const dear = { least: CHEAP, most: { ...CHEAP, memoryKiB: 32 } };
    expect(await codeOf(() => openVault({ file, bounds: dear }, PASSPHRASE))).toBe('kdf-cost');
  });
});

describe('argon2id', () => {
  it('agrees with the reference vector and with OpenSSL’s', async () => {
    await proveKdf();
    const [message, nonce] = [Buffer.from('a passphrase'), Buffer.from('sixteen bytes ..')];
    const cost = { memoryKiB: 512, passes: 3, lanes: 2 };
    const theirs = argon2Sync('argon2id', {
      message,
      nonce,
      parallelism: cost.lanes,
      tagLength: 32,
      memory: cost.memoryKiB,
      passes: cost.passes,
    });
    expect(Buffer.from(await deriveKey(message, nonce, cost, CHEAP_BOUNDS)).equals(theirs)).toBe(true);
  });

  it('is tuned so that a derivation takes half a second by the clock it is given', async () => {
    // A machine on which 64 MiB and three passes take 100 ms, in proportion.
    let [at, calls] = [0, 0];
    const now = () => {
      calls += 1;
      if (calls % 2 === 0) at += 100 * 2 ** (calls / 2 - 1);
      return at;
    };
    const bounds = { least: CHEAP, most: { ...KDF_BOUNDS.most, memoryKiB: 256 } };
    expect(await tuneKdf(now, bounds, CHEAP)).toEqual({ memoryKiB: 256, passes: 2, lanes: 1 });
  });
});
