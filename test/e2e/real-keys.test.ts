import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  gridRows,
  keyState,
  newProfile,
  openDesk,
  PATIENCE,
  reportOnScreen,
  stagedBanner,
} from '#test/support/electron-desk.ts';
import { pressUntil, settle } from '#test/support/keyboard.ts';
import { openXvfb, type XKey, type Xvfb } from '#test/support/xvfb.ts';

/** Longer than the X server waits before it repeats a key (660 ms), with some repeats. */
const HELD_MS = 1_500;

/**
 * The other tests press keys through the debugger. Here they come as from a keyboard, through the X server: with its
 * repeats, of which the first is not marked as one. X servers are on Linux.
 */
describe.runIf(process.platform === 'linux')('a real keyboard', () => {
  let screen: Xvfb;
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    screen = await openXvfb();
    desk = await openDesk(newProfile(), ['--tape=march-2020', '--speed=1'], { DISPLAY: screen.display });
    window = desk.window;
    await reportOnScreen(window);
  });
  afterAll(async () => {
    await closeDesk(desk);
    await screen.close();
  });

  async function chord(keys: readonly XKey[], heldMs: number): Promise<void> {
    for (const key of keys) await screen.down(key);
    await window.waitForTimeout(heldMs);
    for (const key of keys.toReversed()) await screen.up(key);
  }

  /** Holds a chord well into its repeats, again where the machine was too busy for the key rules. */
  async function holdUntil(keys: readonly XKey[], effect: () => Promise<boolean>): Promise<void> {
    for (let made = 0; made < 5 && !(await effect()); made++) {
      await settle(window);
      await chord(keys, HELD_MS);
    }
    await expect.poll(effect, PATIENCE).toBe(true);
  }

  /** Events of the page, as `Enter`, or `Enter again` where the event says that it is a repeat. */
  const heard = () => window.evaluate(() => Reflect.get(globalThis, 'heard') as readonly string[]);

  test('reaches the window', async () => {
    await window.evaluate(() => {
      const heard: string[] = [];
      Reflect.set(globalThis, 'heard', heard);
      addEventListener('keydown', (event) => heard.push(event.repeat ? `${event.key} again` : event.key), true);
    });
    await screen.click(840, 990);
    await chord(['p'], 50);
    await expect.poll(heard, PATIENCE).toEqual(['p']);
  });

  test('Ctrl+Enter held for long stages and does not go on to commit', async () => {
    await holdUntil(['Control', 'Shift', 'a'], async () => (await keyState(window)) === 'ARMED');
    await holdUntil(['Alt', 'h'], () => stagedBanner(window).isVisible());
    await pressUntil(window, 'Escape', () => stagedBanner(window).isHidden());
    // The hedge panel has the focus: Ctrl+Enter stages there.
    await holdUntil(['Control', 'Enter'], () => stagedBanner(window).isVisible());
    expect((await heard()).filter((one) => one.startsWith('Enter')).length).toBeGreaterThan(3);
    expect(await gridRows(window, 'Orders')).toEqual([]);
    expect(await keyState(window)).toBe('ARMED');

    await settle(window);
    await chord(['Control', 'Enter'], 50);
    await expect.poll(() => stagedBanner(window).isHidden(), PATIENCE).toBe(true);
  });
});
