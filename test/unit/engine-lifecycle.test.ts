import { describe, expect, it } from 'vitest';
import { unwrap } from '#shared/units/result.ts';
import { CLI, createEngineRoom, request } from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';

describe('engine, from start to a filled order', () => {
  it('starts HALTED, asks the venue, and becomes ACTIVE once risk has reported', async () => {
    const room = createEngineRoom();
    expect(room.engine.tradingState.state).toBe('HALTED');
    const started = unwrap(await room.engine.start());
    expect(started.state).toBe('REDUCING');
    expect(started.reason.code).toBe('risk-missing');
    room.risk.report();
    expect(room.engine.tradingState.state).toBe('ACTIVE');
    expect(room.events().map((one) => one.type)).toEqual([
      'session-started',
      'instruments-listed',
      'account-opened',
      'reconciled',
      'trading-state',
      'trading-state',
    ]);
  });

  it('stages, refuses while SAFE, commits while ARMED, and books the fill', async () => {
    const room = createEngineRoom();
    await room.start();
    const staged = unwrap(await room.engine.stage([request()], 'ticket', { reportSeq: 1 }, CLI));
    expect(staged.checks[0]?.find((one) => !one.passed)?.code).toBe('keys-safe');
    const refused = await room.engine.commit(staged.id, CLI);
    expect(refused.ok ? '' : refused.error.code).toBe('keys-safe');
    expect(room.venue.wire).toEqual([]);
    await room.arm();
    room.venue.script('fill');
    const placed = unwrap(await room.engine.commit(staged.id, CLI));
    expect(placed.orders[0]?.state).toBe('SENT');
    await settle();
    const order = room.engine.book.orders.get(placed.orders[0]?.id ?? '');
    expect(order?.state).toBe('FILLED');
    expect(unwrap(room.engine.openExposure('options', request().instrument)).position).toBe('1');
  });
});
