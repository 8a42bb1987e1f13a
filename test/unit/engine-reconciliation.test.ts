import { describe, expect, it } from 'vitest';
import { differencesOf } from '#main/engine/differences.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#test/support/domain.ts';
import {
  ACCOUNT,
  CLI,
  createEngineRoom,
  type EngineRoom,
  type RoomSetup,
  request,
  START,
} from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';

const KEY = `${ACCOUNT.id}|${LINEAR_PERPETUAL.id}`;

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

function alarms(made: EngineRoom): readonly string[] {
  return made.notices.flatMap((one) => (one.type === 'alarm' ? [one.alarm.code] : []));
}

const DOWN = { type: 'status' as const, status: 'down' as const, latencyMs: 0, reason: null };
const LIVE = { type: 'status' as const, status: 'live' as const, latencyMs: 3, reason: null };

describe('reconciliation after a disconnect', () => {
  it('books missed fills and funding first, then agrees without an adjustment', async () => {
    const made = await room({ venue: { pageSize: 2 } });
    const id = await send(made, request({ quantity: decimal('3') }));
    await settle();
    made.venue.tell(DOWN);
    expect(made.engine.venues[0]).toMatchObject({ status: 'down', reconciled: false });
    for (const _ of [1, 2, 3]) {
      await made.clock.advance(10);
      made.venue.trade(id, '1', '7000', true);
    }
    made.venue.funding.push({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      currency: 'USDC',
      amount: decimal('-1.5'),
      id: 'f1',
      at: made.clock.now(),
    });
    const [cash] = [...made.venue.truth.balances.values()].filter((one) => one.currency === 'USDC');
    if (cash) made.venue.truth.balances.set(`${ACCOUNT.id}|USDC`, { ...cash, cash: decimal(Number(cash.cash) - 1.5) });
    made.venue.tell(LIVE);
    await made.pass(1000);
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'FILLED', filled: '3' });
    expect(made.engine.book.positions.get(KEY)).toMatchObject({ quantity: '3', funding: '-1.5' });
    expect(made.events().filter((one) => one.type === 'adjustment')).toEqual([]);
    expect(made.engine.venues[0]).toMatchObject({ status: 'live', reconciled: true, latencyMs: 3 });
    // Told late and again: nothing is booked twice.
    made.venue.release();
    expect(made.engine.book.positions.get(KEY)?.quantity).toBe('3');
  });

  it('keeps with funding in coin what the coin was worth when it was booked', async () => {
    const made = await room();
    const payment = { account: ACCOUNT.id, amount: decimal('0.001'), at: made.clock.now() };
    const inCoin = { ...payment, instrument: INVERSE_PERPETUAL.id, currency: 'BTC', id: 'coin' };
    const inDollars = { ...payment, instrument: LINEAR_PERPETUAL.id, currency: 'USDC', id: 'dollars' };
    for (const one of [inCoin, inDollars]) made.venue.tell({ type: 'funding', payment: one });
    expect(made.events().filter((one) => one.type === 'funding')).toEqual([
      { type: 'funding', payment: inCoin, index: '7000' },
      { type: 'funding', payment: inDollars },
    ]);
  });

  it('sends nothing to a venue that has not been asked since it connected', async () => {
    const made = await room();
    const snapshot = made.venue.snapshot;
    made.venue.snapshot = () => Promise.reject(new Error('gateway timeout'));
    made.venue.tell(DOWN);
    made.venue.tell(LIVE);
    await settle();
    await made.arm();
    const refused = await made.engine.submitNow([request()], 'cli', { reportSeq: 1 }, CLI);
    expect(refused.ok ? '' : refused.error.code).toBe('venue-not-reconciled');
    expect(alarms(made)).toContain('not-reconciled');
    made.venue.snapshot = snapshot;
    await made.pass(6000);
    expect((await made.engine.submitNow([request()], 'cli', { reportSeq: 1 }, CLI)).ok).toBe(true);
  });

  it('turns silent orders into UNKNOWN when the venue goes down, and settles them by its record', async () => {
    const made = await room();
    made.venue.script('hang');
    const taken = await send(made, request());
    made.venue.script('vanish');
    const lost = await send(made, request({ quantity: decimal('2') }));
    made.venue.tell(DOWN);
    expect([taken, lost].map((id) => made.engine.book.orders.get(id)?.state)).toEqual(['UNKNOWN', 'UNKNOWN']);
    made.venue.tell(LIVE);
    await settle();
    expect(made.engine.book.orders.get(taken)?.state).toBe('ACKED');
    expect(made.engine.book.orders.get(lost)?.state).toBe('UNKNOWN');
    // Two complete "not found", each past the venue's delay.
    await made.pass(4000);
    expect(made.engine.book.orders.get(lost)?.state).toBe('UNKNOWN');
    await made.pass(12_000);
    expect(made.engine.book.orders.get(lost)).toMatchObject({ state: 'CANCELLED', reason: { code: 'never-arrived' } });
  });
});

