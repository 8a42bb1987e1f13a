import { type IpcMainEvent, ipcMain } from 'electron';
import type { Confirm, Statement } from '#main/engine/confirm-port.ts';
import { CONFIRM_ANSWER, CONFIRM_MESSAGE, type ConfirmPrompt } from '#main/keys/confirm-prompt.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type DurationMs, MINUTE } from '#shared/units/time.ts';
import { ORIGIN } from './own-page.ts';
import { createOwnWindow, type OwnWindowOptions } from './own-window.ts';

/** A key that was on its way when the window came up confirms nothing. */
const WAIT: DurationMs = 1_500;
/** What was asked for that long ago was asked for in another market. */
const PATIENCE: DurationMs = 2 * MINUTE;
const LOOK_EVERY: DurationMs = 200;
const SIZE = { width: 640, height: 620 };

export interface ConfirmSetup {
  readonly window: () => OwnWindowOptions;
  readonly theme: () => ConfirmPrompt['theme'];
  /** The window has the keyboard, or has lost it: it is the terminal's as much as its own. */
  readonly onFocus: () => void;
  readonly onBlur: () => void;
}

/** Why a question has no answer any more; null while it has one. */
export type Withdrawn = () => string | null;

function refusal(why: string): FaultError {
  return new FaultError(fault('not-confirmed', `not confirmed: ${why}`));
}

/** Shows one statement and waits for the trader. */
async function ask(setup: ConfirmSetup, statement: Statement, withdrawn: Withdrawn): Promise<void> {
  const before = withdrawn();
  if (before !== null) throw refusal(before);
  const window = createOwnWindow(setup.window(), SIZE);
  window.on('focus', setup.onFocus);
  window.on('blur', setup.onBlur);
  let shownAt = Number.POSITIVE_INFINITY;
  const timers: NodeJS.Timeout[] = [];
  const answered = new Promise<void>((resolve, reject) => {
    const take = ({ sender }: IpcMainEvent, confirmed: unknown): void => {
      // Only this window's own page answers, and what comes sooner than a hand can is none.
      if (window.isDestroyed() || sender !== window.webContents) return;
      if (confirmed !== true) reject(refusal('refused by the trader'));
      else if (performance.now() - shownAt >= WAIT) resolve();
    };
    ipcMain.on(CONFIRM_ANSWER, take);
    window.once('closed', () => {
      ipcMain.off(CONFIRM_ANSWER, take);
      reject(refusal('the window was closed'));
    });
    const look = (): void => {
      const why = withdrawn();
      if (why !== null) reject(refusal(why));
    };
    const late = (): void => reject(refusal(`nobody answered within ${PATIENCE / MINUTE} minutes`));
    timers.push(setInterval(look, LOOK_EVERY), setTimeout(late, PATIENCE));
  });
  // It is waited for below; before that it must not count as unhandled.
  answered.catch(() => undefined);
  try {
    await window.loadURL(`${ORIGIN}/passphrase.html`);
    const prompt: ConfirmPrompt = { ...statement, waitMs: WAIT, theme: setup.theme() };
    window.webContents.send(CONFIRM_MESSAGE, prompt);
    window.show();
    window.focus();
    shownAt = performance.now();
    await answered;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    if (!window.isDestroyed()) window.destroy();
  }
}

/** Asks in a window of main's own, one question at a time; each kind of question is withdrawn for reasons of its own. */
export function createConfirm(setup: ConfirmSetup): (withdrawn: Withdrawn) => Confirm {
  let last: Promise<unknown> = Promise.resolve();
  return (withdrawn) => (statement) => {
    const next = last.then(() => ask(setup, statement, withdrawn));
    last = next.catch(() => undefined);
    return next;
  };
}
