import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SimulatorProcess, startDeribitSimulator } from '#test/support/deribit-simulator.ts';
import {
  answered,
  closeDesk,
  type Desk,
  gridRows,
  newProfile,
  openDesk,
  PATIENCE,
  reportOnScreen,
  told,
  until,
} from '#test/support/electron-desk.ts';
import { arm, stageAndCommit, writeTicket } from '#test/support/keyboard.ts';
import { formsOf, scanMemory } from '#test/support/memory-scan.ts';
import { openXvfb, type Xvfb } from '#test/support/xvfb.ts';

/** Letters of a keyboard's plain rows, so that a test can type them one by one. */
function letters(count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
}

interface Process {
  readonly pid: number;
  readonly parent: number;
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        // It has ended since it was listed.
        return [];
      }
    });
}

/** The process and all it started, and what those started. */
function familyOf(root: number): readonly number[] {
  const all = processes();
  const family = [root];
  for (const pid of family) family.push(...all.filter((one) => one.parent === pid).map((one) => one.pid));
  return family;
}

/**
 * Key and passphrase typed as from a keyboard into main's own window; then the terminal trades at the simulator. What was
 * typed must be nowhere afterwards: not in the terminal's page, its calls, its files, nor in any process's memory.
 */
describe.runIf(process.platform === 'linux')('the vault in the window', () => {
  const [passphrase, secret, changed] = [letters(28), letters(28), letters(28)];
  let screen: Xvfb;
  let simulator: SimulatorProcess;
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    screen = await openXvfb();
    simulator = await startDeribitSimulator({ secret });
    desk = await openDesk(newProfile(), [`--endpoint=${simulator.ws}`], { DISPLAY: screen.display });
    window = desk.window;
  });
  afterAll(async () => {
    await closeDesk(desk);
    await simulator.stop();
    await screen.close();
  });

  const ownPage = () =>
    desk.keel.app.windows().findLast((one) => one.url().endsWith('passphrase.html') && !one.isClosed());
  /** Main's own window with this title, as main has it. */
  const ownState = (title: string) =>
    answered(() =>
      desk.keel.app.evaluate(({ BrowserWindow }, wanted) => {
        const own = BrowserWindow.getAllWindows().find((one) => one.getTitle() === wanted && one.isVisible());
        return own ? { at: own.getBounds(), isFocused: own.isFocused() } : null;
      }, title),
    );
  /** Clicks into the first field of main's own window with this title and waits until it has the keyboard. */
  async function ownWindow(title: string): Promise<void> {
    const field = async () => {
      const at = (await ownState(title))?.at;
      // The window of the question before may be closing.
      const box = await ownPage()
        ?.locator('#secret')
        .boundingBox()
        .catch(() => null);
      return at && box ? ([at.x + box.x + 20, at.y + box.y + 10] as const) : null;
    };
    const [x, y] = (await until(`the field of "${title}"`, field, (found) => found !== null)) ?? [0, 0];
    await screen.click(x, y);
    await until(
      `the keyboard in "${title}"`,
      () => ownState(title),
      (own) => own?.isFocused === true,
    );
  }
  async function enter(...lines: readonly string[]): Promise<void> {
    for (const [at, line] of lines.entries()) {
      if (at > 0) {
        await screen.down('Tab');
        await screen.up('Tab');
      }
      await screen.type(line);
    }
    await screen.down('Enter');
    await screen.up('Enter');
  }
  const alertOfOwnWindow = () => ownPage()?.getByRole('alert').innerText();
  const vault = () => told(window, 'vault.describe', {});
  const findings = () =>
    familyOf(desk.keel.app.process().pid ?? 0).flatMap((pid) =>
      [passphrase, secret, changed].flatMap((canary, at) => {
        const what = `${['passphrase', 'key', 'new passphrase'][at]} in ${pid}`;
        try {
          return scanMemory(pid, Buffer.from(canary)).map((hit) => `${what}: ${hit}`);
        } catch (thrown) {
          // A process that has ended holds nothing.
          if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
          throw thrown;
        }
      }),
    );

  test('a key is added: passphrase twice, then the secret', async () => {
    await window.getByRole('button', { name: 'Accounts and keys' }).click();
    const rights = window.getByRole('group', { name: 'Rights of the key' });
    // A venue without a key begins with one that only reads.
    expect(await rights.getByRole('button', { name: /Read only/ }).getAttribute('aria-pressed')).toBe('true');
    await rights.getByRole('button', { name: /Read and trade/ }).click();
    await window.getByLabel('Client id').fill('sim-key');
    await window.getByRole('button', { name: 'Add, and type its secret' }).click();
    await ownWindow('Make the vault');
    await enter(passphrase, passphrase);
    await ownWindow('Add a key');
    await enter(secret);
    await window.getByRole('cell', { name: 'sim-key' }).waitFor();
    expect(await vault()).toMatchObject({ state: 'open', keys: [{ venue: 'deribit-sim', scopes: ['read', 'trade'] }] });
    await window.keyboard.press('Escape');
  });

  test('the terminal trades at the simulator, and an order fills there', async () => {
    await window.getByRole('button', { name: /^Deribit simulator/ }).click();
    await reportOnScreen(window);
    expect(await window.getByText('PAPER', { exact: true }).isVisible()).toBe(true);
    await writeTicket(window, 'buy 1000 btc perp inverse');
    await arm(window);
    await stageAndCommit(window, 'Ctrl+Enter', async () => (await gridRows(window, 'Orders')).length > 0);
    await expect.poll(async () => (await gridRows(window, 'Orders'))[0]?.State, PATIENCE).toBe('Filled');
    const { trades } = await simulator.call<{ trades: { label?: string }[] }>(
      'private/get_user_trades_by_currency_and_time',
      { currency: 'BTC', start_timestamp: 1, end_timestamp: 4_000_000_000_000, count: 10 },
    );
    expect(trades.some((one) => one.label?.startsWith('k-'))).toBe(true);
  });

  test('locked, the session goes on', async () => {
    await told(window, 'vault.lock', {});
    expect(await vault()).toMatchObject({ state: 'locked', keys: [{ publicId: 'sim-key' }] });
    await expect.poll(async () => (await gridRows(window, 'Orders'))[0]?.State, PATIENCE).toBe('Filled');
  });

  test('a wrong passphrase is told in that window, and the right one opens', async () => {
    const asked = told(window, 'vault.unlock', {});
    await ownWindow('Open the vault');
    await enter('notthepassphrase');
    await expect.poll(alertOfOwnWindow, PATIENCE).toMatch(/does not open/);
    await enter(passphrase);
    expect(await asked).toMatchObject({ state: 'open' });
  });

  test('the passphrase is changed: the old one is asked for, and opens nothing afterwards', async () => {
    const asked = told(window, 'vault.unlock', { change: 'passphrase' });
    await ownWindow('Open the vault');
    await enter(passphrase);
    await ownWindow('Change the passphrase');
    await enter(changed, changed);
    expect(await asked).toMatchObject({ state: 'open', keys: [{ publicId: 'sim-key' }] });
    await told(window, 'vault.lock', {});
    const again = told(window, 'vault.unlock', {});
    await ownWindow('Open the vault');
    await enter(passphrase);
    await expect.poll(alertOfOwnWindow, PATIENCE).toMatch(/does not open/);
    await enter(changed);
    expect(await again).toMatchObject({ state: 'open' });
  });

  test('locked again, nothing that was typed is in the memory of any process', async () => {
    await told(window, 'vault.lock', {});
    // That the scan finds what is there.
    expect(scanMemory(desk.keel.app.process().pid ?? 0, Buffer.from(desk.folder)).length).toBeGreaterThan(0);
    expect(findings()).toEqual([]);
  });

  test('what was typed is in no file, and nothing was said of it', () => {
    const files = readdirSync(desk.folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name));
    expect(files.length).toBeGreaterThan(5);
    for (const canary of [passphrase, secret, changed]) {
      for (const form of formsOf(Buffer.from(canary)).values()) {
        expect(files.filter((file) => readFileSync(file).includes(form))).toEqual([]);
        expect(Buffer.from(desk.keel.output()).includes(form)).toBe(false);
      }
    }
  });
});
