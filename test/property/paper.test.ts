import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restingStep, take } from '#main/venues/paper/matching.ts';
import { barPath } from '#main/venues/paper/path.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { decodeState, encodeState } from '#main/venues/paper/state-text.ts';
import { applyEvent, type Book, cashOf, emptyBook } from '#shared/domain/book.ts';
import type { Level } from '#shared/market/order-book.ts';
import { hashWords, normalOf, toUnit } from '#shared/market/seeded.ts';
import { absolute, add, decimal, isZero, multiply, type Price, ZERO } from '#shared/units/decimal.ts';
import { SECOND } from '#shared/units/time.ts';
import { type Desk, march2020, openDesk } from '#test/fixtures/paper/market.ts';

const whole = march2020();
/** Two stretches of the real tape: the first fall with its funding, and the night's end with expiry and liquidation. */
const WINDOWS = [Date.UTC(2020, 2, 12, 10, 30), Date.UTC(2020, 2, 13, 7, 45)].map((startAt) => ({
  ...whole,
  tape: { ...whole.tape, startAt },
}));
const window = fc.constantFrom(...WINDOWS);
const SEED = whole.demo.seed;
/** Seconds that are played. */
const LENGTH = 40 * 60;
const INSTRUMENTS = [
  'deribit-paper:BTC-PERPETUAL',
  'deribit-paper:BTC-27MAR20-6000-P',
  'hyperliquid-paper:BTC',
  'deribit-paper:BTC_USDC',
];

/** What a trader may do, and when, in seconds after the start. */
const action = fc.record({
  at: fc.integer({ min: 0, max: LENGTH - 60 }),
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
/** Plays the actions at their times, stopping also at each of `stops`; `restart` saves and opens anew there. */
function play(resources: PaperResources, actions: readonly Action[], stops: readonly number[], restart: boolean) {
  const { startAt } = resources.tape;
  let desk = openDesk(resources, null, SEED);
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
      desk = openDesk(resources, desk.exchange.save(), SEED);
    }
  }
  desk.to(startAt + LENGTH * SECOND);
  told.push(...desk.told);
  return { told, state: desk.exchange.save(), desk };
}

const actions = fc.array(action, { maxLength: 12 });
const stops = fc.array(fc.integer({ min: 0, max: LENGTH }), { maxLength: 40 });
const few = fc.array(fc.integer({ min: 0, max: LENGTH }), { minLength: 1, maxLength: 3 });

/** What an account becomes by what was told of it. */
function folded(opening: Desk, desk: Desk, account: string): Book {
  const book = emptyBook();
  const { owner, balances, positions } = opening.exchange.holdings(account);
  const venues = ['deribit-paper', 'hyperliquid-paper'];
  const instruments = venues.flatMap((venue) => opening.exchange.instruments(venue));
  applyEvent(book, { type: 'instruments-listed', instruments }, 0);
  applyEvent(book, { type: 'account-opened', account: owner, balances, positions }, 0);
  for (const { event } of desk.told) {
    if (event.type === 'fill' && event.fill.account === account) {
      applyEvent(book, { type: 'fill', fill: { ...event.fill, order: null } }, 0);
    }
    if (event.type === 'funding' && event.payment.account === account) {
      applyEvent(book, { type: 'funding', payment: event.payment }, 0);
    }
  }
  return book;
}

// The whole point of the core: speed, step and interruptions change nothing.
describe('the paper exchange', () => {
  it('gives the same events and state however it is advanced', () => {
    fc.assert(
      fc.property(window, actions, stops, (resources, todo, halts) => {
        const once = play(resources, todo, [], false);
        const stepped = play(resources, todo, halts, false);
        expect(stepped.told).toEqual(once.told);
        expect(stepped.state).toBe(once.state);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('goes on the same after any restart', () => {
    fc.assert(
      fc.property(window, actions, few, (resources, todo, halts) => {
        const once = play(resources, todo, [], false);
        const restarted = play(resources, todo, halts, true);
        expect(restarted.told).toEqual(once.told);
        expect(restarted.state).toBe(once.state);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('fills no more than was ordered, at no worse than the limit', () => {
    fc.assert(
      fc.property(window, actions, (resources, todo) => {
        const { desk } = play(resources, todo, [], false);
        const orders = new Map(
          desk.told.flatMap(({ event }) => (event.type === 'order' ? [[event.order.clientOrderId, event.order]] : [])),
        );
        for (const [id, last] of orders) {
          const filled = desk.fills(id).reduce((sum, fill) => add(sum, absolute(fill.quantity)), ZERO);
          expect(filled).toBe(last.filled);
        }
        sorted(todo).forEach((one, i) => {
          const wanted = multiply(
            decimal(one.lots),
            desk.exchange.instruments(one.instrument.split(':')[0]!).find((other) => other.id === one.instrument)!.lot,
          );
          expect(Number(orders.get(`o${i}`)?.filled ?? 0)).toBeLessThanOrEqual(Number(wanted));
        });
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('is, to the last decimal, what its fills and funding say', () => {
    fc.assert(
      fc.property(window, actions, (resources, todo) => {
        const opening = openDesk(resources, null, SEED);
        const { desk } = play(resources, todo, [], false);
        for (const { id } of desk.exchange.owners) {
          const book = folded(opening, desk, id);
          const { balances, positions } = desk.exchange.holdings(id);
          for (const { currency, cash } of balances) expect(cashOf(book, id, currency)).toBe(cash);
          const held = [...book.positions.values()].filter((one) => !isZero(one.quantity));
          const figures = (all: readonly { instrument: string; quantity: string; entry: string }[]) =>
            all.map((one) => `${one.instrument} ${one.quantity} @ ${one.entry}`).sort();
          expect(figures(positions)).toEqual(figures(held));
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('shows books that are sorted, apart and on their ticks, at any time', () => {
    const moments = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.nat({ max: 10_000 })), { maxLength: 30 });
    fc.assert(
      fc.property(window, moments, (resources, steps) => {
        const desk = openDesk(resources, null, SEED);
        for (const [seconds, pick] of steps) {
          desk.pass(seconds * SECOND);
          const instruments = [
            ...desk.exchange.instruments('deribit-paper'),
            ...desk.exchange.instruments('hyperliquid-paper'),
          ];
          const instrument = instruments[pick % instruments.length]!;
          const { bids, asks } = desk.exchange.depth(instrument.id, 50);
          expect(bids[0]?.price ?? 0).toBeLessThan(asks[0]?.price ?? Number.POSITIVE_INFINITY);
          expect(ordered(bids, -1, instrument.tick) && ordered(asks, 1, instrument.tick)).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('keeps its state through text', () => {
    const { state } = play(WINDOWS[1]!, [], [], false);
    expect(encodeState(decodeState(state, JSON.parse(state).market))).toBe(state);
  });
});

function ordered(levels: readonly Level[], way: 1 | -1, tick: Price): boolean {
  return levels.every(({ price, size }, i) => {
    const ticks = price / Number(tick);
    const after = i === 0 || (price - levels[i - 1]!.price) * way > 0;
    return price > 0 && size > 0 && after && Math.abs(ticks - Math.round(ticks)) < 1e-6;
  });
}

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
