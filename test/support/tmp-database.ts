import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for the running test, gone when it ends. */
export function tmpFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keel-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The path of a database that does not exist yet, in a folder of its own. */
export function tmpDatabase(name = 'session.db'): string {
  return join(tmpFolder(), name);
}
