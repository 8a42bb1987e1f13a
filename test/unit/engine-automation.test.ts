import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlRound, GroundedWish } from '#main/engine/automation.ts';
import { FLATTEN_SETTING } from '#main/engine/automation-rules.ts';
import type { Gesture } from '#main/engine/key-rules.ts';
import { type AutomationRule, DEFAULT_BUDGET } from '#shared/domain/automation.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { ACCOUNT, CLI, createEngineRoom, type EngineRoom, request } from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';
import { createMemoryLog, type MemoryLog } from '#test/support/memory-log.ts';

const RULE: AutomationRule = {
  controller: 'delta-hedger',
  underlying: 'BTC',
  accounts: null,
  level: 'automatic',
  dryRun: false,
  budget: { ...DEFAULT_BUDGET, orders: 3 },
  hours: null,
  coolDownMs: 5_000,
};

let room: EngineRoom;

function wish(more: Partial<GroundedWish> = {}): GroundedWish {
  const order = request({ type: 'market', limit: null, timeInForce: 'ioc', quantity: decimal('1') });
  return { orders: [order], transfers: [], summary: 'buy 1', asksFirst: null, ...more };
}

async function consider(one: GroundedWish | null = wish(), reportAt = room.clock.now()): Promise<void> {
  const wishes: ControlRound['wishes'] = [{ controller: 'delta-hedger', underlying: 'BTC', wish: one }];
  room.engine.consider({ reportSeq: 1, reportAt, wishes, alerts: [] });
  await settle();
}

const sent = () => room.venue.wire.filter((command) => command.type === 'place').length;
const view = () => room.engine.automation[0];
const said = () => room.events().flatMap((one) => (one.type === 'automation' ? [`${one.act}: ${one.why}`] : []));

beforeEach(async () => {
  room = createEngineRoom();
  await room.start();
});

describe('a rule', () => {
  it('is off until it is set, and needs armed keys to send by itself', async () => {
    await consider();
    const refused = await room.engine.automate(RULE, CLI);
    expect(refused.ok ? null : refused.error.code).toBe('keys-safe');
    expect(sent()).toBe(0);
    await room.arm();
    unwrap(await room.engine.automate(RULE, CLI));
    await consider();
    expect(sent()).toBe(1);
    expect(view()?.use).toMatchObject({ orders: 1, notionalUsd: expect.closeTo(7_210, 0) });
    expect(said()).toEqual(['send: buy 1']);
  });

  it('goes on when the keys disarm by themselves, inside its own budget', async () => {
    await room.arm();
    unwrap(await room.engine.automate(RULE, CLI));
    await room.pass(6 * 60_000);
    expect(room.engine.keyState.state).toBe('SAFE');
    await consider();
    expect(sent()).toBe(1);
    for (let n = 0; n < 4; n++) {
      await room.pass(6_000);
      await consider();
    }
    expect(sent()).toBe(3);
    expect(view()?.rule.level).toBe('off');
    expect(said().at(-1)).toContain('budget of 3 orders is used up');
  });

  it.each([
    ['the kill switch', () => room.engine.kill(CLI)],
    ['disarming by hand', () => room.engine.disarm(CLI)],
  ])('goes off with %s', async (_name, act) => {
    await room.arm();
    unwrap(await room.engine.automate(RULE, CLI));
    unwrap(await act());
    expect(view()?.rule.level).toBe('off');
    await consider();
    expect(sent()).toBe(0);
  });

  it('cannot be set by a rule, by locked keys, or by a key that the key rules drop', async () => {
    await room.arm();
    const codeOf = async (press: Parameters<EngineRoom['engine']['automate']>[1]) => {
      const answer = await room.engine.automate(RULE, press);
      return answer.ok ? null : answer.error.code;
    };
    const key: Gesture = {
      by: 'key',
      with: 'Enter',
      pressedAt: room.clock.now(),
      repeat: false,
      trusted: false,
      composing: false,
      heldMs: 0,
    };
    expect(await codeOf({ by: 'engine', with: 'test' })).toBe('automate-by-hand');
    expect(await codeOf(key)).toBe('key-untrusted');
    unwrap(await room.engine.lock(CLI));
    expect(await codeOf(CLI)).toBe('keys-locked');
    expect(room.engine.automation).toEqual([]);
  });

  it('does not hedge twice on a report that is older than its last fill', async () => {
    await room.arm();
    unwrap(await room.engine.automate({ ...RULE, coolDownMs: 1_000 }, CLI));
    room.venue.script('fill');
    const before = room.clock.now();
    await consider();
    await room.clock.advance(2_000);
    room.quote();
    await consider(wish(), before);
    expect(sent()).toBe(1);
    expect(view()?.why).toContain('older than the last fill');
  });

  it('stages for the trader to confirm, once, and sends nothing', async () => {
    unwrap(await room.engine.automate({ ...RULE, level: 'confirm' }, CLI));
    await consider();
    await room.clock.advance(6_000);
    room.quote();
    await consider();
    expect(room.engine.staged.length).toBe(1);
    expect(sent()).toBe(0);
    unwrap(await room.engine.automate({ ...RULE, level: 'off' }, CLI));
    expect(room.engine.staged).toEqual([]);
  });

  it('gives up after the gate has refused it again and again', async () => {
    await room.arm();
    unwrap(await room.engine.automate({ ...RULE, coolDownMs: 1_000 }, CLI));
    const lot = request({ type: 'market', limit: null, timeInForce: 'ioc', quantity: decimal('0.0000001') });
    for (let n = 0; n < 6; n++) {
      await room.pass(2_000);
      await consider(wish({ orders: [lot] }));
    }
    expect(sent()).toBe(0);
    expect(view()?.rule.level).toBe('off');
    expect(said().at(-1)).toMatch(/^stop: .* refused 5 times in a row/);
  });

  it('is blocked by an order whose state is unknown', async () => {
    await room.arm();
    unwrap(await room.engine.automate({ ...RULE, coolDownMs: 1_000 }, CLI));
    room.venue.script('hang');
    await consider();
    await room.pass(4_000);
    const [order] = [...room.engine.book.orders.values()];
    expect(order?.state).toBe('UNKNOWN');
    await consider();
    expect(sent()).toBe(1);
    expect(said().at(-1)).toContain('automation is blocked');
  });
});

