import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { wipe } from './wipe.ts';

/**
 * What opens a vault without its passphrase, to be kept apart from it: a mark, the vault's id, its data key, and SHA-256
 * of the three. Bytes and no text, for a text could not be wiped.
 */
const MARK = Buffer.from('keel-recovery-1\n');
const [ID_BYTES, KEY_BYTES, SUM_BYTES] = [16, 32, 32];
const LENGTH = MARK.length + ID_BYTES + KEY_BYTES + SUM_BYTES;

function sumOf(bytes: Uint8Array): Buffer {
  return createHash('sha256')
    .update(bytes.subarray(0, LENGTH - SUM_BYTES))
    .digest();
}

/** Writes a file that was not there. Throws `recovery-unwritable`. */
export function writeRecovery(file: string, vault: string, dataKey: Uint8Array): void {
  const bytes = Buffer.concat([MARK, Buffer.from(vault, 'hex'), dataKey, Buffer.alloc(SUM_BYTES)]);
  bytes.set(sumOf(bytes), LENGTH - SUM_BYTES);
  try {
    writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
  } catch (thrown) {
    const message = `${file} cannot be written: ${toFault(thrown).message}`;
    throw new FaultError(fault('recovery-unwritable', message, { file }), { cause: thrown });
  } finally {
    wipe(bytes);
  }
}

/** The data key of the vault with this id, the caller's to wipe. Throws `damaged-file`, `other-vault`. */
export function readRecovery(file: string, vault: string): Buffer {
  const damaged = (why: string): FaultError =>
    new FaultError(fault('damaged-file', `${file}: expected a recovery file, ${why}`, { file }));
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    throw damaged(toFault(thrown).message);
  }
  try {
    if (bytes.length !== LENGTH) throw damaged(`it has ${bytes.length} bytes, not ${LENGTH}`);
    if (!bytes.subarray(0, MARK.length).equals(MARK)) throw damaged('it does not begin as one');
    if (!bytes.subarray(-SUM_BYTES).equals(sumOf(bytes))) throw damaged('its checksum does not fit');
    const id = bytes.toString('hex', MARK.length, MARK.length + ID_BYTES);
    if (id !== vault) throw new FaultError(fault('other-vault', `${file} is of the vault ${id}, not of ${vault}`));
    return Buffer.from(bytes.subarray(MARK.length + ID_BYTES, MARK.length + ID_BYTES + KEY_BYTES));
  } finally {
    wipe(bytes);
  }
}
