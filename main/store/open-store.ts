import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FaultError, fault } from '#shared/units/result.ts';
import { type Connection, sqlite } from './driver.ts';
import { guarded } from './faults.ts';
import { inspectFile, type StoreFormat } from './format.ts';
import { handleOf, type OnSlow, type OpenReadHandle, type WriteHandle } from './handles.ts';
import { createSchema, migrate } from './migrate.ts';

export interface StoreOptions {
  /** Told of every query that takes longer than 50 ms, by name. */
  readonly onSlow?: OnSlow | undefined;
}

/** How long to wait for another process (`keel verify`) to let the file go. */
const BUSY_MS = 2_000;
const FULL = 2;

function setting(connection: Connection, name: string): unknown {
  return connection.pragma(name, { simple: true });
}

/** Sets a pragma and reads it back: SQLite ignores what it does not like without a word. */
function assertSetting(connection: Connection, name: string, value: string | number, reads: string | number): void {
  connection.pragma(`${name} = ${value}`);
  const found = setting(connection, name);
  if (found === reads) return;
  const message = `${connection.name}: expected SQLite's ${name} to be ${reads}, was ${String(found)}`;
  throw new FaultError(fault('store-setting', message, { file: connection.name, setting: name }));
}

function settle(connection: Connection): void {
  // One engine per journal: a second one is refused at the door. It also spares every commit the locks on shared memory.
  assertSetting(connection, 'locking_mode', 'EXCLUSIVE', 'exclusive');
  assertSetting(connection, 'synchronous', 'FULL', FULL);
  assertSetting(connection, 'foreign_keys', 'ON', 1);
  assertSetting(connection, 'trusted_schema', 'OFF', 0);
  assertSetting(connection, 'cell_size_check', 'ON', 1);
  // macOS: fsync alone does not reach the platter. No effect elsewhere.
  assertSetting(connection, 'fullfsync', 'ON', 1);
  assertSetting(connection, 'busy_timeout', BUSY_MS, BUSY_MS);
}

function versionOf(connection: Connection): number {
  return Number(setting(connection, 'user_version'));
}

function makeFile(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    throw new FaultError(fault('store-folder', `${file}: the folder ${folder} does not exist`, { file, folder }));
  }
  // Before SQLite sees it, so that the file, its WAL and its shared memory belong to this user alone.
  if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
}

/** Brings the schema to the present version. Outside WAL mode, so that the file's header always tells the version. */
function bringUp(connection: Connection, format: StoreFormat, onSlow: OnSlow | undefined): void {
  const version = versionOf(connection);
  if (version === format.migrations.length) return;
  assertSetting(connection, 'journal_mode', 'DELETE', 'delete');
  const store = handleOf(connection, onSlow);
  if (version === 0) createSchema(store, format);
  else migrate(store, format, version);
}

/**
 * Opens `file`, creating it where there is none and migrating it (after a backup) where it is older. WAL with
 * synchronous=FULL is set and read back on every open. The file is this process's alone until closed. Throws a fault naming the file for one that is foreign, newer,
 * damaged or not a database; it is left as it was.
 */
export function openStore(file: string, format: StoreFormat, options: StoreOptions = {}): WriteHandle {
  return guarded(file, () => {
    inspectFile(file, format);
    makeFile(file);
    const connection = new (sqlite())(file, { timeout: BUSY_MS });
    try {
      settle(connection);
      bringUp(connection, format, options.onSlow);
      assertSetting(connection, 'journal_mode', 'WAL', 'wal');
      assertSetting(connection, 'synchronous', 'FULL', FULL);
      return handleOf(connection, options.onSlow);
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  });
}

/**
 * Opens an existing file of the present schema for reading only; nothing in it changes. Throws as {@link openStore}
 * does (`store-busy` while Keel has it open), and `store-missing`, `store-older`.
 */
export function openForReading(file: string, format: StoreFormat, options: StoreOptions = {}): OpenReadHandle {
  return guarded(file, () => {
    const version = inspectFile(file, format);
    const known = format.migrations.length;
    if (version === 0) throw new FaultError(fault('store-missing', `${file}: no ${format.name} there`, { file }));
    if (version < known) {
      const message = `${file}: schema ${version} is older than this Keel's ${known}; open it in Keel once to migrate it`;
      throw new FaultError(fault('store-older', message, { file, version, known }));
    }
    // A read-only connection leaves an empty WAL behind, so it is used only where there already is one with content.
    const wal = statSync(`${file}-wal`, { throwIfNoEntry: false });
    const readonly = wal !== undefined && wal.size > 0;
    const connection = new (sqlite())(file, { readonly, fileMustExist: true, timeout: BUSY_MS });
    try {
      assertSetting(connection, 'query_only', 'ON', 1);
      assertSetting(connection, 'trusted_schema', 'OFF', 0);
      return handleOf(connection, options.onSlow);
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  });
}
