import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BookFile } from '#shared/ipc/files.ts';
import {
  closeDesk,
  type Desk,
  gridRows,
  keyState,
  newProfile,
  openDesk,
  PATIENCE,
  panel,
  reportOnScreen,
  told,
  tradingState,
} from '#test/support/electron-desk.ts';
import { eventsOf, journalOf, keelCommand, readJournal } from '#test/support/electron-journal.ts';
import { arm, press, runFromPalette, stageAndCommit, writeTicket } from '#test/support/keyboard.ts';

type Book = Pick<BookFile, 'positions' | 'balances'>;

/** Scene 12: the power goes, twice, and nothing is lost, doubled or sent. */
describe('pulling the plug', () => {
  let desk: Desk;
  let window: Page;
  let session: string;

  beforeAll(async () => {
    desk = await openDesk(newProfile(), ['--tape=march-2020', '--speed=1']);
    window = desk.window;
    await reportOnScreen(window);
    session = (await told(window, 'session.list', {})).current ?? '';
  });
  afterAll(() => closeDesk(desk));

  const file = () => journalOf(desk.folder, session);
  /** Orders as they stand, without what moves by itself. */
  async function orders(): Promise<readonly string[]> {
    const rows = await gridRows(window, 'Orders');
    return rows.map((row) => `${row.Side} ${row.Qty} ${row.Order} @ ${row.Price}: ${row.Filled} ${row.State}`).sort();
  }

  async function book(): Promise<Book> {
    const { file } = await told(window, 'app.export', { what: 'state' });
    const { positions, balances } = JSON.parse(readFileSync(file, 'utf8')) as BookFile;
    return { positions, balances };
  }

  /** Writes, stages and commits one order; answers as soon as it stands in the table. */
  async function send(line: string): Promise<void> {
    const before = (await orders()).length;
    await writeTicket(window, line);
    if ((await keyState(window)) !== 'ARMED') await arm(window);
    await stageAndCommit(window, 'Ctrl+Enter', async () => (await orders()).length > before);
  }

  /** Starts the same profile again and goes on where the start screen says. */
  async function startAgain(): Promise<void> {
    const again = await openDesk(desk.folder);
    again.exceptions.push(...desk.exceptions);
    desk = again;
    window = desk.window;
    await window.getByRole('heading', { name: 'Continue' }).waitFor();
    await expect.poll(() => window.locator(':focus').innerText(), PATIENCE).toMatch(/^Continue/);
    await press(window, 'Enter');
    await reportOnScreen(window);
    expect((await told(window, 'session.list', {})).current).toBe(session);
  }

  async function expectVerified(): Promise<void> {
    const { code, out } = await keelCommand('verify', file());
    expect(JSON.parse(out)).toMatchObject({ ok: true, firstBad: null, projections: 'equal', damage: null });
    expect(code).toBe(0);
  }

  test('with fills in the book and an order resting, kill -9: the journal holds', async () => {
    await send('buy 0.5 btc perp on perps');
    await send('buy 0.25 btc perp on perps @ 6000');
    const outcomes = [/^Buy 0\.25 .* @ 6,000: 0 Open$/, /^Buy 0\.5 .*: 0\.5 Filled$/];
    await expect.poll(orders, PATIENCE).toEqual(outcomes.map((one) => expect.stringMatching(one)));
    const before = { book: await book(), orders: await orders() };
    await desk.keel.kill();
    await expectVerified();

    await startAgain();
    expect(await book()).toEqual(before.book);
    await expect.poll(orders, PATIENCE).toEqual(before.orders);
  });

  test('trading waits for the trader’s word', async () => {
    expect(await keyState(window)).toBe('SAFE');
    await expect.poll(() => tradingState(window), PATIENCE).toBe('REDUCING');
    await writeTicket(window, 'buy 0.5 btc perp on perps');
    await expect.poll(() => panel(window, 'ticket').innerText(), PATIENCE).toMatch(/REDUCING/);
    await runFromPalette(window, 'Resume trading');
    await expect.poll(() => tradingState(window), PATIENCE).toBe('ACTIVE');
  });

  test('kill -9 between key press and fill: what the venue did is booked, once', async () => {
    const before = await book();
    await send('buy 0.5 btc perp on perps');
    await desk.keel.kill();
    await expectVerified();

    await startAgain();
    await expect
      .poll(async () => (await orders()).filter((one) => /Sending|Sent|Unknown/.test(one)), PATIENCE)
      .toEqual([]);
    const held = ({ positions }: Book) =>
      Number(positions.find((one) => one.instrument === 'hyperliquid-paper:BTC')?.quantity);
    const bought = (await orders()).filter((one) => /^Buy 0\.5 .*0\.5 Filled$/.test(one)).length;
    expect(held(await book()) - held(before)).toBeCloseTo(0.5 * (bought - 1), 9);
    expect((await orders()).filter((one) => one.endsWith('0 Open'))).toHaveLength(1);
    expect(await tradingState(window)).toBe('REDUCING');
    expect(await keyState(window)).toBe('SAFE');
  });

  test('one chain holds both lives and their fills', async () => {
    await desk.keel.close();
    await expectVerified();
    const entries = readJournal(file());
    const trades = eventsOf(entries, 'fill').map(({ fill }) => `${fill.venue} ${fill.trade}`);
    expect(new Set(trades).size).toBe(trades.length);
    const sent = eventsOf(entries, 'order').filter(({ event }) => event.type === 'sent');
    expect(new Set(sent.map((one) => one.id)).size).toBe(sent.length);
    expect(eventsOf(entries, 'reconciled').length).toBeGreaterThanOrEqual(6);
    expect(eventsOf(entries, 'adjustment')).toEqual([]);
  });

  // Recorded by Electron, replayed by Node: three runs, two of them ended by a kill.
  test('the session replays to the recorded state', async () => {
    const { code, out } = await keelCommand('replay', file());
    const told = JSON.parse(out);
    expect(told.runs.map((run: { difference: string | null }) => run.difference)).toEqual([null, null, null]);
    expect(told).toMatchObject({ equal: true, hash: told.recorded });
    expect(told.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(code).toBe(0);
  });
});
