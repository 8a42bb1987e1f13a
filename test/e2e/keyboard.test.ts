import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS, type CommandEntry, commandById } from '#shared/ipc/commands.ts';
import {
  answered,
  closeDesk,
  type Desk,
  gridRows,
  keyState,
  messages,
  openSession,
  PATIENCE,
  panel,
  stagedBanner,
  told,
  tradingState,
  until,
} from '#test/support/electron-desk.ts';
import {
  arm,
  goTo,
  hold,
  press,
  pressUntil,
  runFromPalette,
  stageAndCommit,
  writeTicket,
} from '#test/support/keyboard.ts';

/** Where the palette is opened to find the commands of a scope. */
const PLACES: Readonly<Record<CommandEntry['scope'], string>> = {
  global: 'risk',
  grid: 'positions',
  positions: 'positions',
  orders: 'orders',
  heatmap: 'risk',
  hedge: 'hedge',
  ticket: 'ticket',
  chart: 'chart',
  payoff: 'payoff',
  margin: 'margin',
  venues: 'venues',
  book: 'book',
  review: 'review',
  journal: 'journal',
  start: 'positions',
};
/** Commands that only some panels have, though their keys are global. */
const ELSEWHERE: Readonly<Record<string, string>> = { 'panel.filter': 'positions' };

