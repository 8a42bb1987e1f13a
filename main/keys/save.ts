import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { FaultError, fault, toFault } from '#shared/units/result.ts';

/** The save before the last one. */
function previousOf(file: string): string {
  return `${file}.previous`;
}

function syncFolder(folder: string): void {
  // Windows has no handle of a folder to sync; its rename is in the journal of the file system.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function writeSynced(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Replaces `file` whole: whenever the machine stops, the file is the old text or the new one. The old one is kept as
 * {@link previousOf}. Throws `vault-unwritable` with what the system said; then the file is as it was.
 */
export function saveKeepingLast(file: string, text: string): void {
  const [draft, link, previous] = [`${file}.new`, `${file}.link`, previousOf(file)];
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeSynced(draft, text);
    if (existsSync(file)) {
      rmSync(link, { force: true });
      linkSync(file, link);
      renameSync(link, previous);
    }
    renameSync(draft, file);
    syncFolder(dirname(file));
  } catch (thrown) {
    const message = `${file} cannot be written: ${toFault(thrown).message}`;
    throw new FaultError(fault('vault-unwritable', message, { file }), { cause: thrown });
  }
}

/** The bytes of the vault at `file`, null where there is none. Throws `vault-unreadable`. */
export function loadBytes(file: string): Uint8Array | null {
  if (!existsSync(file)) return null;
  try {
    return readFileSync(file);
  } catch (thrown) {
    const message = `${file} cannot be read: ${toFault(thrown).message}`;
    throw new FaultError(fault('vault-unreadable', message, { file }), { cause: thrown });
  }
}
