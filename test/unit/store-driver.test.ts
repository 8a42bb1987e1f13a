import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseSqlite, loadSqlite } from '#main/store/driver.ts';
import { toFault } from '#shared/units/result.ts';

function faultOf(work: () => unknown) {
  try {
    work();
  } catch (thrown) {
    return toFault(thrown);
  }
  throw new Error('expected a fault');
}

describe('the choice of SQLite', () => {
  it("prefers the runtime's own module, whatever its Node-API", () => {
    expect(chooseSqlite({ ownModule: '/opt/runtime/better-sqlite3', nodeApi: '9' })).toBe(
      '/opt/runtime/better-sqlite3',
    );
  });

  it('takes the package from Node-API 10 on', () => {
    expect(chooseSqlite({ ownModule: undefined, nodeApi: '10' })).toBe('better-sqlite3');
    expect(chooseSqlite({ ownModule: '', nodeApi: '12' })).toBe('better-sqlite3');
  });

  // Loading it there would end the process with a segmentation fault instead of a sentence.
  it('refuses an older runtime before anything is loaded', () => {
    const fault = faultOf(() => loadSqlite({ ownModule: undefined, nodeApi: '9' }));
    expect(fault.code).toBe('sqlite-runtime');
    expect(fault.message).toContain('Node-API 10');
    expect(fault.message).toContain('has 9');
  });

  it('loads a module by its path', () => {
    const folder = dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'));
    const Sqlite = loadSqlite({ ownModule: folder, nodeApi: process.versions.napi });
    expect(new Sqlite(':memory:').pragma('user_version', { simple: true })).toBe(0);
  });

  it('names a path that cannot be loaded', () => {
    const path = join('/nowhere', 'better-sqlite3');
    const fault = faultOf(() => loadSqlite({ ownModule: path, nodeApi: '9' }));
    expect(fault.code).toBe('sqlite-module');
    expect(fault.message).toContain(path);
    expect(fault.message).not.toContain('\n');
  });
});
