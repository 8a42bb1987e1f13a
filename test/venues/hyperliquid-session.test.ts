// The connection and what is sent over it: who signs, what is never attached, what becomes of lost, late and refused
// actions, and what is told once after a reconnect.

import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import { walletSigner } from '#main/venues/hyperliquid/signer.ts';
import { ADDRESS_LIMITS } from '#main/venues/hyperliquid/weights.ts';
import { add, decimal, ZERO } from '#shared/units/decimal.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { ACCOUNT } from './hyperliquid/bench.ts';
import type { Signed } from './hyperliquid/keys.ts';
import { AGENT_KEY, MASTER_KEY } from './hyperliquid/keys.ts';
import {
  actions,
  bench,
  connected,
  events,
  fills,
  open,
  PERPETUAL,
  place,
  resting,
  sentOrder,
  settled,
  statuses,
} from './hyperliquid/trial-session.ts';

afterEach(() => bench.close());

describe('who acts, and in whose name', () => {
  it('signs with the agent and attaches neither builder nor referrer to anything', async () => {
    await open();
    await connected();
    const one = resting();
    await place([one, sentOrder({ side: 'buy' })]);
    const amend = {
      type: 'amend',
      account: ACCOUNT,
      order: one.id,
      quantity: decimal('0.06'),
      limit: decimal(7_990),
    } as const;
    await settled(bench.venue.adapter.execute(amend));
    await settled(bench.venue.adapter.execute({ type: 'cancel-all', account: ACCOUNT, includeProtective: true }));
    await settled(bench.venue.desk.setLeverage(PERPETUAL, 5, 'cross'));
    const sent = bench.simulator.posted.filter((one) => one.way === 'action');
    expect(sent.map((one) => one.type)).toEqual(['order', 'batchModify', 'cancel', 'updateLeverage']);
    for (const { action } of sent.map((one) => one.payload as Signed)) {
      expect(action).not.toHaveProperty('builder');
      expect(JSON.stringify(action)).not.toMatch(/builder|referr|"f":/i);
    }
    expect(bench.line.join('')).not.toMatch(/approveBuilderFee|setReferrer|withdraw3|usdSend|spotSend/);
  });

  it('refuses the account’s own key and the key of a stranger before anything is signed', async () => {
    for (const key of [MASTER_KEY, `0x${'33'.repeat(32)}`] as const) {
      await open({ signer: walletSigner(privateKeyToAccount(key)) });
      const refused = expect(bench.venue.adapter.connect()).rejects.toThrow(/expected the key of an agent/);
      await bench.advance(SECOND);
      await refused;
      expect(bench.simulator.posted.filter((one) => one.way === 'action')).toEqual([]);
      await bench.close();
    }
    await open();
  });

  it('calls an order that was not signed refused, for it never left', async () => {
    const agent = privateKeyToAccount(AGENT_KEY);
    const locked = { address: agent.address, sign: () => Promise.reject(new Error('locked')) };
    await open({ signer: locked });
    await connected();
    expect(await place(resting())).toMatchObject([{ outcome: 'rejected', reason: { code: 'not-signed' } }]);
  });

  it('never uses a nonce twice, and keeps them in the venue’s time', async () => {
    await open();
    bench.simulator.faults.skew(10 * MINUTE);
    await connected();
    await settled(
      Promise.all([1, 2, 3].map(() => bench.venue.adapter.execute({ type: 'place', orders: [resting()] }))),
    );
    const nonces = actions('order').map((one) => one.nonce);
    expect(new Set(nonces).size).toBe(3);
    expect(nonces.every((nonce) => nonce - bench.clock.now() > 9 * MINUTE)).toBe(true);
    expect(statuses().at(-1)).toBe('stale');
  });
});

