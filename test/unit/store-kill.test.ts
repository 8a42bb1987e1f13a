import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createJournal } from '#main/store/journal.ts';
import { verifyFile } from '#main/store/verify.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { trials } from '#test/support/trials.ts';

const APPENDER = fileURLToPath(new URL('./store-appender.ts', import.meta.url));
const KILLS = trials(25);

/** Appends in a process of its own and kills it `after` milliseconds past its first answer. Returns the last answer. */
async function killed(file: string, after: number): Promise<number> {
  const child = spawn(process.execPath, [APPENDER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let answers = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (answers === '') setTimeout(() => child.kill('SIGKILL'), after);
    answers += text;
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  // The last line may have been cut by the kill, the one before it is whole.
  return Number(answers.split('\n').at(-2));
}

describe('a journal whose process is killed', () => {
  it(`loses no acknowledged entry over ${KILLS} kills`, { timeout: 1e7 }, async () => {
    const file = tmpDatabase();
    let seed = 20200312;
    for (let kill = 0; kill < KILLS; kill++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const acknowledged = await killed(file, seed % 150);
      const report = verifyFile(file);
      expect(report, `after kill ${kill} at entry ${acknowledged}`).toMatchObject({ ok: true });
      expect(report.entries).toBeGreaterThanOrEqual(acknowledged);
    }
    const journal = createJournal(file);
    const { seq } = journal;
    journal.close();
    expect(verifyFile(file)).toMatchObject({ ok: true, entries: seq, projections: 'equal' });
  });

  // `ulimit -f` makes write() fail beyond a size; SQLite reports it as an I/O error.
  it.runIf(process.platform !== 'win32')('writes nothing more after a disk error, and loses nothing', () => {
    const file = tmpDatabase();
    const shell = spawnSync('sh', ['-c', 'ulimit -f 1024; exec "$0" "$1" "$2"', process.execPath, APPENDER, file], {
      encoding: 'utf8',
    });
    const lines = shell.stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('store-io, then store-io');
    const acknowledged = Number(lines.at(-2));
    expect(acknowledged).toBeGreaterThan(100);
    const report = verifyFile(file);
    expect(report).toMatchObject({ ok: true });
    expect(report.entries).toBeGreaterThanOrEqual(acknowledged);
  });
});
