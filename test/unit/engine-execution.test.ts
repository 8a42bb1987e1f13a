import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#test/support/domain.ts';
import {
  ACCOUNT,
  CLI,
  createEngineRoom,
  type EngineRoom,
  PUT,
  type RoomSetup,
  request,
} from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';

async function room(setup: RoomSetup = {}): Promise<EngineRoom> {
  const made = createEngineRoom(setup);
  await made.start();
  await made.arm();
  return made;
}

async function send(made: EngineRoom, ...orders: OrderRequest[]): Promise<string> {
  const placed = unwrap(await made.engine.submitNow(orders, 'cli', { reportSeq: 1 }, CLI));
  return placed.orders[0]?.id ?? '';
}

function stateOf(made: EngineRoom, id: string): string | undefined {
  return made.engine.book.orders.get(id)?.state;
}

async function codeOf(result: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string> {
  const { error } = await result;
  return error?.code ?? 'ok';
}

describe('execution: intent before send', () => {
  it('has the intent on disk before the venue hears of it, and writes that it left afterwards', async () => {
    const made = await room();
    let known: string[] = [];
    made.venue.onWire = () => {
      known = made.events().map((one) => (one.type === 'order' ? `order ${one.event.type}` : one.type));
    };
    await send(made, request());
    expect(known.slice(-4)).toEqual(['command', 'order-intended', 'order checked', 'order persisted']);
    await settle();
    expect(
      made
        .events()
        .slice(-2)
        .map((one) => (one.type === 'order' ? one.event.type : one.type)),
    ).toEqual(['sent', 'acknowledged']);
  });

  it('gives ids that follow from installation and journal alone', async () => {
    const ids = await Promise.all([room(), room()].map(async (made) => send(await made, request())));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^k-test-[0-9a-z]+-0$/);
  });

  it('sends nothing when the disk refuses the intent; cancels still go out', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    const wire = made.venue.wire.length;
    made.journal.full = true;
    expect(
      await codeOf(made.engine.submitNow([request({ quantity: decimal('2') })], 'cli', { reportSeq: 1 }, CLI)),
    ).toBe('journal-write');
    expect(made.venue.wire).toHaveLength(wire);
    expect(made.engine.tradingState).toMatchObject({ state: 'REDUCING', reason: { code: 'journal-write' } });
    expect(made.engine.journalFault?.code).toBe('journal-write');
    expect(await codeOf(made.engine.cancel(id, CLI))).toBe('ok');
    expect(made.venue.wire.at(-1)).toEqual({ type: 'cancel', account: ACCOUNT.id, order: id });
    await settle();
    // What the venue told meanwhile is kept and written in order once the disk takes it.
    expect(stateOf(made, id)).toBe('ACKED');
    made.journal.full = false;
    await made.pass(2000);
    expect(stateOf(made, id)).toBe('CANCELLED');
    expect(made.engine.tradingState.state).toBe('ACTIVE');
    expect(made.engine.journalFault).toBeNull();
  });

  it('loses no fill that comes while the disk is full', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    made.journal.full = true;
    made.venue.trade(id, '0.4', '7000');
    made.venue.trade(id, '0.6', '7000');
    made.journal.full = false;
    await made.pass(2000);
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'FILLED', filled: '1' });
  });
});

describe('execution: what the venue tells while the disk is full', () => {
  it('is booked in the order in which it was told, also when the disk comes back in between', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    made.journal.full = true;
    const first = made.venue.trade(id, '0.4', '7000');
    made.journal.full = false;
    const second = made.venue.trade(id, '0.6', '7000');
    await made.pass(2000);
    const trades = made.events().flatMap((one) => (one.type === 'fill' ? [one.fill.trade] : []));
    expect(trades).toEqual([first?.trade, second?.trade]);
  });
});

