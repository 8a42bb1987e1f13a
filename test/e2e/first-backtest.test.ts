// The first half hour of a newcomer, by the guide alone: its files are written and its commands run as they stand there.
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';
import { closeDesk, type Desk, openSession, PATIENCE, panel, told } from '#test/support/electron-desk.ts';
import { press } from '#test/support/keyboard.ts';

const GUIDE = readFileSync(join(ROOT, 'docs', 'guide', 'first-backtest.md'), 'utf8');
const place = mkdtempSync(join(tmpdir(), 'keel-newcomer-'));
symlinkSync(join(ROOT, 'resources'), join(place, 'resources'));
afterAll(() => rmSync(place, { recursive: true }));

/** The guide's section of that number. */
function section(number: number): string {
  return GUIDE.split('\n## ').find((one) => one.startsWith(`${number}. `)) ?? '';
}

/** Blocks of a kind in a section. */
function blocks(number: number, kind: 'sh' | 'json'): readonly string[] {
  return [...section(number).matchAll(new RegExp(`\`\`\`${kind}\n([^]*?)\n\`\`\``, 'g'))].map(
    (found) => found[1] ?? '',
  );
}

/** Writes the file that a section says to write. */
function write(number: number): void {
  const [, name = ''] = /Write `([^`]+)`/.exec(section(number)) ?? [];
  writeFileSync(join(place, name), blocks(number, 'json')[0] ?? '');
}

/** Runs a line as it stands in the guide; what it prints. */
function run(line: string): Promise<string> {
  const keel = `"${process.execPath}" "${join(ROOT, 'out', 'cli', 'keel.js')}"`;
  const command = line.replace('npm run -s keel --', keel);
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], { cwd: place, encoding: 'utf8', maxBuffer: 1e8 }, (fault, out, said) => {
      if (fault === null) resolve(out);
      else reject(new Error(`${line}: ${said}`, { cause: fault }));
    });
  });
}

const lines = (number: number): readonly string[] => blocks(number, 'sh').flatMap((one) => one.split('\n'));

describe('a newcomer with the guide', () => {
  test('imports a CSV and backtests the demo policy', async () => {
    for (const line of lines(1)) await run(line);
    write(2);
    const [line = ''] = lines(3);
    const head = JSON.parse(await run(line)) as { counts: { hedges: number }; summary: { worstAt: number } };
    expect(head.counts.hedges).toBeGreaterThan(0);
    expect(existsSync(join(place, 'my-desk', 'run.db'))).toBe(true);
  });

  test('finds the worst minute in Review and replays the own session with another band', async () => {
    // A short tape: what is recorded is replayed three times below.
    const desk: Desk = await openSession({ speed: 10 });
    const session = join(desk.folder, 'sessions');
    try {
      const { window } = desk;
      await press(window, 'Alt+4');
      const path = join(place, 'my-desk', 'run.db');
      const review = panel(window, 'review');
      await review.getByPlaceholder('or the path of a RUN.db').fill(path);
      await press(window, 'Enter');
      const timeline = review.getByRole('slider', { name: 'Timeline of the run' });
      await timeline.waitFor();
      await timeline.focus();
      const { summary } = await told(window, 'review.open', { run: path });
      const time = async (): Promise<number> => Number(await timeline.getAttribute('aria-valuenow'));
      for (const key of ['m', 'PageDown', '[', 'm', ']']) await press(window, key);
      await expect.poll(time, PATIENCE).toBe(summary.worstAt);
      const explained = review.getByRole('region', { name: 'P&L explained' });
      const stamp = new Date(summary.worstAt).toISOString().slice(11, 19);
      await expect
        .poll(() => explained.locator('caption').innerText(), PATIENCE)
        .toContain(`to 12 Mar 2020 ${stamp} UTC`);
      expect(await explained.getByRole('row').count()).toBe(13);
      await desk.keel.close();
      const [name = ''] = readdirSync(session).sort().toReversed();
      copyFileSync(join(session, name, 'keel.db'), join(place, 'my-desk', 'session.db'));
    } finally {
      await closeDesk(desk);
    }
    write(5);
    const [plain = '', banded = ''] = lines(5);
    expect(JSON.parse(await run(plain))).toMatchObject({ equal: true });
    const { same, changed } = JSON.parse(await run(banded)) as Record<'same' | 'changed', { hedges: number }>;
    expect([same.hedges, changed.hedges].every(Number.isInteger)).toBe(true);
  });
});
