import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';

const PATIENCE = { timeout: 60_000, interval: 20 };
/** `script` of util-linux gives a program a terminal of its own. */
const HAS_SCRIPT = spawnSync('script', ['--version']).stdout?.includes('util-linux') === true;

describe.runIf(HAS_SCRIPT)('secrets at a terminal', () => {
  test('are not shown, however fast they are typed, and can be corrected', async () => {
    const vault = join(mkdtempSync(join(tmpdir(), 'keel-tty-')), 'vault.json');
    const command = (verb: string): string =>
      `'${NODE_24}' '${join(ROOT, 'out/cli/keel.js')}' keys ${verb} --vault '${vault}'`;
    let shown = '';
    const start = (verb: string) => {
      shown = '';
      const child = spawn('script', ['-qefc', command(verb), '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdout.on('data', (chunk: Buffer) => {
        shown += chunk.toString();
      });
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      /** Answers a question the moment it is asked. */
      const answer = async (question: string, text: string): Promise<void> => {
        await expect.poll(() => shown, PATIENCE).toContain(question);
        child.stdin.write(`${text}\r`);
      };
      return { answer, ended };
    };
    const add = start('add --venue deribit-sim --client-id typed');
    await add.answer('passphrase of the new vault: ', 'visible pastt\x7f\x7fsphrase');
    await add.answer('the same passphrase again: ', 'visible passphrase');
    await add.answer('client secret: ', 'visible secret');
    expect(await add.ended).toBe(0);
    expect(existsSync(vault)).toBe(true);
    expect(shown).toContain('"publicId": "typed"');
    expect(shown).not.toContain('visible');

    const remove = start('remove none');
    await remove.answer('passphrase: ', 'visible passphrase');
    expect(await remove.ended).toBe(2);
    expect(shown).toContain('there is no key none');
    expect(shown).not.toContain('visible');
  });
});
