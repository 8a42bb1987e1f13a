import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { FaultError, fault } from '#shared/units/result.ts';
import type { WriteHandle } from './handles.ts';

/** One step of a schema, up only. `up` runs inside the migration's transaction. */
export interface Migration {
  /** "0001-journal": the file's name. */
  readonly name: string;
  up(store: WriteHandle): void;
}

/** A kind of file Keel writes. Its schema version is the number of migrations, kept in SQLite's user_version. */
export interface StoreFormat {
  /** For messages: "journal". */
  readonly name: string;
  /** SQLite's application_id: tells our files from those of others. */
  readonly applicationId: number;
  readonly migrations: readonly Migration[];
}

/** Four letters as SQLite's application_id (big-endian, so that `file` and a hex dump show them). */
export function applicationId(letters: string): number {
  return Buffer.from(letters, 'latin1').readInt32BE(0);
}

/** The database header is documented at https://sqlite.org/fileformat2.html section 1.3. */
const HEADER_BYTES = 100;
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

function readHeader(file: string): Buffer | null {
  if (!statSync(file, { throwIfNoEntry: false })) return null;
  const descriptor = openSync(file, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(descriptor, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

function refuse(code: string, message: string, details: Record<string, string | number>): never {
  throw new FaultError(fault(code, message, details));
}

/**
 * Schema version of `file`, or 0 where there is no file yet (or an empty one). Reads 100 bytes and nothing else: a file
 * that is not ours (`store-not-database`, `store-foreign`) or of a later Keel (`store-newer`) is refused before SQLite
 * touches it, so it stays as it was, byte for byte.
 */
export function inspectFile(file: string, format: StoreFormat): number {
  const header = readHeader(file);
  if (header === null || header.length === 0) return 0;
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
    refuse('store-not-database', `${file}: expected a Keel ${format.name}, was not a SQLite database; left untouched`, {
      file,
    });
  }
  const id = header.readInt32BE(APPLICATION_ID_AT);
  if (id !== format.applicationId) {
    const found = id === 0 ? 'a SQLite database without application id' : `one with application id ${id}`;
    refuse('store-foreign', `${file}: expected a Keel ${format.name}, was ${found}; left untouched`, {
      file,
      found: id,
    });
  }
  const version = header.readInt32BE(USER_VERSION_AT);
  const known = format.migrations.length;
  if (version > known) {
    refuse(
      'store-newer',
      `${file}: written by a newer Keel (schema ${version}, this one knows ${known}); left untouched`,
      { file, version, known },
    );
  }
  if (version < 1) {
    refuse('store-damaged', `${file}: expected schema version 1 to ${known}, was ${version}; left untouched`, {
      file,
      version,
    });
  }
  return version;
}
