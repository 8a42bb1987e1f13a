import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { FaultError, fault } from '#shared/units/result.ts';
import { inspectFile, type StoreFormat } from './format.ts';
import type { WriteHandle } from './handles.ts';

function setVersion(store: WriteHandle, version: number): void {
  store.script(`PRAGMA user_version = ${version}`);
}

/** The whole schema in an empty file, in one transaction: after a crash there is all of it or none. */
export function createSchema(store: WriteHandle, format: StoreFormat): void {
  store.transact('create schema', () => {
    const tables = store.select<[], { count: number }>('tables', 'SELECT count(*) AS count FROM sqlite_schema').first();
    if (tables?.count !== 0) {
      const message = `${store.file}: expected an empty file or a Keel ${format.name}, was a database without version`;
      throw new FaultError(fault('store-foreign', message, { file: store.file }));
    }
    store.script(`PRAGMA application_id = ${format.applicationId}`);
    for (const migration of format.migrations) migration.up(store);
    setVersion(store, format.migrations.length);
  });
}

function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  // Windows has no handle on a folder to sync; there the rename itself is journalled by the file system.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** "book.db.v1.bak", or "book.db.v1.2.bak" where that is taken: a backup is never overwritten. */
function backupName(file: string, version: number): string {
  let name = `${file}.v${version}.bak`;
  for (let copy = 2; existsSync(name); copy++) name = `${file}.v${version}.${copy}.bak`;
  return name;
}

/** A complete copy beside the file, on disk under its final name only when it is whole. Returns its path. */
export function backUp(store: WriteHandle, format: StoreFormat, version: number): string {
  const backup = backupName(store.file, version);
  const unfinished = `${backup}.part`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600));
  store.script(`VACUUM INTO '${unfinished.replaceAll("'", "''")}'`);
  syncToDisk(unfinished);
  if (inspectFile(unfinished, format) !== version) {
    throw new FaultError(fault('store-backup', `${unfinished}: the backup is not of schema ${version}`, { version }));
  }
  renameSync(unfinished, backup);
  syncFolder(dirname(backup));
  return backup;
}

/** Backs the file up and takes it from `version` to the present schema in one transaction. */
export function migrate(store: WriteHandle, format: StoreFormat, version: number): void {
  backUp(store, format, version);
  store.transact(`migrate ${format.name} from schema ${version}`, () => {
    for (const migration of format.migrations.slice(version)) migration.up(store);
    setVersion(store, format.migrations.length);
  });
}
