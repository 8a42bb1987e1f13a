import { describe, expect, it } from 'vitest';
import type { LegResult, VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import { createPaperAdapters } from '#main/venues/paper/adapter.ts';
import type { Order } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';
import { HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { march2020, plainResources, START } from '#test/fixtures/paper/market.ts';
import { type Bench, memoryStateStore, openVenues } from '#test/fixtures/paper/venues.ts';
import { order as makeOrder } from '#test/support/domain.ts';
import { createManualClock } from '#test/support/manual-clock.ts';

const PERP = 'deribit-paper:BTC-PERPETUAL';
const flat = () => plainResources([10_000, 10_000, 10_000]);

function order(id: string, more: Partial<Order> = {}): Order {
  const market = { type: 'market', limit: null, timeInForce: 'ioc', state: 'SENT' } as const;
  return makeOrder({ id, group: id, instrument: PERP, ...market, ...more });
}

interface Room extends Bench {
  readonly adapter: VenueAdapter;
  readonly events: VenueEvent[];
  place(...orders: readonly Order[]): Promise<readonly LegResult[]>;
}

async function room(resources = flat(), text: string | null = null): Promise<Room> {
  const bench = openVenues(resources, text);
  const adapter = bench.adapters.find((one) => one.id === 'deribit-paper')!;
  const events: VenueEvent[] = [];
  adapter.subscribe((event) => events.push(event));
  await adapter.connect();
  return { ...bench, adapter, events, place: (...orders) => adapter.execute({ type: 'place', orders }) };
}

const answered = async <T>(r: Room, promise: Promise<T>, ms = 100): Promise<T> => {
  const [answer] = await Promise.all([promise, r.clock.advance(ms)]);
  return answer;
};

// The tape is the trader's clock: it must run as told, in engine time, and nothing may run ahead of it.
describe('tape', () => {
  it('stands until it is played, runs at its speed, and stops where it is paused', async () => {
    const r = await room();
    await r.clock.advance(5 * SECOND);
    expect(r.tape.state).toMatchObject({ now: START, paused: true, speed: 1, ended: false });
    r.tape.play();
    await r.clock.advance(4 * SECOND);
    expect(r.tape.state.now).toBe(START + 4 * SECOND);
    r.tape.setSpeed(60);
    await r.clock.advance(2 * SECOND);
    expect(r.tape.state.now).toBe(START + 124 * SECOND);
    r.tape.pause();
    await r.clock.advance(5 * SECOND);
    expect(r.tape.state).toMatchObject({ now: START + 124 * SECOND, paused: true });
  });

  it('ends at the last bar and still takes orders there', async () => {
    const r = await room();
    r.tape.setSpeed(3600);
    r.tape.play();
    await r.clock.advance(2 * SECOND);
    expect(r.tape.state).toMatchObject({ ended: true, now: r.tape.state.to });
    expect(await answered(r, r.place(order('end')))).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('refuses a speed outside of 1 to 3,600', async () => {
    const r = await room();
    for (const speed of [0, 0.5, 3601, Number.NaN])
      expect(() => r.tape.setSpeed(speed)).toThrow(/expected a speed from 1 to 3600/);
  });

  it('tells its followers and shows no candle of the future', async () => {
    const r = await room(march2020());
    const seen: number[] = [];
    r.tape.subscribe((state) => seen.push(state.now));
    r.tape.play();
    await r.clock.advance(SECOND);
    expect(seen.at(-1)).toBe(r.tape.state.now);
    const bars = r.tape.bars('BTC', MINUTE, r.tape.state.to);
    expect(bars.at(-1)!.time).toBe(Math.floor(r.tape.state.now / MINUTE) * MINUTE);
    expect(bars[0]!.time).toBe(r.tape.state.from);
    expect(() => r.tape.bars('ETH', MINUTE, 0)).toThrow(/has BTC, not ETH/);
  });

  it('does not jump when the machine slept', async () => {
    const manual = createManualClock(1_700_000_000_000);
    let asleep = 0;
    const clock = { now: () => manual.now() + asleep, every: manual.every };
    const { adapters, tape } = createPaperAdapters({ resources: flat(), clock, store: memoryStateStore() });
    await adapters[0]!.connect();
    tape.play();
    await manual.advance(SECOND);
    asleep = HOUR;
    await manual.advance(2 * SECOND);
    expect(tape.state.now).toBeGreaterThanOrEqual(START + 2 * SECOND);
    expect(tape.state.now).toBeLessThan(START + 4 * SECOND);
  });
});

// Latency counts in engine time, whatever the tape does.
describe('latency', () => {
  it('passes while the tape stands and while it runs at any speed', async () => {
    for (const speed of [null, 1, 3600]) {
      const r = await room(march2020());
      if (speed !== null) {
        r.tape.setSpeed(speed);
        r.tape.play();
      }
      const leg = r.place(order('x'));
      await r.clock.advance(30);
      expect(await r.adapter.orderState('options', 'x')).toBeNull();
      await r.clock.advance(10);
      expect(await r.adapter.orderState('options', 'x')).toMatchObject({ state: 'FILLED' });
      expect(await leg).toMatchObject([{ outcome: 'accepted' }]);
    }
  });

  it('keeps the order of what was sent', async () => {
    const r = await room();
    const resting = order('w', { type: 'limit', limit: decimal(9_000), timeInForce: 'gtc' });
    const both = Promise.all([r.place(resting), r.adapter.execute({ type: 'cancel', account: 'options', order: 'w' })]);
    expect(await answered(r, both)).toMatchObject([[{ outcome: 'accepted' }], [{ outcome: 'accepted' }]]);
  });
});

// kill -9: what was answered or told is on disk; what was not never happened.
describe('after a crash', () => {
  it('goes on with the same orders, positions, history and market', async () => {
    const r = await room(march2020());
    r.tape.setSpeed(600);
    r.tape.play();
    await r.clock.advance(4 * SECOND);
    await answered(
      r,
      r.place(order('a'), order('w', { type: 'limit', limit: decimal(100), timeInForce: 'gtc', postOnly: true })),
    );
    await r.clock.advance(2 * SECOND);
    r.tape.pause();
    const again = await room(march2020(), r.store.text);
    expect(again.tape.state.now).toBe(r.tape.state.now);
    expect(again.tape.state.paused).toBe(true);
    const [before, after] = [await r.adapter.snapshot('options'), await again.adapter.snapshot('options')];
    expect(after).toEqual(before);
    expect(await again.adapter.history('options', null)).toEqual(await r.adapter.history('options', null));
    for (const one of [r, again]) {
      one.tape.setSpeed(3600);
      one.tape.play();
      await one.clock.advance(3 * SECOND);
      one.tape.pause();
    }
    expect(again.tape.state.now).toBe(r.tape.state.now);
    expect(await again.adapter.snapshot('options')).toEqual(await r.adapter.snapshot('options'));
    expect(await again.adapter.history('options', null)).toEqual(await r.adapter.history('options', null));
  });

  it('has saved every private change before it tells it, and the position each second', async () => {
    const r = await room(march2020());
    const savedAt: number[] = [];
    r.adapter.subscribe((event) => {
      if (event.type === 'fill' || event.type === 'order') savedAt.push(r.store.text?.includes('"x"') ? 1 : 0);
    });
    await answered(r, r.place(order('x')));
    expect(savedAt.length).toBeGreaterThan(1);
    expect(savedAt.every((one) => one === 1)).toBe(true);
    r.tape.play();
    const before = r.store.saves;
    await r.clock.advance(10 * SECOND);
    expect(r.store.saves - before).toBeGreaterThanOrEqual(9);
    expect(r.store.saves - before).toBeLessThanOrEqual(12);
  });

  it('forgets an order that was on its way', async () => {
    const r = await room();
    const lost = r.place(order('lost'));
    await r.clock.advance(10);
    const again = await room(flat(), r.store.text);
    expect(await again.adapter.orderState('options', 'lost')).toBeNull();
    await r.adapter.close();
    expect(await lost).toMatchObject([{ outcome: 'unknown', reason: { code: 'closed' } }]);
  });

  it('goes down when it cannot save, tells nothing meanwhile, and comes back', async () => {
    const r = await room();
    await r.clock.advance(100);
    r.store.full = true;
    expect(await answered(r, r.place(order('x')))).toMatchObject([{ outcome: 'unknown' }]);
    await r.clock.advance(SECOND);
    expect(r.events.filter((event) => event.type === 'fill')).toEqual([]);
    expect(r.events.at(-1)).toMatchObject({ type: 'status', status: 'down', reason: { code: 'not-saved' } });
    r.store.full = false;
    await r.clock.advance(SECOND);
    expect(r.events.filter((event) => event.type === 'fill').length).toBeGreaterThan(0);
    expect(r.events.findLast((event) => event.type === 'status')).toMatchObject({ status: 'live' });
  });
});

// Faults on command: scene 6 of the day, and the engine's UNKNOWN.
describe('faults', () => {
  const faultsOf = (r: Room) => r.faults.get('deribit-paper')!;

  it('a lost answer leaves the order unknown to us and known to the venue', async () => {
    const r = await room();
    faultsOf(r).loseAnswers(1);
    expect(await answered(r, r.place(order('x')), 5 * SECOND)).toMatchObject([
      { outcome: 'unknown', reason: { code: 'no-answer' } },
    ]);
    expect(await r.adapter.orderState('options', 'x')).toMatchObject({ state: 'FILLED' });
    expect(await answered(r, r.place(order('y')))).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('a late answer comes late', async () => {
    const r = await room();
    faultsOf(r).delayAnswers(SECOND);
    let answer: readonly LegResult[] | null = null;
    void r.place(order('x')).then((legs) => (answer = legs));
    await r.clock.advance(900);
    expect(answer).toBeNull();
    expect(r.events.some((event) => event.type === 'fill')).toBe(true);
    await r.clock.advance(200);
    expect(answer).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('a refusal never reaches the book', async () => {
    const r = await room();
    faultsOf(r).refuse(1, fault('throttled', 'too many requests'));
    expect(await answered(r, r.place(order('x')))).toMatchObject([
      { outcome: 'rejected', reason: { code: 'throttled' } },
    ]);
    expect(await r.adapter.orderState('options', 'x')).toBeNull();
  });

  it('a lost connection tells so, answers nothing, and history has what was missed', async () => {
    const r = await room();
    const resting = order('w', { side: 'sell', type: 'limit', limit: decimal(9_000), timeInForce: 'gtc' });
    const sent = r.place(resting);
    faultsOf(r).drop();
    expect(r.events.at(-1)).toMatchObject({ type: 'status', status: 'down', reason: { code: 'connection-lost' } });
    expect(await answered(r, sent, 5 * SECOND)).toMatchObject([{ outcome: 'unknown' }]);
    await expect(r.adapter.snapshot('options')).rejects.toThrow(/not connected/);
    await expect(r.adapter.connect()).rejects.toThrow(/not connected/);
    expect(await r.place(order('z'))).toMatchObject([{ outcome: 'unknown', reason: { code: 'not-connected' } }]);
    expect(r.events.filter((event) => event.type === 'fill')).toEqual([]);
    faultsOf(r).restore();
    expect(r.events.at(-1)).toMatchObject({ type: 'status', status: 'live' });
    expect((await r.adapter.history('options', null)).fills.length).toBeGreaterThan(0);
    expect(await r.adapter.orderState('options', 'z')).toBeNull();
  });

  it('a silent feed tells no quotes though the status stays', async () => {
    const r = await room();
    await r.clock.advance(SECOND);
    faultsOf(r).silence('quotes');
    r.events.length = 0;
    await r.clock.advance(5 * SECOND);
    expect(r.events).toEqual([]);
    faultsOf(r).silence('nothing');
    await r.clock.advance(2 * SECOND);
    expect(r.events.some((event) => event.type === 'quotes')).toBe(true);
  });
});

// Quotes are conflated: a still market costs nothing, a moving one is told once per pump.
describe('quotes', () => {
  it('come whole once a second while the market stands, and after a trade for what it changed', async () => {
    const r = await room();
    await r.clock.advance(SECOND);
    r.events.length = 0;
    await r.clock.advance(3 * SECOND);
    const batches = r.events.flatMap((event) => (event.type === 'quotes' ? [event.quotes] : []));
    expect(batches).toHaveLength(3);
    await r.clock.advance(SECOND / 2);
    r.events.length = 0;
    await answered(r, r.place(order('x', { quantity: decimal(100_000) })), 80);
    const changed = r.events.flatMap((event) => (event.type === 'quotes' ? event.quotes : []));
    expect(changed.map((quote) => quote.instrument)).toEqual([PERP]);
  });
});
