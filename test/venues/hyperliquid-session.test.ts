// The connection and what is sent over it: who signs, what is never attached, what becomes of lost, late and refused
// actions, what is told once after a reconnect, and what the venue keeps by itself.

import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import type { LegResult, VenueEvent } from '#main/engine/ports.ts';
import { walletSigner } from '#main/venues/hyperliquid/signer.ts';
import { ADDRESS_LIMITS } from '#main/venues/hyperliquid/weights.ts';
import type { Order } from '#shared/domain/order.ts';
import { add, decimal, ZERO } from '#shared/units/decimal.ts';
import { HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { PERPS, plainResources } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { ACCOUNT, type Bench, type BenchSetup, openBench } from './hyperliquid/bench.ts';
import { AGENT_KEY, MASTER_KEY, type Signed } from './hyperliquid/keys.ts';

const PERPETUAL = 'hyperliquid-sim:BTC';

let bench: Bench;
let events: VenueEvent[];

async function open(setup: Partial<BenchSetup> = {}): Promise<void> {
  bench = await openBench({ resources: plainResources([9_000, 9_000, 9_000, 9_000, 9_000]), ...setup });
  events = [];
  bench.venue.adapter.subscribe((event) => events.push(event));
}

async function settled<T>(promise: Promise<T>, ms = 1_000): Promise<T> {
  const [answer] = await Promise.all([promise, bench.advance(ms)]);
  return answer;
}

const connected = () => settled(bench.venue.adapter.connect());
const statuses = () => events.flatMap((event) => (event.type === 'status' ? [event.status] : []));
const fills = () => events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
const orders = () => events.flatMap((event) => (event.type === 'order' ? [event.order] : []));
const actions = (type: string) =>
  bench.simulator.posted.filter((one) => one.way === 'action' && one.type === type).map((one) => one.payload as Signed);

let count = 0;
function sentOrder(more: Partial<Order> & Pick<Order, 'side'>): Order {
  count += 1;
  return order({
    id: `session-${count}`, account: ACCOUNT, instrument: PERPETUAL, quantity: decimal('0.05'), type: 'market', limit: null, state: 'SENT', ...more,
  }); // biome-ignore format: one glance
}
const resting = (more: Partial<Order> = {}) =>
  sentOrder({ side: 'buy', type: 'limit', limit: decimal(8_000), ...more });

const place = (some: Order | readonly Order[], ms?: number): Promise<readonly LegResult[]> =>
  settled(bench.venue.adapter.execute({ type: 'place', orders: [some].flat() }), ms);

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

describe('what the venue keeps by itself', () => {
  it('an amended order goes on under its id, and what was filled of it counts', async () => {
    await open();
    await connected();
    const one = resting();
    await place(one);
    const amend = {
      type: 'amend',
      account: ACCOUNT,
      order: one.id,
      quantity: decimal('0.08'),
      limit: decimal('8010.25'),
    } as const;
    const [leg] = await settled(bench.venue.adapter.execute(amend));
    expect(leg?.outcome).toBe('accepted');
    // Nobody is told that it ended: only its number is another.
    expect(orders().map((told) => told.state)).toEqual(['ACKED', 'ACKED']);
    expect(orders().at(-1)).toMatchObject({
      clientOrderId: one.id,
      venueOrderId: leg?.outcome === 'accepted' && leg.venueOrderId,
    });
    bench.simulator.setPrice(7_900);
    await bench.advance(40 * SECOND);
    expect(await bench.venue.adapter.orderState(ACCOUNT, one.id)).toMatchObject({ state: 'FILLED', filled: '0.08' });
    expect(fills().every((fill) => fill.order === one.id && fill.price === '8010.2')).toBe(true);
  });

  it('an empty report of positions is not flat', async () => {
    await open();
    await connected();
    await place(sentOrder({ side: 'buy' }));
    // Read once before the balances and once after them.
    bench.simulator.faults.emptyPositions(2);
    expect(await bench.venue.adapter.snapshot(ACCOUNT)).toMatchObject({ complete: false });
    bench.simulator.faults.emptyPositions(1);
    const { complete, positions } = await bench.venue.adapter.snapshot(ACCOUNT);
    expect([complete, positions.length > 0]).toEqual([true, true]);
    expect(await bench.venue.adapter.snapshot(ACCOUNT)).toMatchObject({ complete: true });
  });

  it('a stop waits, is kept by a cancel of the others, and goes off at the mark', async () => {
    await open();
    await connected();
    await place(sentOrder({ side: 'buy' }));
    const stop = sentOrder({ side: 'sell', type: 'stop', trigger: decimal(8_500), reduceOnly: true });
    expect(await place(stop)).toMatchObject([{ outcome: 'accepted' }]);
    const keep = { type: 'cancel-all', account: ACCOUNT, includeProtective: false } as const;
    expect(await settled(bench.venue.adapter.execute(keep))).toEqual([]);
    bench.simulator.setPrice(8_400);
    await bench.advance(2 * SECOND);
    expect(await bench.venue.adapter.orderState(ACCOUNT, stop.id)).toMatchObject({ state: 'FILLED' });
    expect(await bench.venue.adapter.snapshot(ACCOUNT)).toMatchObject({ positions: [] });
  });

  it('exits of a position stand at the venue, and the one that is met closes it', async () => {
    await open();
    await connected();
    await place(sentOrder({ side: 'buy' }));
    const exits = {
      takeProfit: { id: 'exit-tp', trigger: decimal(9_300) },
      stopLoss: { id: 'exit-sl', trigger: decimal(8_700) },
    };
    const legs = await settled(bench.venue.desk.protect(PERPETUAL, 'buy', decimal('0.05'), exits));
    expect(legs.map((leg) => [leg.id, leg.outcome])).toEqual([
      ['exit-tp', 'accepted'],
      ['exit-sl', 'accepted'],
    ]);
    expect(actions('order').at(-1)?.action.grouping).toBe('positionTpsl');
    bench.simulator.setPrice(9_400);
    await bench.advance(2 * SECOND);
    expect(await bench.venue.adapter.orderState(ACCOUNT, 'exit-tp')).toMatchObject({ state: 'FILLED', filled: '0.05' });
    expect(await bench.venue.adapter.snapshot(ACCOUNT)).toMatchObject({ positions: [] });
  });

  it('the dead-man switch is put off while the line stands and cancels when it does not', async () => {
    await open({ deadManMs: 30 * SECOND });
    await connected();
    const one = resting();
    await place(one);
    await bench.advance(40 * SECOND);
    expect(await bench.venue.adapter.orderState(ACCOUNT, one.id)).toMatchObject({ state: 'ACKED' });
    expect(actions('scheduleCancel').length).toBeGreaterThan(3);
    bench.simulator.shut(true);
    bench.simulator.killSockets();
    await bench.advance(35 * SECOND);
    bench.simulator.shut(false);
    await bench.advance(40 * SECOND);
    expect(await bench.venue.adapter.orderState(ACCOUNT, one.id)).toMatchObject({
      state: 'CANCELLED',
      reason: { message: expect.stringContaining('scheduledCancel') },
    });
  });

  it('leverage, margin mode and ledger go through the desk; refusals are thrown', async () => {
    await open();
    await connected();
    const { desk } = bench.venue;
    await place(sentOrder({ side: 'buy' }));
    await settled(desk.setLeverage(PERPETUAL, 7, 'isolated'));
    expect(await desk.margins()).toMatchObject([{ instrument: PERPETUAL, mode: 'isolated', leverage: 7 }]);
    await settled(desk.addMargin(PERPETUAL, 'buy', decimal('12.5')));
    expect(actions('updateIsolatedMargin').at(-1)?.action).toMatchObject({ ntli: 12_500_000, isBuy: true });
    await expect(settled(desk.setLeverage(PERPETUAL, 200, 'cross'))).rejects.toThrow(/Invalid leverage/);
    expect(await desk.ledger(0)).toMatchObject([{ kind: 'deposit', currency: 'USDC', amount: '50000' }]);
  });

  it('funding is paid on the hour, told once and in the history', async () => {
    await open({ limits: { skewMs: Number.POSITIVE_INFINITY } });
    await connected();
    await place(sentOrder({ side: 'buy' }));
    bench.simulator.jump(HOUR);
    await bench.advance(2 * SECOND);
    bench.simulator.killSockets();
    await bench.advance(3 * SECOND);
    const told = events.flatMap((event) => (event.type === 'funding' ? [event.payment] : []));
    expect(told).toHaveLength(1);
    expect((await bench.venue.adapter.history(ACCOUNT, null)).funding).toEqual(told);
    // 0.05 BTC at 9,000 pay an eighth of 0.01 %: the premium of this market is nil.
    expect(Number(told[0]?.amount)).toBeCloseTo((-0.05 * 9_000 * 0.0001) / 8, 5);
  });

  it('a liquidation is the venue’s own fill, and is told as what it is', async () => {
    await open();
    await connected();
    await place(sentOrder({ side: 'buy', quantity: decimal(50) }));
    bench.simulator.setPrice(8_080);
    await bench.advance(5 * SECOND);
    const venues = fills().filter((fill) => fill.cause === 'liquidation');
    expect(venues.length).toBeGreaterThan(0);
    expect(venues.every((fill) => fill.order === null && fill.quantity.startsWith('-'))).toBe(true);
    expect(events.some((event) => event.type === 'liquidation')).toBe(true);
  });
});

describe('accounts whose spot stands apart', () => {
  const spot = { ...PERPS, id: 'spot', name: 'Spot', balances: [{ currency: 'USDC', amount: decimal(20_000) }] };

  it('are two in the book: dollars of one are no margin of the other', async () => {
    await open({ resources: plainResources([9_000, 9_000], [PERPS, spot]), unified: false });
    await connected();
    const { adapter } = bench.venue;
    expect((await adapter.accounts()).map((one) => [one.id, one.rules])).toEqual([
      ['main', 'hyperliquid'],
      ['main-spot', 'unmargined'],
    ]);
    const coins = { instrument: 'hyperliquid-sim:UBTC/USDC', quantity: decimal('0.5') };
    const legs = await place([
      sentOrder({ side: 'buy', ...coins }),
      sentOrder({ side: 'buy', ...coins, account: 'main-spot' }),
    ]);
    expect(legs.map((leg) => leg.outcome)).toEqual(['rejected', 'accepted']);
    await place(sentOrder({ side: 'buy' }));
    const [main, apart] = [await adapter.snapshot('main'), await adapter.snapshot('main-spot')];
    expect(main.balances.map((one) => one.currency)).toEqual(['USDC']);
    expect(apart.balances.find((one) => one.currency === 'BTC')?.cash).toBe('0.5');
    expect(apart.positions).toEqual([]);
    expect([...new Set(fills().map((fill) => fill.account))]).toEqual(['main-spot', 'main']);
    // 50,000 less what the perpetual's fee was: buying coins cost it nothing.
    expect(Number(main.balances[0]?.cash)).toBeCloseTo(50_000 - 0.05 * 9_000 * 0.00045, 1);
  });
});
