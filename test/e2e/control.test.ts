import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  messages,
  openSession,
  PATIENCE,
  panel,
  stagedBanner,
  told,
} from '#test/support/electron-desk.ts';
import { arm, press, pressUntil, runFromPalette, writeTicket } from '#test/support/keyboard.ts';

/** Controllers, policies and rehearsals in the real window, by keyboard. */
describe('the control workspaces', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession({ speed: 60 });
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));

  const picture = (name: string) =>
    process.env.KEEL_PICTURES === undefined
      ? Promise.resolve()
      : window.screenshot({ path: `${process.env.KEEL_PICTURES}-${name}.png` });
  const automation = () => panel(window, 'automation');
  const rehearsal = () => panel(window, 'rehearsal');

  test('the ticket shows the cheapest route with its costs, and stages it', async () => {
    await writeTicket(window, 'sell 2 btc perp');
    const route = panel(window, 'ticket').getByRole('region', { name: 'Cheapest route' });
    await route.waitFor();
    await expect.poll(() => route.innerText(), PATIENCE).toMatch(/fee [+−]\d/);
    expect(await route.innerText()).toContain('Next best');
    await picture('ticket');
    await route.getByRole('button', { name: 'Stage it' }).click();
    await stagedBanner(window).waitFor();
    await press(window, 'Escape');
    await expect.poll(() => stagedBanner(window).isHidden(), PATIENCE).toBe(true);
  });

  test('a rule at observe writes down what it would do, with reasons', async () => {
    await pressUntil(window, 'Alt+6', () => automation().isVisible());
    const level = automation().getByRole('group', { name: 'Delta hedger BTC level' });
    await level.getByRole('button', { name: 'observe' }).click();
    await told(window, 'tape.control', { speed: 900 });
    await expect
      .poll(() => automation().getByRole('region', { name: 'Decisions' }).innerText(), PATIENCE)
      .toContain('outside');
    await told(window, 'tape.control', { speed: 60 });
    await picture('control');
    await level.getByRole('button', { name: 'off' }).click();
    expect((await told(window, 'automation.log', { limit: 5 })).at(-1)?.act).toBe('log');
  });

  test('policies that cannot be meant are refused with their line', async () => {
    await automation().getByRole('textbox').waitFor({ state: 'hidden' });
    await window.getByRole('button', { name: 'Policies', exact: true }).click();
    const text = automation().getByRole('textbox', { name: /Policies/ });
    await text.fill('{\n  "deleverager": {\n    "targetRatio": 40\n  }\n}');
    await automation().getByRole('button', { name: 'Set policies' }).click();
    await expect.poll(() => automation().innerText(), PATIENCE).toContain('line 3, deleverager.targetRatio');
    await text.fill('{ "deleverager": { "targetRatio": 0.4 } }');
    await automation().getByRole('button', { name: 'Set policies' }).click();
    await expect.poll(() => messages(window), PATIENCE).toContain('Policies set');
    expect((await told(window, 'policies.load', {})).text).toContain('0.4');
  });

  test('money is moved by hand once the keys are armed, and arrives', async () => {
    await window.getByRole('button', { name: 'Policies', exact: true }).click();
    const send = panel(window, 'collateral').getByRole('button', { name: 'Send' }).first();
    await told(window, 'tape.control', { speed: 900 });
    await send.waitFor();
    await told(window, 'tape.control', { paused: true });
    const lacking = async () =>
      (await told(window, 'collateral.plan', {})).transfers.reduce((sum, one) => sum + one.usd, 0);
    // At this speed the last report before the pause is of another market: what is shown must be the plan that stands.
    const shown = async () => (await panel(window, 'collateral').innerText()).replaceAll(',', '');
    await expect.poll(async () => (await shown()).includes((await lacking()).toFixed(2)), PATIENCE).toBe(true);
    await picture('collateral');
    await send.click();
    await expect.poll(() => messages(window), PATIENCE).toContain('keys are SAFE');
    await arm(window);
    const before = await lacking();
    expect(before).toBeGreaterThan(100);
    await send.click();
    await expect.poll(() => messages(window), PATIENCE).toContain('Money is under way');
    await expect.poll(lacking, { ...PATIENCE, interval: 1_000 }).toBeLessThan(before / 100);
    await runFromPalette(window, 'Disarm');
    await told(window, 'tape.control', { paused: false, speed: 1 });
  });

  test('a flatten is rehearsed, needs the typed word and armed keys, and leaves nothing', async () => {
    await runFromPalette(window, 'Flatten…: rehearse, then type FLATTEN');
    await rehearsal().getByRole('row').nth(5).waitFor();
    await picture('rehearsal');
    if (process.env.KEEL_PICTURES !== undefined) {
      await runFromPalette(window, 'Switch dark and light');
      await picture('rehearsal-light');
      await press(window, 'Alt+6');
      await automation().waitFor();
      await picture('control-light');
      await press(window, 'Alt+7');
      await rehearsal().waitFor();
    }
    const word = rehearsal().getByRole('textbox', { name: /Type FLATTEN/ });
    await word.focus();
    await window.keyboard.type('FLATTEN');
    await press(window, 'Enter');
    await expect.poll(() => messages(window), PATIENCE).toContain('keys are SAFE');
    await arm(window);
    await word.focus();
    await window.keyboard.type('FLATTEN');
    await press(window, 'Enter');
    await expect.poll(() => rehearsal().innerText(), PATIENCE).toContain('flattening');
    await picture('flattening');
    await expect.poll(() => rehearsal().innerText(), PATIENCE).toContain('nothing to close');
    const last = async () => (await told(window, 'automation.log', { limit: 100 }))[0];
    // The rule sees on its next report that nothing is left.
    await expect
      .poll(last, PATIENCE)
      .toMatchObject({ controller: 'flatten', act: 'stop', why: 'nothing is left to close' });
    expect((await told(window, 'exit.rehearse', { underlying: 'BTC', accounts: null })).plan.legs).toEqual([]);
    await picture('flat');
  });
});
