import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { FillPage, LegResult, VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order } from '#shared/domain/order.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { decimal, isZero } from '#shared/units/decimal.ts';
import { instrumentId, nameOf } from '#shared/units/ids.ts';
import { order } from '#test/support/domain.ts';
import type { Faults } from '#test/venues/deribit/faults.ts';
import { CORE_ACCOUNT } from './desk.ts';

const ACCOUNT = 'main';

/** An adapter on a simulator, both on one clock. */
export interface ScheduleBench {
  readonly venue: {
    readonly adapter: VenueAdapter;
    book(instrument: string, levels: number): OrderBook | null;
    health(): { readonly live: boolean; readonly reconnects: number };
  };
  readonly simulator: {
    readonly faults: Faults;
    readonly exchange: Exchange;
    published(name: string): readonly OrderBook[];
    shut(closed: boolean): void;
    killSockets(): void;
    setPrice(price: number): void;
    tradeApart(terms: OrderTerms): void;
  };
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** How a venue's wire names what can go wrong. */
export interface ScheduleWire {
  readonly venue: string;
  /** What is traded and followed: the venue's name, the core's, and a quantity the books can fill. */
  readonly traded: readonly { readonly name: string; readonly core: string; readonly quantity: string }[];
  readonly books: string;
  readonly tickers: string;
  /** Channels of private news. */
  readonly news: readonly string[];
  /** Requests that may stay unanswered. */
  readonly requests: readonly string[];
  /** The code of an order that is refused. */
  readonly refusal: number;
}

/** Everything that came of one schedule. */
export interface Played {
  readonly bench: ScheduleBench;
  readonly wire: ScheduleWire;
  readonly events: readonly VenueEvent[];
  readonly legs: readonly LegResult[];
  /** Fills of the pages that were read along the way, in order. */
  readonly read: readonly Fill[];
  /** Books that were shown and should not have been. */
  readonly wrong: readonly string[];
  readonly steps: readonly string[];
}

interface Play {
  readonly bench: ScheduleBench;
  readonly wire: ScheduleWire;
  readonly draw: SeededStream;
  readonly legs: LegResult[];
  readonly pending: Promise<void>[];
  readonly placed: string[];
  readonly read: Fill[];
  cursor: string | null;
  reading: boolean;
}

function pick<T>(draw: SeededStream, from: readonly T[]): T {
  return from[Math.floor(draw.uniform() * from.length)]!;
}

function orderOf({ draw, placed, wire }: Play): Order {
  const { name, quantity } = pick(draw, wire.traded);
  const market = draw.uniform() < 0.6;
  const id = `order-${placed.length + 1}`;
  placed.push(id);
  return order({
    id,
    account: ACCOUNT,
    instrument: instrumentId(wire.venue, name),
    side: draw.uniform() < 0.5 ? 'buy' : 'sell',
    quantity: decimal(quantity),
    type: market ? 'market' : 'limit',
    limit: market ? null : decimal(10_000),
    state: 'SENT',
    group: id,
  });
}

/** Asked and not waited for; what cannot be answered is as good as an answer here. */
function ask<T>(play: Play, question: Promise<T>, then: (answer: T) => void): void {
  play.pending.push(question.then(then, () => undefined));
}

function readOn(play: Play): void {
  if (play.reading) return;
  play.reading = true;
  const take = ({ fills, next }: FillPage): void => {
    play.read.push(...fills);
    play.cursor = next ?? play.cursor;
  };
  const done = (): void => {
    play.reading = false;
  };
  play.pending.push(
    play.bench.venue.adapter
      .history(ACCOUNT, play.cursor)
      .then(take, () => undefined)
      .then(done),
  );
}

function place(play: Play, count: number): void {
  const orders = Array.from({ length: count }, () => orderOf(play));
  ask(play, play.bench.venue.adapter.execute({ type: 'place', orders }), (legs) => void play.legs.push(...legs));
}

const STEPS: Readonly<Record<string, (play: Play) => void>> = {
  place: (play) => place(play, 1),
  'place two': (play) => place(play, 2),
  cancel: (play) => {
    const id = play.placed.length === 0 ? null : pick(play.draw, play.placed);
    if (id === null) return;
    ask(play, play.bench.venue.adapter.execute({ type: 'cancel', account: ACCOUNT, order: id }), () => undefined);
  },
  'trade apart': ({ bench, draw, wire }) => {
    const { core, quantity } = pick(draw, wire.traded);
    const side = draw.uniform() < 0.5 ? 'buy' : 'sell';
    const terms = { account: CORE_ACCOUNT, instrument: instrumentId(DERIBIT, core), side } as const;
    const market = { type: 'market', limit: null, trigger: null, timeInForce: 'ioc' } as const;
    bench.simulator.tradeApart({
      ...terms,
      ...market,
      quantity: decimal(quantity),
      postOnly: false,
      reduceOnly: false,
    });
  },
  'read history': readOn,
  'lose deltas': ({ bench, draw, wire }) => bench.simulator.faults.lose(wire.books, 1 + Math.floor(draw.uniform() * 3)),
  'lose private news': ({ bench, draw, wire }) => bench.simulator.faults.lose(pick(draw, wire.news), 2),
  'tell twice': ({ bench, draw, wire }) =>
    bench.simulator.faults.duplicate(pick(draw, [wire.books, wire.tickers, ...wire.news]), 2),
  'tell out of order': ({ bench, draw, wire }) =>
    bench.simulator.faults.reorder(pick(draw, [wire.books, ...wire.news]), 2),
  'answer late': ({ bench, draw }) => bench.simulator.faults.delay(draw.uniform() < 0.5 ? 800 : 7_000, 1),
  'never answer': ({ bench, draw, wire }) => bench.simulator.faults.silence(pick(draw, wire.requests), 1),
  refuse: (play) => {
    play.bench.simulator.faults.refuse(play.wire.refusal, 1);
    place(play, 1);
  },
  'rate limit': ({ bench }) => bench.simulator.faults.exhaust(2),
  'empty report': ({ bench }) => bench.simulator.faults.emptyPositions(1),
  garble: ({ bench }) => bench.simulator.faults.garble(1),
  'kill sockets': ({ bench }) => bench.simulator.killSockets(),
  'turn away': ({ bench, draw }) => {
    bench.simulator.shut(draw.uniform() < 0.6);
    bench.simulator.killSockets();
  },
  'move the price': ({ bench, draw }) => bench.simulator.setPrice(9_500 + Math.round(draw.uniform() * 1_000)),
};
const NAMES = Object.keys(STEPS);

/** What is shown and should not be: a crossed book, or one that the venue never told. */
function wrongNow({ venue, simulator }: ScheduleBench, wire: ScheduleWire): string[] {
  return wire.traded.flatMap(({ name, core }) => {
    const shown = venue.book(instrumentId(wire.venue, name), 20);
    if (shown === null) return [];
    const [bid, ask] = [shown.bids[0], shown.asks[0]];
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return [`${name} is crossed`];
    const same = ({ bids, asks }: OrderBook) =>
      isDeepStrictEqual(bids, shown.bids) && isDeepStrictEqual(asks, shown.asks);
    return simulator.published(core).some(same) ? [] : [`${name} was never so`];
  });
}

/** Plays `length` seeded steps, clears all faults, and waits until the venue is live and every question is settled. */
export async function play(bench: ScheduleBench, wire: ScheduleWire, seed: number, length: number): Promise<Played> {
  const { adapter } = bench.venue;
  const draw = seededStream(seed, 43);
  const game: Play = { bench, wire, draw, legs: [], pending: [], placed: [], read: [], cursor: null, reading: false };
  const [events, wrong, steps]: [VenueEvent[], string[], string[]] = [[], [], []];
  adapter.subscribe((event) => events.push(event));
  const connecting = adapter.connect();
  await bench.advance(300);
  await connecting;
  const follow = () => {
    for (const { name } of wire.traded) ask(game, adapter.depth(instrumentId(wire.venue, name), 20), () => undefined);
  };
  follow();
  for (let i = 0; i < length; i++) {
    const step = pick(draw, NAMES);
    const wait = Math.ceil((draw.uniform() * 1_500) / 100) * 100;
    steps.push(`${step}, ${wait} ms`);
    STEPS[step]?.(game);
    for (let left = wait; left > 0; left -= 100) {
      await bench.advance(100);
      wrong.push(...wrongNow(bench, wire));
    }
  }
  bench.simulator.faults.clear();
  bench.simulator.shut(false);
  for (let i = 0; i < 60 && !bench.venue.health().live; i++) await bench.advance(1_000);
  // Longer than any answer is waited for, and twice the time between sweeps.
  await bench.advance(12_000);
  await Promise.all(game.pending);
  readOn(game);
  await bench.advance(1_000);
  await Promise.all(game.pending);
  return { bench, wire, events, legs: game.legs, read: game.read, wrong, steps };
}

async function settled<T>({ bench }: Played, asked: Promise<T>): Promise<T> {
  const [answer] = await Promise.all([asked, bench.advance(100)]);
  return answer;
}

export function toldFills({ events }: Played): readonly Fill[] {
  return events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
}

/** What an account holds, as the core says: of the instruments this wire has names for. */
function heldAtCore({ bench, wire }: Played): readonly string[] {
  const cores = new Set(wire.traded.map((one) => one.core));
  const { positions } = bench.simulator.exchange.holdings(CORE_ACCOUNT);
  const own = positions.filter((one) => cores.has(nameOf(one.instrument)) && !isZero(one.quantity));
  return own.map((one) => one.quantity).sort();
}

/** Positions, orders and fills are the venue's: none told twice, every one in the history, and `all` of them told. */
export async function checkAccount(played: Played, all: boolean): Promise<void> {
  const { adapter } = played.bench.venue;
  const snapshot = await settled(played, adapter.snapshot(ACCOUNT));
  expect(snapshot.complete).toBe(true);
  expect(snapshot.positions.map((one) => one.quantity).sort()).toEqual(heldAtCore(played));
  const { openOrders } = played.bench.simulator.exchange.holdings(CORE_ACCOUNT);
  expect(snapshot.openOrders).toHaveLength(openOrders.length);
  const { fills } = await settled(played, adapter.history(ACCOUNT, null));
  const trades = fills.map((fill) => fill.trade);
  const told = toldFills(played).map((fill) => fill.trade);
  expect(new Set(told).size).toBe(told.length);
  expect(trades).toEqual(expect.arrayContaining(told));
  if (all) expect(told).toEqual(trades);
  expect(played.read.map((fill) => fill.trade)).toEqual(trades);
}

/** What was called accepted is there, and what was called refused did not happen. */
export async function checkOrders(played: Played): Promise<void> {
  for (const leg of played.legs) {
    const state = await settled(played, played.bench.venue.adapter.orderState(ACCOUNT, leg.id));
    if (leg.outcome === 'accepted') expect(state?.venueOrderId, leg.id).toBe(leg.venueOrderId);
    if (leg.outcome === 'rejected') expect(state, `${leg.id}: ${leg.reason.message}`).toBeNull();
  }
}

export async function checkBooks(played: Played): Promise<void> {
  for (const { name, core } of played.wire.traded) {
    const asked = played.bench.venue.adapter.depth(instrumentId(played.wire.venue, name), 20);
    const ours = await settled(played, asked);
    // Asking takes time, in which one more may have been told.
    const last = played.bench.simulator.published(core).slice(-2);
    const theirs = last.map(({ bids, asks }) => ({ bids, asks }));
    expect(theirs, name).toContainEqual({ bids: ours.bids, asks: ours.asks });
  }
}
