// Orders worked over time: what leaves, what is never sent twice, what ends them, and what a restart finds.
import { beforeEach, describe, expect, it } from 'vitest';
import { PARENTS_SETTING } from '#main/engine/parents.ts';
import type { Order } from '#shared/domain/order.ts';
import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import { decimal, type Quantity } from '#shared/units/decimal.ts';
import { type Result, unwrap } from '#shared/units/result.ts';
import { HOUR, MINUTE } from '#shared/units/time.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { CLI, createEngineRoom, type EngineRoom, type RoomSetup, request } from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';
import { createMemoryLog } from '#test/support/memory-log.ts';

const TWAP: OrderSchedule = { kind: 'twap', durationMs: 4 * MINUTE, parts: 4, post: false };
const ICEBERG: OrderSchedule = { kind: 'iceberg', durationMs: HOUR, clip: decimal<Quantity>('0.4'), post: false };
const CHASE: OrderSchedule = { kind: 'chase', durationMs: 2 * MINUTE, ticks: 40, post: false };

let room: EngineRoom;

const placed = (of = room): readonly Order[] =>
  of.venue.wire.flatMap((command) => (command.type === 'place' ? command.orders : []));
const cancelled = () => room.venue.wire.filter((command) => command.type === 'cancel');
const parent = (of = room) => of.engine.parents[0];
const mark = (price: number) => room.quote({ [LINEAR_PERPETUAL.id]: price });

/** Commits one order with a schedule, 1 coin at market unless told otherwise. */
async function begin(schedule: OrderSchedule, limit: string | null = null): Promise<string> {
  const price =
    limit === null ? ({ type: 'market', limit: null, timeInForce: 'ioc' } as const) : { limit: decimal(limit) };
  const order = request({ ...price, schedule } as Partial<Order>);
  const staged = unwrap(await room.engine.stage([order], 'ticket', { reportSeq: 1 }, CLI));
  const { group } = unwrap(await room.engine.commit(staged.id, CLI));
  await settle();
  return group;
}

async function open(setup: RoomSetup = {}): Promise<void> {
  room = createEngineRoom(setup);
  await room.start();
  await room.arm();
}

beforeEach(() => open());

describe('what is committed with a schedule', () => {
  it('goes alone, with a schedule that makes sense, and only with armed keys', async () => {
    const two = [request({ schedule: TWAP }), request()];
    const refusal = async (orders: typeof two) => {
      const answer = await room.engine.stage(orders, 'ticket', { reportSeq: 1 }, CLI);
      return answer.ok ? null : answer.error.code;
    };
    expect(await refusal(two)).toBe('schedule-alone');
    expect(await refusal([request({ schedule: { ...TWAP, parts: 0 } })])).toBe('bad-schedule');
    expect(await refusal([request({ schedule: { ...ICEBERG, clip: decimal('2') } })])).toBe('bad-schedule');
    unwrap(await room.engine.disarm(CLI));
    const staged = unwrap(await room.engine.stage([request({ schedule: TWAP })], 'ticket', { reportSeq: 1 }, CLI));
    expect(await room.engine.commit(staged.id, CLI)).toMatchObject({ ok: false, error: { code: 'keys-safe' } });
    expect(placed()).toEqual([]);
  });

  // 500,000 USD an order, 2,000,000 a position: 72 coins at 7,000, or 285.
  it.each([
    ['a position of all of it', { schedule: { ...TWAP, parts: 6 }, quantity: decimal('300') }, 'position-notional'],
    ['its largest part', { schedule: { ...TWAP, parts: 2 }, quantity: decimal('160') }, 'order-notional'],
    ['all of a chase at its end', { schedule: CHASE, quantity: decimal('80') }, 'order-notional'],
  ] as const)('does not begin where the gate would refuse %s', async (_, order, code) => {
    const staged = unwrap(await room.engine.stage([request(order)], 'ticket', { reportSeq: 1 }, CLI));
    expect(staged.passed).toBe(false);
    expect(await room.engine.commit(staged.id, CLI)).toMatchObject({ ok: false, error: { code } });
    expect(room.engine.parents).toEqual([]);
  });

  it('may be more than the largest order where each part is less, also when several have fallen due', async () => {
    const many = request({ type: 'market', limit: null, timeInForce: 'ioc', schedule: TWAP, quantity: decimal('160') });
    room.venue.script('fill', 'fill', 'fill', 'fill');
    const staged = unwrap(await room.engine.stage([many], 'ticket', { reportSeq: 1 }, CLI));
    unwrap(await room.engine.commit(staged.id, CLI));
    room.venue.tell({ type: 'status', status: 'down', latencyMs: 0, reason: null });
    await room.clock.advance(130_000);
    room.venue.tell({ type: 'status', status: 'live', latencyMs: 0, reason: null });
    await room.pass(3 * MINUTE);
    expect(placed().map((one) => one.quantity)).toEqual(['40', '40', '40', '40']);
    expect(parent()).toMatchObject({ state: 'ended', filled: '160' });
  });

  it('is paid for as a whole', async () => {
    await begin(TWAP);
    expect(Number(room.engine.keyState.usedUsd)).toBeCloseTo(7_210, 0);
    await room.pass(5 * MINUTE);
    expect(Number(room.engine.keyState.usedUsd)).toBeCloseTo(7_210, 0);
  });
});

