import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restingStep, take } from '#main/venues/paper/matching.ts';
import { barPath } from '#main/venues/paper/path.ts';
import { decodeState, encodeState } from '#main/venues/paper/state-text.ts';
import { hashWords, normalOf, toUnit } from '#shared/market/seeded.ts';
import { add, decimal, multiply, subtract, ZERO } from '#shared/units/decimal.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { type Desk, march2020, openDesk } from '#test/fixtures/paper/market.ts';

const resources = march2020();
const INSTRUMENTS = [
  'deribit-paper:BTC-PERPETUAL',
  'deribit-paper:BTC-27MAR20-6000-P',
  'hyperliquid-paper:BTC',
  'deribit-paper:BTC_USDC',
];

/** What a trader may do, and when, in seconds after the start. */
const action = fc.record({
  at: fc.integer({ min: 0, max: 1800 }),
  instrument: fc.constantFrom(...INSTRUMENTS),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  lots: fc.integer({ min: 1, max: 40 }),
  away: fc.integer({ min: -200, max: 200 }),
  kind: fc.constantFrom('market', 'limit', 'ioc', 'fok', 'post-only', 'stop', 'reduce'),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

function act(desk: Desk, one: Action, id: string): void {
  const instrument = desk.exchange
    .instruments(one.instrument.split(':')[0]!)
    .find((other) => other.id === one.instrument);
  if (!instrument) return;
  const { mark } = desk.exchange.quote(instrument, 0);
  const tick = Number(instrument.tick);
  const price = decimal(Math.max(Math.round((mark * (1 + one.away / 1e4)) / tick), 1));
  const limit = multiply(price, instrument.tick);
  desk.send(id, {
    instrument: one.instrument,
    side: one.side,
    quantity: multiply(decimal(one.lots), instrument.lot),
    type: one.kind === 'market' || one.kind === 'reduce' ? 'market' : one.kind === 'stop' ? 'stop' : 'limit',
    limit: one.kind === 'market' || one.kind === 'reduce' || one.kind === 'stop' ? null : limit,
    trigger: one.kind === 'stop' ? limit : null,
    timeInForce: one.kind === 'ioc' || one.kind === 'fok' ? one.kind : 'gtc',
    postOnly: one.kind === 'post-only',
    reduceOnly: one.kind === 'reduce',
  });
}

const sorted = (actions: readonly Action[]) => [...actions].sort((a, b) => a.at - b.at);
const { startAt } = resources.tape;

/** Plays the actions at their times, stopping also at each of `stops`; `restart` saves and opens anew there. */
function play(actions: readonly Action[], stops: readonly number[], restart: boolean) {
  let desk = openDesk(resources, null, resources.demo.seed);
  const told: unknown[] = [];
  const times = [
    ...stops.map((at) => ({ at, action: null })),
    ...sorted(actions).map((one) => ({ at: one.at, action: one })),
  ];
  times.sort((a, b) => a.at - b.at);
  let number = 0;
  for (const { at, action: one } of times) {
    desk.to(startAt + at * SECOND);
    if (one) act(desk, one, `o${number++}`);
    else if (restart) {
      told.push(...desk.told);
      desk = openDesk(resources, desk.exchange.save(), resources.demo.seed);
    }
  }
  desk.to(startAt + 45 * MINUTE);
  told.push(...desk.told);
  return { told, state: desk.exchange.save(), desk };
}

// The whole point of the core: speed, step and interruptions change nothing.
describe('the paper exchange', () => {
  it('gives the same events and state however it is advanced', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 2400 }), { maxLength: 60 }),
        (actions, stops) => {
          const once = play(actions, [], false);
          const stepped = play(actions, stops, false);
          expect(stepped.told).toEqual(once.told);
          expect(stepped.state).toBe(once.state);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('goes on the same after any restart', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 8 }),
        fc.array(fc.integer({ min: 0, max: 2400 }), { minLength: 1, maxLength: 3 }),
        (actions, stops) => {
          const once = play(actions, [], false);
          const restarted = play(actions, stops, true);
          expect(restarted.told).toEqual(once.told);
          expect(restarted.state).toBe(once.state);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('moves cash only by what it tells, never overfills and respects limits', () => {
    const opening = openDesk(resources, null, resources.demo.seed);
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 15 }), (actions) => {
        const { desk } = play(actions, [], false);
        const filled = new Map<string, string>();
        for (const fill of desk.fills()) {
          const key = fill.order ?? '';
          filled.set(key, add(decimal(filled.get(key) ?? '0'), decimal(Math.abs(Number(fill.quantity)))));
        }
        const orders = desk.told.flatMap(({ event }) => (event.type === 'order' ? [event.order] : []));
        for (const order of orders.filter((one) => filled.has(one.clientOrderId))) {
          const last = desk.order(order.clientOrderId)!;
          expect(Number(last.filled)).toBeCloseTo(Number(filled.get(order.clientOrderId)), 9);
        }
        // Spot only exchanges: what left in dollars came in coin.
        const spot = desk.fills().filter((fill) => fill.instrument === 'deribit-paper:BTC_USDC');
        const coins = spot.reduce((sum, fill) => add(sum, fill.quantity), ZERO);
        const perUsdc = desk.fills().filter((fill) => fill.feeCurrency === 'USDC' && fill.account === 'options');
        const dollars = perUsdc.reduce(
          (sum, fill) => subtract(sum, add(multiply(fill.quantity, fill.price), fill.fee)),
          ZERO,
        );
        expect(desk.cash('options', 'USDC') - opening.cash('options', 'USDC')).toBeCloseTo(Number(dollars), 6);
        const inCoin = desk.fills().every((fill) => fill.feeCurrency !== 'BTC');
        const funded = desk.told.some(({ event }) => event.type === 'funding' && event.payment.currency === 'BTC');
        if (inCoin && !funded)
          expect(desk.cash('options', 'BTC') - opening.cash('options', 'BTC')).toBeCloseTo(Number(coins), 9);
      }),
      { numRuns: 15 },
    );
  });

  it('shows books that are sorted, apart and on their ticks, at any time', () => {
    const desk = openDesk(resources, null, resources.demo.seed);
    const instruments = desk.exchange
      .instruments('deribit-paper')
      .concat(desk.exchange.instruments('hyperliquid-paper'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 38 * 3600 }), fc.nat({ max: instruments.length - 1 }), (seconds, pick) => {
        const other = openDesk(resources, null, resources.demo.seed);
        // Jumping is cheap: nothing is held in memory between ticks but the state.
        other.to(startAt + Math.min(seconds, 600) * SECOND);
        const instrument = instruments[pick]!;
        const { bids, asks } = other.exchange.depth(instrument.id, 50);
        const [bid, ask] = [bids[0]?.price ?? 0, asks[0]?.price ?? Number.POSITIVE_INFINITY];
        expect(bid).toBeLessThan(ask);
        for (const [levels, way] of [
          [bids, -1],
          [asks, 1],
        ] as const) {
          for (let i = 1; i < levels.length; i++)
            expect((levels[i]!.price - levels[i - 1]!.price) * way).toBeGreaterThan(0);
          expect(
            levels.every(
              ({ price, size }) =>
                price > 0 &&
                size > 0 &&
                Math.abs(price / Number(instrument.tick) - Math.round(price / Number(instrument.tick))) < 1e-6,
            ),
          ).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its state through text', () => {
    const { state } = play([], [], false);
    const key = JSON.parse(state).market;
    expect(encodeState(decodeState(state, key))).toBe(state);
  });
});

