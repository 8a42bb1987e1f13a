import type { Page } from 'playwright-core';
import { COMMANDS, commandById } from '#shared/ipc/commands.ts';
import { hashWords } from '#shared/market/seeded.ts';
import { keyState, messages, stagedBanner, until } from './electron-desk.ts';

/** The key rules drop a press within 300 ms of a change of focus, and the same command within 400 ms. */
const SETTLE_MS = 420;
/** How long a press is given to show its effect before it counts as dropped. */
const EFFECT_MS = 3_000;
const TRIES = 5;

const PLAYWRIGHT_NAMES: Readonly<Record<string, string>> = { Ctrl: 'Control', Space: ' ' };

/** "Ctrl+Shift+A" as Playwright writes it. */
function chord(keys: string): string {
  const parts = keys === '+' ? ['+'] : keys.split('+').map((part) => (part === '' ? '+' : part));
  return parts.map((part) => PLAYWRIGHT_NAMES[part] ?? part).join('+');
}

/** Presses keys as the registry writes them: a chord, or a sequence of them ("g p"). */
export async function press(window: Page, keys: string): Promise<void> {
  for (const one of keys === ' ' ? [' '] : keys.split(' ')) await window.keyboard.press(chord(one));
}

/** Waits as long as a hand does between two commands. */
export function settle(window: Page): Promise<void> {
  return window.waitForTimeout(SETTLE_MS);
}

async function seen(effect: () => Promise<boolean>): Promise<boolean> {
  const until = Date.now() + EFFECT_MS;
  while (Date.now() < until) {
    if (await effect()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/**
 * Presses until the effect is there, as somebody does who looks at the screen: a press that the key rules drop (the
 * machine was busy for more than 250 ms) is made again. `atOnce`: for keys that no such rule holds back.
 */
export async function pressUntil(
  window: Page,
  keys: string,
  effect: () => Promise<boolean>,
  atOnce = false,
): Promise<void> {
  for (let made = 0; made < TRIES; made++) {
    if (!atOnce || made > 0) await settle(window);
    await press(window, keys);
    if (await seen(effect)) return;
  }
  throw new Error(`${keys} had no effect in ${TRIES} presses; the window says: ${await messages(window)}`);
}

/** Holds a chord until the effect is there. */
export async function hold(window: Page, keys: string, effect: () => Promise<boolean>): Promise<void> {
  const parts = keys.split('+').map(chord);
  for (let made = 0; made < TRIES; made++) {
    await settle(window);
    for (const key of parts) await window.keyboard.down(key);
    const done = await seen(effect);
    for (const key of parts.toReversed()) await window.keyboard.up(key);
    if (done) return;
  }
  throw new Error(`holding ${keys} had no effect in ${TRIES} times; the window says: ${await messages(window)}`);
}

/** Holds the arming key until the keys are armed. */
export function arm(window: Page): Promise<void> {
  return hold(window, commandById('keys.arm')?.keys[0] ?? '', async () => (await keyState(window)) === 'ARMED');
}

/** Ctrl+Enter with something staged: waits until it is gone, sent or refused. */
export async function commitStaged(window: Page): Promise<void> {
  await pressUntil(window, 'Ctrl+Enter', () => stagedBanner(window).isHidden());
}

/**
 * Stages with `keys` and commits at once, again where the market ran away between the two presses. The keys are ARMED;
 * something may be staged already.
 */
export async function stageAndCommit(window: Page, keys: string, sent: () => Promise<boolean>): Promise<void> {
  for (let made = 0; made < TRIES; made++) {
    if (await stagedBanner(window).isHidden()) await pressUntil(window, keys, () => stagedBanner(window).isVisible());
    await commitStaged(window);
    if (await seen(sent)) return;
  }
  throw new Error(`nothing was sent; the window says: ${await messages(window)}`);
}

/** Goes to a panel by its keys; the panel has the focus when the call returns. */
export async function goTo(window: Page, id: string): Promise<void> {
  const keys = commandById(`go.${id}`)?.keys[0];
  if (keys === undefined) throw new Error(`there is no way to ${id}`);
  const inside = () =>
    window.evaluate((name) => document.activeElement?.closest(`section[data-panel="${name}"]`) !== null, id);
  // Bare letters belong to a text field that has the focus: F6 leaves it.
  const typing = await window.evaluate(() => document.activeElement?.matches('input, textarea, select') ?? false);
  if (typing) await press(window, 'F6');
  const outside = await window.evaluate(() => document.activeElement?.closest('[data-panel]') === null);
  if (outside) await press(window, 'F6');
  await until(
    'a focused panel',
    () => window.evaluate(() => document.activeElement?.closest('[data-panel]') !== null),
    Boolean,
  );
  await press(window, keys);
  await until(`the focus in ${id}`, inside, Boolean);
}

/** Types an order into the ticket, again where a busy machine lost a part of it. */
export async function writeTicket(window: Page, line: string): Promise<void> {
  const field = window.locator('section[data-panel="ticket"]').getByRole('textbox', { name: 'Ticket line' });
  for (let made = 0; made < TRIES; made++) {
    await goTo(window, 'ticket');
    await press(window, 'Ctrl+A');
    await window.keyboard.type(line);
    if ((await field.inputValue()) === line) return;
  }
  throw new Error(`the ticket holds "${await field.inputValue()}" instead of "${line}"`);
}

/** Runs a command by its name in the palette. */
export async function runFromPalette(window: Page, title: string): Promise<void> {
  const palette = window.getByRole('dialog', { name: 'Command palette' });
  await pressUntil(window, 'Ctrl+K', () => palette.isVisible());
  await window.keyboard.type(title);
  await palette.getByRole('option', { name: title }).first().waitFor();
  await press(window, 'Enter');
  await palette.waitFor({ state: 'hidden' });
}

export interface KeyEvent {
  /** As Playwright names it. */
  readonly key: string;
  readonly down: boolean;
}

const STRAY_KEYS = [
  ...'abcdefghijklmnopqrstuvwxyz0123456789[]/?+-=.,',
  'Tab',
  'Enter',
  'Escape',
  'Space',
  'Backspace',
].concat(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown', 'Delete', 'F6']);
const MODIFIERS = ['Control', 'Shift', 'Alt'] as const;

/** Chords of the registry and stray keys in no order, the same for the same seed. Nothing is held for long. */
export function keyEvents(seed: number, count: number): readonly KeyEvent[] {
  const chords = COMMANDS.flatMap((one) => one.keys).flatMap((keys) => (keys === ' ' ? [keys] : keys.split(' ')));
  const events: KeyEvent[] = [];
  for (let drawn = 0; events.length < count; drawn++) {
    const pick = <T>(from: readonly T[], word: number): T => from[hashWords(seed, drawn, word) % from.length] as T;
    const stray = [...MODIFIERS.filter((_, at) => hashWords(seed, drawn, 2, at) % 4 === 0), pick(STRAY_KEYS, 1)];
    const keys = hashWords(seed, drawn, 0) % 2 === 0 ? stray : chord(pick(chords, 1)).split(/(?<!^)\+/);
    events.push(...keys.map((key) => ({ key, down: true })), ...keys.toReversed().map((key) => ({ key, down: false })));
  }
  return events.slice(0, count);
}
