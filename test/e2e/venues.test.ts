// The venues by keyboard alone: asked for everything, connected anew, and one exposure traded over both of them from
// their common book, with a result for each leg.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  gridRows,
  messages,
  openSession,
  PATIENCE,
  panel,
  stagedBanner,
  told,
  until,
} from '#test/support/electron-desk.ts';
import { arm, commitStaged, goTo, press, pressUntil } from '#test/support/keyboard.ts';

describe('the Venues workspace', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
    await press(window, 'Alt+8');
    await panel(window, 'venues')
      .getByRole('row', { name: /Hyperliquid/ })
      .waitFor();
  });
  afterAll(() => closeDesk(desk));

  test('shows both venues with what is measured of them, and nothing that is not', async () => {
    const rows = await until(
      'figures of both venues',
      () => gridRows(window, 'Venues'),
      (found) => found.length === 2 && found.every((row) => /\d/.test(row['Quotes/s'] ?? '')),
    );
    expect(rows.map((row) => [row.Venue, row.Status, row.Budget, row.Clock, row['Dead-man']])).toEqual([
      ['Deribit', '● live', '—', '—', 'none'],
      ['Hyperliquid', '● live', '—', '—', 'none'],
    ]);
    // Nothing was sent yet, so no request was timed: in brackets is what the venue takes.
    expect(rows[0]?.['Trip ms']).toBe('(35 ms)');
    expect(rows[0]?.['Tick→book ms']).toMatch(/\d · \d/);
  });

  test('asks a venue for everything, and connects it anew after a question', async () => {
    await goTo(window, 'venues');
    await pressUntil(window, 'r', async () => (await messages(window)).includes('it agrees with the book'));
    const question = window.getByRole('dialog', { name: /Connect Deribit anew/ });
    await pressUntil(window, 'n', () => question.isVisible());
    await question.getByRole('button', { name: 'Reconnect' }).press('Enter');
    await panel(window, 'venues')
      .getByText(/opened anew because the trader asked/)
      .waitFor();
    await expect
      .poll(async () => (await told(window, 'venues.look', {})).venues.map((one) => one.status), PATIENCE)
      .toEqual(['live', 'live']);
  });

  test('trades one exposure over both venues from their book', async () => {
    await goTo(window, 'book');
    const field = panel(window, 'book').getByRole('textbox', { name: 'Buy' });
    await pressUntil(window, 'b', () => field.evaluate((one) => one === document.activeElement));
    // More than either venue shows within a few prices.
    await window.keyboard.type('100');
    await panel(window, 'book')
      .getByText(/BTC · perps @/)
      .waitFor();
    await arm(window);
    const became = panel(window, 'ticket').getByRole('region', { name: 'What became of it' });
    const traded = became.getByText(/^(?:All|[1-9] of) \d legs traded in full/);
    // Again where the market ran away between the two presses, or the limit of one order was met.
    for (let made = 0; made < 5 && (await traded.count()) === 0; made++) {
      await field.focus();
      await pressUntil(window, 'Enter', () => stagedBanner(window).isVisible());
      expect(await panel(window, 'ticket').getByRole('textbox', { name: 'Ticket line' }).inputValue()).toBe(
        'buy 100 btc perp across',
      );
      await commitStaged(window);
      await window.waitForTimeout(1_000);
    }
    await traded.waitFor();
    // A result for each leg, whatever it was.
    expect(await became.getByRole('listitem').count()).toBeGreaterThan(1);
    for (const leg of await became.getByRole('listitem').all())
      expect(await leg.innerText()).toMatch(/Filled|Partial|Rejected|Cancelled|Expired/);
    // What was sent was timed.
    await until(
      'a timed request',
      async () => (await told(window, 'venues.look', {})).venues.map((one) => one.roundTrip?.count ?? 0),
      (counts) => counts.every((count) => count > 0),
    );
  });
});
