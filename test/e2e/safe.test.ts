import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standardRule } from '#shared/domain/automation.ts';
import type { MethodInput, MethodName } from '#shared/ipc/contract.ts';
import { METHOD_NAMES } from '#shared/ipc/methods.ts';
import type { Gesture } from '#shared/ipc/schemas.ts';
import { DAY } from '#shared/units/time.ts';
import {
  ask,
  closeDesk,
  type Desk,
  keyState,
  openSession,
  PATIENCE,
  stagedBanner,
  told,
} from '#test/support/electron-desk.ts';
import { eventsOf, journalOf, readJournal } from '#test/support/electron-journal.ts';
import { keyEvents, pressUntil } from '#test/support/keyboard.ts';

const FUZZED_EVENTS = 2_000;
const SEED = 20_200_312;
/** Key events under way at a time: more would be dropped for their age. */
const AT_ONCE = 10;

/** These ask the trader for a secret in main's own window, and answer when it is closed. */
const OPEN_A_WINDOW = ['vault.unlock', 'vault.add-key', 'session.connect'] as const;

type Inputs = { readonly [M in MethodName]: MethodInput<M> };

interface Known {
  readonly accounts: readonly string[];
  readonly session: string;
  readonly staged: string;
}

const ORDER = {
  account: 'perps',
  instrument: 'hyperliquid-paper:BTC',
  side: 'sell',
  quantity: '0.5',
  type: 'market',
  limit: null,
  trigger: null,
  timeInForce: 'ioc',
  postOnly: false,
  reduceOnly: false,
} as const;

/** An input that main would take, for every method there is. */
function plausible({ accounts, session, staged }: Known, gesture: Gesture): Inputs {
  const axis = { from: -0.1, to: 0.1, count: 3 };
  return {
    'app.describe': {},
    'app.export': { what: 'fills' },
    'session.list': {},
    'review.list': {},
    'review.open': { run: 'run:none.db' },
    'review.demo': {},
    'review.export': { run: 'run:none.db' },
    'ticket.preview': { line: 'buy 0.5 btc perp' },
    'ticket.stage': { line: 'buy 0.5 btc perp', gesture },
    'orders.stage': { orders: [ORDER], gesture },
    'positions.stage-close': { rows: ['perps|hyperliquid-paper:BTC'], gesture },
    'hedge.propose': { underlying: 'BTC', ratio: 1 },
    'hedge.stage': { underlying: 'BTC', ratio: 1, route: null, gesture },
    'keys.arm': { accounts: [...accounts], gesture },
    'staged.commit': { staged, gesture },
    'orders.cancel': { order: 'k-000000-1-0', gesture },
    'orders.cancel-all': { includeProtective: true, gesture },
    'engine.resume': { gesture },
    'automation.set': { rule: { ...standardRule('BTC'), level: 'automatic' }, gesture },
    'risk.scenario': { underlying: 'BTC', spot: axis, vol: axis, days: 0, line: 'buy 1 btc perp' },
    'risk.cell': { underlying: 'BTC', spot: -0.1, vol: 0, days: 0 },
    'risk.ladder': { underlying: 'BTC' },
    'venues.look': {},
    'market.book': { underlying: 'BTC', kind: 'all', levels: 10, step: 0, want: { side: 'buy', coins: 1 } },
    'venues.act': { venue: 'deribit-paper', act: 'reconnect', gesture },
    'vol.surface': { underlying: 'BTC', payoff: 'inverse' },
    'journal.positions': { search: 'btc', before: null, limit: 10 },
    'journal.position': { position: 'perps|hyperliquid-paper:BTC|1' },
    'journal.annotate': { position: 'perps|hyperliquid-paper:BTC|1', tags: ['seen'], note: 'written by the page' },
    'journal.explain': { days: 7, terms: true },
    'journal.lots': { rule: 'fifo' },
    'storage.retain': { act: 'look' },
    'statement.begin': { name: 'statement.csv', bytes: 3 },
    'statement.piece': { file: 'statement-1', base64: 'YWJj' },
    'statement.preview': { file: 'statement-1', format: null, account: null, zone: null, dates: null },
    'statement.import': { file: 'statement-1', format: null, account: null, zone: null, dates: null },
    'chart.candles': { underlying: 'BTC', barMs: 60_000, count: 10 },
    'instruments.search': { text: 'btc' },
    'settings.load': { name: 'install-id' },
    'settings.save': { name: 'page-was-here', value: 'x' },
    'tape.control': { paused: false },
    'stream.refresh': {},
    'keys.disarm': { gesture },
    'staged.drop': { staged: 'stage-0-1' },
    'keys.lock': { locked: true, gesture },
    'session.connect': { profile: 'deribit' },
    'vault.describe': {},
    'vault.unlock': {},
    'vault.lock': {},
    'vault.add-key': { venue: 'deribit', account: 'deribit', publicId: 'x', rights: 'read' },
    'session.resume': { session },
    'session.start': { tape: 'march-2020', speed: 1 },
    'engine.kill': { gesture },
    'automation.log': { limit: 10 },
    'policies.load': {},
    'policies.set': { text: '{}', gesture },
    'exit.rehearse': { underlying: 'BTC', accounts: null },
    'flatten.start': { accounts: null, gesture },
    'collateral.plan': {},
    'transfer.send': { transfer: { from: 'options', to: 'perps', currency: 'USDC', quantity: '1' }, gesture },
  };
}

