// Keel's margin of a Hyperliquid account beside the venue's own, with leverage kept by asset: after an order, a fill, a
// move of the price, another leverage, and with a position set apart. The simulator's rule is the documented one
// (hyperliquid.gitbook.io, trading/margining: initial margin = size · mark ÷ leverage; maintenance half of that at the
// maximum leverage), not Keel's code.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heldOf } from '#main/session/measure.ts';
import { DRIFT_ALARM, type MarginTwin, marginTwins } from '#shared/control/margin-twin.ts';
import { isWorking } from '#shared/domain/order.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { assemble, type HeldBook } from '#shared/risk/assemble.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute } from '#shared/risk/compute.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { createTrial } from '#shared/risk/trial.ts';
import { decimal } from '#shared/units/decimal.ts';
import { SECOND } from '#shared/units/time.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { ACCOUNT, type Bench, openBench } from './hyperliquid/bench.ts';
import { openRoom, type Room } from './simulator/engine.ts';

const PERPETUAL = 'hyperliquid-sim:BTC';

let bench: Bench;
let room: Room;
let quotes: Map<string, Quote>;

beforeEach(async () => {
  bench = await openBench({ resources: plainResources(Array.from({ length: 10 }, () => 9_000)), within: true });
  quotes = new Map();
  bench.venue.adapter.subscribe((event) => {
    if (event.type === 'quotes') for (const one of event.quotes) quotes.set(one.instrument, one);
  });
  room = await openRoom(bench, ACCOUNT);
});
afterEach(async () => {
  await room.stop();
  await bench.close();
});

const market = (): MarketSnapshot => {
  const { index } = quotes.get(PERPETUAL)!;
  return { asOf: bench.clock.now(), index: new Map([['BTC', index]]), quotes };
};

function poolsOf(held: HeldBook): readonly PoolMargin[] {
  const now = bench.clock.now();
  const assembled = assemble(held, {
    market: market(),
    now,
    staleBefore: 0,
    axes: defaultAxes(),
    dayOffsetUsd: () => 0,
  });
  return compose(assembled, compute(assembled.problem), { seq: 1, computeMs: 0 }).pools;
}

async function snapshot() {
  const [answer] = await Promise.all([bench.venue.adapter.snapshot(ACCOUNT), bench.advance(500)]);
  return answer;
}

async function twin(held = () => heldOf(room.engine.book)): Promise<MarginTwin> {
  const { pools, asOf } = await snapshot();
  await room.pass(SECOND);
  return marginTwins({ asOf, pools: poolsOf(held()) }, { asOf, pools })[0]!;
}

async function choose(leverage: number, mode: 'cross' | 'isolated'): Promise<void> {
  await Promise.all([bench.venue.desk.setLeverage(PERPETUAL, leverage, mode), bench.advance(500)]);
  await room.pass(3 * SECOND);
}

const chosen = () => {
  const instrument = room.engine.book.instruments.get(PERPETUAL);
  return instrument?.kind === 'perpetual' ? instrument.margin : undefined;
};

/** The book as it was before leverage was kept by asset: one figure for the account. */
function withOneLeverage(leverage: number): HeldBook {
  const held = heldOf(room.engine.book);
  const instruments = new Map([...held.instruments].map(([id, { ...one }]) => [id, { ...one, margin: undefined }]));
  return {
    ...held,
    accounts: held.accounts.map((one) => ({ ...one, leverage })),
    instruments: instruments as HeldBook['instruments'],
  };
}

describe('leverage by asset', () => {
  it('is the venue’s: no drift after an order, a fill, a move of the price and another leverage', async () => {
    // Never touched: the venue tells what it would take.
    expect(chosen()).toEqual({ leverage: 20 });
    await choose(5, 'cross');
    expect(chosen()).toEqual({ leverage: 5 });
    await room.buy(PERPETUAL, 2);
    await room.pass(3 * SECOND);
    const filled = await twin();
    expect(filled.venue.initialMargin).toBeCloseTo((2 * quotes.get(PERPETUAL)!.mark) / 5, 3);
    expect(filled.drift).toBeLessThan(1e-6);
    // What one figure for the account came to: an alarm.
    expect((await twin(() => withOneLeverage(20))).drift).toBeGreaterThan(DRIFT_ALARM);
    bench.simulator.setPrice(8_000);
    await room.pass(3 * SECOND);
    const moved = await twin();
    expect(moved.venue.initialMargin).toBeCloseTo((2 * quotes.get(PERPETUAL)!.mark) / 5, 3);
    expect(moved.drift).toBeLessThan(1e-6);
    await choose(10, 'cross');
    const changed = await twin();
    expect(changed.venue.initialMargin).toBeCloseTo(moved.venue.initialMargin / 2, 3);
    expect(changed.drift).toBeLessThan(1e-6);
  });

  it('counts for open orders: what the pool comes to is what the venue asks for when they have traded', async () => {
    await choose(4, 'cross');
    await room.buy(PERPETUAL, 3, -100);
    await room.pass(3 * SECOND);
    expect((await twin()).drift).toBeLessThan(1e-6);
    const open = [...room.engine.book.orders.values()].filter((one) => isWorking(one.state));
    const held = heldOf(room.engine.book);
    const pools = poolsOf(held);
    const filled = createTrial(held, pools, { market: market(), now: bench.clock.now() })(open);
    expect(filled[0]?.initialMargin).toBeCloseTo((3 * quotes.get(PERPETUAL)!.mark) / 4, 3);
    bench.simulator.setPrice(8_800);
    await room.pass(40 * SECOND);
    expect(room.held()).toEqual(['BTC 3']);
    const after = await twin();
    expect(after.drift).toBeLessThan(1e-6);
    expect(after.venue.initialMargin).toBeCloseTo((3 * quotes.get(PERPETUAL)!.mark) / 4, 3);
  });

  it('keeps a position that was set apart out of the pool, with what it stands on', async () => {
    await room.buy(PERPETUAL, 2);
    await room.pass(3 * SECOND);
    await choose(10, 'isolated');
    await twin();
    const [entry] = [...room.engine.book.positions.values()].map((one) => Number(one.entry));
    expect(Number(chosen()?.isolated)).toBeCloseTo((2 * (entry ?? 0)) / 10, 3);
    const apart = await twin();
    expect(apart.venue).toMatchObject({ initialMargin: 0, maintenanceMargin: 0 });
    expect(apart.drift).toBeLessThan(1e-6);
    await Promise.all([bench.venue.desk.addMargin(PERPETUAL, 'buy', decimal(250)), bench.advance(500)]);
    bench.simulator.setPrice(8_700);
    await room.pass(3 * SECOND);
    const before = apart.venue.equity;
    await twin();
    const added = await twin();
    // Its loss is its own; only what was added is gone from the pool.
    expect(added.venue.equity).toBeCloseTo(before - 250, 3);
    expect(added.drift).toBeLessThan(1e-6);
  });

  it('is what the venue refuses by', async () => {
    await choose(2, 'cross');
    const { orders } = room.engine.book;
    const id = await room.buy(PERPETUAL, 20);
    await room.pass(2 * SECOND);
    expect(orders.get(id)).toMatchObject({ state: 'REJECTED' });
  });
});
