import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SimulatorProcess, startDeribitSimulator } from '#test/support/deribit-simulator.ts';
import {
  closeDesk,
  confirmStatement,
  type Desk,
  gridRows,
  newProfile,
  openDesk,
  ownWindow,
  PATIENCE,
  reportOnScreen,
  told,
} from '#test/support/electron-desk.ts';
import { arm, stageAndCommit, writeTicket } from '#test/support/keyboard.ts';
import { formsOf, scanMemory } from '#test/support/memory-scan.ts';
import { type OwnWindow, ownWindowOf } from '#test/support/own-window.ts';
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
  /** Hexadecimal digits that a keyboard's plain rows have. */
  const privateKey = Array.from({ length: 64 }, () => 'abcdef'[Math.floor(Math.random() * 6)]).join('');
  const AGENT = privateKeyToAddress(`0x${privateKey}`);
  const OWNER = '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A';
  const CANARIES = [passphrase, secret, changed, privateKey];
  let screen: Xvfb;
  let simulator: SimulatorProcess;
  let desk: Desk;
  let window: Page;
  let own: OwnWindow;

  beforeAll(async () => {
    screen = await openXvfb();
    simulator = await startDeribitSimulator({ secret });
    desk = await openDesk(newProfile(), [`--endpoint=${simulator.ws}`], { DISPLAY: screen.display });
    window = desk.window;
    own = ownWindowOf(desk, screen);
  });
  afterAll(async () => {
    await closeDesk(desk);
    await simulator.stop();
    await screen.close();
  });

  const vault = () => told(window, 'vault.describe', {});
  const findings = () =>
    familyOf(desk.keel.app.process().pid ?? 0).flatMap((pid) =>
      CANARIES.flatMap((canary, at) => {
        const what = `${['passphrase', 'secret', 'new passphrase', 'private key'][at]} in ${pid}`;
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
    await own.await('Make the vault');
    await own.enter(passphrase, passphrase);
    await own.await('Add a key');
    await own.enter(secret);
    await window.getByRole('cell', { name: 'sim-key' }).waitFor();
    expect(await vault()).toMatchObject({ state: 'open', keys: [{ venue: 'deribit-sim', scopes: ['read', 'trade'] }] });
  });

  test('an agent’s private key is added the same way, and the account’s own is not', async () => {
    await window.getByLabel('Venue of the key').selectOption('hyperliquid-testnet');
    await window.getByLabel('Address of the key').fill(AGENT);
    await window.getByLabel('Account', { exact: true }).fill(AGENT);
    const add = window.getByRole('button', { name: 'Add, and type the key' });
    await add.click();
    await window.getByText('own address: its key may withdraw').waitFor();
    await window.getByLabel('Account', { exact: true }).fill(OWNER);
    await add.click();
    await own.await('Add a key');
    await own.enter(privateKey);
    await window.getByRole('cell', { name: AGENT }).waitFor();
    expect((await vault()).keys[1]).toMatchObject({ account: OWNER, publicId: AGENT, scopes: ['read'] });
    await window.keyboard.press('Escape');
  });

  test('the key is used once the trader has seen its card; the terminal trades, and an order fills', async () => {
    const begin = () => window.getByRole('button', { name: /^Deribit simulator/ }).click();
    await begin();
    const asked = await ownWindow(desk, '#statement');
    expect(await asked.locator('#lines').innerText()).toMatch(/deribit-sim[\s\S]*sim-key[\s\S]*it may read, trade/);
    await asked.locator('#refuse').click();
    await window.getByText('not confirmed: refused by the trader').first().waitFor();
    await begin();
    await confirmStatement(desk);
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
    expect(await vault()).toMatchObject({ state: 'locked', keys: [{ publicId: 'sim-key' }, { publicId: AGENT }] });
    await expect.poll(async () => (await gridRows(window, 'Orders'))[0]?.State, PATIENCE).toBe('Filled');
  });

  test('a wrong passphrase is told in that window, and the right one opens', async () => {
    const asked = told(window, 'vault.unlock', {});
    await own.await('Open the vault');
    await own.enter('notthepassphrase');
    await expect.poll(own.alert, PATIENCE).toMatch(/does not open/);
    await own.enter(passphrase);
    expect(await asked).toMatchObject({ state: 'open' });
  });

  test('the passphrase is changed: the old one is asked for, and opens nothing afterwards', async () => {
    const asked = told(window, 'vault.unlock', { change: 'passphrase' });
    await own.await('Open the vault');
    await own.enter(passphrase);
    await own.await('Change the passphrase');
    await own.enter(changed, changed);
    expect(await asked).toMatchObject({ state: 'open', keys: [{ publicId: 'sim-key' }, { publicId: AGENT }] });
    await told(window, 'vault.lock', {});
    const again = told(window, 'vault.unlock', {});
    await own.await('Open the vault');
    await own.enter(passphrase);
    await expect.poll(own.alert, PATIENCE).toMatch(/does not open/);
    await own.enter(changed);
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
    for (const canary of CANARIES) {
      for (const form of formsOf(Buffer.from(canary)).values()) {
        expect(files.filter((file) => readFileSync(file).includes(form))).toEqual([]);
        expect(Buffer.from(desk.keel.output()).includes(form)).toBe(false);
      }
    }
  });
});
