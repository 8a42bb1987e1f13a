import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { fault, unwrap } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, CLI, createEngineRoom, type EngineRoom, type RoomSetup, request } from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';

async function room(setup: RoomSetup = {}): Promise<EngineRoom> {
  const made = createEngineRoom(setup);
  await made.start();
  await made.arm();
  return made;
}

function submit(made: EngineRoom, ...orders: OrderRequest[]) {
  return made.engine.submitNow(orders, 'cli', { reportSeq: 1 }, CLI);
}

async function codeOf(result: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string> {
  const { error } = await result;
  return error?.code ?? 'ok';
}

function hold(made: EngineRoom, heldMs: number, since: number) {
  return {
    by: 'key' as const,
    with: 'Ctrl+Shift+A',
    pressedAt: made.clock.now() - since,
    repeat: false,
    trusted: true,
    composing: false,
    heldMs,
  };
}

const STOP = request({ type: 'stop', side: 'sell', limit: null, trigger: decimal('6500'), reduceOnly: true });

describe('kill switch', () => {
  async function killed(): Promise<EngineRoom> {
    const made = await room();
    made.venue.tradeApart({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('5'),
      price: decimal('7000'),
    });
    unwrap(await submit(made, request(), STOP));
    await settle();
    unwrap(await made.engine.stage([request()], 'ticket', { reportSeq: 1 }, CLI));
    expect(unwrap(await made.engine.kill(CLI)).cancelled).toBe(1);
    await settle();
    return made;
  }

  it('blocks, cancels everything but protective stops, disarms, drops what is staged, and never flattens', async () => {
    const made = await killed();
    const states = [...made.engine.book.orders.values()].map((one) => `${one.type} ${one.state}`);
    expect(states.sort()).toEqual(['limit CANCELLED', 'stop ACKED']);
    expect(made.venue.wire.slice(1)).toEqual([{ type: 'cancel-all', account: ACCOUNT.id, includeProtective: false }]);
    expect(made.engine.tradingState).toMatchObject({ state: 'HALTED', reductions: true, reason: { code: 'killed' } });
    expect(made.engine.keyState.state).toBe('SAFE');
    expect(made.engine.staged).toEqual([]);
    expect(made.engine.book.positions.get(`${ACCOUNT.id}|${LINEAR_PERPETUAL.id}`)?.quantity).toBe('5');
  });

  it('lets reductions and cancels through afterwards, and nothing else', async () => {
    const made = await killed();
    await made.arm();
    expect(await codeOf(submit(made, request({ quantity: decimal('0.5') })))).toBe('trading-halted');
    const reduce = request({ side: 'sell', reduceOnly: true, quantity: decimal('2') });
    expect(await codeOf(submit(made, reduce))).toBe('ok');
    expect(unwrap(await made.engine.cancelAll(true, CLI)).sent).toBe(2);
  });

  it('outlives a restart until the trader resumes', async () => {
    const made = await killed();
    await made.engine.stop();
    const again = createEngineRoom({ from: made });
    await again.start();
    expect(again.engine.tradingState).toMatchObject({ state: 'HALTED', reason: { code: 'killed' } });
    expect(unwrap(await again.engine.resume(CLI)).state).toBe('ACTIVE');
    await again.engine.stop();
    const third = createEngineRoom({ from: again });
    await third.start();
    expect(third.engine.tradingState.state).toBe('ACTIVE');
  });

  it('works with a full disk and whatever the press looks like', async () => {
    const made = await room();
    unwrap(await submit(made, request()));
    await settle();
    made.journal.full = true;
    const press = { ...hold(made, 0, 99_999), repeat: true, trusted: false };
    expect(unwrap(await made.engine.kill(press)).cancelled).toBe(1);
    await settle();
    expect([...made.venue.orders.values()].map((one) => one.state)).toEqual(['CANCELLED']);
    made.journal.full = false;
    await made.pass(2000);
    expect(made.events().some((one) => one.type === 'command' && one.command.type === 'kill')).toBe(true);
    expect([...made.engine.book.orders.values()].map((one) => one.state)).toEqual(['CANCELLED']);
    expect(made.journal.readSetting('engine:killed')).toContain('kill switch');
  });
});

describe('cancels', () => {
  it('take one order, in any trading state, and wait for the venue to say so', async () => {
    const made = await room();
    const placed = unwrap(await submit(made, request()));
    const id = placed.orders[0]?.id ?? '';
    await settle();
    made.risk.fail(fault('worker', 'the worker died'));
    expect(made.engine.tradingState.state).toBe('REDUCING');
    expect(await codeOf(made.engine.cancel(id, CLI))).toBe('ok');
    await settle();
    expect(made.engine.book.orders.get(id)?.state).toBe('CANCELLED');
    expect(await codeOf(made.engine.cancel(id, CLI))).toBe('order-ended');
    expect(await codeOf(made.engine.cancel('nobody', CLI))).toBe('unknown-order');
  });

  it('one by one where the venue has no cancel-all, keeping protective stops unless included', async () => {
    const made = await room({ venue: { capabilities: { cancelAll: false } } });
    made.venue.tradeApart({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('5'),
      price: decimal('7000'),
    });
    unwrap(await submit(made, request(), STOP));
    await settle();
    expect(unwrap(await made.engine.cancelAll(false, CLI)).sent).toBe(1);
    await settle();
    expect(unwrap(await made.engine.cancelAll(true, CLI)).sent).toBe(1);
    await settle();
    expect(made.venue.wire.slice(1).map((one) => one.type)).toEqual(['cancel', 'cancel']);
    expect([...made.engine.book.orders.values()].map((one) => one.state)).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('raise an alarm when the venue does not confirm', async () => {
    const made = await room();
    const placed = unwrap(await submit(made, request()));
    await settle();
    made.venue.offline = true;
    expect(await codeOf(made.engine.cancel(placed.orders[0]?.id ?? '', CLI))).toBe('ok');
    await settle();
    expect(made.notices.flatMap((one) => (one.type === 'alarm' ? [one.alarm.code] : []))).toEqual([
      'cancel-unconfirmed',
    ]);
  });
});

describe('arming by hand', () => {
  it('takes a hold of 0.8 s as main measures it, or the typed word', async () => {
    const made = createEngineRoom();
    await made.start();
    const request = { accounts: [ACCOUNT.id], budget: null };
    expect(await codeOf(made.engine.arm(request, hold(made, 800, 700)))).toBe('arm-hold');
    await made.clock.advance(500);
    expect(await codeOf(made.engine.arm(request, hold(made, 799, 799)))).toBe('arm-hold');
    await made.clock.advance(500);
    expect(await codeOf(made.engine.arm({ ...request, typed: 'arm' }, hold(made, 0, 0)))).toBe('arm-hold');
    await made.clock.advance(500);
    expect(await codeOf(made.engine.arm({ ...request, typed: 'ARM' }, { ...hold(made, 0, 0), by: 'pointer' }))).toBe(
      'ok',
    );
    await made.engine.disarm(CLI);
    await made.clock.advance(1500);
    expect(await codeOf(made.engine.arm(request, hold(made, 800, 800)))).toBe('ok');
    expect(made.engine.keyState.state).toBe('ARMED');
    expect(made.events().findLast((one) => one.type === 'command')).toMatchObject({
      command: { type: 'arm', cause: { by: 'key' } },
    });
  });

  it('is refused before the start is over, for unknown accounts, and to rules', async () => {
    const made = createEngineRoom();
    expect(await codeOf(made.engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI))).toBe('unknown-account');
    await made.start();
    expect(await codeOf(made.engine.arm({ accounts: ['nobody'], budget: null }, CLI))).toBe('unknown-account');
    expect(
      await codeOf(made.engine.arm({ accounts: [ACCOUNT.id], budget: null }, { by: 'engine', with: 'rule' })),
    ).toBe('arm-by-hand');
  });

  it.each<[string, (made: EngineRoom) => unknown, string]>([
    ['five minutes without a send', (made) => made.pass(301_000), 'disarmed-idle'],
    [
      'ten seconds without focus',
      (made) => {
        made.engine.blurred();
        return made.pass(11_000);
      },
      'disarmed-blur',
    ],
    ['sleep', (made) => made.engine.disarmBecause('sleep', 'the machine slept'), 'sleep'],
    ['the trader', (made) => made.engine.disarm(CLI), 'disarmed'],
    ['a feed that stops', (made) => made.clock.advance(6000), 'venue-stale'],
    [
      'a venue that goes down',
      (made) => made.venue.tell({ type: 'status', status: 'down', latencyMs: 0, reason: null }),
      'venue-down',
    ],
    [
      'a margin call',
      (made) => made.venue.tell({ type: 'margin-call', account: ACCOUNT.id, reason: fault('margin', 'low') }),
      'margin-call',
    ],
    [
      'a position beyond its limit',
      (made) =>
        made.venue.tradeApart({
          account: ACCOUNT.id,
          instrument: LINEAR_PERPETUAL.id,
          quantity: decimal('300'),
          price: decimal('7000'),
        }),
      'limit-breach',
    ],
  ])('ends by %s', async (_name, act, code) => {
    const made = await room();
    expect(made.engine.keyState.state).toBe('ARMED');
    await act(made);
    expect(made.engine.keyState).toMatchObject({ state: 'SAFE', reason: { code } });
    expect(made.events().findLast((one) => one.type === 'key-state')).toMatchObject({
      from: 'ARMED',
      to: 'SAFE',
      reason: { code },
    });
  });

  it('locks: nothing can be staged, cancelled or armed until unlocked', async () => {
    const made = await room();
    const placed = unwrap(await submit(made, request()));
    await settle();
    await made.engine.lock(CLI);
    expect(await codeOf(made.engine.cancel(placed.orders[0]?.id ?? '', CLI))).toBe('keys-locked');
    expect(await codeOf(made.engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI))).toBe('keys-locked');
    expect(await codeOf(made.engine.kill(CLI))).toBe('ok');
    await made.engine.unlock(CLI);
    expect(made.engine.keyState.state).toBe('SAFE');
  });
});

describe('risk loop', () => {
  it('late or broken leaves reductions only, until it reports again', async () => {
    const made = await room();
    made.risk.fail(fault('worker', 'the worker died'));
    expect(made.engine.tradingState).toMatchObject({ state: 'REDUCING', reason: { code: 'risk-late' } });
    expect(await codeOf(submit(made, request()))).toBe('trading-reducing');
    made.risk.report();
    expect(made.engine.tradingState.state).toBe('ACTIVE');
    for (let second = 0; second < 7; second += 1) {
      await made.clock.advance(1000);
      made.quote();
    }
    expect(made.engine.tradingState).toMatchObject({ state: 'REDUCING', reason: { code: 'risk-late' } });
  });

  it('halts a hedger that does not help', async () => {
    const made = await room({ limits: { repeatedExecutions: 2 } });
    for (const delta of [1, 1]) {
      made.venue.script('fill');
      const hedge = request({ quantity: decimal('0.1') });
      unwrap(await made.engine.submitNow([hedge], 'hedge', { reportSeq: 1 }, CLI));
      await made.clock.advance(500);
      made.risk.report(delta);
    }
    expect(made.engine.tradingState).toMatchObject({
      state: 'HALTED',
      reductions: false,
      reason: { code: 'repeated-execution' },
    });
    expect(made.engine.keyState.state).toBe('SAFE');
  });

  it('missing keeps trading from becoming ACTIVE', async () => {
    const made = await room();
    const detach = made.engine.attachRisk(made.risk);
    detach();
    expect(made.engine.tradingState.reason.code).toBe('risk-missing');
  });
});
