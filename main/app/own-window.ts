import { join } from 'node:path';
import { BrowserWindow, session } from 'electron';
import { hardenSession, WINDOW_PREFERENCES } from './security.ts';

/** Not kept on disk, and not shared with the terminal's page: its process is another one. */
const PARTITION = 'keel-own';

export interface OwnWindowOptions {
  readonly outRoot: string;
  readonly parent: BrowserWindow;
}

export interface OwnWindowSize {
  readonly width: number;
  readonly height: number;
}

let hardened = false;

/** A window of main's own, over the terminal's: another process, another preload, a page without a script. */
export function createOwnWindow({ outRoot, parent }: OwnWindowOptions, size: OwnWindowSize): BrowserWindow {
  const partition = session.fromPartition(PARTITION);
  if (!hardened) hardenSession(partition, join(outRoot, 'renderer'));
  hardened = true;
  const window = new BrowserWindow({
    ...size,
    parent,
    modal: true,
    resizable: false,
    minimizable: false,
    maximizable: false,
    show: false,
    backgroundColor: '#141a22',
    title: 'Keel',
    webPreferences: {
      ...WINDOW_PREFERENCES,
      partition: PARTITION,
      preload: join(outRoot, 'preload', 'passphrase.cjs'),
    },
  });
  // Neither a screenshot of another program nor a shared screen shows what is in it.
  window.setContentProtection(true);
  // The keyboard goes back to where it came from: not every system sees to that.
  window.once('closed', () => {
    if (!parent.isDestroyed()) parent.focus();
  });
  return window;
}
