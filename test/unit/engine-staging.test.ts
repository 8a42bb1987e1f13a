import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import {
  ACCOUNT,
  CLI,
  createEngineRoom,
  type EngineRoom,
  MARKS,
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

async function codeOf(result: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string> {
  const { error } = await result;
  return error?.code ?? 'ok';
}

describe('staging', () => {
  const press = { by: 'key' as const, with: 'Ctrl+Enter', repeat: false, trusted: true, composing: false, heldMs: 0 };

  it('gives market orders their collar and sends exactly what was shown', async () => {
    const made = await room();
    const market = request({ type: 'market', limit: null, timeInForce: 'ioc' });
    const staged = unwrap(await made.engine.stage([market], 'ticket', { reportSeq: 1 }, CLI));
    expect(staged.orders[0]?.limit).toBe('7210');
    expect(staged.passed).toBe(true);
    expect(staged.reportSeq).toBe(1);
    unwrap(await made.engine.commit(staged.id, CLI));
    expect(made.venue.wire[0]).toMatchObject({ type: 'place', orders: [{ limit: '7210', type: 'market' }] });
  });

  it.each([
    ['stop sell', { type: 'stop' as const, side: 'sell' as const, trigger: decimal('6000') }, '5820'],
    ['market sell of an option', { instrument: PUT.id, type: 'market' as const, side: 'sell' as const }, '0.04'],
  ])('collars a %s around its own price', async (_name, more, limit) => {
    const made = await room();
    const preview = made.engine.preview([request({ limit: null, ...more })]);
    expect(preview.orders[0]?.limit).toBe(limit);
    expect(preview.passed).toBe(true);
  });

  it('expires after ten seconds', async () => {
    const made = await room();
    const staged = unwrap(await made.engine.stage([request()], 'ticket', { reportSeq: 1 }, CLI));
    await made.pass(9999);
    expect(made.engine.staged).toHaveLength(1);
    await made.clock.advance(1);
    made.quote();
    expect(await codeOf(made.engine.commit(staged.id, CLI))).toBe('staging-expired');
    expect(made.engine.staged).toHaveLength(0);
    expect(await codeOf(made.engine.commit(staged.id, CLI))).toBe('not-staged');
    expect(made.venue.wire).toEqual([]);
  });

  it('refuses when the price moved more than 10 bp, and the staging is gone', async () => {
    const made = await room();
    const stage = async (): Promise<string> =>
      unwrap(await made.engine.stage([request()], 'ticket', { reportSeq: 1 }, CLI)).id;
    const first = await stage();
    made.quote({ ...MARKS, [LINEAR_PERPETUAL.id]: 7007.01 });
    expect(await codeOf(made.engine.commit(first, CLI))).toBe('price-moved');
    expect(await codeOf(made.engine.commit(first, CLI))).toBe('not-staged');
    made.quote();
    const second = await stage();
    made.quote({ ...MARKS, [LINEAR_PERPETUAL.id]: 7007 });
    expect(await codeOf(made.engine.commit(second, CLI))).toBe('ok');
  });

  it('refuses a hedge whose underlying traded since, and a close whose instrument did; a ticket is its own target', async () => {
    const made = await room();
    made.venue.tradeApart({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('5'),
      price: decimal('7000'),
    });
    const close = request({ side: 'sell', reduceOnly: true });
    const hedge = unwrap(await made.engine.stage([request()], 'hedge', { reportSeq: 1, underlying: 'BTC' }, CLI));
    const closing = unwrap(await made.engine.stage([close], 'close', { reportSeq: 1 }, CLI));
    const other = unwrap(
      await made.engine.stage([{ ...close, quantity: decimal('2') }], 'close', { reportSeq: 1 }, CLI),
    );
    const ticket = unwrap(
      await made.engine.stage([request({ quantity: decimal('3') })], 'ticket', { reportSeq: 1 }, CLI),
    );
    made.venue.tradeApart({ account: ACCOUNT.id, instrument: PUT.id, quantity: decimal('1'), price: decimal('0.05') });
    expect(await codeOf(made.engine.commit(hedge.id, CLI))).toBe('target-changed');
    expect(await codeOf(made.engine.commit(closing.id, CLI))).toBe('ok');
    await settle();
    made.venue.trade([...made.venue.orders.keys()][0] ?? '', '1', '7000');
    expect(await codeOf(made.engine.commit(other.id, CLI))).toBe('target-changed');
    expect(await codeOf(made.engine.commit(ticket.id, CLI))).toBe('ok');
  });

  it('obeys the key rules, and does not let one bouncing key stage and commit', async () => {
    const made = await room();
    const now = made.clock.now();
    const staged = unwrap(
      await made.engine.stage([request()], 'ticket', { reportSeq: 1 }, { ...press, pressedAt: now }),
    );
    await made.clock.advance(300);
    expect(await codeOf(made.engine.commit(staged.id, { ...press, pressedAt: now + 300 }))).toBe('key-duplicate');
    await made.clock.advance(100);
    expect(await codeOf(made.engine.commit(staged.id, { ...press, pressedAt: now + 400, repeat: true }))).toBe(
      'key-repeat',
    );
    expect(await codeOf(made.engine.commit(staged.id, { ...press, pressedAt: now + 400 }))).toBe('ok');
    const command = made.events().findLast((one) => one.type === 'command');
    expect(command).toMatchObject({
      report: 1,
      command: { type: 'submit', cause: { by: 'key', with: 'Ctrl+Enter', pressedAt: now + 400 } },
    });
  });

  it('sends nothing by hand without staging unless the trader opted in for reductions', async () => {
    const made = await room({ limits: { arming: { onePressReductions: true } } });
    const hand = { ...press, by: 'pointer' as const };
    const at = (more: Partial<OrderRequest>, name: string) =>
      codeOf(
        made.engine.submitNow(
          [request(more)],
          'close',
          { reportSeq: 1 },
          { ...hand, with: name, pressedAt: made.clock.now() },
        ),
      );
    expect(await at({}, 'a')).toBe('stage-first');
    await made.clock.advance(500);
    expect(await at({ reduceOnly: true }, 'b')).toBe('reduce-only-increases');
    const plain = await room();
    expect(
      await codeOf(
        plain.engine.submitNow(
          [request({ reduceOnly: true })],
          'close',
          { reportSeq: 1 },
          { ...hand, pressedAt: plain.clock.now() },
        ),
      ),
    ).toBe('stage-first');
  });

  it('stages nothing that is not listed, nothing when locked, nothing when empty', async () => {
    const made = await room();
    const basis = { reportSeq: null };
    expect(await codeOf(made.engine.stage([], 'ticket', basis, CLI))).toBe('no-orders');
    expect(await codeOf(made.engine.stage([request({ instrument: 'x:y' })], 'ticket', basis, CLI))).toBe(
      'unknown-instrument',
    );
    await made.engine.lock(CLI);
    expect(await codeOf(made.engine.stage([request()], 'ticket', basis, CLI))).toBe('keys-locked');
    expect(made.engine.keyState.state).toBe('LOCKED');
  });
});
