import { answered, type Desk, until } from './electron-desk.ts';
import type { XKey, Xvfb } from './xvfb.ts';

/** Main's own window for secrets, used as by a hand: the page's bridge does not reach it. */
export interface OwnWindow {
  /** Clicks into the first field of the window with this title and waits until it has the keyboard. */
  await(title: string): Promise<void>;
  /** Types a line into each field, and ends with Enter. */
  enter(...lines: readonly string[]): Promise<void>;
  /** What it says is wrong. */
  alert(): Promise<string | undefined>;
}

export function ownWindowOf({ keel: { app } }: Desk, screen: Xvfb): OwnWindow {
  const page = () => app.windows().findLast((one) => one.url().endsWith('passphrase.html') && !one.isClosed());
  /** The window as main has it. */
  const state = (title: string) =>
    answered(() =>
      app.evaluate(({ BrowserWindow }, wanted) => {
        const own = BrowserWindow.getAllWindows().find((one) => one.getTitle() === wanted && one.isVisible());
        return own ? { at: own.getBounds(), isFocused: own.isFocused() } : null;
      }, title),
    );
  const strike = async (key: XKey): Promise<void> => {
    await screen.down(key);
    await screen.up(key);
  };
  return {
    await: async (title) => {
      const field = async () => {
        const at = (await state(title))?.at;
        // The window of the question before may be closing.
        const box = await page()
          ?.locator('#secret')
          .boundingBox()
          .catch(() => null);
        return at && box ? ([at.x + box.x + 20, at.y + box.y + 10] as const) : null;
      };
      const [x, y] = (await until(`the field of "${title}"`, field, (found) => found !== null)) ?? [0, 0];
      await screen.click(x, y);
      await until(
        `the keyboard in "${title}"`,
        () => state(title),
        (own) => own?.isFocused === true,
      );
    },
    enter: async (...lines) => {
      for (const [at, line] of lines.entries()) {
        if (at > 0) await strike('Tab');
        await screen.type(line);
      }
      await strike('Enter');
    },
    alert: async () => page()?.getByRole('alert').innerText(),
  };
}
