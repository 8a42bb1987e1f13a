// Review: a run or a recorded session under one cursor; the worst minute, a comparison, and a report that stands alone.
import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDesk, type Desk, messages, openSession, PATIENCE, panel, told } from '#test/support/electron-desk.ts';
import { goTo, press } from '#test/support/keyboard.ts';

describe('the review', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));

  const review = () => panel(window, 'review');
  const slider = () => review().getByRole('slider', { name: 'Timeline of the run' });
  const time = async () => Number(await slider().getAttribute('aria-valuenow'));

  test('runs the demo, finds the worst minute and steps through what happened', async () => {
    await goTo(window, 'review');
    await review().getByText('Choose a run or a session above.').or(review().getByText('There is no run')).waitFor();
    await review().getByRole('button', { name: 'Run the demo backtest' }).click();
    await slider().waitFor();
    const [choice] = await told(window, 'review.list', {});
    const run = await told(window, 'review.open', { run: choice?.id ?? '' });
    // By hand from the record itself: the sample that lost most since the one before.
    const { at, equityUsd } = run.samples;
    const steps = Array.from(equityUsd).map((value, row) => value - (equityUsd[row - 1] ?? value));
    const worst = at[steps.indexOf(Math.min(...steps))];
    await slider().focus();
    await press(window, 'm');
    await expect.poll(time, PATIENCE).toBe(worst);
    await press(window, 'Home');
    await press(window, 'Shift+ArrowRight');
    const trade = run.log.find((one) => one.kind === 'fill');
    await expect.poll(time, PATIENCE).toBe(trade?.at);
    await expect
      .poll(() => review().locator('[aria-current="step"]').innerText(), PATIENCE)
      .toContain(trade?.text ?? '');
    await press(window, 'ArrowLeft');
    await expect.poll(time, PATIENCE).toBeLessThanOrEqual(trade?.at ?? 0);
  });

  test('compares two runs and exports one as a page that fetches nothing', async () => {
    await told(window, 'review.demo', {});
    await press(window, 'Alt+1');
    await goTo(window, 'review');
    await review().getByLabel('Run or session').selectOption('run:march-2020-1.db');
    await slider().waitFor();
    await review().getByLabel('Compare with').selectOption('run:march-2020-2.db');
    await expect.poll(() => review().locator('tr', { hasText: 'P&L' }).locator('td').count(), PATIENCE).toBe(2);
    await slider().focus();
    await press(window, 'e');
    await expect.poll(() => messages(window), PATIENCE).toMatch(/Review exported/);
    const { file } = await told(window, 'review.export', { run: 'run:march-2020-1.db' });
    expect(existsSync(file)).toBe(true);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('Short straddle over 12 March 2020');
    expect(page).not.toMatch(/<script|<link|src=|href=|url\(|@import/);
  });

  test('says what is wrong with a file that is none', async () => {
    await review().getByLabel("Path of a run's file").fill('/nowhere/run.db');
    await review().getByLabel("Path of a run's file").press('Enter');
    await review().getByRole('alert').getByText('no backtest run there').waitFor();
  });
});
