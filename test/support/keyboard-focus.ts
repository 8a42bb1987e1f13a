import type { Page } from 'playwright-core';
import { answered, type Desk } from './electron-desk.ts';

/** What has the focus. */
export interface Focused {
  /** Accessible name or text, shortened, with its role. */
  readonly what: string;
  /** Panel it stands in, or whose tab strip it is in. */
  readonly panel: string | null;
  readonly outlined: boolean;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export function focused(window: Page): Promise<Focused> {
  return window.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { x, y, width, height } = element.getBoundingClientRect();
    const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
    const role = element.getAttribute('role') ?? element.tagName.toLowerCase();
    const own = element.closest<HTMLElement>('[data-panel]')?.dataset.panel;
    const strip = element.closest('.flexlayout__tabset')?.querySelector<HTMLElement>('[data-panel-header]');
    return {
      what: `${role} ${name.trim().slice(0, 40)}`,
      panel: own ?? strip?.dataset.panelHeader ?? null,
      outlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      box: { x, y, width, height },
    };
  });
}

/** The ring may be drawn around what is focused by something else: looked for on the screen itself. */
const MARGIN = 5;

/** True when the focus can be seen: an outline of the element's own, or a ring of the focus colour around it. */
export async function focusIsSeen({ keel, window }: Desk): Promise<boolean> {
  const { outlined, box } = await focused(window);
  if (box.width < 1 || box.height < 1) return false;
  if (outlined) return true;
  const colour = await window.evaluate(() => {
    const short = getComputedStyle(document.documentElement).getPropertyValue('--focus').trim().slice(1);
    return short.length === 3 ? [...short].map((digit) => digit + digit).join('') : short;
  });
  const seen = await answered(() =>
    keel.app.evaluate(
      async ({ BrowserWindow }, { box, margin, colour }) => {
        const area = {
          x: Math.max(0, Math.floor(box.x - margin)),
          y: Math.max(0, Math.floor(box.y - margin)),
          width: Math.ceil(box.width + 2 * margin),
          height: Math.ceil(box.height + 2 * margin),
        };
        const picture = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage(area);
        const wanted = Number.parseInt(colour, 16);
        const pixels = picture?.toBitmap() ?? Buffer.alloc(0);
        let count = 0;
        for (let at = 0; at < pixels.length; at += 4) {
          // Bitmaps are BGRA.
          if ((((pixels[at + 2] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at] ?? 0)) === wanted) count += 1;
        }
        return count;
      },
      { box, margin: MARGIN, colour },
    ),
  );
  return seen >= (box.width + box.height) / 2;
}
