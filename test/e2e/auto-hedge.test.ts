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
} from '#test/support/electron-desk.ts';
import { eventsOf, journalOf, readJournal } from '#test/support/electron-journal.ts';
import { arm, runFromPalette } from '#test/support/keyboard.ts';

/** The hedger acts by rule: only as far as it was let, and the journal says why. */
describe('the auto-hedge', () => {
  let desk: Desk;
  let window: Page;
  let session: string;

  beforeAll(async () => {
    desk = await openSession({ speed: 600 });
    window = desk.window;
    session = (await told(window, 'session.list', {})).current ?? '';
  });
  afterAll(() => closeDesk(desk));

  const orders = () => gridRows(window, 'Orders');
  const auto = () => panel(window, 'hedge').getByRole('region', { name: 'Auto-hedge' });

  test('cannot be set to automatic while SAFE', async () => {
    await runFromPalette(window, 'Auto-hedge: automatic');
    await expect.poll(() => messages(window), PATIENCE).toContain('keys are SAFE');
    expect(await auto().getByRole('button', { name: 'off' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('at confirm stages and sends nothing', async () => {
    await runFromPalette(window, 'Auto-hedge: confirm');
    await stagedBanner(window).waitFor();
    expect(await orders()).toEqual([]);
    await runFromPalette(window, 'Auto-hedge: off');
    await expect.poll(() => stagedBanner(window).isHidden(), PATIENCE).toBe(true);
  });

  test('at automatic brings the delta back by itself and says why', async () => {
    await arm(window);
    await runFromPalette(window, 'Auto-hedge: automatic');
    await expect.poll(async () => (await orders()).map((row) => row.State), PATIENCE).toContain('Filled');
    await told(window, 'tape.control', { paused: true });
    await expect
      .poll(async () => (await told(window, 'hedge.propose', { underlying: 'BTC', ratio: 1 })).insideBand, PATIENCE)
      .toBe(true);
    await expect.poll(() => auto().innerText(), PATIENCE).toMatch(/[1-9]\d* of 50 orders/);
  });

  test('goes off when the trader disarms; the journal has the rule, the reasons and the orders', async () => {
    await runFromPalette(window, 'Disarm');
    await expect
      .poll(() => auto().getByRole('button', { name: 'off' }).getAttribute('aria-pressed'), PATIENCE)
      .toBe('true');
    await desk.keel.close();
    const journal = readJournal(journalOf(desk.folder, session));
    const acts = eventsOf(journal, 'automation').map((one) => one.act);
    expect(acts).toContain('send');
    expect(acts.at(-1)).toBe('stop');
    const sent = eventsOf(journal, 'command').flatMap(({ command }) => (command.type === 'submit' ? [command] : []));
    expect(sent.length).toBeGreaterThan(0);
    for (const { cause, origin } of sent) expect([cause.by, origin]).toEqual(['engine', 'hedge']);
  });
});
