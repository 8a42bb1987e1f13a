// The engine on the Hyperliquid adapter: what was lost on the way is settled by the venue's record or by proof that it
// cannot come any more, what was traded while nobody listened is booked, and nothing has to be adjusted.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECOND } from '#shared/units/time.ts';
import { ACCOUNT, type Bench, openBench } from './hyperliquid/bench.ts';
import { heldOf, openRoom, type Room } from './simulator/engine.ts';
import { movingMarket } from './simulator/schedule.ts';

const PERPETUAL = 'hyperliquid-sim:BTC';

let bench: Bench;
let room: Room;

const adjustments = () => room.events().filter((one) => one.type === 'adjustment');
const alarms = () => room.events().flatMap((one) => (one.type === 'alarm' ? [one.alarm.code] : []));
const venueHolds = () => heldOf(bench.simulator.exchange.holdings('perps').positions);

beforeEach(async () => {
  bench = await openBench({ resources: movingMarket() });
  room = await openRoom(bench, ACCOUNT);
});
afterEach(async () => {
  await room.stop();
  await bench.close();
});

describe('engine on the Hyperliquid simulator', () => {
  it('books an order that trades, fee and all', async () => {
    const id = await room.buy(PERPETUAL, 0.05);
    await room.pass(2 * SECOND);
    expect(room.engine.book.orders.get(id)).toMatchObject({ state: 'FILLED', filled: '0.05' });
    expect([room.held(), adjustments()]).toEqual([venueHolds(), []]);
    await room.pass(65 * SECOND);
    expect(adjustments()).toEqual([]);
  });

  it('settles an order whose answer and news were lost by the venue’s own record, and books it once', async () => {
    bench.simulator.faults.silence('action order', 1);
    bench.simulator.faults.lose('userFills', 1);
    bench.simulator.faults.lose('orderUpdates', 1);
    const id = await room.buy(PERPETUAL, 0.05);
    await room.pass(2 * SECOND);
    expect(room.engine.book.orders.get(id)?.state).toBe('SENT');
    await room.pass(70 * SECOND);
    expect(room.engine.book.orders.get(id)).toMatchObject({ state: 'FILLED', filled: '0.05' });
    expect([room.held(), adjustments(), alarms()]).toEqual([venueHolds(), [], ['order-unknown']]);
  });

  it('closes an order that came too late only when it cannot trade any more, without asking anybody', async () => {
    bench.simulator.arriveLate(12 * SECOND, 1);
    const id = await room.buy(PERPETUAL, 0.05);
    await room.pass(10 * SECOND);
    expect(['SENT', 'UNKNOWN']).toContain(room.engine.book.orders.get(id)?.state);
    await room.pass(60 * SECOND);
    expect(room.engine.book.orders.get(id)).toMatchObject({ state: 'EXPIRED', filled: '0' });
    expect([room.held(), venueHolds(), alarms()]).toEqual([[], [], ['order-unknown']]);
  });

  it('books from the history what was traded while it was cut off', async () => {
    await room.buy(PERPETUAL, 0.05);
    await room.pass(2 * SECOND);
    bench.simulator.killSockets();
    bench.simulator.tradeApart({ a: 1, b: true, p: '9000', s: '0.02', r: false, t: { limit: { tif: 'Ioc' } } });
    await room.pass(5 * SECOND);
    expect(room.held()).toEqual(['BTC 0.07']);
    expect([room.held(), adjustments()]).toEqual([venueHolds(), []]);
    expect(room.engine.tradingState.state).not.toBe('HALTED');
  });
});
