import { join } from 'node:path';
import { BrowserWindow, type InputEvent, ipcMain, Menu, MessageChannelMain, type WebFrameMain } from 'electron';
import type { Publisher } from '#main/ipc/publisher.ts';
import { answer, createThrottle, type Handlers } from '#main/ipc/router.ts';
import { CALL_CHANNEL, STREAM_MESSAGE } from '#shared/ipc/methods.ts';
import { fail, fault } from '#shared/units/result.ts';
import type { SeenInput } from './hand.ts';
import { isOwnPage, ORIGIN } from './own-page.ts';
import { WINDOW_PREFERENCES } from './security.ts';

export interface WindowOptions {
  readonly outRoot: string;
  readonly show: boolean;
  readonly onBlur: () => void;
  readonly onFocus: () => void;
  /** Every key and pointer event, before the page sees it. */
  readonly onInput: (input: SeenInput) => void;
}

/**
 * Electron's own menu reloads, closes, zooms and opens developer tools by keys that belong to the terminal, and Alt
 * alone would open it. macOS cannot do without one: there copy and paste live in it.
 */
function setMenu(): void {
  const mac = Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]);
  Menu.setApplicationMenu(process.platform === 'darwin' ? mac : null);
}

/** The terminal's window: hardened, dark until the page says otherwise. */
export function createWindow(options: WindowOptions): BrowserWindow {
  setMenu();
  const window = new BrowserWindow({
    width: 1680,
    height: 1000,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: '#0d1117',
    title: 'Keel',
    autoHideMenuBar: true,
    webPreferences: { ...WINDOW_PREFERENCES, preload: join(options.outRoot, 'preload', 'index.cjs') },
  });
  window.on('blur', options.onBlur);
  window.on('focus', options.onFocus);
  window.webContents.on(
    'input-event',
    (_event, input: InputEvent & { readonly key?: string; readonly code?: string }) =>
      options.onInput({ type: input.type, key: input.key, code: input.code, modifiers: input.modifiers ?? [] }),
  );
  window.once('ready-to-show', () => {
    if (options.show) window.show();
  });
  return window;
}

/** Loads the page and gives it the stream's port each time it has loaded. */
export async function openPage(window: BrowserWindow, publisher: Publisher, onAttached: () => void): Promise<void> {
  window.webContents.on('did-finish-load', () => {
    const { port1, port2 } = new MessageChannelMain();
    publisher.attach(port1);
    port1.on('close', () => publisher.detach(port1));
    port1.start();
    window.webContents.postMessage(STREAM_MESSAGE, null, [port2]);
    onAttached();
  });
  await window.loadURL(`${ORIGIN}/index.html`);
}

function isTrustedSender(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwnPage(frame.url);
}

/** One channel for all methods: sender checked, rate limited, then the router. */
export function serveCalls(handlers: Handlers): void {
  const throttles = new Map<number, () => boolean>();
  ipcMain.handle(CALL_CHANNEL, (event, method: unknown, input: unknown) => {
    if (!isTrustedSender(event.senderFrame)) return fail(fault('sender', 'this page may not call the terminal'));
    const contents = event.sender.id;
    const throttle = throttles.get(contents) ?? createThrottle(() => performance.now());
    throttles.set(contents, throttle);
    if (!throttle()) return fail(fault('throttled', 'more than 200 calls a second'));
    return answer(handlers, method, input);
  });
}
