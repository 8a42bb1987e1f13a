import { createRequire } from 'node:module';
import type Database from 'better-sqlite3';
import { FaultError, fault, toFault } from '#shared/units/result.ts';

/** One open SQLite file. Only files of this folder see it; the rest of Keel uses the handles of handles.ts. */
export type Connection = Database.Database;
type SqliteModule = typeof Database;

/** better-sqlite3 13 is built on Node-API 10. Older runtimes do not refuse it, they crash, so it must not be loaded there. */
const NODE_API_NEEDED = 10;

/** What the choice of the SQLite module depends on. */
export interface SqliteRuntime {
  /** KEEL_SQLITE: folder of the better-sqlite3 that belongs to the runtime, set by the Electron resolver. */
  readonly ownModule: string | undefined;
  /** process.versions.napi */
  readonly nodeApi: string | undefined;
}

/** Path or package name to load. Throws `sqlite-runtime` where no module fits, before anything is loaded. */
export function chooseSqlite(runtime: SqliteRuntime): string {
  if (runtime.ownModule) return runtime.ownModule;
  if (Number(runtime.nodeApi ?? 0) >= NODE_API_NEEDED) return 'better-sqlite3';
  throw new FaultError(
    fault(
      'sqlite-runtime',
      `the store needs Node-API ${NODE_API_NEEDED} or newer (Node 22.14, Electron 36), this runtime has ${runtime.nodeApi ?? 'none'}; ` +
        'KEEL_SQLITE may name a better-sqlite3 built for it',
      { nodeApi: runtime.nodeApi ?? null },
    ),
  );
}

/** Loads the chosen module. Throws `sqlite-module` naming what could not be loaded and why. */
export function loadSqlite(runtime: SqliteRuntime): SqliteModule {
  const chosen = chooseSqlite(runtime);
  try {
    return createRequire(import.meta.url)(chosen) as SqliteModule;
  } catch (thrown) {
    const why = toFault(thrown).message.split('\n', 1)[0] ?? '';
    throw new FaultError(
      fault('sqlite-module', `SQLite could not be loaded from ${chosen}: ${why}`, { module: chosen }),
      {
        cause: thrown,
      },
    );
  }
}

let loaded: SqliteModule | undefined;

/** The one SQLite of this process. */
export function sqlite(): SqliteModule {
  loaded ??= loadSqlite({ ownModule: process.env.KEEL_SQLITE, nodeApi: process.versions.napi });
  return loaded;
}
