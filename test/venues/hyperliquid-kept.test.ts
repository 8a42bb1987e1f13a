// What Hyperliquid keeps by itself: amendments, stops, exits, the dead-man switch, funding, liquidations, spot apart.

import { afterEach, describe, expect, it } from 'vitest';
import { decimal } from '#shared/units/decimal.ts';
import { HOUR, SECOND } from '#shared/units/time.ts';
import { PERPS, plainResources } from '#test/fixtures/paper/market.ts';
import { ACCOUNT } from './hyperliquid/bench.ts';
import {
  actions,
  bench,
  connected,
  events,
  fills,
  open,
  orders,
  PERPETUAL,
  place,
  resting,
  sentOrder,
  settled,
} from './hyperliquid/trial-session.ts';

afterEach(() => bench.close());

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
