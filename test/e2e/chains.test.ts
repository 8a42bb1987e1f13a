import { type ChildProcess, spawn } from 'node:child_process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import {
  closeDesk,
  confirmStatement,
  type Desk,
  newProfile,
  openDesk,
  ownWindow,
  PATIENCE,
  panel,
  told,
} from '#test/support/electron-desk.ts';
import { arm, pressUntil } from '#test/support/keyboard.ts';

/** The trader of the profile `evm-sim`. */
const TRADER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';

interface Ready {
  readonly endpoint: string;
}

/** A chain with real contracts and a trader's positions, as the guide has it started. */
function startChain(): Promise<{ readonly chain: ChildProcess; readonly ready: Ready }> {
  const chain = spawn(NODE_24, [`${ROOT}/test/venues/evm/start.ts`, '--book'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    chain.stdout.once('data', (line: Buffer) => resolve({ chain, ready: JSON.parse(line.toString()) as Ready }));
    chain.once('exit', () => reject(new Error('the chain ended before it was ready')));
  });
}

/** The trader's addresses on a chain, in the real window: seen, and looked after by rules. */
describe('a session at the local chain', () => {
  let chain: ChildProcess;
  let desk: Desk;
  let window: Page;
  let endpoint: string;

  beforeAll(async () => {
    const started = await startChain();
    chain = started.chain;
    endpoint = started.ready.endpoint;
    desk = await openDesk(newProfile(), ['--endpoint', started.ready.endpoint]);
    window = desk.window;
    await told(window, 'session.connect', { profile: 'evm-sim' });
  });
  afterAll(async () => {
    await closeDesk(desk);
    chain?.stdin?.end();
  });

  const pictureOf = (page: Page, name: string) =>
    process.env.KEEL_PICTURES === undefined
      ? Promise.resolve()
      : page.screenshot({ path: `${process.env.KEEL_PICTURES}-${name}.png` });
  const picture = (name: string) => pictureOf(window, name);
  const automation = () => panel(window, 'automation');
  /** Pressed once, whatever main is busy with. */
  const level = async (controller: string, to: string) => {
    const rule = automation().getByRole('group', { name: `${controller} ETH level` });
    const button = rule.getByRole('button', { name: to });
    await button.click();
    await expect.poll(() => button.getAttribute('aria-pressed'), PATIENCE).toBe('true');
  };

  test('the loan, the range and the perpetual stand in the book, with the contract’s margin beside Keel’s', async () => {
    const positions = panel(window, 'positions');
    for (const row of ['ETH lending', 'USDC-debt', 'WETH-USDC-500', 'ETH perpetual']) {
      await expect.poll(() => positions.innerText(), PATIENCE).toContain(row);
    }
    const margin = panel(window, 'margin');
    await expect.poll(() => margin.innerText(), PATIENCE).toMatch(/health 1\.245/);
    await picture('risk');
    await pressUntil(window, 'Alt+6', () => automation().isVisible());
    await expect.poll(() => margin.innerText(), PATIENCE).toMatch(/health 1\.245 · the same/);
  });

  const nonce = async (): Promise<number> => {
    const params = [TRADER, 'latest'];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getTransactionCount', params });
    const answer = await fetch(endpoint, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    return Number(((await answer.json()) as { result: string }).result);
  };
  /** Sends the step that a rule waits with, and answers with the window that asks about it. */
  const sendByHand = async (): Promise<Page> => {
    await automation()
      .getByRole('button', { name: /^Send: / })
      .click();
    return ownWindow(desk, '#statement');
  };

  test('a step by hand is shown as it will be signed, and leaves when main’s own window says so', async () => {
    await arm(window);
    await level('LP rebalancer', 'confirm');
    const before = await nonce();
    const asked = await sendByHand();
    const lines = await asked.locator('#lines').innerText();
    expect(lines).toMatch(/ranges of uniswap-sim, 0x82e01223d51EB87e16A03E24687EDF0F294da6f1/i);
    expect(lines).toMatch(/the node at http:\/\/127\.0\.0\.1:\d+/);
    await pictureOf(asked, 'confirm');

    // Whatever the terminal's page tries, and a key that was on its way, the window goes on asking.
    await window.evaluate(async () => {
      const calls = Object.values(globalThis.window.keel) as readonly ((input: object) => Promise<unknown>)[];
      for (const call of calls.filter((one) => typeof one === 'function')) await call({ confirmed: true });
      globalThis.window.postMessage(true, '*');
      globalThis.window.dispatchEvent(new MessageEvent('keel:confirm-answer', { data: true }));
    });
    await asked.keyboard.press('Enter');
    expect(await asked.locator('#statement').isVisible()).toBe(true);
    expect(await nonce()).toBe(before);

    await asked.locator('#refuse').click();
    const alerts = panel(window, 'alerts');
    await expect.poll(() => alerts.innerText(), PATIENCE).toMatch(/not confirmed: refused by the trader/);
    expect(await nonce()).toBe(before);

    await sendByHand();
    await confirmStatement(desk);
    await expect.poll(nonce, PATIENCE).toBe(before + 1);
    await level('LP rebalancer', 'off');
  });

  test('automatic rules mend loan and range on the chain, and the log says why', async () => {
    await arm(window);
    await level('Collateral manager', 'auto');
    const log = automation().getByRole('region', { name: 'Decisions' });
    await expect.poll(() => log.innerText(), PATIENCE).toContain('health factor 1.245 is to be 1.5 at least');
    await level('LP rebalancer', 'auto');
    await expect.poll(() => log.innerText(), PATIENCE).toMatch(/mint: range \S+ of WETH-USDC-500: re-centre is worth/);
    await picture('control');
  });

  test('what each transaction came to stands in the alerts, and how all of it is left in the rehearsal', async () => {
    const alerts = async () => (await told(window, 'automation.log', { limit: 50 })).map((one) => one.why).join(' ');
    expect(await alerts()).toMatch(/burn: range/);
    await pressUntil(window, 'Alt+7', () => panel(window, 'rehearsal').isVisible());
    const rehearsal = panel(window, 'rehearsal');
    await expect
      .poll(() => rehearsal.innerText(), PATIENCE)
      .toMatch(/range \d+ of WETH-USDC-500\s+decrease-liquidity, collect, burn/);
    expect(await rehearsal.innerText()).toMatch(/repay, withdraw/);
    await picture('exit');
  });
});
