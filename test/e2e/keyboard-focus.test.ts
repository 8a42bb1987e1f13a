import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  keyState,
  openSession,
  PATIENCE,
  panel,
  tradingState,
} from '#test/support/electron-desk.ts';
import { goTo, press, pressUntil, runFromPalette, settle } from '#test/support/keyboard.ts';
import { focused, focusIsSeen } from '#test/support/keyboard-focus.ts';

const RISK = ['positions', 'orders', 'margin', 'risk', 'payoff', 'hedge', 'ticket'];
const TRADE = ['chart', 'positions', 'orders', 'ticket', 'hedge'];
const VOL = ['vol', 'payoff', 'risk', 'positions', 'ticket', 'hedge'];
/** More stops than the window has. */
const MOST_STOPS = 150;

/** Nobody needs the mouse: every place is reached by keys, and where the focus is can always be seen. */
describe('the focus', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));

  /** What is painted comes a frame or two after what is so. */
  const expectSeen = (what: string) => expect.poll(() => focusIsSeen(desk), { ...PATIENCE, message: what }).toBe(true);
  const place = async () => (await focused(window)).panel;

  /** Presses until every panel was visited once; answers them in order. */
  async function walk(keys: string, panels: number): Promise<readonly (string | null)[]> {
    const visited: (string | null)[] = [];
    for (let step = 0; step < panels; step++) {
      const from = await place();
      await press(window, keys);
      await expect.poll(place, PATIENCE).not.toBe(from);
      visited.push(await place());
      await expectSeen(`${visited.at(-1)} by ${keys}`);
    }
    return visited;
  }

  test.each([
    ['Alt+1', 'positions', RISK],
    ['Alt+2', 'chart', TRADE],
    ['Alt+3', 'vol', VOL],
  ] as const)('F6 walks the panels of %s in both directions', async (workspace, first, panels) => {
    await press(window, workspace);
    await expect.poll(place, PATIENCE).toBe(first);
    await settle(window);
    await expect.poll(place, PATIENCE).toBe(first);
    const forward = await walk('F6', panels.length);
    expect([...forward].sort()).toEqual([...panels].sort());
    expect(forward.at(-1)).toBe(first);
    const back = await walk('Shift+F6', panels.length);
    expect(back).toEqual([...forward.slice(0, -1).reverse(), first]);
  });

  test('Tab comes to every panel and every control of the header, seen at each stop', async () => {
    await press(window, 'Alt+1');
    await expect.poll(place, PATIENCE).toBe('positions');
    const start = (await focused(window)).what;
    const stops: string[] = [];
    const panels = new Set<string | null>();
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      await press(window, 'Tab');
      const here = await focused(window);
      stops.push(here.what);
      panels.add(here.panel);
      await expectSeen(here.what);
      if (here.what === start) break;
    }
    expect(stops.at(-1)).toBe(start);
    expect([...panels]).toEqual(expect.arrayContaining(RISK));
    for (const control of [
      /Risk$/,
      /Trade$/,
      /Pause the tape/,
      /Hold to arm/,
      /Command palette/,
      /Hold to kill|Kill switch/,
    ]) {
      expect(
        stops.some((one) => control.test(one)),
        String(control),
      ).toBe(true);
    }
  });

  test('arrows walk the cells of a grid; Home, End, Enter and Space act', async () => {
    await goTo(window, 'positions');
    const row = () =>
      window.evaluate(() => Number(document.activeElement?.closest('[role="row"]')?.getAttribute('aria-rowindex')));
    const column = () => window.evaluate(() => Number(document.activeElement?.getAttribute('aria-colindex')));
    await press(window, 'Ctrl+Home');
    await expect.poll(row, PATIENCE).toBe(2);
    await press(window, 'ArrowDown');
    await press(window, 'ArrowDown');
    await expect.poll(row, PATIENCE).toBe(4);
    await press(window, 'ArrowRight');
    await expect.poll(column, PATIENCE).toBe(2);
    await expectSeen('the cursor');
    await press(window, 'Space');
    await expect.poll(() => panel(window, 'positions').innerText(), PATIENCE).toContain('1 row selected');
    await press(window, 'Space');
    await press(window, 'End');
    await expect.poll(column, PATIENCE).toBe(15);
    await press(window, 'Home');
    await press(window, 'Ctrl+Home');
    await expect.poll(row, PATIENCE).toBe(2);
    const rows = () => panel(window, 'positions').getByRole('row').count();
    const all = await rows();
    await press(window, 'Enter');
    await expect.poll(rows, PATIENCE).toBeLessThan(all);
    await press(window, 'Enter');
    await expect.poll(rows, PATIENCE).toBe(all);
  });

  test('arrows walk the cells of the map', async () => {
    await goTo(window, 'risk');
    const cell = () => panel(window, 'risk').getByRole('gridcell').innerText();
    await expect.poll(cell, PATIENCE).toMatch(/spot 0%, vol 0v/);
    for (const key of ['ArrowRight', 'ArrowUp', 'ArrowUp']) await press(window, key);
    await expect.poll(cell, PATIENCE).toMatch(/spot \+1\.3%, vol \+6v|spot \+1\.25%, vol \+6v/);
    await press(window, 'Home');
    await expect.poll(cell, PATIENCE).toMatch(/spot −25%/);
    await expectSeen('the cursor');
  });

  test('Escape closes a dialog and the focus goes back to where it was', async () => {
    await goTo(window, 'hedge');
    const before = (await focused(window)).what;
    for (const [keys, name] of [
      ['Ctrl+K', 'Command palette'],
      ['?', 'Keys'],
    ] as const) {
      const dialog = window.getByRole('dialog', { name });
      await pressUntil(window, keys, () => dialog.isVisible());
      // In the palette's only field the caret and the marked row say where the keys go.
      if (name === 'Command palette') await dialog.locator('[role="option"][data-highlighted]').waitFor();
      else await expectSeen(name);
      await press(window, 'Escape');
      await dialog.waitFor({ state: 'hidden' });
      await expect.poll(async () => (await focused(window)).what, PATIENCE).toBe(before);
    }
  });

  test('who cannot hold a key types the word', async () => {
    await runFromPalette(window, 'Arm');
    const arm = window.getByRole('dialog', { name: 'Arm the keys' });
    await arm.waitFor();
    await window.keyboard.type('ARM');
    await press(window, 'Enter');
    await expect.poll(() => keyState(window), PATIENCE).toBe('ARMED');
    await runFromPalette(window, 'Kill switch');
    await window.getByRole('dialog', { name: 'Pull the kill switch' }).waitFor();
    await window.keyboard.type('kill');
    await press(window, 'Enter');
    await expect.poll(() => tradingState(window), PATIENCE).toBe('HALTED');
    await expect.poll(() => keyState(window), PATIENCE).toBe('SAFE');
  });
});
