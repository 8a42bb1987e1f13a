// Every adapter in one book in the real window: four order books, one of them behind ccxt in a process of its own, and a
// chain with a loan, a range and a perpetual. The trader opens the vault by hand, then trades on each.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  confirmStatement,
  type Desk,
  gridRows,
  newProfile,
  openDesk,
  PATIENCE,
  panel,
  told,
} from '#test/support/electron-desk.ts';
import { arm, pressUntil, stageAndCommit, writeTicket } from '#test/support/keyboard.ts';
import { ownWindowOf } from '#test/support/own-window.ts';
import { makeSimulatorVault, type Simulators, startSimulators } from '#test/support/simulators.ts';
import { openXvfb, type Xvfb } from '#test/support/xvfb.ts';

const PASSPHRASE = 'everythinginonebook';
const ORDER_BOOKS = ['deribit-sim', 'hyperliquid-sim', 'derive-sim', 'okx-sim'];
const VENUES = [...ORDER_BOOKS, 'aave-sim', 'uniswap-sim', 'perp-sim'];
const ACCOUNTS = [...ORDER_BOOKS, 'loan', 'wallet', 'perp'];

const ORDERS = [
  { venue: 'Deribit', line: 'buy 1000 btc perp inverse on deribit-sim' },
  { venue: 'Hyperliquid', line: 'buy 0.1 btc perp on hyperliquid-sim' },
  { venue: 'Derive', line: 'buy 0.1 btc perp on derive-sim' },
  { venue: 'OKX', line: 'buy 0.1 btc perp on okx-sim' },
];

describe.runIf(process.platform === 'linux')('all simulators in the window', () => {
  let screen: Xvfb;
  let simulators: Simulators;
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    const folder = newProfile();
    [screen, simulators] = await Promise.all([
      openXvfb(),
      startSimulators(),
      makeSimulatorVault(join(folder, 'vault.json'), PASSPHRASE),
    ]);
    desk = await openDesk(folder, [`--endpoint=${simulators.endpoint}`], { DISPLAY: screen.display });
    window = desk.window;
    await window.getByRole('button', { name: /^All simulators/ }).click();
    const own = ownWindowOf(desk, screen);
    await own.await('Open the vault');
    await own.enter(PASSPHRASE);
    await confirmStatement(desk);
    await window.getByRole('row', { name: /BTC net/ }).waitFor();
  });
  afterAll(async () => {
    await closeDesk(desk);
    await simulators?.stop();
    await screen?.close();
  });

  const picture = (name: string) =>
    process.env.KEEL_PICTURES === undefined
      ? Promise.resolve()
      : window.screenshot({ path: `${process.env.KEEL_PICTURES}-${name}.png` });

  test('one book holds what stands at each of them', async () => {
    const venues = async () =>
      (await told(window, 'venues.look', {})).venues.map(({ venue, status }) => [venue, status]);
    await expect.poll(venues, PATIENCE).toEqual(VENUES.map((one) => [one, 'live']));
    // The grid holds only the rows in sight, the margin panel every account.
    const accounts = () => panel(window, 'margin').innerText();
    for (const account of ACCOUNTS) await expect.poll(accounts, PATIENCE).toContain(account);
    await picture('all-sims');
  });

  test.each(ORDERS)('an order fills at $venue', async ({ venue, line }) => {
    const own = async () => (await gridRows(window, 'Orders')).filter((row) => row.Order?.endsWith(venue) === true);
    await arm(window);
    await writeTicket(window, line);
    await stageAndCommit(window, 'Ctrl+Enter', async () => (await own()).length > 0);
    await expect.poll(async () => (await own())[0]?.State, PATIENCE).toBe('Filled');
  });

  test('the loan on the chain is mended by its rule, in the same book', async () => {
    const automation = panel(window, 'automation');
    await pressUntil(window, 'Alt+6', () => automation.isVisible());
    await arm(window);
    const rule = automation.getByRole('group', { name: 'Collateral manager ETH level' });
    const auto = rule.getByRole('button', { name: 'auto' });
    await auto.click();
    const log = automation.getByRole('region', { name: 'Decisions' });
    await expect.poll(() => log.innerText(), PATIENCE).toContain('health factor 1.245 is to be 1.5 at least');
    await expect.poll(() => panel(window, 'margin').innerText(), PATIENCE).toMatch(/health 1\.[5-9]/);
    await picture('all-sims-control');
  });
});
