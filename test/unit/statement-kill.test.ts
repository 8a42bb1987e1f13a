// An import whose process is killed leaves all of the statement or nothing; the next one makes it whole.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { holdingsOf } from '#main/store/holdings.ts';
import { verifyFile } from '#main/store/verify.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { trials } from '#test/support/trials.ts';

const IMPORTER = fileURLToPath(new URL('./statement-importer.ts', import.meta.url));
const KILLS = trials(2);
const ROWS = 1_500;

/** Imports in a process of its own; `after` milliseconds into the import it is killed. Answers what it said. */
async function importing(file: string, after: number | null): Promise<string> {
  const child = spawn(process.execPath, [IMPORTER, file, String(ROWS)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && after !== null) setTimeout(() => child.kill('SIGKILL'), after);
    said += text;
  });
  await once(child, 'close');
  return said;
}

describe('an import that is killed', () => {
  it(`leaves all or nothing, over ${KILLS} kills`, { timeout: 1e7 }, async () => {
    let cut = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const file = tmpDatabase();
      const said = await importing(file, (kill * 37) % 150);
      if (!said.includes('imported')) cut += 1;
      expect(existsSync(file)).toBe(true);
      expect(verifyFile(file), `kill ${kill}`).toMatchObject({ ok: true });
      const { imported, statements } = holdingsOf(file);
      expect([0, ROWS], `kill ${kill}`).toContain(imported);
      expect(statements.length, `kill ${kill}`).toBe(imported === 0 ? 0 : 1);
      if (said.includes('imported')) expect(imported).toBe(ROWS);
      if (kill > 0) continue;
      await importing(file, null);
      expect(holdingsOf(file).imported).toBe(ROWS);
    }
    expect(cut).toBeGreaterThan(0);
  });
});