describe('an order the venue does not know', () => {
  it('stays unknown and asks the trader where client ids prove nothing', async () => {
    const made = await room({ venue: { capabilities: { idempotent: false } } });
    made.venue.script('dropped');
    const id = await send(made, request());
    await made.pass(120_000);
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'UNKNOWN', reason: { code: 'ask-trader' } });
    expect(alarms(made).filter((one) => one === 'ask-trader')).toHaveLength(1);
  });

  it('needs both "not found" to be past the delay: asking often proves nothing sooner', async () => {
    const made = await room();
    made.venue.script('dropped');
    const id = await send(made, request());
    await made.pass(5500);
    for (const _ of [1, 2, 3]) await made.engine.reconcile(made.venue.id);
    expect(made.engine.book.orders.get(id)?.state).toBe('UNKNOWN');
  });

  it('counts a failed question as no answer', async () => {
    const made = await room();
    made.venue.script('dropped');
    const id = await send(made, request());
    await settle();
    made.venue.orderState = () => Promise.reject(new Error('timeout'));
    await made.pass(60_000);
    expect(made.engine.book.orders.get(id)?.state).toBe('UNKNOWN');
  });

  it('is closed when the venue calls it filled but its own history lacks the fill; the position is adjusted', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    const known = made.venue.orders.get(id);
    if (known === undefined) throw new Error('the venue took the order');
    made.venue.orderState = async () => ({ ...known, state: 'FILLED', filled: decimal('1') });
    const snapshot = made.venue.snapshot;
    made.venue.snapshot = async (account) => ({
      ...(await snapshot(account)),
      openOrders: [],
      positions: [{ account, instrument: LINEAR_PERPETUAL.id, quantity: decimal('1'), entry: decimal('7000') }],
    });
    await made.engine.reconcile(made.venue.id);
    expect(made.engine.book.orders.get(id)).toMatchObject({ state: 'CANCELLED', reason: { code: 'fills-missing' } });
    expect(made.engine.book.positions.get(KEY)?.quantity).toBe('1');
    expect(alarms(made)).toEqual(['fills-missing', 'adjusted']);
  });
});

describe('differences', () => {
  it('become adjustments and alarms; the venue is right', async () => {
    const made = await room();
    made.venue.truth.positions.set(KEY, {
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('4'),
      entry: decimal('6900'),
      realised: decimal('0'),
      fees: decimal('0'),
      funding: decimal('0'),
    });
    const found = unwrap(await made.engine.reconcile(made.venue.id));
    expect(found).toMatchObject({ differences: 1, complete: true });
    expect(made.engine.book.positions.get(KEY)).toMatchObject({ quantity: '4', entry: '6900' });
    expect(alarms(made)).toEqual(['adjusted']);
    expect(unwrap(await made.engine.reconcile(made.venue.id)).differences).toBe(0);
  });

  it('are not looked for in an incomplete snapshot: an empty report is not "flat"', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    made.venue.trade(id, '1', '7000');
    made.venue.incomplete = true;
    const found = unwrap(await made.engine.reconcile(made.venue.id));
    expect(found).toMatchObject({ differences: 0, complete: false });
    expect(made.engine.book.positions.get(KEY)?.quantity).toBe('1');
    expect(made.events().filter((one) => one.type === 'adjustment')).toEqual([]);
    expect(alarms(made)).toContain('incomplete-snapshot');
  });

  it('are not looked for in a picture that a fill has overtaken', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    const snapshot = made.venue.snapshot;
    let taken = 0;
    made.venue.snapshot = async (account) => {
      const picture = await snapshot(account);
      taken += 1;
      // Traded after the picture, known to the history before it is compared.
      if (taken === 1) made.venue.trade(id, '0.5', '7000', true);
      return picture;
    };
    expect(unwrap(await made.engine.reconcile(made.venue.id))).toMatchObject({ differences: 0, complete: true });
    expect(made.engine.book.positions.get(KEY)?.quantity).toBe('0.5');
    expect(taken).toBe(3);
  });

  it('wait for the next time when an account does not hold still', async () => {
    const made = await room();
    const id = await send(made, request({ quantity: decimal('1') }));
    await settle();
    const snapshot = made.venue.snapshot;
    made.venue.snapshot = async (account) => {
      const picture = await snapshot(account);
      made.venue.trade(id, '0.1', '7000', true);
      return picture;
    };
    expect(unwrap(await made.engine.reconcile(made.venue.id))).toMatchObject({ differences: 0, complete: false });
  });

  it('of an average entry alone are taken over with the cash', async () => {
    const made = await room();
    const id = await send(made, request({ quantity: decimal('1') }));
    await settle();
    made.venue.trade(id, '1', '7000');
    const held = made.venue.truth.positions.get(KEY);
    if (held === undefined) throw new Error('the venue traded');
    made.venue.truth.positions.set(KEY, { ...held, entry: decimal('6990') });
    expect(unwrap(await made.engine.reconcile(made.venue.id)).differences).toBe(1);
    expect(made.engine.book.positions.get(KEY)).toMatchObject({ quantity: '1', entry: '6990' });
  });

  it('of rounding are left alone', async () => {
    const made = await room();
    const snapshot = await made.venue.snapshot(ACCOUNT.id);
    const shifted = (by: string) => ({
      ...snapshot,
      balances: snapshot.balances.map((one) => (one.currency === 'BTC' ? { ...one, cash: decimal(by) } : one)),
    });
    expect(differencesOf(made.engine.book, ACCOUNT.id, shifted('10.00000001'), 1e-8)).toEqual([]);
    expect(differencesOf(made.engine.book, ACCOUNT.id, shifted('10.000000011'), 1e-8)).toMatchObject([
      { what: 'balance', key: 'BTC', ours: '10', theirs: '10.000000011' },
    ]);
    const missing = { ...snapshot, balances: [] };
    expect(differencesOf(made.engine.book, ACCOUNT.id, missing, 1e-8)).toHaveLength(2);
    expect(differencesOf(made.engine.book, ACCOUNT.id, { ...missing, complete: false }, 1e-8)).toEqual([]);
  });

  it('tell of working orders that were not sent from here, once', async () => {
    const made = await room();
    const theirs = {
      clientOrderId: 'web-7',
      venueOrderId: 'v7',
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      state: 'ACKED' as const,
      filled: decimal('0'),
      reason: null,
    };
    made.venue.tell({ type: 'order', order: theirs, tsEvent: START });
    made.venue.tell({ type: 'order', order: theirs, tsEvent: START });
    expect(alarms(made)).toEqual(['foreign-order']);
  });
});