/** Every command of the registry is there for the keyboard: in the palette, and by each key that it names. */
describe('the commands', () => {
  let desk: Desk;
  let window: Page;
  const given = new Set<string>();

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));
  // A test that failed must not fail the next one.
  beforeEach(async () => {
    while (await window.locator('[data-dialog]').isVisible())
      await pressUntil(window, 'Escape', () => window.locator('[data-dialog]').isHidden());
  });

  const orders = () => gridRows(window, 'Orders');
  const open = async () => (await orders()).filter((row) => row.State === 'Open').length;
  const tape = () => told(window, 'tape.control', {});
  const line = () => window.getByRole('textbox', { name: 'Ticket line' });
  const group = (name: string | RegExp) => window.getByRole('group', { name }).first();
  const pressed = (name: string | RegExp) => window.getByRole('button', { name }).first().getAttribute('aria-pressed');
  const inside = (id: string) =>
    window.evaluate((name) => document.activeElement?.closest(`section[data-panel="${name}"]`) !== null, id);

  /** Presses the command's keys as the registry names them until it has done what it says. */
  async function give(id: string, effect: () => Promise<boolean>, key = 0): Promise<void> {
    const entry = commandById(id);
    const keys = entry?.keys[key];
    if (entry === undefined || keys === undefined) throw new Error(`${id} has no key ${key}`);
    const times = Array.from({ length: entry.times?.count ?? 1 }, () => keys);
    if (entry.holdMs === undefined) await pressUntil(window, times.join(' '), effect, entry.needs === 'none');
    else await hold(window, keys, effect);
    given.add(`${id} ${keys}`);
  }

  /** Puts an order into the book that rests far from the market. */
  async function restOrder(price: number): Promise<void> {
    await goTo(window, 'orders');
    const before = await open();
    await writeTicket(window, `buy 0.1 btc perp on perps @ ${price}`);
    if ((await keyState(window)) !== 'ARMED') await arm(window);
    await stageAndCommit(window, 'Ctrl+Enter', async () => (await open()) > before);
  }

  test('the palette has every one of them', async () => {
    const palette = window.getByRole('dialog', { name: 'Command palette' });
    const field = palette.getByRole('combobox');
    const hasKeyboard = () => field.evaluate((one) => one === document.activeElement);
    const found = async (query: string) => {
      await until('the keyboard in the palette', hasKeyboard, Boolean);
      await window.keyboard.type(query);
      await expect.poll(() => field.inputValue(), PATIENCE).toBe(query);
      const titles = await palette.getByRole('option').locator('> span:first-child').allInnerTexts();
      await press(window, 'Ctrl+A');
      await press(window, 'Backspace');
      return titles;
    };
    const wanted = COMMANDS.filter((one) => one.id !== 'palette.open');
    const placeOf = (one: CommandEntry) => ELSEWHERE[one.id] ?? PLACES[one.scope];
    for (const place of new Set(wanted.map(placeOf))) {
      const commands = wanted.filter((one) => placeOf(one) === place);
      await goTo(window, place);
      await pressUntil(window, 'Ctrl+K', () => palette.isVisible());
      const titles = new Set<string>();
      for (const one of new Set(commands.map((command) => command.group))) {
        for (const title of await found(one)) titles.add(title);
      }
      const missing = commands.filter((one) => !titles.has(one.title)).map((one) => one.id);
      expect(missing, `from ${place}`).toEqual([]);
      await press(window, 'Escape');
      await palette.waitFor({ state: 'hidden' });
    }
  });

  test('go to every panel', async () => {
    const places = COMMANDS.filter((one) => one.id.startsWith('go.'));
    expect(places).toHaveLength(18);
    await goTo(window, 'positions');
    for (const { id } of places) {
      if (await inside('ticket')) await press(window, 'F6');
      await give(id, () => inside(id.slice(3)));
    }
  });

  test('views', async () => {
    const dialog = (name: string) => window.getByRole('dialog', { name });
    await give('workspace.trade', async () => (await pressed('Trade')) === 'true');
    await give('workspace.vol', async () => (await pressed('Vol')) === 'true');
    await give('workspace.review', async () => (await pressed('Review')) === 'true');
    await give('workspace.journal', async () => (await pressed('Journal')) === 'true');
    await give('workspace.control', async () => (await pressed('Control')) === 'true');
    await give('workspace.exit', async () => (await pressed('Exit')) === 'true');
    await give('workspace.venues', async () => (await pressed('Venues')) === 'true');
    await give('flatten.rehearse', () => inside('rehearsal'));
    await give('workspace.risk', async () => (await pressed('Risk')) === 'true');
    // Of the panels that share a frame F6 comes to the one in front.
    await goTo(window, 'orders');
    await goTo(window, 'positions');
    await give('palette.open', () => dialog('Command palette').isVisible());
    await press(window, 'Escape');
    await give('help.keys', () => dialog('Keys').isVisible());
    await press(window, 'Escape');
    await give('settings.keys', () => dialog('Settings: keys').isVisible());
    await press(window, 'Escape');
    await give('settings.alerts', () => dialog('Settings: alerts').isVisible());
    await press(window, 'Escape');
    const filter = panel(window, 'positions').getByRole('searchbox');
    await give('panel.filter', () => filter.isVisible());
    await window.keyboard.type('future');
    await expect.poll(() => panel(window, 'positions').getByRole('row', { name: /cash/ }).count(), PATIENCE).toBe(0);
    await press(window, 'Escape');
    await filter.waitFor({ state: 'hidden' });
    await give('panel.next', () => inside('orders'));
    await give('panel.previous', () => inside('positions'));
    const width = async () => (await panel(window, 'positions').boundingBox())?.width ?? 0;
    const before = await width();
    await give('panel.maximise', async () => (await width()) > before + 500);
    await give('panel.maximise', async () => (await width()) === before);
    await give('grid.copy', async () =>
      (await answered(() => desk.keel.app.evaluate(({ clipboard }) => clipboard.readText()))).includes('BTC'),
    );
  });

  test('the layout, forth and back', async () => {
    const width = async () => (await panel(window, 'positions').boundingBox())?.width ?? 0;
    const before = await width();
    // The splitter right of Positions; Tab comes to it too.
    const splitters = window.getByRole('separator');
    const upright = await splitters.evaluateAll((all) =>
      all.findIndex((one) => one.getBoundingClientRect().height > one.getBoundingClientRect().width),
    );
    await splitters.nth(upright).focus();
    await pressUntil(window, 'ArrowLeft', async () => (await width()) < before);
    const narrower = await width();
    await give('layout.undo', async () => (await width()) > narrower);
    await give('layout.redo', async () => (await width()) === narrower);
    await give('layout.undo', async () => (await width()) > narrower);
  });

  test('the tape', async () => {
    const { speed } = await tape();
    await give('tape.faster', async () => (await tape()).speed > speed);
    await give('tape.slower', async () => (await tape()).speed === speed);
    await give('tape.toggle', async () => (await tape()).paused);
    await give('tape.toggle', async () => !(await tape()).paused);
  });

  test('the journal', async () => {
    const journal = () => panel(window, 'journal');
    const dialog = window.getByRole('dialog', { name: 'Import a statement' });
    const note = window.getByRole('textbox', { name: 'Note, in Markdown' });
    await goTo(window, 'journal');
    await journal().getByRole('grid').focus();
    await give('journal.note', () => note.evaluate((one) => one === document.activeElement));
    await journal().getByRole('grid').focus();
    await give('journal.import', () => dialog.isVisible());
    await press(window, 'Escape');
    await dialog.waitFor({ state: 'hidden' });
    for (const [id, name] of [
      ['journal.lots', 'Count lots'],
      ['journal.storage', 'Room on disk'],
    ] as const) {
      await journal().getByRole('grid').focus();
      await give(id, () => window.getByRole('dialog', { name }).isVisible());
      await press(window, 'Escape');
      await window.getByRole('dialog', { name }).waitFor({ state: 'hidden' });
    }
    await journal().getByRole('grid').focus();
    await give('journal.days', () => journal().getByRole('grid').isHidden());
    await give('journal.days', () => journal().getByRole('grid').isVisible());
    await goTo(window, 'positions');
  });

  test('the venues and their book', async () => {
    const question = window.getByRole('dialog', { name: /anew/ });
    await goTo(window, 'venues');
    await give('venue.reconcile', async () => (await messages(window)).includes('Deribit reconciled'));
    await give('venue.reconnect', () => question.isVisible());
    await press(window, 'Escape');
    await question.waitFor({ state: 'hidden' });
    await goTo(window, 'venues');
    await give('venue.dead-man', async () => (await messages(window)).includes('no dead-man switch'));
    const book = panel(window, 'book');
    const typing = () => book.getByRole('textbox').evaluate((one) => one === document.activeElement);
    await goTo(window, 'book');
    await give('book.kind', () => book.getByRole('button', { name: /^spot/ }).isVisible());
    await give('book.coarser', () => book.getByText('0.5 USD').isVisible());
    await give('book.coarser', () => book.getByText('1.0 USD').isVisible(), 1);
    await give('book.finer', () => book.getByText('0.5 USD').isVisible());
    for (const id of ['book.buy', 'book.sell']) {
      await book.getByRole('grid').focus();
      await give(id, typing);
    }
    await book.getByRole('grid').focus();
    await goTo(window, 'positions');
  });

  test('columns of the positions, and Greeks of an option', async () => {
    const [positions, greeks] = [panel(window, 'positions'), window.getByRole('dialog', { name: /^Greeks of/ })];
    await goTo(window, 'positions');
    await give('positions.columns', async () => (await positions.getByText('Δ venue').count()) > 0);
    await give('positions.columns', async () => (await positions.getByText('Δ venue').count()) === 0);
    await positions.getByRole('row', { name: /P 6,500/ }).click();
    await give('positions.greeks', () => greeks.isVisible());
    await greeks
      .getByText(/They agree|:/)
      .first()
      .waitFor();
    await press(window, 'Escape');
    await greeks.waitFor({ state: 'hidden' });
  });

  test('the map', async () => {
    await goTo(window, 'risk');
    await give('panel.table', () => panel(window, 'risk').getByRole('table').isVisible());
    await give('panel.table', () => panel(window, 'risk').getByRole('table').isHidden());
    await goTo(window, 'risk');
    await give('heatmap.wider', () => group('range ±50%').isVisible());
    await give('heatmap.narrower', () => group('range ±25%').isVisible());
    await give('heatmap.wider', () => group('range ±50%').isVisible(), 1);
    await give('heatmap.narrower', () => group('range ±25%').isVisible());
    await give('heatmap.later', () => group('days T+1').isVisible());
    await give('heatmap.earlier', () => group('days T+0').isVisible());
    await give('risk.what-if', async () => (await pressed(/^What-if/)) === 'true');
    await give('risk.what-if', async () => (await pressed(/^What-if/)) === 'false');
    await goTo(window, 'risk');
    await give('heatmap.pin', () =>
      panel(window, 'risk')
        .getByText(/^pinned/)
        .isVisible(),
    );
    const view = () => panel(window, 'risk').getByRole('combobox', { name: 'View' }).inputValue();
    await give('heatmap.view', async () => (await view()) === 'strikes');
    await give('heatmap.view', async () => (await view()) === 'time');
    await give('heatmap.view', async () => (await view()) === 'vol');
  });

  test('tickets and hedges', async () => {
    const perp = async () => {
      await goTo(window, 'positions');
      await press(window, 'Ctrl+Home');
      const name = () => window.evaluate(() => document.activeElement?.closest('[role="row"]')?.textContent ?? '');
      for (let rows = 0; rows < 40 && !/^PERP.*Hyperliquid/.test(await name()); rows++)
        await press(window, 'ArrowDown');
      expect(await name()).toMatch(/^PERP.*Hyperliquid/);
    };
    await perp();
    await give('ticket.buy', async () => /^buy /.test(await line().inputValue()));
    await perp();
    await give('ticket.sell', async () => /^sell /.test(await line().inputValue()));
    await perp();
    await give('positions.close', () => stagedBanner(window).isVisible());
    expect(await stagedBanner(window).innerText()).toMatch(/reduce-only/);
    await pressUntil(window, 'Escape', () => stagedBanner(window).isHidden());

    await writeTicket(window, 'buy 1 btc 27mar20 6000 p @ 0.001');
    await expect
      .poll(() => panel(window, 'ticket').getByRole('list', { name: 'Legs' }).isVisible(), PATIENCE)
      .toBe(true);
    const price = async () => Number((await line().inputValue()).split('@')[1]);
    await give('ticket.join', async () => (await price()) > 0.002);
    const joined = await price();
    await give('ticket.mid', async () => (await price()) > joined);
    await give('order.stage', () => stagedBanner(window).isVisible());
    await pressUntil(window, 'Escape', () => stagedBanner(window).isHidden());

    await give('hedge.stage', () => stagedBanner(window).isVisible());
    await pressUntil(window, 'Escape', () => stagedBanner(window).isHidden());
    const ratio = () => panel(window, 'hedge').getByRole('slider').inputValue();
    await goTo(window, 'hedge');
    await give('hedge.less', async () => (await ratio()) === '0.9');
    await give('hedge.more', async () => (await ratio()) === '1');
  });

  test('the review', async () => {
    await goTo(window, 'review');
    await panel(window, 'review').getByRole('button', { name: 'Run the demo backtest' }).click();
    const slider = panel(window, 'review').getByRole('slider');
    await slider.waitFor();
    await goTo(window, 'review');
    const playing = () =>
      panel(window, 'review')
        .getByRole('button', { name: /^Pause/ })
        .isVisible();
    await give('review.play', playing);
    await give('review.play', async () => !(await playing()));
    const time = () => slider.getAttribute('aria-valuetext');
    await give('review.worst', async () => (await time()) === '12 Mar 2020 10:45:00 UTC');
    await give('review.export', async () => /Review exported/.test(await messages(window)));
    await give('review.picture', async () => /\.svg/.test(await messages(window)));
    const explained = () =>
      panel(window, 'review').getByRole('region', { name: 'P&L explained' }).locator('caption').innerText();
    const whole = await explained();
    await give('review.begin', async () => (await explained()).startsWith('P&L from 12 Mar 2020 10:45:00 UTC'));
    await give('review.whole', async () => (await explained()) === whole);
    await give('review.end', async () => (await explained()).endsWith('to 12 Mar 2020 10:45:00 UTC'));
  });

  test('cancels', async () => {
    await restOrder(6000);
    await goTo(window, 'orders');
    await press(window, 'Ctrl+Home');
    await give('order.cancel', async () => (await open()) === 0);
    await restOrder(5900);
    await give('order.cancel-all', async () => (await open()) === 0);
    await restOrder(5800);
    await give('order.cancel-everything', async () => (await open()) === 0);
    expect((await orders()).map((row) => row.State)).toEqual(['Cancelled', 'Cancelled', 'Cancelled']);
  });

  test('arming and what ends it', async () => {
    const is = (state: string) => async () => (await keyState(window)) === state;
    await goTo(window, 'positions');
    await pressUntil(window, 'Ctrl+Shift+D', is('SAFE'));
    for (const key of [0, 1]) {
      await give('keys.arm', is('ARMED'));
      await give('keys.disarm', is('SAFE'), key);
    }
    await give('keys.arm', is('ARMED'));
    await give('keys.lock', is('LOCKED'));
    await runFromPalette(window, 'Unlock keys');
    await expect.poll(() => keyState(window), PATIENCE).toBe('SAFE');
    await give('keys.arm', is('ARMED'));
    await give('engine.kill', async () => (await tradingState(window)) === 'HALTED');
    expect(await keyState(window)).toBe('SAFE');
    await runFromPalette(window, 'Resume trading (ACTIVE)');
    await expect.poll(() => tradingState(window), PATIENCE).toBe('ACTIVE');
  });

  test('every key of the registry was pressed', () => {
    const all = COMMANDS.flatMap(({ id, keys }) => keys.map((one) => `${id} ${one}`));
    expect([...given].sort()).toEqual(all.sort());
  });
});
