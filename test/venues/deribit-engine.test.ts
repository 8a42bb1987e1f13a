// The engine on the Deribit adapter: orders whose answers were lost are settled by the venue's record, what was traded
// while nobody listened is booked from its history, and nothing has to be adjusted.
import { afterEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '#main/engine/engine.ts';
import { limitsFrom } from '#main/engine/limits.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal, isZero } from '#shared/units/decimal.ts';
import { nameOf } from '#shared/units/ids.ts';
import { unwrap } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import { CLI, createFakeRisk, type FakeRisk } from '#test/support/engine-room.ts';
import { createMemoryJournal, type MemoryJournal } from '#test/support/memory-journal.ts';
import { type Bench, openBench } from './deribit/bench.ts';
import { movingMarket } from './simulator/schedule.ts';

const PERPETUAL = 'deribit-sim:BTC-PERPETUAL';

let bench: Bench;
let engine: Engine;
let risk: FakeRisk;
let journal: MemoryJournal;

const pass = async (ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= SECOND) {
    await bench.advance(Math.min(left, SECOND));
    risk.report();
  }
};

async function during<T>(promise: Promise<T>, ms: number = SECOND): Promise<T> {
  const [answer] = await Promise.all([promise, pass(ms)]);
  return answer;
}

async function start(): Promise<void> {
  bench = await openBench({ resources: movingMarket() });
  risk = createFakeRisk();
  journal = createMemoryJournal();
  engine = createEngine({
    clock: bench.clock,
    journal,
    adapters: [bench.venue.adapter],
    limits: unwrap(limitsFrom({})),
    installId: 'test',
    autoResume: true,
    session: { profile: 'demo', tape: 'test', seed: 1 },
    risk,
  });
  unwrap(await during(engine.start(), 3 * SECOND));
  await arm();
}

const arm = async (): Promise<void> => {
  unwrap(await during(engine.arm({ accounts: ['main'], budget: null }, CLI)));
};

async function buy(): Promise<string> {
  const { bids } = await bench.venue.adapter.depth(PERPETUAL, 1);
  const request: OrderRequest = {
    account: 'main',
    instrument: PERPETUAL,
    side: 'buy',
    quantity: decimal(100),
    type: 'limit',
    limit: decimal(Math.round(bids[0]!.price) + 20),
    trigger: null,
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
  };
  const placed = unwrap(await engine.submitNow([request], 'cli', { reportSeq: risk.latest?.seq ?? 0 }, CLI));
  return placed.orders[0]!.id;
}

const events = (): readonly DomainEvent[] => journal.entries.map((one) => one.event);
const adjustments = () => events().filter((one) => one.type === 'adjustment');
const held = (positions: Iterable<{ instrument: string; quantity: string }>) =>
  [...positions].filter((one) => one.quantity !== '0').map((one) => `${nameOf(one.instrument)} ${one.quantity}`);
const venueHolds = () => held(bench.simulator.exchange.holdings('options').positions);
const bookHolds = () => held([...engine.book.positions.values()].filter((one) => !isZero(one.quantity)));

afterEach(async () => {
  await during(engine.stop());
  await bench.close();
});

describe('engine on the Deribit simulator', () => {
  it('books an order that trades', async () => {
    await start();
    const id = await buy();
    await pass(2 * SECOND);
    expect(engine.book.orders.get(id)?.state).toBe('FILLED');
    expect(bookHolds()).toEqual(['BTC-PERPETUAL 100']);
    expect(bookHolds()).toEqual(venueHolds());
  });

  it('settles an order whose answer and fill were lost by the venue’s own record, and books it once', async () => {
    await start();
    bench.simulator.faults.silence('private/buy', 1);
    bench.simulator.faults.lose('user.changes', 1);
    const id = await buy();
    await pass(2 * SECOND);
    expect(engine.book.orders.get(id)?.state).toBe('SENT');
    await pass(70 * SECOND);
    expect(engine.book.orders.get(id)).toMatchObject({ state: 'FILLED', filled: '100' });
    expect(events().filter((one) => one.type === 'fill')).toHaveLength(1);
    expect([bookHolds(), adjustments()]).toEqual([venueHolds(), []]);
  });

  it('books from the history what was traded while it was cut off', async () => {
    await start();
    await buy();
    await pass(2 * SECOND);
    bench.simulator.killSockets();
    bench.simulator.tradeApart('buy', { instrument_name: 'BTC-PERPETUAL', amount: 50, type: 'market' });
    await pass(5 * SECOND);
    expect(bookHolds()).toEqual(['BTC-PERPETUAL 150']);
    expect([bookHolds(), adjustments()]).toEqual([venueHolds(), []]);
    expect(engine.tradingState.state).not.toBe('HALTED');
  });
});
