import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  figure,
  gridRows,
  keyState,
  messages,
  metric,
  openSession,
  PATIENCE,
  panel,
  stagedBanner,
  told,
  until,
} from '#test/support/electron-desk.ts';
import { eventsOf, journalOf, keelCommand, readJournal } from '#test/support/electron-journal.ts';
import { arm, goTo, pressUntil, stageAndCommit } from '#test/support/keyboard.ts';

/** Scenes 2 and 3: the fall makes the book long delta, and the hedge key brings it back. */
describe('the hotkey hedge', () => {
  let desk: Desk;
  let window: Page;
  let session: string;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
    session = (await told(window, 'session.list', {})).current ?? '';
  });
  afterAll(() => closeDesk(desk));

  const band = () => metric(window, 'Hedge band').innerText();
  const orders = () => gridRows(window, 'Orders');
  const proposal = () => told(window, 'hedge.propose', { underlying: 'BTC', ratio: 1 });
  const hedge = () => panel(window, 'hedge');

  test('the fall carries the delta out of its band', async () => {
    const before = await proposal();
    expect(before.insideBand).toBe(true);
    expect(await band()).toContain('inside band');
    await told(window, 'tape.control', { speed: 900 });
    await until('the delta outside its band', proposal, (one) => Math.abs(one.current) > 3 * one.band);
    await told(window, 'tape.control', { speed: 1 });
    await expect.poll(band, PATIENCE).toContain('outside band');
    const after = await proposal();
    expect(after.insideBand).toBe(false);
    expect(after.before.gamma).toBeLessThan(0);
    expect(Math.abs(after.current)).toBeGreaterThan(Math.abs(before.current));
    expect(await orders()).toEqual([]);
  });

  test('Alt+H stages the cheapest way back, with its reasons', async () => {
    await pressUntil(window, 'Alt+H', () => stagedBanner(window).isVisible());
    await expect.poll(() => hedge().getByRole('list', { name: 'Reasons' }).innerText(), PATIENCE).toMatch(/\w+/);
    const text = await hedge().innerText();
    expect(text).toContain('outside by');
    for (const part of ['fee', 'spread', 'impact', 'fund.', 'margin', 'cheapest', 'dearer', '1 σ of a day']) {
      expect(text, part).toContain(part);
    }
    const { routes } = await proposal();
    expect(routes.filter((one) => one.unusable === null).length).toBeGreaterThan(1);
    expect(await orders()).toEqual([]);
  });

  test('Ctrl+Enter while SAFE sends nothing and says so', async () => {
    // Staged anew in a market that stands still: one that moved meanwhile would be the reason that is told.
    await told(window, 'tape.control', { paused: true });
    await pressUntil(window, 'Alt+H', () => stagedBanner(window).isVisible());
    await pressUntil(window, 'Ctrl+Enter', async () => /keys are SAFE/.test(await messages(window)));
    expect(await keyState(window)).toBe('SAFE');
    expect(await orders()).toEqual([]);
    await told(window, 'tape.control', { paused: false });
  });

  test('armed, Ctrl+Enter commits and the delta is inside its band', async () => {
    await arm(window);
    await stageAndCommit(window, 'Alt+H', async () => (await orders()).length > 0);
    const outcomes = async () => (await orders()).map((row) => `${row.State} ${row.Reason}`.trim());
    await expect.poll(outcomes, PATIENCE).toEqual(['Filled']);
    await expect.poll(async () => (await proposal()).insideBand, PATIENCE).toBe(true);
    await expect.poll(band, PATIENCE).toContain('inside band');
    await expect
      .poll(async () => {
        const { band: halfWidth, target } = await proposal();
        return Math.abs(figure(await metric(window, 'Net Δ').innerText()) - target) <= halfWidth;
      }, PATIENCE)
      .toBe(true);
    await goTo(window, 'fills');
    expect((await gridRows(window, 'Fills')).length).toBeGreaterThan(0);
  });

  test('the journal has the key press, the report and the order', async () => {
    await desk.keel.close();
    const file = journalOf(desk.folder, session);
    const entries = readJournal(file);
    const submits = eventsOf(entries, 'command').filter((one) => one.command.type === 'submit');
    expect(submits).toHaveLength(1);
    expect(submits[0]).toMatchObject({
      command: { type: 'submit', origin: 'hedge', cause: { by: 'key', with: 'Ctrl+Enter' } },
      report: expect.any(Number),
    });
    const intended = eventsOf(entries, 'order-intended').map((one) => one.order);
    expect(intended.length).toBeGreaterThan(0);
    expect(intended.every((order) => order.origin === 'hedge' && order.instrument.includes('BTC'))).toBe(true);
    expect(eventsOf(entries, 'key-state').map((one) => one.to)).toContain('ARMED');
    expect(eventsOf(entries, 'fill').length).toBeGreaterThan(0);

    const { code, out } = await keelCommand('verify', file);
    expect(JSON.parse(out)).toMatchObject({ ok: true, entries: entries.length, projections: 'equal' });
    expect(code).toBe(0);
  });
});