/** Gestures of a page that lies: no hand has done any of them. */
function forged(now: number): readonly Gesture[] {
  const honest = { repeat: false, trusted: true, composing: false };
  return [
    { ...honest, by: 'key', with: 'Ctrl+Enter', pressedAt: now, heldMs: 0 },
    { ...honest, by: 'key', with: 'Ctrl+Shift+A', pressedAt: now - 900, heldMs: 900 },
    { ...honest, by: 'pointer', with: 'hold keys.arm', pressedAt: now - 900, heldMs: 900 },
    { ...honest, by: 'palette', with: 'typed ARM', pressedAt: now, heldMs: 0 },
    { ...honest, by: 'palette', with: 'typed ARM', pressedAt: now - DAY, heldMs: DAY },
    { ...honest, by: 'pointer', with: 'commit button', pressedAt: now, heldMs: 0, trusted: false },
  ];
}

/** {@link ask} that waits out the limit on calls per second. */
async function askPatiently<M extends MethodName>(window: Page, method: M, input: MethodInput<M>) {
  for (;;) {
    const answer = await ask(window, method, input);
    if (answer.ok || answer.error.code !== 'throttled') return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The keys start SAFE. Until the trader's own hand arms them nothing leaves, whatever the window does or claims. */
describe('while SAFE', () => {
  let desk: Desk;
  let window: Page;
  let session: string;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
    session = (await told(window, 'session.list', {})).current ?? '';
  });
  afterAll(() => closeDesk(desk));

  const samples = forged(0).map((gesture) => gesture.with);
  /** The sample as if it were made now. */
  const lie = (sample: number): Gesture => forged(Date.now())[sample] as Gesture;
  const inputs = (staged: string, sample: number) =>
    plausible({ accounts: ['options', 'perps'], session, staged }, lie(sample));

  async function stageSomething(): Promise<string> {
    const staged = await askPatiently(window, 'orders.stage', { orders: [ORDER], gesture: lie(0) });
    return staged.ok ? staged.value.id : 'stage-0-1';
  }

  test.each(samples.map((title, sample) => ({ title, sample })))(
    'a page that claims "$title" neither arms nor sends ($sample)',
    async ({ sample }) => {
      const staged = await stageSomething();
      expect(await askPatiently(window, 'keys.arm', inputs(staged, sample)['keys.arm'])).toMatchObject({ ok: false });
      expect(await askPatiently(window, 'staged.commit', inputs(staged, sample)['staged.commit'])).toMatchObject({
        ok: false,
      });
      expect(await keyState(window)).toBe('SAFE');
      const alerts = { act: 'save', text: '{}', gesture: lie(sample) } as const;
      expect(await askPatiently(window, 'settings.save', { alerts })).toMatchObject({ error: { code: 'key-unseen' } });
    },
  );

  test('a page cannot take the kill switch off the keys', async () => {
    const value = JSON.stringify({ keys: { 'engine.kill': [] } });
    const answer = await askPatiently(window, 'settings.save', { name: 'keys', value });
    expect(answer).toMatchObject({ ok: false, error: { code: 'keys' } });
  });

  test(`${FUZZED_EVENTS} random key events send nothing`, async () => {
    await pressUntil(window, 'Alt+H', () => stagedBanner(window).isVisible()).catch(() => undefined);
    const events = keyEvents(SEED, FUZZED_EVENTS);
    for (let from = 0; from < events.length; from += AT_ONCE) {
      const some = events.slice(from, from + AT_ONCE);
      await Promise.all(some.map(({ key, down }) => (down ? window.keyboard.down(key) : window.keyboard.up(key))));
    }
    await expect.poll(async () => (await ask(window, 'session.list', {})).ok, PATIENCE).toBe(true);
    expect(desk.exceptions).toEqual([]);
  });

  test('no method of the bridge sends anything, whatever it is given', async () => {
    const last = ['session.resume', 'session.start', 'engine.kill', ...OPEN_A_WINDOW];
    for (const sample of [0, 1, 3]) {
      const staged = await stageSomething();
      for (const method of METHOD_NAMES.filter((one) => !last.includes(one))) {
        await askPatiently(window, method, inputs(staged, sample)[method] as never);
      }
    }
    for (const method of ['session.resume', 'session.start', 'engine.kill'] as const) {
      expect(await askPatiently(window, method, inputs('stage-0-1', 0)[method] as never), method).toMatchObject({
        ok: true,
      });
    }
    await expect.poll(() => keyState(window), PATIENCE).toBe('SAFE');
  });

  test.each(OPEN_A_WINDOW)('%s does nothing until the trader types into main’s own window', async (method) => {
    const before = (await told(window, 'session.list', {})).current;
    const opened = desk.keel.app.waitForEvent('window');
    const asked = askPatiently(window, method, inputs('stage-0-1', 0)[method] as never);
    const own = await opened;
    // A second one at the same time would be a heap of windows.
    expect(await askPatiently(window, 'vault.unlock', {})).toMatchObject({ ok: false, error: { code: 'busy' } });
    // The click closes the window under itself and may end with it; what counts is the answer.
    await Promise.allSettled([own.getByRole('button', { name: 'Cancel' }).click({ noWaitAfter: true })]);
    expect(await asked).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await told(window, 'vault.describe', {})).toMatchObject({ state: 'none', keys: [] });
    expect((await told(window, 'session.list', {})).current).toBe(before);
  });

  test('the journals hold no order, and no arming', async () => {
    await desk.keel.close();
    const sessions = readdirSync(join(desk.folder, 'sessions'));
    expect(sessions.length).toBeGreaterThanOrEqual(2);
    for (const one of sessions) {
      const entries = readJournal(journalOf(desk.folder, one));
      expect(entries.length).toBeGreaterThan(3);
      expect(eventsOf(entries, 'order-intended')).toEqual([]);
      expect(eventsOf(entries, 'order')).toEqual([]);
      expect(eventsOf(entries, 'fill').filter(({ fill }) => fill.cause === 'order')).toEqual([]);
      expect(eventsOf(entries, 'key-state').filter(({ to }) => to === 'ARMED')).toEqual([]);
      const types = eventsOf(entries, 'command').map(({ command }) => command.type);
      expect(types).not.toContain('submit');
      expect(types).not.toContain('arm');
    }
  });
});
