import { hkdfSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readJson } from '#shared/units/reading.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { loadBytes } from './save.ts';
import { seal, unseal } from './seal.ts';
import { wipe } from './wipe.ts';

/**
 * A second wrap of a vault's data key beside the passphrase's, in a file beside the vault: under a secret that the
 * system's keychain keeps. Without that secret the file is worth nothing, without the file the passphrase still opens.
 */
const FORMAT = 'keel-device';
const KEY_BYTES = 32;
const wrap = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  vault: z.string(),
  nonce: z.base64(),
  sealed: z.base64(),
});

function wrapOf(vault: string): string {
  return `${vault}.device`;
}

function keyOf(device: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', device, Buffer.alloc(0), 'keel-vault device', KEY_BYTES));
}

/** Writes the wrap of the vault at `file`. */
export function writeDeviceWrap(file: string, vault: string, dataKey: Uint8Array, device: Uint8Array): void {
  const key = keyOf(device);
  try {
    const text = { format: FORMAT, version: 1, vault, ...seal(key, dataKey, vault) };
    writeFileSync(wrapOf(file), `${JSON.stringify(text, null, 2)}\n`, { mode: 0o600 });
  } finally {
    wipe(key);
  }
}

/** The data key, the caller's to wipe. Throws `keychain-stale` where wrap, secret and vault do not belong together. */
export function readDeviceWrap(file: string, vault: string, device: Uint8Array): Buffer {
  const name = wrapOf(file);
  const stale = (why: string): FaultError =>
    new FaultError(fault('keychain-stale', `the keychain does not open ${file}: ${why}`, { file }));
  const bytes = loadBytes(name);
  if (bytes === null) throw stale(`${name} is not there`);
  const key = keyOf(device);
  try {
    const read = readJson(wrap, Buffer.from(bytes).toString('utf8'), name);
    const dataKey = read.vault === vault ? unseal(key, read, vault) : null;
    if (dataKey !== null) return dataKey;
    throw stale(`${name} is of another vault or another secret`);
  } catch (thrown) {
    throw toFault(thrown).code === 'keychain-stale' ? thrown : stale(toFault(thrown).message);
  } finally {
    wipe(key);
  }
}

export function removeDeviceWrap(file: string): void {
  rmSync(wrapOf(file), { force: true });
}