// Every bar the recording has, and any other: its four prices are met and nothing lies outside.
it('a bar’s path touches open, high, low and close and stays between', () => {
  const cents = fc.integer({ min: 100, max: 10_000_000 }).map((value) => value / 100);
  fc.assert(
    fc.property(
      fc.integer(),
      fc.nat(),
      cents,
      cents,
      cents,
      cents,
      fc.integer({ min: 4, max: 900 }),
      (seed, word, a, b, c, d, ticks) => {
        const bar = { open: a, high: Math.max(a, b, c, d), low: Math.min(a, b, c, d), close: b, volume: 1 };
        const path = barPath(seed, word, bar, ticks);
        expect([path[0], path[ticks - 1]]).toEqual([bar.open, bar.close]);
        expect([Math.max(...path), Math.min(...path)]).toEqual([bar.high, bar.low]);
      },
    ),
  );
});

// Matching: what is taken is what was there, at prices the limit allows, and the queue never makes volume.
describe('matching', () => {
  const level = fc.record({ price: fc.integer({ min: 1, max: 500 }), size: fc.integer({ min: 1, max: 50 }) });
  const steps = { tick: decimal(1), lot: decimal(1) };

  it('takes best prices first, within the limit, and no more than there is', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(level, { selector: (one) => one.price, maxLength: 12 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 500 }),
        (levels, quantity, limit) => {
          const asks = [...levels].sort((x, y) => x.price - y.price);
          const { matches, left } = take(
            asks,
            { side: 'buy', quantity: decimal(quantity), limit: decimal(limit) },
            steps,
          );
          const taken = matches.reduce((sum, one) => sum + Number(one.quantity), 0);
          const there = asks.filter((one) => one.price <= limit).reduce((sum, one) => sum + one.size, 0);
          expect(taken).toBe(Math.min(quantity, there));
          expect(Number(left)).toBe(quantity - taken);
          expect(
            matches.every(
              (one, i) => Number(one.price) <= limit && (i === 0 || Number(one.price) > Number(matches[i - 1]!.price)),
            ),
          ).toBe(true);
        },
      ),
    );
  });

  it('a resting order gets no more than the volume behind its queue while the price stays', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 40 }),
        (ahead, left, volumes) => {
          const top = { bid: 100, bidSize: 40, ask: 101, askSize: 40 };
          let [queueAhead, filled] = [ahead, 0];
          for (const volume of volumes) {
            if (filled >= left) break;
            const next = restingStep({ side: 'buy', limit: 100, left: left - filled, queueAhead }, top, volume, 1);
            queueAhead = next.queueAhead;
            filled += next.filled;
          }
          const traded = volumes.reduce((sum, one) => sum + one, 0);
          expect(filled).toBeLessThanOrEqual(Math.max(traded - ahead, 0) + 1e-6);
          expect(Number.isInteger(filled)).toBe(true);
        },
      ),
    );
  });
});

// The seeded draws are what all of the above rests on: spread evenly, and the same everywhere.
describe('seeded draws', () => {
  it('are uniform, normal and repeatable', () => {
    const units = Array.from({ length: 20_000 }, (_, i) => toUnit(hashWords(9, i)));
    const buckets = Array.from({ length: 20 }, (_, b) => units.filter((u) => Math.floor(u * 20) === b).length);
    expect(Math.min(...buckets)).toBeGreaterThan(850);
    expect(Math.max(...buckets)).toBeLessThan(1150);
    const normals = Array.from({ length: 20_000 }, (_, i) => normalOf(5, i, 3, -1));
    const mean = normals.reduce((sum, z) => sum + z, 0) / normals.length;
    const variance = normals.reduce((sum, z) => sum + z * z, 0) / normals.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
    expect(hashWords(20200312, 1, 2, 3)).toBe(hashWords(20200312, 1, 2, 3));
  });
});
