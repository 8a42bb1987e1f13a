import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '#scripts/checkout.mjs';

/** The desk as one file, so that a process of it starts in a tenth of the time. */
export async function bundleDesk(): Promise<string> {
  // Below the project, so that it finds the SQLite module.
  const results = join(ROOT, 'test-results');
  mkdirSync(results, { recursive: true });
  const outDir = mkdtempSync(join(results, 'kills-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: {
      outDir,
      ssr: join(ROOT, 'test/kills/desk.ts'),
      target: 'node24',
      minify: true,
      rolldownOptions: { output: { entryFileNames: 'desk.mjs' } },
    },
  });
  return join(outDir, 'desk.mjs');
}
