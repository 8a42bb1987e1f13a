// The kill switch is wholly inside the window, whatever else the header has to hold.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WORKSPACE_IDS } from '#renderer/state/shell.ts';
import { commandById } from '#shared/ipc/commands.ts';
import {
  answered,
  closeDesk,
  type Desk,
  openSession,
  PATIENCE,
  stagedBanner,
  until,
} from '#test/support/electron-desk.ts';
import { goTo, press, pressUntil } from '#test/support/keyboard.ts';

const HEIGHT = 900;
const WHOLE = { inside: true, met: true, large: true };

describe('the kill switch', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));

  async function widen(width: number): Promise<void> {
    await answered(() =>
      desk.keel.app.evaluate(
        ({ BrowserWindow }, [wide, high]) => BrowserWindow.getAllWindows()[0]?.setContentSize(wide, high),
        [width, HEIGHT] as const,
      ),
    );
    await until(
      `${width} px`,
      () => window.evaluate(() => globalThis.innerWidth),
      (now) => now === width,
    );
  }

  /** Whether it is in the window, can be hit (24 px), and is what a click near each of its edges would meet. */
  const seen = () =>
    window.getByRole('button', { name: /Hold to kill/ }).evaluate((button) => {
      const { left, top, right, bottom } = button.getBoundingClientRect();
      // Its corners are cut: the middles of its edges.
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const edges = [
        [left + 2, y],
        [right - 2, y],
        [x, top + 2],
        [x, bottom - 2],
      ] as const;
      return {
        inside: left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight,
        met: edges.every(([at, down]) => button.contains(document.elementFromPoint(at, down))),
        large: right - left >= 24 && bottom - top >= 24,
      };
    });

  test.each([1680, 1440, 1280, 1024])('is whole at %i px in every workspace, and with orders staged', async (width) => {
    await widen(width);
    for (const workspace of WORKSPACE_IDS) {
      await press(window, commandById(`workspace.${workspace}`)?.keys[0] ?? '');
      await expect.poll(seen, { ...PATIENCE, message: workspace }).toEqual(WHOLE);
    }
    await press(window, 'Alt+1');
    await goTo(window, 'positions');
    await pressUntil(window, 'Alt+H', () => stagedBanner(window).isVisible());
    expect(await seen()).toEqual(WHOLE);
    await press(window, 'Escape');
    await expect.poll(() => stagedBanner(window).isVisible(), PATIENCE).toBe(false);
  });
});