describe('batches', () => {
  it('answers each leg when one fails, and keeps the others’ numbers', async () => {
    await open();
    await connected();
    bench.simulator.faults.refuse('Insufficient margin to place order. asset=1', 1);
    const legs = await place([resting(), resting(), sentOrder({ side: 'buy' })]);
    expect(legs.map((leg) => leg.outcome)).toEqual(['rejected', 'accepted', 'accepted']);
    expect(legs[0]).toMatchObject({ reason: { message: expect.stringContaining('Insufficient margin') } });
    expect(actions('order')).toHaveLength(1);
    expect(fills()).toHaveLength(1);
  });

  it('takes one error for a whole batch as the error of every leg', async () => {
    await open();
    await connected();
    bench.simulator.refuseWhole('Price must be divisible by tick size. asset=1', 1);
    const legs = await place([resting(), resting(), resting()]);
    expect(legs.map((leg) => leg.outcome)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(bench.simulator.exchange.holdings('perps').openOrders).toEqual([]);
  });

  it('refuses here what the venue has not: fill-or-kill, odd lots, ids that do not fit', async () => {
    await open();
    await connected();
    const legs = await place([
      resting({ timeInForce: 'fok' }),
      resting({ quantity: decimal('0.0505005') }),
      resting({ id: 'AN-ID-OF-ANOTHER-KIND' }),
      resting({ limit: null }),
    ]);
    const codes = legs.map((leg) => (leg.outcome === 'rejected' ? leg.reason.code : leg.outcome));
    expect(codes).toEqual(['not-supported', 'off-lot', 'order-id', 'expected-limit']);
    expect(actions('order')).toEqual([]);
  });

  it('tells an immediate-or-cancel that met nobody from one that rests', async () => {
    await open();
    await connected();
    const one = resting({ timeInForce: 'ioc' });
    expect(await place(one)).toMatchObject([{ outcome: 'rejected', id: one.id }]);
    expect(await bench.venue.adapter.orderState(ACCOUNT, one.id)).toMatchObject({ state: 'REJECTED', filled: '0' });
  });
});

describe('answers that do not come', () => {
  it('are unknown, and the venue’s record settles them', async () => {
    await open();
    await connected();
    bench.simulator.faults.silence('action order', 1);
    const bought = sentOrder({ side: 'buy' });
    expect(await place(bought, 6 * SECOND)).toMatchObject([{ outcome: 'unknown', reason: { code: 'no-answer' } }]);
    expect(await bench.venue.adapter.orderState(ACCOUNT, bought.id)).toMatchObject({ state: 'FILLED', filled: '0.05' });
    expect(fills()).toHaveLength(1);
  });

  it('an order that arrives too late is void; until then nobody says that it never came', async () => {
    await open();
    await connected();
    bench.simulator.arriveLate(12 * SECOND, 1);
    const late = sentOrder({ side: 'buy' });
    expect(await place(late, 6 * SECOND)).toMatchObject([{ outcome: 'unknown' }]);
    await expect(bench.venue.adapter.orderState(ACCOUNT, late.id)).rejects.toThrow(/may still reach/);
    await bench.advance(10 * SECOND);
    const state = await bench.venue.adapter.orderState(ACCOUNT, late.id);
    expect(state).toMatchObject({
      clientOrderId: late.id,
      state: 'EXPIRED',
      filled: '0',
      reason: { code: 'never-arrived' },
    });
    expect([fills(), bench.simulator.exchange.holdings('perps').positions]).toEqual([[], []]);
  });

  it('a request the venue has no weight left for was not done', async () => {
    await open();
    await connected();
    bench.simulator.faults.exhaust(1);
    expect(await place(resting())).toMatchObject([
      { outcome: 'rejected', reason: { message: expect.stringContaining('429') } },
    ]);
    expect(bench.simulator.exchange.holdings('perps').openOrders).toEqual([]);
  });

  it('keeps actions within their share of the weights, and sends nothing of what would wait too long', async () => {
    await open({ credits: { ...ADDRESS_LIMITS, acting: { cost: 1, most: 2, perSecond: 1, patienceMs: SECOND } } });
    await connected();
    const asked = [1, 2, 3, 4].map(() => bench.venue.adapter.execute({ type: 'place', orders: [resting()] }));
    const legs = (await settled(Promise.all(asked), 3 * SECOND)).flat();
    expect(legs.map((leg) => leg.outcome)).toEqual(['accepted', 'accepted', 'accepted', 'rejected']);
    expect(legs[3]).toMatchObject({ reason: { code: 'throttled' } });
    expect(actions('order')).toHaveLength(3);
  });
});

describe('a connection that is lost', () => {
  it('tells what traded meanwhile once, in order, from the venue’s history', async () => {
    await open();
    await connected();
    await place(sentOrder({ side: 'buy' }));
    bench.simulator.faults.lose('userFills', 2);
    await place(sentOrder({ side: 'buy' }));
    bench.simulator.killSockets();
    const apart = { a: 1, b: false, p: '8500', s: '0.02', r: false, t: { limit: { tif: 'Ioc' } } } as const;
    bench.simulator.tradeApart(apart);
    await bench.advance(3 * SECOND);
    expect(statuses()).toEqual(['live', 'down', 'live']);
    expect(fills().reduce((sum, fill) => add(sum, fill.quantity), ZERO)).toBe('0.08');
    expect((await bench.venue.adapter.history(ACCOUNT, null)).fills).toEqual(fills());
    const before = fills().length;
    await place(sentOrder({ side: 'sell', quantity: decimal('0.002') }));
    expect(fills()).toHaveLength(before + 1);
  });

  it('is given up after three pings in vain, and opened anew', async () => {
    await open();
    await connected();
    await bench.advance(60 * SECOND);
    expect(statuses()).not.toContain('down');
    bench.simulator.faults.mute(true);
    await bench.advance(17 * SECOND);
    expect(events.findLast((event) => event.type === 'status')).toMatchObject({
      status: 'down',
      reason: { code: 'silent' },
    });
    bench.simulator.faults.mute(false);
    await bench.advance(60 * SECOND);
    expect(statuses().at(-1)).toBe('live');
  });

  it('shows no book that the venue has stopped telling', async () => {
    await open();
    await connected();
    await bench.venue.adapter.depth(PERPETUAL, 5);
    expect(bench.venue.book(PERPETUAL, 5)?.bids.length).toBe(5);
    bench.simulator.stall(true);
    await bench.advance(12 * SECOND);
    expect(bench.venue.book(PERPETUAL, 5)).toBeNull();
    bench.simulator.stall(false);
    await bench.advance(2 * SECOND);
    expect(bench.venue.book(PERPETUAL, 5)?.bids.length).toBe(5);
  });
});
