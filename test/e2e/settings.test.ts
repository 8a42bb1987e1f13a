import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  keyState,
  openSession,
  PATIENCE,
  panel,
  told,
  tradingState,
} from '#test/support/electron-desk.ts';
import { goTo, press, pressUntil } from '#test/support/keyboard.ts';

/** Everything here is done by keys alone, as the rest of the terminal is. */
describe('the settings', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));

  const picture = (name: string) =>
    process.env.KEEL_PICTURES === undefined
      ? Promise.resolve()
      : window.screenshot({ path: `${process.env.KEEL_PICTURES}-${name}.png` });
  const focusedLabel = () =>
    window.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
  /** Walks with Tab to the control of that name. */
  async function tabTo(name: string, back = false): Promise<void> {
    for (let step = 0; step < 40 && !(await focusedLabel()).startsWith(name); step++)
      await press(window, back ? 'Shift+Tab' : 'Tab');
    expect(await focusedLabel()).toMatch(name);
  }

  describe('of the keys', () => {
    const dialog = () => window.getByRole('dialog', { name: 'Settings: keys' });
    const line = (id: string) => dialog().locator(`[data-command="${id}"]`);
    const open = async () => {
      await goTo(window, 'positions');
      await pressUntil(window, 'g s', () => dialog().isVisible(), true);
    };
    /** Finds a command and gives it the pressed key. */
    async function rebind(query: string, keys: string): Promise<void> {
      await press(window, 'Ctrl+A');
      await window.keyboard.type(query);
      await press(window, 'ArrowDown');
      await expect.poll(focusedLabel, PATIENCE).toMatch(/^Change the key/);
      await press(window, 'Enter');
      await dialog().getByText('Press the new key').waitFor();
      await press(window, keys);
      await expect.poll(() => dialog().getByText('Press the new key').count(), PATIENCE).toBe(0);
    }

    test('a conflict is named before it is saved, and a new key acts at once and is shown everywhere', async () => {
      await open();
      await rebind('stage delta hedge', 'Alt+1');
      await expect.poll(() => line('hedge.stage').innerText(), PATIENCE).toContain('Workspace Risk has Alt+1');
      expect(await dialog().getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
      await picture('keys-conflict');
      await press(window, 'Enter');
      await press(window, 'Alt+G');
      await expect.poll(() => line('hedge.stage').innerText(), PATIENCE).not.toContain('Workspace Risk');
      await tabTo('Save');
      await press(window, 'Enter');
      await dialog().waitFor({ state: 'hidden' });
      await expect.poll(() => panel(window, 'hedge').innerText(), PATIENCE).toMatch(/Alt\+G/i);
      const staged = window.getByRole('region', { name: 'Staged orders' });
      await goTo(window, 'positions');
      await pressUntil(window, 'Alt+G', () => staged.isVisible());
      await press(window, 'Escape');
      const kept = readFileSync(join(desk.folder, 'settings', 'keys.txt'), 'utf8');
      expect(JSON.parse(kept)).toEqual({ keys: { 'hedge.stage': ['Alt+G'] } });
      const help = window.getByRole('dialog', { name: 'Keys', exact: true });
      await goTo(window, 'positions');
      await pressUntil(window, '?', () => help.isVisible(), true);
      expect(await help.getByRole('listitem').filter({ hasText: 'Stage delta hedge' }).innerText()).toContain('Alt+G');
      await press(window, 'Escape');
      await help.waitFor({ state: 'hidden' });
    });

    test('the kill switch may move but not go, and a file that cannot be meant is named with line and field', async () => {
      await open();
      await rebind('kill switch', 'Alt+K');
      await expect.poll(() => line('engine.kill').innerText(), PATIENCE).toContain('needs Ctrl and Shift');
      const takeAway = line('engine.kill').getByRole('button', { name: /Take away/ });
      expect(await takeAway.isDisabled()).toBe(true);
      const file = join(mkdtempSync(join(tmpdir(), 'keel-keys-')), 'desk.json');
      writeFileSync(file, '{\n  "keys": {\n    "hedge.stage": ["Strg+G"]\n  }\n}\n');
      await tabTo('Import', true);
      // The desktop's own chooser opens from here; what it would hand over is put in its place.
      await dialog().getByLabel('File of keys').setInputFiles(file);
      const alert = dialog().getByRole('alert');
      await expect
        .poll(() => alert.innerText(), PATIENCE)
        .toContain('desk.json, line 3, keys.hedge.stage.0: expected a chord');
      await tabTo('Reset all');
      await press(window, 'Enter');
      await picture('keys');
      await tabTo('Save');
      await press(window, 'Enter');
      await dialog().waitFor({ state: 'hidden' });
      await expect.poll(() => panel(window, 'hedge').innerText(), PATIENCE).toMatch(/Alt\+H/i);
    });
  });

  describe('of the alerts', () => {
    const dialog = () => window.getByRole('dialog', { name: 'Settings: alerts' });
    const taken: string[] = [];
    let server: Server;
    let url = '';

    beforeAll(async () => {
      server = createServer((request, answer) => {
        request.on('data', (part: Buffer) => taken.push(part.toString()));
        request.on('end', () => answer.end());
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    const file = () => JSON.parse(readFileSync(join(desk.folder, 'alerts.json'), 'utf8'));
    /** Writes into the field that is focused. */
    async function write(text: string): Promise<void> {
      await press(window, 'Ctrl+A');
      await window.keyboard.type(text);
    }

    test('a wrong address is named, a right one is written, and the test arrives', async () => {
      await goTo(window, 'positions');
      await pressUntil(window, 'g e', () => dialog().isVisible(), true);
      await dialog().getByRole('button', { name: 'Add webhook' }).waitFor();
      await tabTo('Add webhook');
      await press(window, 'Enter');
      for (const _ of ['ntfy', 'telegram', 'on', 'name', 'address']) await press(window, 'Tab');
      await write('nowhere');
      await tabTo('Save');
      await press(window, 'Enter');
      const alert = dialog().getByRole('alert');
      await expect
        .poll(() => alert.innerText(), PATIENCE)
        .toMatch(/^alerts.json, line \d+, channels.0.url: expected an address/);
      await picture('alerts-wrong');
      await dialog().getByLabel('Address').focus();
      await write(url);
      await tabTo('Save');
      await press(window, 'Enter');
      await expect.poll(() => alert.count(), PATIENCE).toBe(0);
      await expect.poll(() => dialog().getByRole('button', { name: 'Send a test' }).isEnabled(), PATIENCE).toBe(true);
      expect(file().channels).toEqual([{ kind: 'webhook', name: 'webhook 1', on: true, url }]);
      await tabTo('Send a test', true);
      await press(window, 'Enter');
      await expect.poll(() => taken.length, PATIENCE).toBe(1);
      expect(JSON.parse(taken[0] ?? '')).toMatchObject({ severity: 'watch', code: 'test' });
      await dialog().getByText('webhook webhook 1 took the test').waitFor();
    });

    test('a bot’s token is typed into main’s own window: into the file, never into the page', async () => {
      const token = '123456:ABCDEFGHIJKLMNOP';
      /** Saves, and answers main's own window once it asks. */
      const asked = async () => {
        const opened = desk.keel.app.waitForEvent('window');
        await tabTo('Save');
        await press(window, 'Enter');
        const own = await opened;
        await own.getByLabel('Bot token').waitFor();
        await expect.poll(() => own.getByRole('button', { name: 'Keep it' }).isEnabled(), PATIENCE).toBe(true);
        return own;
      };
      await tabTo('Add Telegram', true);
      await press(window, 'Enter');
      await tabTo('Remove Webhook');
      for (const _ of ['on', 'name', 'server', 'chat']) await press(window, 'Tab');
      await write('42');
      // The key that ends a window is released into nothing.
      await (await asked()).keyboard.press('Escape').catch(() => undefined);
      await expect.poll(() => dialog().getByRole('alert').innerText(), PATIENCE).toBe('nothing was entered');
      expect(file().channels).toHaveLength(1);
      const own = await asked();
      await own.keyboard.type(token);
      await own.keyboard.press('Enter').catch(() => undefined);
      await dialog().getByText('Its token is kept.').waitFor();
      expect(file().channels[1]).toMatchObject({ kind: 'telegram', token, chat: '42' });
      const seen = JSON.stringify(await told(window, 'settings.save', { alerts: { act: 'look' } }));
      expect(seen + (await window.content())).not.toContain(token);
    });

    test('thresholds are tried on the last day before they are saved into the policies', async () => {
      const fires = async () => {
        await tabTo('Would it have fired?');
        await press(window, 'Enter');
        return dialog()
          .getByText(/^Would have fired/)
          .innerText();
      };
      expect(await fires()).toMatch(/BTC/);
      await dialog().getByLabel('Maintenance ÷ balance, watch').focus();
      await write('4');
      await expect.poll(fires, PATIENCE).toMatch(/Would have fired [1-9]\d* times?/);
      await picture('alerts');
      await tabTo('Save');
      await press(window, 'Enter');
      await expect
        .poll(async () => (await told(window, 'policies.load', {})).text, PATIENCE)
        .toMatch(/"margin-monitor": \{\s*"ratio": \{\s*"watch": 0.04,/);
      await press(window, 'Escape');
    });
  });

  /** No tray can be clicked here: the menu that it is given is, item by item. */
  test('the tray has the ways out of trouble, and brings the rehearsal into the window', async () => {
    await desk.keel.app.evaluate(({ Menu }) => {
      const build = Menu.buildFromTemplate;
      Menu.buildFromTemplate = (template) => {
        const menu = build(template);
        Object.assign(globalThis, { trayMenu: menu });
        return menu;
      };
    });
    const click = (...labels: readonly string[]) =>
      desk.keel.app.evaluate((_, [first, second]) => {
        const items = (globalThis as { trayMenu?: Electron.Menu }).trayMenu?.items ?? [];
        const item = items.find(({ label }) => label === first);
        const last = second === undefined ? item : item?.submenu?.items.find(({ label }) => label === second);
        last?.click();
        return items.map(({ label }) => label).filter(Boolean);
      }, labels);
    await goTo(window, 'positions');
    await pressUntil(window, 'Ctrl+L', async () => (await keyState(window)) === 'LOCKED', true);
    await expect.poll(() => click('none'), PATIENCE).toContain('Keys LOCKED');
    expect((await click('Flatten…: rehearse'))[0]).toMatch(/^Liquidation \d+ % away: .*, margin \d+ %, (?:ok|watch)$/);
    await expect
      .poll(
        () => window.evaluate(() => document.activeElement?.closest('[data-panel]')?.getAttribute('data-panel')),
        PATIENCE,
      )
      .toBe('rehearsal');
    await click('Kill switch', 'Block new orders, cancel all, disarm');
    await expect.poll(() => tradingState(window), PATIENCE).toBe('HALTED');
  });
});
