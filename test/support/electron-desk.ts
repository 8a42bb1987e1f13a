import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Answer, KeelBridge, MethodInput, MethodName, MethodOutput } from '#shared/ipc/contract.ts';
import { type LaunchOptions, launchKeel, type RunningKeel } from './electron.ts';

declare global {
  interface Window {
    readonly keel: KeelBridge;
  }
}

/** Long enough for two busy cores; nothing waits this long when all is well. */
export const PATIENCE = { timeout: 90_000, interval: 100 } as const;

/** Waits for a state of the window, also in hooks, where `expect.poll` may not be used. Answers what was read. */
export async function until<T>(what: string, read: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  const end = Date.now() + PATIENCE.timeout;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE.timeout} ms for ${what}; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE.interval));
  }
}

/**
 * Asks main through its debugger, again where the answer was lost: the debugger holds promises weakly, and main may
 * collect its garbage just then. What is asked must be harmless to do twice.
 */
export async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (thrown) {
      if (!/promise was (?:garbage )?collected/i.test(String(thrown))) throw thrown;
    }
  }
}

/** The running terminal as a test sees it. */
export interface Desk {
  readonly keel: RunningKeel;
  readonly window: Page;
  /** The profile's folder. */
  readonly folder: string;
  /** What went wrong in the page so far: exceptions that nobody caught. */
  readonly exceptions: string[];
}

/** A new profile. `tour: 'seen'` spares the tour of the first session. */
export function newProfile(tour: 'seen' | 'new' = 'seen'): string {
  const folder = mkdtempSync(join(tmpdir(), 'keel-e2e-'));
  if (tour === 'seen') {
    mkdirSync(join(folder, 'settings'), { recursive: true });
    writeFileSync(join(folder, 'settings', 'tour.txt'), 'seen');
  }
  return folder;
}

export function removeProfile(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Starts the app and watches its page for exceptions. */
export async function openDesk(
  folder: string,
  args: readonly string[] = [],
  env: NonNullable<LaunchOptions['env']> = {},
  root?: string,
): Promise<Desk> {
  const keel = await launchKeel({ userDataDir: folder, args, env, ...(root === undefined ? {} : { root }) });
  const { window } = keel;
  const exceptions: string[] = [];
  window.on('pageerror', (error) => exceptions.push(error.stack ?? error.message));
  window.setDefaultTimeout(PATIENCE.timeout);
  return { keel, window, folder, exceptions };
}

export interface SessionArgs {
  readonly speed?: number;
  readonly tape?: string;
}

/** A desk with a session running and its first report on screen; by default at the tape's slowest speed. */
export async function openSession({ speed = 1, tape = 'march-2020' }: SessionArgs = {}): Promise<Desk> {
  const desk = await openDesk(newProfile(), [`--tape=${tape}`, `--speed=${speed}`]);
  await reportOnScreen(desk.window);
  return desk;
}

/** Ends the app and removes its profile; the page must not have thrown. */
export async function closeDesk(desk: Desk | undefined): Promise<void> {
  if (!desk) return;
  await desk.keel.close();
  removeProfile(desk.folder);
  expect(desk.exceptions).toEqual([]);
}

/** Waits until the book and its figures are there. */
export async function reportOnScreen(window: Page): Promise<void> {
  await window
    .getByRole('row', { name: /BTC cash/ })
    .first()
    .waitFor();
  await until(
    'the header’s figures',
    () => metric(window, 'Net Δ').innerText(),
    (text) => /\d/.test(text),
  );
}

/** Asks main through the page's own bridge. */
export function ask<M extends MethodName>(
  window: Page,
  method: M,
  input: MethodInput<M>,
): Promise<Answer<MethodOutput<M>>> {
  const question = { method, input };
  return window.evaluate(({ method, input }) => {
    const call: (input: never) => Promise<Answer<MethodOutput<M>>> = globalThis.window.keel[method];
    return call(input as never);
  }, question as never);
}

/** {@link ask} where a fault fails the test. */
export async function told<M extends MethodName>(
  window: Page,
  method: M,
  input: MethodInput<M>,
): Promise<MethodOutput<M>> {
  const answer = await ask(window, method, input);
  if (!answer.ok) throw new Error(`${method}: ${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

/** The figure under a heading of the header line. */
export function metric(window: Page, label: string): Locator {
  return window.locator(`xpath=//header//dt[normalize-space()="${label}"]/following-sibling::dd[1]`);
}

/** A figure as the window writes it ("−14.676BTC", "+1,234") as a number. */
export function figure(text: string): number {
  const match = /[+−-]?[\d,]+(?:\.\d+)?/.exec(text);
  return match ? Number(match[0].replaceAll(',', '').replace('−', '-')) : Number.NaN;
}

export function panel(window: Page, id: string): Locator {
  return window.locator(`section[data-panel="${id}"]`);
}

export function stagedBanner(window: Page): Locator {
  return window.getByRole('region', { name: 'Staged orders' });
}

/** What the window says in its corner. */
export function messages(window: Page): Promise<string> {
  return window.getByRole('region', { name: 'Messages' }).innerText();
}

/** "SAFE", "ARMED" or "LOCKED", as the header shows it. */
export async function keyState(window: Page): Promise<string> {
  const text = await window.getByRole('group', { name: 'Keys', exact: true }).innerText();
  return /ARMED|LOCKED|SAFE/.exec(text)?.[0] ?? text;
}

/** "ACTIVE", "REDUCING" or "HALTED", as the header shows it. */
export async function tradingState(window: Page): Promise<string> {
  const text = await window.getByRole('group', { name: 'Trading state' }).innerText();
  return /ACTIVE|REDUCING|HALTED/.exec(text)?.[0] ?? text;
}

/** The window of main's own that stands over the terminal, once it shows `part`. */
export async function ownWindow({ keel }: Desk, part: '#form' | '#statement'): Promise<Page> {
  const find = async (): Promise<Page | null> => {
    const found = keel.app.windows().find((one) => one.url().endsWith('passphrase.html'));
    const isShown =
      (await found
        ?.locator(part)
        .isVisible()
        .catch(() => false)) ?? false;
    return found !== undefined && isShown ? found : null;
  };
  const own = await until('main’s own window', find, (page) => page !== null);
  if (own === null) throw new Error('there is no window of main’s own');
  return own;
}

/** Waits until the statement in main's own window can be confirmed, and does. */
export async function confirmStatement(desk: Desk): Promise<void> {
  const own = await ownWindow(desk, '#statement');
  await own.locator('#confirm:enabled').click();
}

/** Rows of a grid that are in sight, as texts by column heading. */
export function gridRows(window: Page, label: string): Promise<readonly Readonly<Record<string, string>>[]> {
  return window.evaluate((name) => {
    const grid = [...document.querySelectorAll('[role="grid"], [role="treegrid"]')].find(
      (one) => one.getAttribute('aria-label') === name,
    );
    if (!grid) return [];
    const texts = (row: Element, selector: string): string[] =>
      [...row.querySelectorAll(selector)].map((cell) => (cell.textContent ?? '').trim());
    const [head, ...rows] = [...grid.querySelectorAll('[role="row"]')];
    const titles = head ? texts(head, '[role="columnheader"]') : [];
    return rows.map((row) => {
      const cells = texts(row, '[role="rowheader"], [role="gridcell"]');
      return Object.fromEntries(titles.map((title, at) => [title.replace(/[▲▼\s]+$/, ''), cells[at] ?? '']));
    });
  }, label);
}
