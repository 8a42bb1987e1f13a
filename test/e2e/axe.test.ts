import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';
import {
  closeDesk,
  type Desk,
  keyState,
  newProfile,
  openDesk,
  PATIENCE,
  panel,
  reportOnScreen,
  stagedBanner,
} from '#test/support/electron-desk.ts';
import { arm, goTo, press, pressUntil, runFromPalette, writeTicket } from '#test/support/keyboard.ts';

declare global {
  var axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
}

const AXE = readFileSync(join(ROOT, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const RULES: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};

/** WCAG A and AA and axe's own best practice, on every screen in both themes. */
describe('axe finds nothing', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openDesk(newProfile('new'));
    window = desk.window;
    await window.evaluate(AXE);
  });
  afterAll(() => closeDesk(desk));

  /** What axe objects to, a line each. */
  const violations = () =>
    window.evaluate(async (rules) => {
      const { violations } = await globalThis.axe.run(document, rules);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
      );
    }, RULES);
  const theme = () => window.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  const start = () => window.getByRole('heading', { name: 'Start on a tape' });
  const dialog = (name: string) => window.getByRole('dialog', { name });

  async function switchTheme(to: 'dark' | 'light'): Promise<void> {
    if ((await theme()) === to) return;
    await runFromPalette(window, 'Switch dark and light');
    await expect.poll(theme, PATIENCE).toBe(to);
  }

  test('on the start screen, and with the tour', async () => {
    await start().waitFor();
    expect(await violations()).toEqual([]);
    await press(window, 'Enter');
    await reportOnScreen(window);
    const tour = window.getByRole('complementary', { name: /^Tour/ });
    await tour.waitFor();
    expect(await violations()).toEqual([]);
    await press(window, 'Escape');
    await tour.waitFor({ state: 'detached' });
  });

  describe.each(['dark', 'light'] as const)('in the %s theme', (wanted) => {
    test.each([
      ['Alt+1', 'risk'],
      ['Alt+2', 'chart'],
      ['Alt+3', 'vol'],
      ['Alt+4', 'review'],
      ['Alt+5', 'journal'],
      ['Alt+6', 'automation'],
      ['Alt+7', 'rehearsal'],
      ['Alt+8', 'venues'],
    ] as const)('the workspace of %s, with %s', async (keys, first) => {
      await switchTheme(wanted);
      await press(window, keys);
      await panel(window, first).waitFor();
      await expect.poll(() => window.locator('[aria-busy="true"]').count(), PATIENCE).toBe(0);
      expect(await violations()).toEqual([]);
    });

    test('a run in review', async () => {
      await press(window, 'Alt+4');
      await panel(window, 'review').getByRole('button', { name: 'Run the demo backtest' }).click();
      await panel(window, 'review').getByRole('slider').waitFor();
      expect(await violations()).toEqual([]);
    });

    test('tables and tabs', async () => {
      await press(window, 'Alt+1');
      for (const id of ['risk', 'margin', 'payoff']) {
        await goTo(window, id);
        await press(window, 't');
        await panel(window, id).getByRole('table').first().waitFor();
      }
      for (const tab of ['fills', 'alerts']) await goTo(window, tab);
      expect(await violations()).toEqual([]);
      for (const id of ['risk', 'margin', 'payoff']) {
        await goTo(window, id);
        await press(window, 't');
      }
    });

    test('dialogs', async () => {
      await goTo(window, 'positions');
      await pressUntil(window, 'Ctrl+K', () => dialog('Command palette').isVisible());
      expect(await violations(), 'palette').toEqual([]);
      await press(window, 'Escape');
      await pressUntil(window, '?', () => dialog('Keys').isVisible());
      expect(await violations(), 'keys').toEqual([]);
      await press(window, 'Escape');
      await runFromPalette(window, 'About and licences');
      await dialog('About Keel').getByRole('row').nth(5).waitFor();
      expect(await violations(), 'about').toEqual([]);
      await press(window, 'Escape');
      await runFromPalette(window, 'Accounts and keys');
      await dialog('Accounts and keys').getByLabel('Client id').waitFor();
      expect(await violations(), 'accounts').toEqual([]);
      await press(window, 'Escape');
      await runFromPalette(window, 'Settings: keys');
      await dialog('Settings: keys').getByLabel('Find a command').fill('stage');
      expect(await violations(), 'settings of the keys').toEqual([]);
      await press(window, 'Escape');
      await runFromPalette(window, 'Settings: alerts');
      await dialog('Settings: alerts').getByRole('button', { name: 'Add Telegram' }).click();
      expect(await violations(), 'settings of the alerts').toEqual([]);
      await press(window, 'Escape');
      await runFromPalette(window, 'Arm');
      await dialog('Arm the keys').waitFor();
      expect(await violations(), 'arm').toEqual([]);
      await press(window, 'Escape');
      await dialog('Arm the keys').waitFor({ state: 'hidden' });
    });

    test('a ticket with a slip, staged orders, armed keys, a refusal', async () => {
      await writeTicket(window, 'sell 5 btc 27mar20 6000 p; buy 5 btc 27mar20 5000 x');
      await panel(window, 'ticket')
        .getByText(/not understood/)
        .waitFor();
      expect(await violations(), 'ticket').toEqual([]);
      await pressUntil(window, 'Alt+H', () => stagedBanner(window).isVisible());
      await pressUntil(window, 'Ctrl+Enter', () => window.getByText('Not committed').isVisible());
      expect(await violations(), 'staged').toEqual([]);
      await arm(window);
      expect(await violations(), 'armed').toEqual([]);
      await pressUntil(window, 'Ctrl+Shift+D', async () => (await keyState(window)) === 'SAFE');
      await press(window, 'Escape');
    });

    test('the start screen with a session to go on with', async () => {
      await runFromPalette(window, 'Choose another session');
      await start().waitFor();
      expect(await violations()).toEqual([]);
      await window.getByRole('button', { name: 'Back to the running session' }).click();
      await reportOnScreen(window);
    });
  });
});
