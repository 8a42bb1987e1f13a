import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlRound, GroundedWish } from '#main/engine/automation.ts';
import type { Gesture } from '#main/engine/key-rules.ts';
import { type AutomationRule, DEFAULT_BUDGET } from '#shared/domain/automation.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { CLI, createEngineRoom, type EngineRoom, request } from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';

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