describe('a TWAP', () => {
  it('takes a part at each time, makes up for what did not fill, and ends when all of it has', async () => {
    room.venue.script('fill', 'accept', 'fill', 'fill', 'fill');
    const id = await begin(TWAP);
    await room.pass(1_000);
    expect(placed().map((one) => one.quantity)).toEqual(['0.25']);
    await room.pass(MINUTE);
    const second = placed()[1];
    room.venue.end(second?.id ?? '', 'CANCELLED');
    await room.pass(3_000);
    expect(placed().map((one) => one.quantity)).toEqual(['0.25', '0.25', '0.25']);
    await room.pass(3 * MINUTE);
    expect(placed()).toHaveLength(5);
    expect(parent()).toMatchObject({ id, state: 'ended', filled: '1', reason: { code: 'parent-filled' } });
    expect(room.engine.book.positions.get(`options|${LINEAR_PERPETUAL.id}`)?.quantity).toBe('1');
  });

  it('states what is left when its time is over', async () => {
    room.venue.script('fill', 'fill');
    await begin(TWAP);
    await room.pass(61_000);
    room.venue.script(...Array.from({ length: 60 }, () => 'reject' as const));
    await room.pass(4 * MINUTE);
    expect(parent()).toMatchObject({ state: 'ended', filled: '0.5', reason: { code: 'parent-refused' } });
    expect(parent()?.reason?.message).toContain('0.5 of 1 filled, 0.5 left');
    expect(placed()).toHaveLength(7);
  });

  it('sends nothing of an unknown child again, and waits until the venue has told', async () => {
    room.venue.script('hang', 'fill');
    await begin(TWAP, '7100');
    await room.pass(4_000);
    expect(room.engine.book.orders.get(placed()[0]?.id ?? '')?.state).toBe('UNKNOWN');
    expect(parent()?.reason?.message).toContain('is unknown');
    expect(placed()).toHaveLength(1);
  });
});

describe('an iceberg', () => {
  it('shows one clip at its limit, the next when that has filled, and the odd rest at last', async () => {
    await begin(ICEBERG, '6990');
    for (const clip of ['0.4', '0.4', '0.2']) {
      await room.pass(5_000);
      const shown = placed().at(-1);
      expect(shown).toMatchObject({ quantity: clip, limit: '6990', timeInForce: 'gtc' });
      room.venue.trade(shown?.id ?? '', clip, '6990');
    }
    await room.pass(3_000);
    expect(placed()).toHaveLength(3);
    expect(parent()).toMatchObject({ state: 'ended', filled: '1', averagePrice: '6990' });
  });

  it('is stopped by its row: what is shown is cancelled, nothing follows', async () => {
    const id = await begin(ICEBERG, '6990');
    await room.pass(3_000);
    room.venue.trade(placed()[0]?.id ?? '', '0.1', '6990');
    unwrap(await room.engine.cancel(id, CLI));
    await room.pass(5_000);
    expect(cancelled()).toHaveLength(1);
    expect(parent()).toMatchObject({ state: 'ended', filled: '0.1', reason: { code: 'parent-stopped' } });
    expect(placed()).toHaveLength(1);
    expect(await room.engine.cancel(id, CLI)).toMatchObject({ ok: false, error: { code: 'order-ended' } });
  });
});

describe('a chase', () => {
  it('follows the bid with post-only orders, never two at a time, and takes the rest at the end', async () => {
    await begin(CHASE);
    await room.pass(1_000);
    expect(placed()[0]).toMatchObject({ limit: '6999', postOnly: true, quantity: '1' });
    for (let price = 7_001; price <= 7_004; price += 1) {
      await room.clock.advance(3_000);
      mark(price);
      room.risk.report();
      await room.clock.advance(1_000);
      const alive = [...room.venue.orders.values()].filter((one) => one.state === 'ACKED');
      expect(alive.length).toBeLessThanOrEqual(1);
    }
    expect(placed().length).toBeGreaterThan(1);
    expect(cancelled().length).toBe(placed().length - 1);
    await room.pass(95_000);
    room.venue.script('fill');
    await room.pass(10_000);
    expect(placed().at(-1)).toMatchObject({ timeInForce: 'ioc', postOnly: false });
    expect(parent()).toMatchObject({ state: 'ended', filled: '1' });
  });

  it('stops where the price has run away', async () => {
    await begin({ ...CHASE, ticks: 4 });
    await room.pass(1_000);
    mark(7_020);
    await room.pass(1_000);
    expect(parent()?.reason?.message).toContain('ran more than');
  });
});