describe('a flatten', () => {
  const FLATTEN: AutomationRule = { ...RULE, controller: 'flatten', underlying: '*', accounts: ['options'] };
  const kept = (of: EngineRoom) => of.journal.readSetting(FLATTEN_SETTING);

  it('that a crash breaks off is remembered, and sends nothing by itself after the start', async () => {
    await room.arm();
    unwrap(await room.engine.automate(FLATTEN, CLI));
    expect(kept(room)).toBe('["options"]');
    const again = createEngineRoom({ from: room });
    await again.start();
    expect(kept(again)).toBe('["options"]');
    expect(again.engine.automation).toEqual([]);
    const wishes: ControlRound['wishes'] = [{ controller: 'flatten', underlying: '*', wish: wish() }];
    again.engine.consider({ reportSeq: 1, reportAt: again.clock.now(), wishes, alerts: [] });
    await settle();
    expect(sent()).toBe(0);
  });

  it('that has nothing left to close, or is stopped, is forgotten', async () => {
    await room.arm();
    unwrap(await room.engine.automate(FLATTEN, CLI));
    room.engine.consider({
      reportSeq: 1,
      reportAt: room.clock.now(),
      wishes: [{ controller: 'flatten', underlying: '*', wish: null }],
      alerts: [],
    });
    await settle();
    expect(view()).toMatchObject({ act: 'stop', why: 'nothing is left to close' });
    expect(kept(room)).toBe('');
    unwrap(await room.engine.automate(FLATTEN, CLI));
    unwrap(await room.engine.disarm(CLI));
    expect(kept(room)).toBe('');
  });
});

describe('several controllers on one report', () => {
  const SECOND_ACCOUNT = { id: 'perps', venue: 'deribit-paper', name: 'Perps', rules: 'deribit-standard' } as const;

  const CASH = ['options', 'perps'].map((account) => ({ account, currency: 'USDC', cash: decimal('100000') }));

  /** A reduction, a hedge and a transfer wanted at once; recorded, so that it can be replayed. */
  async function together(record?: MemoryLog): Promise<EngineRoom> {
    const made = createEngineRoom({
      ...(record ? { record } : {}),
      venue: { accounts: [ACCOUNT, SECOND_ACCOUNT], capabilities: { transfers: true }, balances: CASH },
    });
    await made.start();
    unwrap(await made.engine.arm({ accounts: ['options', 'perps'], budget: null }, CLI));
    const buy = request({ type: 'market', limit: null, timeInForce: 'ioc', quantity: decimal('2') });
    made.venue.script('fill');
    unwrap(await made.engine.submitNow([buy], 'cli', { reportSeq: null }, CLI));
    await made.pass(2_000);
    for (const controller of ['deleverager', 'delta-hedger', 'collateral-manager'] as const) {
      unwrap(await made.engine.automate({ ...RULE, controller }, CLI));
    }
    await made.pass(1_000);
    const nothing = { orders: [], transfers: [], summary: '', asksFirst: null };
    const close = { ...buy, side: 'sell' as const, reduceOnly: true };
    const money = { from: 'perps', to: 'options', currency: 'USDC', quantity: decimal('500') };
    made.engine.consider({
      reportSeq: 9,
      reportAt: made.clock.now(),
      wishes: [
        { controller: 'delta-hedger', underlying: 'BTC', wish: { ...nothing, orders: [buy], summary: 'buy 2' } },
        {
          controller: 'collateral-manager',
          underlying: 'BTC',
          wish: { ...nothing, transfers: [money], summary: 'move 500' },
        },
        { controller: 'deleverager', underlying: 'BTC', wish: { ...nothing, orders: [close], summary: 'close 2' } },
      ],
      alerts: [{ account: 'options', currency: 'USDC', severity: 'watch', text: 'options USDC is watch' }],
    });
    await made.pass(2_000);
    return made;
  }

  it('lets the deleverager and the money go, holds the hedge back, and writes all of it down', async () => {
    const made = await together();
    const rules = new Map(made.engine.automation.map((one) => [one.rule.controller, one]));
    expect(rules.get('deleverager')).toMatchObject({ act: 'send', use: { orders: 1 } });
    expect(rules.get('collateral-manager')).toMatchObject({ act: 'send', use: { orders: 1, movedUsd: 500 } });
    expect(rules.get('delta-hedger')?.act).toBe('hold');
    expect(rules.get('delta-hedger')?.why).toContain('held back for deleverager BTC: it would buy');
    expect(made.engine.book.balances.get('perps|USDC')?.cash).toBe('99500');
    expect(made.events()).toContainEqual(expect.objectContaining({ type: 'margin-alert', severity: 'watch' }));
  });

  it('replays to the same hash without a controller running', async () => {
    const log = createMemoryLog();
    const made = await together(log);
    await made.engine.stop();
    const [replay] = await log.replay(made.journal.entries);
    expect(replay).toMatchObject({ difference: null, entries: made.journal.entries.length });
    expect(replay?.hash).toBe(replay?.recorded);
  });
});
