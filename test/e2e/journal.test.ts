import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';
import { closeDesk, type Desk, gridRows, openSession, PATIENCE, panel } from '#test/support/electron-desk.ts';
import { eventsOf, journalOf, readJournal } from '#test/support/electron-journal.ts';
import { goTo, press, pressUntil } from '#test/support/keyboard.ts';

const STATEMENT = join(ROOT, 'test/fixtures/statements/deribit-transaction_log-1001-BTC.csv');

/** The trader's memory in the window: positions, notes with undo, searches, statements, P&L by day; by keyboard. */
describe('the journal', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
    await goTo(window, 'journal');
  });
  afterAll(() => closeDesk(desk));

  const rows = () => gridRows(window, 'Journal');
  const note = () => window.getByRole('textbox', { name: 'Note, in Markdown' });
  const detail = () => panel(window, 'journal').getByRole('region', { name: 'The chosen position' });
  const search = () => panel(window, 'journal').getByRole('searchbox');

  test('days are those of the venue, not of the clock on the wall', async () => {
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(10);
    for (const row of await rows()) expect(row['Opened (UTC)']).toMatch(/^12 Mar 2020/);
  });

  test('a note is written, read as Markdown, taken back and put there again', async () => {
    await pressUntil(window, 'n', () => note().evaluate((one) => one === document.activeElement));
    await window.keyboard.type('Too **early**. <img src=x onerror=alert(1)>');
    await press(window, 'Ctrl+S');
    await expect.poll(() => detail().locator('strong').innerText(), PATIENCE).toBe('early');
    expect(await window.locator('img').count()).toBe(0);
    await expect.poll(async () => (await rows())[0]?.['Tags and note'], PATIENCE).toContain('✎');
    await goTo(window, 'journal');
    await panel(window, 'journal').getByRole('grid').focus();
    await pressUntil(window, 'Ctrl+Z', async () => (await note().inputValue()) === '');
    await pressUntil(window, 'Ctrl+Shift+Z', async () => (await note().inputValue()).startsWith('Too'));
  });

  test('a statement is shown before it is imported, and counts once', async () => {
    const dialog = () => window.getByRole('dialog', { name: 'Import a statement' });
    for (const left of ['new are 4 fills', 'new are 0 fills']) {
      await panel(window, 'journal').getByRole('grid').focus();
      await pressUntil(window, 'i', () => dialog().isVisible());
      await dialog().locator('input[type=file]').setInputFiles(STATEMENT);
      await dialog().getByText(left).waitFor();
      const take = dialog().getByRole('button', { name: 'Import', exact: true });
      if (left.includes('4')) await take.press('Enter');
      else {
        expect(await take.isDisabled()).toBe(true);
        await press(window, 'Escape');
      }
      await dialog().waitFor({ state: 'hidden' });
    }
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(12);
  });

  test('a search is typed, kept and used again', async () => {
    await panel(window, 'journal').getByRole('grid').focus();
    await pressUntil(window, '/', () => search().evaluate((one) => one === document.activeElement));
    await window.keyboard.type('exercised gain');
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(1);
    await window.getByRole('button', { name: 'Keep this search' }).press('Enter');
    await search().fill('');
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(12);
    await window.getByRole('button', { name: 'exercised gain', exact: true }).press('Enter');
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(1);
    await search().fill('nothing-like-this');
    await panel(window, 'journal').getByRole('button', { name: 'Show everything' }).press('Enter');
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(12);
  });

  test('lots are counted another way, and one sale takes the lots that are ticked', async () => {
    const dialog = () => window.getByRole('dialog', { name: 'Count lots' });
    const rule = () => dialog().getByRole('combobox', { name: 'Rule' });
    const count = async (value: string): Promise<void> => {
      await panel(window, 'journal').getByRole('grid').focus();
      await pressUntil(window, 'l', () => dialog().isVisible());
      await rule().selectOption(value);
    };
    const done = async (): Promise<void> => {
      await dialog().getByRole('button', { name: 'Count so' }).press('Enter');
      await dialog().waitFor({ state: 'hidden' });
    };
    await search().fill('btc-perpetual closed');
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(1);
    await count('lifo');
    await done();
    await detail().getByText('Profit by last in, first out').waitFor();
    await count('specific');
    await dialog().getByRole('checkbox').first().press('Space');
    await done();
    await detail().getByText('Profit by lots you chose').waitFor();
    await search().fill('');
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(12);
  });

  test('room on disk: a policy is kept, and what it would do is said first', async () => {
    const dialog = () => window.getByRole('dialog', { name: 'Room on disk' });
    await panel(window, 'journal').getByRole('grid').focus();
    await pressUntil(window, 'r', () => dialog().isVisible());
    await dialog().getByRole('cell', { name: 'in use' }).waitFor();
    await dialog().getByRole('textbox', { name: 'Budget' }).fill('x');
    await dialog().getByText('A whole number above 0').waitFor();
    await dialog().getByRole('textbox', { name: 'Budget' }).fill('1');
    await dialog().getByRole('button', { name: 'Keep this policy' }).press('Enter');
    await dialog().getByText('nothing to do').waitFor();
    expect(await dialog().getByRole('button', { name: 'Do it now' }).isDisabled()).toBe(true);
    await press(window, 'Escape');
    await dialog().waitFor({ state: 'hidden' });
  });

  test('P&L is explained by day; the terms add up', async () => {
    await panel(window, 'journal').getByRole('grid').focus();
    const day = () => panel(window, 'journal').getByRole('table', { name: '2020-03-12' });
    await pressUntil(window, 'd', () => day().isVisible());
    const cells = await day().locator('tbody tr td:last-child').allInnerTexts();
    const figures = cells.map((text) => Number(text.replaceAll('−', '-').replaceAll(',', '')));
    const total = figures.at(-1) ?? Number.NaN;
    expect(figures.slice(0, -1).reduce((sum, one) => sum + one, 0)).toBeCloseTo(total, 0);
    // Days of the statement have no recorded market, and show what was booked.
    await panel(window, 'journal').getByText('No recorded market to explain it from.').first().waitFor();
  });

  test('everything of it is in the journal of the session', async () => {
    expect(desk.exceptions).toEqual([]);
    await desk.keel.close();
    const [session = ''] = readdirSync(join(desk.folder, 'sessions'));
    const entries = readJournal(journalOf(desk.folder, session));
    expect(eventsOf(entries, 'annotated').map(({ annotation }) => annotation.note)).toEqual([
      'Too **early**. <img src=x onerror=alert(1)>',
      '',
      'Too **early**. <img src=x onerror=alert(1)>',
    ]);
    expect(eventsOf(entries, 'statement')).toHaveLength(1);
    expect(eventsOf(entries, 'imported')).toHaveLength(8);
  });
});