describe('an order under way', () => {
  it.each([
    ['disarming by hand', () => room.engine.disarm(CLI)],
    ['the kill switch', () => room.engine.kill(CLI)],
    ['cancel all', () => room.engine.cancelAll(false, CLI)],
  ] as readonly (readonly [string, () => Promise<Result<unknown>>])[])('ends with %s', async (_name, act) => {
    await begin(ICEBERG, '6990');
    await room.pass(3_000);
    unwrap(await act());
    await room.pass(5_000);
    expect(parent()).toMatchObject({ state: 'ended', filled: '0' });
    expect([...room.venue.orders.values()].every((one) => one.state === 'CANCELLED')).toBe(true);
    expect(placed()).toHaveLength(1);
  });

  it('goes on when the keys disarm by themselves, waits for stale quotes and a venue that is down', async () => {
    room.venue.script(...Array.from({ length: 9 }, () => 'fill' as const));
    await begin({ ...TWAP, durationMs: 40 * MINUTE });
    await room.pass(11 * MINUTE);
    expect(room.engine.keyState.state).toBe('SAFE');
    expect(placed()).toHaveLength(2);
    await room.clock.advance(10 * MINUTE);
    expect(parent()).toMatchObject({ state: 'working' });
    expect(placed()).toHaveLength(2);
    await room.pass(5_000);
    expect(placed()).toHaveLength(3);
    room.venue.tell({ type: 'status', status: 'down', latencyMs: 0, reason: null });
    await room.pass(10 * MINUTE);
    expect(placed()).toHaveLength(3);
    expect(parent()?.reason?.message).toContain('is down');
  });

  it('waits for the throttle without leaving a denied order behind', async () => {
    await open({ limits: { ordersPerMinute: 2 } });
    room.venue.script('fill', 'fill', 'fill');
    await begin(ICEBERG);
    await room.pass(20_000);
    expect(placed()).toHaveLength(2);
    expect(parent()?.reason?.message).toContain('within a minute exceed the limit 2');
    expect([...room.engine.book.orders.values()].filter((one) => one.state === 'DENIED')).toEqual([]);
    await room.pass(MINUTE);
    expect(parent()).toMatchObject({ state: 'ended', filled: '1' });
  });

  it('ends where the gate denies a part of it, with the reason', async () => {
    await open({ limits: { positionNotionalUsd: 9_000 } });
    room.venue.script('fill', 'fill', 'fill');
    await begin(TWAP);
    await room.pass(1_000);
    unwrap(await room.engine.submitNow([request({ quantity: decimal('0.5') })], 'cli', { reportSeq: 1 }, CLI));
    mark(8_000);
    await room.pass(2 * MINUTE);
    expect(parent()).toMatchObject({ state: 'ended', reason: { code: 'parent-denied' } });
  });

  it('is over after a restart, which says what is left and what is still at work', async () => {
    const id = await begin(ICEBERG, '6990');
    await room.pass(3_000);
    room.venue.trade(placed()[0]?.id ?? '', '0.1', '6990');
    await settle();
    expect(room.journal.readSetting(PARENTS_SETTING)).toContain(id);
    const again = createEngineRoom({ from: room });
    await again.start();
    await again.pass(10_000);
    expect(parent(again)).toMatchObject({ id, state: 'ended', filled: '0.1', reason: { code: 'restart' } });
    expect(parent(again)?.reason?.message).toContain('0.1 of 1 filled, 0.9 left; 0.3 stays at work in');
    expect(placed()).toHaveLength(1);
    expect(again.journal.readSetting(PARENTS_SETTING)).toBe('');
  });

  it('replays to the same hash', async () => {
    const log = createMemoryLog();
    await open({ record: log });
    room.venue.script('fill', 'lost', 'accept', 'reject');
    await begin(TWAP);
    await room.pass(2 * MINUTE);
    unwrap(await room.engine.cancelAll(false, CLI));
    await room.pass(40_000);
    await room.arm();
    await begin(CHASE);
    await room.pass(10_000);
    await room.engine.stop();
    expect(room.engine.parents.length).toBe(2);
    const [replay] = await log.replay(room.journal.entries);
    expect(replay).toMatchObject({ difference: null, entries: room.journal.entries.length });
    expect(replay?.hash).toBe(replay?.recorded);
  });
});