describe('start', () => {
  it('is the crash path: what was under way is unknown until the venue has told, and late fills are booked', async () => {
    const made = await room();
    made.venue.script('hang', 'vanish');
    const taken = await send(made, request());
    const lost = await send(made, request({ quantity: decimal('2') }));
    made.venue.script();
    // The plug is pulled: nothing is stopped, the journal is all that is left.
    made.venue.trade(taken, '0.5', '7000', true);
    const again = createEngineRoom({ from: made });
    const status = unwrap(await again.engine.start());
    expect(status.state).toBe('REDUCING');
    expect(again.engine.book.orders.get(taken)).toMatchObject({ state: 'PARTIAL', filled: '0.5' });
    expect(again.engine.book.orders.get(lost)).toMatchObject({ state: 'UNKNOWN', reason: { code: 'restart' } });
    again.quote();
    again.risk.report();
    // Not clean: the trader says when.
    expect(again.engine.tradingState.reason.code).toBe('awaiting-resume');
    expect(unwrap(await again.engine.resume(CLI)).state).toBe('ACTIVE');
    expect(again.engine.keyState.state).toBe('SAFE');
  });

  it('gives the same book after a restart', async () => {
    const made = await room();
    made.venue.script('fill', 'accept', 'reject');
    await send(made, request(), request({ limit: decimal('6900') }), request({ limit: decimal('6800') }));
    await made.pass(2000);
    await made.engine.stop();
    const again = createEngineRoom({ from: made });
    await again.start();
    expect([...again.engine.book.orders]).toEqual([...made.engine.book.orders]);
    expect([...again.engine.book.positions]).toEqual([...made.engine.book.positions]);
    expect([...again.engine.book.balances]).toEqual([...made.engine.book.balances]);
    expect(again.engine.tradingState.state).toBe('ACTIVE');
  });

  it('takes what an account did before it was opened from its picture, not twice', async () => {
    const made = createEngineRoom();
    made.venue.tradeApart({
      account: ACCOUNT.id,
      instrument: LINEAR_PERPETUAL.id,
      quantity: decimal('5'),
      price: decimal('7000'),
    });
    await made.clock.advance(10);
    await made.start();
    await made.pass(61_000);
    expect(made.engine.book.positions.get(KEY)?.quantity).toBe('5');
    expect(made.events().filter((one) => one.type === 'fill' || one.type === 'adjustment')).toEqual([]);
  });

  it('stays HALTED while no venue can be asked, and is made good by the first that comes', async () => {
    const made = createEngineRoom();
    made.venue.offline = true;
    const started = await made.engine.start();
    expect(started.ok ? '' : started.error.code).toBe('venue-down');
    expect(made.engine.tradingState.state).toBe('HALTED');
    const refused = await made.engine.resume(CLI);
    expect(refused.ok ? '' : refused.error.code).toBe('starting');
    made.venue.offline = false;
    await made.pass(6000);
    expect(made.engine.tradingState).toMatchObject({ state: 'REDUCING', reason: { code: 'awaiting-resume' } });
    expect(unwrap(await made.engine.resume(CLI)).state).toBe('ACTIVE');
  });

  it('waits for the trader where the setup says so', async () => {
    const made = createEngineRoom({ autoResume: false });
    await made.start();
    expect(made.engine.tradingState.reason.code).toBe('awaiting-resume');
  });

  it('refuses commands after the stop and leaves working orders alone', async () => {
    const made = await room();
    const id = await send(made, request());
    await settle();
    await made.engine.stop();
    const late = await made.engine.cancel(id, CLI);
    expect(late.ok ? '' : late.error.code).toBe('stopped');
    expect(made.venue.orders.get(id)?.state).toBe('ACKED');
    expect(made.events().at(-1)).toMatchObject({ type: 'key-state', to: 'SAFE' });
  });
});
