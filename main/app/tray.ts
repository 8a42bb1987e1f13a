import { type BrowserWindow, dialog, Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { Gesture } from '#main/engine/key-rules.ts';
import type { Clock } from '#main/engine/ports.ts';
import type { Publisher } from '#main/ipc/publisher.ts';
import type { Session } from '#main/session/session.ts';
import type { Result } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import type { Terminal } from './terminal.ts';
import { type TrayAct, type TrayEntry, type TraySession, trayMenu } from './tray-menu.ts';

export interface TrayOptions {
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly publisher: Publisher;
  readonly window: BrowserWindow;
  readonly quit: () => void;
}

const SIZE = 22;
/** Blue, green, red: a grey that can be told from a light and from a dark panel. */
const GREY = [0xa0, 0x90, 0x80, 0xff] as const;

/** A hull with its keel: rows from the deck down, half widths in pixels. */
function icon(): Electron.NativeImage {
  const pixels = Buffer.alloc(SIZE * SIZE * 4);
  const halfWidth = (row: number): number => (row < 5 ? -1 : row < 12 ? 10 - (row - 5) : row < 19 ? 1.5 : -1);
  for (let at = 0; at < SIZE * SIZE; at++) {
    const [x, y] = [(at % SIZE) - (SIZE - 1) / 2, Math.floor(at / SIZE)];
    if (Math.abs(x) <= halfWidth(y)) pixels.set(GREY, at * 4);
  }
  return nativeImage.createFromBitmap(pixels, { width: SIZE, height: SIZE });
}

function sessionOf(terminal: Terminal): TraySession | null {
  const { current } = terminal;
  if (current === null) return null;
  const { latest } = current.risk;
  return {
    thresholds: current.control.policies.thresholds,
    keys: current.engine.keyState.state,
    pools: latest?.pools ?? [],
    ageMs: latest === null ? null : Math.max(terminal.now() - latest.computedAt, 0),
  };
}

const REAL = { repeat: false, trusted: true, composing: false, heldMs: 0 } as const;

/** Keel in the tray: how near the nearest liquidation is, and the ways out of trouble without the window. */
export function openTray({ clock, terminal, publisher, window, quit }: TrayOptions): void {
  const tray = new Tray(icon());
  let shown = '';

  function show(): void {
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  function open(command: 'flatten.rehearse' | 'settings.alerts'): void {
    show();
    publisher.publish({ kind: 'show', command });
  }

  /** Does what a click in the tray asks of the engine; a press here is one that main itself has seen. */
  async function give(
    control: string,
    act: (engine: Session['engine'], press: Gesture) => Promise<Result<unknown>>,
  ): Promise<void> {
    const press = { by: 'pointer', with: `tray: ${control}`, pressedAt: terminal.now(), ...REAL } as const;
    const { current } = terminal;
    const result = current === null ? null : await act(current.engine, press);
    if (result?.ok === false)
      await dialog.showMessageBox({ type: 'error', title: 'Keel', message: result.error.message });
  }

  const acts: Readonly<Record<TrayAct, () => void>> = {
    show,
    quit,
    rehearse: () => open('flatten.rehearse'),
    alerts: () => open('settings.alerts'),
    disarm: () => void give('disarm', (engine, press) => engine.disarm(press)),
    lock: () => void give('lock', (engine, press) => engine.lock(press)),
    'cancel-all': () => void give('cancel all', (engine, press) => engine.cancelAll(false, press)),
    kill: () => void give('kill', (engine, press) => engine.kill(press)),
  };

  function itemOf(entry: TrayEntry): MenuItemConstructorOptions {
    if (entry.kind === 'separator') return { type: 'separator' };
    const { text, act } = entry;
    if (act === null) return { label: text, enabled: false };
    const click = acts[act];
    return entry.kind === 'group' ? { label: text, submenu: [{ label: entry.word, click }] } : { label: text, click };
  }

  function draw(): void {
    const entries = trayMenu(sessionOf(terminal));
    const text = JSON.stringify(entries);
    // A menu that is open is closed by another one: only what has changed is worth that.
    if (text === shown) return;
    shown = text;
    tray.setContextMenu(Menu.buildFromTemplate(entries.map(itemOf)));
    const [first] = entries;
    tray.setToolTip(first?.kind === 'line' ? `Keel: ${first.text}` : 'Keel');
  }

  tray.on('click', show);
  draw();
  clock.every(SECOND, draw);
}
