import { type IpcMainEvent, ipcMain, MessageChannelMain } from 'electron';
import { SECRET_CANCEL, SECRET_MESSAGE, type SecretPrompt } from '#main/keys/secret-prompt.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { ORIGIN } from './own-page.ts';
import { createOwnWindow, type OwnWindowOptions } from './own-window.ts';

/** What to ask, and what to do with the answer's way; rejects where the signer does not take it. */
export interface SecretAsking {
  readonly prompt: Omit<SecretPrompt, 'words' | 'problem'>;
  /** Calls `show` with the words of the question and the port that leads to the signer; resolves with its answer. */
  ask(show: (words: object, port: Electron.MessagePortMain) => void): Promise<void>;
  /** Worth another attempt: a wrong passphrase is, a damaged file is not. */
  again(code: string): boolean;
}

const SIZE = { width: 460, height: 340 };

/**
 * Asks for a secret in a window of main's own, until the signer takes it. Rejects with `cancelled`, or with the signer's
 * reason where another attempt would not help. The secret goes from that window to the signer.
 */
export async function askSecret(options: OwnWindowOptions, { prompt, ask, again }: SecretAsking): Promise<void> {
  const window = createOwnWindow(options, SIZE);
  const cancelled = new Promise<never>((_, reject) => {
    const give = (): void => reject(new FaultError(fault('cancelled', 'nothing was entered')));
    const onCancel = ({ sender }: IpcMainEvent): void => {
      if (!window.isDestroyed() && sender === window.webContents) give();
    };
    ipcMain.on(SECRET_CANCEL, onCancel);
    window.once('closed', () => {
      ipcMain.off(SECRET_CANCEL, onCancel);
      give();
    });
  });
  // It is waited for below; before that it must not count as unhandled.
  cancelled.catch(() => undefined);
  try {
    await window.loadURL(`${ORIGIN}/passphrase.html`);
    window.show();
    let problem: string | null = null;
    for (;;) {
      const said = problem;
      const show = (words: object, port: Electron.MessagePortMain): void =>
        window.webContents.postMessage(SECRET_MESSAGE, { ...prompt, words, problem: said }, [port]);
      try {
        return await Promise.race([ask(show), cancelled]);
      } catch (thrown) {
        const { code, message } = toFault(thrown);
        if (!again(code)) throw thrown;
        problem = message;
      }
    }
  } finally {
    if (!window.isDestroyed()) window.destroy();
  }
}

/** A pair of ports: one for the signer, one for the window. */
export function portPair(): { readonly signer: Electron.MessagePortMain; readonly window: Electron.MessagePortMain } {
  const { port1, port2 } = new MessageChannelMain();
  return { signer: port1, window: port2 };
}
