// The engine on the Deribit adapter: orders whose answers were lost are settled by the venue's record, what was traded
// while nobody listened is booked from its history, and nothing has to be adjusted.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECOND } from '#shared/units/time.ts';
import { type Bench, openBench } from './deribit/bench.ts';
import { heldOf, openRoom, type Room } from './simulator/engine.ts';
import { movingMarket } from './simulator/schedule.ts';

const PERPETUAL = 'deribit-sim:BTC-PERPETUAL';

let bench: Bench;
let room: Room;

const adjustments = () => room.events().filter((one) => one.type === 'adjustment');
const venueHolds = () => heldOf(bench.simulator.exchange.holdings('options').positions);

beforeEach(async () => {
  bench = await openBench({ resources: movingMarket() });
  room = await openRoom(bench, 'main');
});
afterEach(async () => {
  await room.stop();
  await bench.close();
});

describe('engine on the Deribit simulator', () => {
  it('books an order that trades', async () => {
    const id = await room.buy(PERPETUAL, 100);
    await room.pass(2 * SECOND);
    expect(room.engine.book.orders.get(id)?.state).toBe('FILLED');
    expect(room.held()).toEqual(['BTC-PERPETUAL 100']);
    expect(room.held()).toEqual(venueHolds());
  });

  it('settles an order whose answer and fill were lost by the venue’s own record, and books it once', async () => {
    bench.simulator.faults.silence('private/buy', 1);
    bench.simulator.faults.lose('user.changes', 1);
    const id = await room.buy(PERPETUAL, 100);
    await room.pass(2 * SECOND);
    expect(room.engine.book.orders.get(id)?.state).toBe('SENT');
    await room.pass(70 * SECOND);
    expect(room.engine.book.orders.get(id)).toMatchObject({ state: 'FILLED', filled: '100' });
    expect(room.events().filter((one) => one.type === 'fill')).toHaveLength(1);
    expect([room.held(), adjustments()]).toEqual([venueHolds(), []]);
  });

  it('books from the history what was traded while it was cut off', async () => {
    await room.buy(PERPETUAL, 100);
    await room.pass(2 * SECOND);
    bench.simulator.killSockets();
    bench.simulator.tradeApart('buy', { instrument_name: 'BTC-PERPETUAL', amount: 50, type: 'market' });
    await room.pass(5 * SECOND);
    expect(room.held()).toEqual(['BTC-PERPETUAL 150']);
    expect([room.held(), adjustments()]).toEqual([venueHolds(), []]);
    expect(room.engine.tradingState.state).not.toBe('HALTED');
  });
});