describe('execution: answers', () => {
  it('keeps rejections by the venue apart from denials of ours', async () => {
    const made = await room();
    made.venue.script('reject');
    const id = await send(made, request());
    await settle();
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'REJECTED', reason: { code: 'margin' } });
    expect(
      await codeOf(made.engine.submitNow([request({ quantity: decimal('1000') })], 'cli', { reportSeq: 1 }, CLI)),
    ).toBe('order-notional');
    const denied = [...made.engine.book.orders.values()].at(-1);
    expect(denied).toMatchObject({ state: 'DENIED', reason: { code: 'order-notional' } });
  });

  it('refuses the whole group when one leg is denied', async () => {
    const made = await room();
    const legs = [request(), request({ instrument: PUT.id, limit: decimal('0.09') })];
    expect(await codeOf(made.engine.submitNow(legs, 'cli', { reportSeq: 1 }, CLI))).toBe('price-collar');
    const states = [...made.engine.book.orders.values()].map((one) => `${one.state} ${one.reason?.code}`);
    expect(states).toEqual(['DENIED leg-denied', 'DENIED price-collar']);
    expect(made.venue.wire).toEqual([]);
  });

  it('keeps one result per leg when others fail', async () => {
    const made = await room();
    made.venue.script('accept', 'reject', 'lost');
    const legs = [
      request(),
      request({ instrument: PUT.id, limit: decimal('0.05') }),
      request({ instrument: INVERSE_PERPETUAL.id, quantity: decimal('100') }),
    ];
    await send(made, ...legs);
    await settle();
    expect([...made.engine.book.orders.values()].map((one) => one.state).sort()).toEqual([
      'ACKED',
      'REJECTED',
      'UNKNOWN',
    ]);
  });

  it('takes a fill that comes before the answer', async () => {
    const made = await room();
    made.venue.script('fill');
    const id = await send(made, request());
    expect(stateOf(made, id)).toBe('FILLED');
    await settle();
    expect(stateOf(made, id)).toBe('FILLED');
    expect(made.notices.some((one) => one.type === 'alarm')).toBe(false);
  });

  it('turns silence into UNKNOWN after the time-out, disarms, and takes the late answer', async () => {
    const made = await room();
    made.venue.script('hang');
    const id = await send(made, request());
    await made.clock.advance(2999);
    expect(stateOf(made, id)).toBe('SENT');
    await made.clock.advance(251);
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'UNKNOWN', reason: { code: 'time-out' } });
    expect(made.engine.keyState).toMatchObject({ state: 'SAFE', reason: { code: 'order-unknown' } });
    // The venue took it: the look-up is the proof.
    await made.pass(6000);
    expect(stateOf(made, id)).toBe('ACKED');
  });

  it.each(['throw', 'lost', 'dropped'] as const)('turns "%s" into UNKNOWN at once', async (outcome) => {
    const made = await room();
    made.venue.script(outcome);
    const id = await send(made, request());
    await settle();
    expect(stateOf(made, id)).toBe('UNKNOWN');
    expect(made.notices.filter((one) => one.type === 'alarm')).toHaveLength(1);
  });

  it('counts an unknown order at full size and lets only reductions through on its instrument', async () => {
    const made = await room();
    made.venue.script('lost');
    await send(made, request());
    await settle();
    await made.arm();
    expect(unwrap(made.engine.openExposure(ACCOUNT.id, LINEAR_PERPETUAL.id))).toMatchObject({
      longest: '1',
      position: '0',
    });
    const more = request({ quantity: decimal('0.5') });
    expect(await codeOf(made.engine.submitNow([more], 'cli', { reportSeq: 1 }, CLI))).toBe('unknown-order');
  });

  it('settles whoever waits for the answers of a group', async () => {
    const made = await room();
    made.venue.script('hang');
    const placed = unwrap(await made.engine.submitNow([request()], 'cli', { reportSeq: 1 }, CLI));
    let states: string[] = [];
    void made.engine.whenAnswered(placed.group).then((orders) => {
      states = orders.map((one) => one.state);
    });
    await settle();
    expect(states).toEqual([]);
    await made.clock.advance(3500);
    expect(states).toEqual(['UNKNOWN']);
  });
});

describe('execution: fills', () => {
  it('books a fill once, however often it is told', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    const fill = made.venue.trade(id, '0.4', '7000');
    if (fill === null) throw new Error('the order was open');
    made.venue.tell({ type: 'fill', fill });
    made.venue.tell({ type: 'fill', fill });
    expect(made.engine.book.orders.get(id)?.filled).toBe('0.4');
    expect(made.events().filter((one) => one.type === 'fill')).toHaveLength(1);
  });

  it('books a late fill after the cancel', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    made.venue.trade(id, '0.4', '7000', true);
    made.venue.end(id, 'CANCELLED', true);
    // The end is told first: the order stays at work until the fill it counts has come.
    made.venue.release([2]);
    expect(stateOf(made, id)).toBe('ACKED');
    expect(unwrap(made.engine.openExposure(ACCOUNT.id, LINEAR_PERPETUAL.id)).longest).toBe('1');
    await made.pass(2000);
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'CANCELLED', filled: '0.4' });
    expect(made.engine.book.positions.get(`${ACCOUNT.id}|${LINEAR_PERPETUAL.id}`)?.quantity).toBe('0.4');
  });

  it('takes the end as soon as the fill it counts has come', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    made.venue.trade(id, '0.4', '7000', true);
    made.venue.end(id, 'CANCELLED', true);
    made.venue.release([2, 0, 1]);
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'CANCELLED', filled: '0.4' });
  });

  it('books what was not sent from here to the position, with an alarm', async () => {
    const made = await room();
    made.venue.tradeApart({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('3'),
      price: decimal('7000'),
      order: 'web-1',
      cause: 'order',
    });
    expect(made.engine.book.positions.get(`${ACCOUNT.id}|${LINEAR_PERPETUAL.id}`)?.quantity).toBe('3');
    expect(made.notices.flatMap((one) => (one.type === 'alarm' ? [one.alarm.code] : []))).toEqual(['foreign-fill']);
    expect(made.engine.keyState.state).toBe('SAFE');
  });

  it('books a liquidation without an order and without an alarm of its own', async () => {
    const made = await room();
    made.venue.tradeApart({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('-2'),
      price: decimal('7000'),
    });
    expect(made.engine.book.positions.get(`${ACCOUNT.id}|${LINEAR_PERPETUAL.id}`)?.quantity).toBe('-2');
    made.venue.tell({
      type: 'liquidation',
      account: ACCOUNT.id,
      reason: { code: 'margin', message: 'below maintenance' },
    });
    expect(made.notices.flatMap((one) => (one.type === 'alarm' ? [one.alarm.code] : []))).toEqual(['liquidation']);
    expect(made.engine.keyState.state).toBe('SAFE');
  });

  it('never books more than was ordered to the order: the surplus goes to the position with an alarm', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    made.venue.trade(id, '1', '7000');
    made.venue.tradeApart({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('1'),
      price: decimal('7000'),
      order: id,
      cause: 'order',
    });
    expect(made.engine.book.orders.get(id)).toMatchObject({ filled: '1', state: 'FILLED' });
    expect(made.engine.book.positions.get(`${ACCOUNT.id}|${LINEAR_PERPETUAL.id}`)?.quantity).toBe('2');
    expect(made.notices.flatMap((one) => (one.type === 'alarm' ? [one.alarm.code] : []))).toContain('order-transition');
  });
});
