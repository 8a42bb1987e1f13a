import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  closeDesk,
  type Desk,
  figure,
  gridRows,
  keyState,
  messages,
  openSession,
  PATIENCE,
  panel,
  stagedBanner,
  told,
} from '#test/support/electron-desk.ts';
import { eventsOf, journalOf, readJournal } from '#test/support/electron-journal.ts';
import { arm, commitStaged, goTo, pressUntil, stageAndCommit, writeTicket } from '#test/support/keyboard.ts';

const STRUCTURE = 'sell 5 btc 27mar20 6000 p; buy 5 btc 27mar20 5000 p';
const SOLD = 'BTC-27MAR20-6000-P';
const BOUGHT = 'BTC-27MAR20-5000-P';

/** What the gate must refuse, whatever was armed and committed: the order, its instrument, the sentence with its numbers. */
const REFUSED = [
  {
    what: 'a quantity off the lot',
    line: 'sell 5.05 btc 27mar20 6000 p',
    why: /quantity 5\.05 is not a multiple of the lot 0\.1/,
  },
  {
    what: 'a price off the tick',
    line: 'buy 1 btc 27mar20 6000 p @ 0.0071',
    why: /price 0\.0071 is not a multiple of the tick 0\.0005/,
  },
  {
    what: 'a price outside the collar',
    line: 'buy 1 btc 27mar20 6000 p @ 0.9',
    why: /buy at 0\.9 is above the collar's 0\.0\d+ around 0\.0\d+/,
  },
] as const;

/** Scene 7: a structure from one line of text to fills, and what stands in the way of a slip. */
describe('the ticket', () => {
  let desk: Desk;
  let window: Page;
  let session: string;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
    session = (await told(window, 'session.list', {})).current ?? '';
  });
  afterAll(() => closeDesk(desk));

  const ticket = () => panel(window, 'ticket');
  const orders = () => gridRows(window, 'Orders');
  const quantityOf = async (name: RegExp) =>
    figure((await gridRows(window, 'Positions')).find((row) => name.test(row.Instrument ?? ''))?.Qty ?? '');

  test('a word that is not understood is named', async () => {
    await writeTicket(window, 'sell 5 btc 27mar20 6000 p @ 110v whenever');
    await expect
      .poll(() => ticket().getByRole('listitem').filter({ hasText: 'not understood' }).innerText(), PATIENCE)
      .toContain('"whenever" is not understood here');
    expect(await ticket().getByRole('textbox', { name: 'Ticket line' }).getAttribute('aria-invalid')).toBe('true');
    expect(await ask(window, 'ticket.preview', { line: 'sell 5 btc 27mar20 7777 p' })).toMatchObject({
      ok: true,
      value: { passed: false, problems: [{ word: '7777' }] },
    });
    await pressUntil(window, 'Ctrl+Enter', async () =>
      (await messages(window)).includes('"whenever" is not understood here'),
    );
    expect(await stagedBanner(window).isHidden()).toBe(true);
  });

  test('two legs are shown with prices, effects and their leg risk', async () => {
    await writeTicket(window, STRUCTURE);
    await expect.poll(() => ticket().getByRole('list', { name: 'Legs' }).innerText(), PATIENCE).toContain(BOUGHT);
    const text = await ticket().innerText();
    expect(text).toContain(SOLD);
    expect(text).toContain('Not atomic: 2 orders on deribit-paper');
    for (const effect of ['Worst cell', 'Vega per point', 'available']) expect(text).toContain(effect);
  });

  test('staging sends nothing', async () => {
    await pressUntil(window, 'Ctrl+Enter', () => stagedBanner(window).isVisible());
    expect(await stagedBanner(window).innerText()).toContain(`sell 5 ${SOLD}, buy 5 ${BOUGHT}`);
    expect(await keyState(window)).toBe('SAFE');
    expect(await orders()).toEqual([]);
  });

  test('armed and committed, both legs fill', async () => {
    await arm(window);
    await stageAndCommit(window, 'Ctrl+Enter', async () => (await orders()).length === 2);
    await expect
      .poll(
        async () => (await orders()).map((row) => `${row.Side} ${row.Filled}/${row.Qty} ${row.State}`).sort(),
        PATIENCE,
      )
      .toEqual(['Buy 5/5 Filled', 'Sell 5/5 Filled']);
    await expect.poll(() => quantityOf(/^P 6,000Deribit/), PATIENCE).toBe(-5);
    await expect.poll(() => quantityOf(/^P 5,000Deribit/), PATIENCE).toBe(5);
    await goTo(window, 'fills');
    const filled = async (name: string) =>
      (await gridRows(window, 'Fills'))
        .filter((row) => row.Fill?.startsWith(name))
        .reduce((sum, row) => sum + figure(row.Qty ?? ''), 0);
    await expect.poll(() => filled(SOLD), PATIENCE).toBeCloseTo(-5, 9);
    await expect.poll(() => filled(BOUGHT), PATIENCE).toBeCloseTo(5, 9);
  });

  test.each(REFUSED)('$what is denied with its numbers', async ({ line, why }) => {
    await writeTicket(window, line);
    await expect.poll(() => ticket().innerText(), PATIENCE).toMatch(why);
    await pressUntil(window, 'Ctrl+Enter', () => stagedBanner(window).isVisible());
    if ((await keyState(window)) !== 'ARMED') await arm(window);
    await expect.poll(() => stagedBanner(window).innerText(), PATIENCE).toMatch(why);
    expect(
      await stagedBanner(window)
        .getByRole('button', { name: /^Commit/ })
        .isDisabled(),
    ).toBe(true);
    await commitStaged(window);
    await goTo(window, 'orders');
    await expect
      .poll(
        async () => (await orders()).filter((row) => row.State === 'Denied').map((row) => row.Reason ?? ''),
        PATIENCE,
      )
      .toContainEqual(expect.stringMatching(why));
  });

  test('the journal agrees: two orders sent, the others denied and never sent', async () => {
    await desk.keel.close();
    const events = eventsOf(readJournal(journalOf(desk.folder, session)), 'order');
    const idsOf = (type: string) => new Set(events.filter((one) => one.event.type === type).map((one) => one.id));
    const [sent, denied, accepted] = ['sent', 'denied', 'accepted'].map(idsOf);
    expect(sent?.size).toBe(2);
    expect(denied?.size).toBe(REFUSED.length);
    expect([...(denied ?? [])].filter((id) => sent?.has(id) || accepted?.has(id))).toEqual([]);
  });
});
