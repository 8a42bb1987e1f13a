import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '#scripts/checkout.mjs';
import { launchKeel } from './electron.ts';

// The README's pictures, taken from the running app: the tape is stopped at the same moment, the book is the demo's.
const MOMENT = Date.UTC(2020, 2, 12, 10, 50);
const FOLDER = join(ROOT, 'docs', 'pictures');

/** Tape time as the header shows it. */
async function tapeNow(page: Page): Promise<number> {
  return Date.parse(`${await page.getByRole('banner').locator('time').first().textContent()} UTC`);
}

async function letRunUntil(page: Page, moment: number): Promise<void> {
  for (;;) {
    const now = await tapeNow(page);
    if (now >= moment) break;
    await page.waitForTimeout(100);
  }
  await page.keyboard.press('Control+Space');
}

async function run(): Promise<void> {
  const userDataDir = mkdtempSync(join(tmpdir(), 'keel-pictures-'));
  const { window: page, close } = await launchKeel({ userDataDir, args: ['--tape=march-2020', '--speed=600'] });
  await page.getByText('BTC net').first().waitFor();
  await page.keyboard.press('Escape');
  await letRunUntil(page, MOMENT);
  await page.waitForTimeout(1_500);
  await page.keyboard.press('Alt+h');
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: join(FOLDER, 'risk-dark.png') });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('switch dark');
  await page.waitForTimeout(500);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(500);
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.waitForTimeout(300);
  await page.keyboard.type('sell 5 btc 27mar20 6000 p @ 110v; buy 5 btc 27mar20 5000 p');
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(FOLDER, 'risk-light.png') });
  await close();
}

await run();
