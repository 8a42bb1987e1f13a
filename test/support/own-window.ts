import { type Desk, until } from './electron-desk.ts';
import type { XKey, Xvfb } from './xvfb.ts';

/** Main's own window for secrets, used as by a hand: the page's bridge does not reach it. */
export interface OwnWindow {
  /** Waits for the window with this title and clicks into its first field: that gives it the keyboard. */
  await(title: string): Promise<void>;
  /** Types a line into each field, and ends with Enter. */
  enter(...lines: readonly string[]): Promise<void>;
  /** What it says is wrong. */
  alert(): Promise<string | undefined>;
}

export function ownWindowOf({ keel: { app } }: Desk, screen: Xvfb): OwnWindow {
  const page = () => app.windows().find((one) => one.url().endsWith('passphrase.html'));
  const strike = async (key: XKey): Promise<void> => {
    await screen.down(key);
    await screen.up(key);
  };
  return {
    await: async (title) => {
      const bounds = () =>
        app.evaluate(
          ({ BrowserWindow }, wanted) =>
            BrowserWindow.getAllWindows()
              .find((one) => one.getTitle() === wanted && one.isVisible())
              ?.getBounds() ?? null,
          title,
        );
      const at = await until(`the window "${title}"`, bounds, (found) => found !== null);
      const field = await until(
        `a field of "${title}"`,
        async () => (await page()?.locator('#secret').boundingBox()) ?? null,
        (found) => found !== null,
      );
      await screen.click((at?.x ?? 0) + (field?.x ?? 0) + 20, (at?.y ?? 0) + (field?.y ?? 0) + 10);
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
