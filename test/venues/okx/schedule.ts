import { isDeepStrictEqual } from 'node:util';
import type { FillPage, LegResult, VenueEvent } from '#main/engine/ports.ts';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order } from '#shared/domain/order.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { decimal } from '#shared/units/decimal.ts';
import { instrumentId } from '#shared/units/ids.ts';
import { order } from '#test/support/domain.ts';
import { CORE_ACCOUNT } from '#test/venues/core/desk.ts';
import { type OkxBench, openOkxBench } from './bench.ts';

export const ACCOUNT = 'main';

/** What is traded and followed in a schedule: OKX's name, the core's, and a quantity the books can fill. */
export const TRADED = [
  { name: 'BTC-USD-SWAP', core: 'BTC-PERPETUAL', quantity: '50' },
  { name: 'BTC-USDC-SWAP', core: 'BTC_USDC-PERPETUAL', quantity: '0.02' },
] as const;

/** Everything that came of one schedule. */
export interface OkxPlayed {
  readonly bench: OkxBench;
  readonly events: readonly VenueEvent[];
  readonly legs: readonly LegResult[];
  /** Fills of the pages that were read along the way, in order. */
  readonly read: readonly Fill[];
  /** Books that were shown and should not have been. */
  readonly wrong: readonly string[];
  readonly steps: readonly string[];
}

interface Play {
  readonly bench: OkxBench;
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

function orderOf({ draw, placed }: Play): Order {
  const { name, quantity } = pick(draw, TRADED);
  const market = draw.uniform() < 0.6;
  const id = `order-${placed.length + 1}`;
  placed.push(id);
  return order({
    id,
    account: ACCOUNT,
    instrument: `okx-sim:${name}`,
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
  'trade apart': ({ bench, draw }) => {
    const { core, quantity } = pick(draw, TRADED);
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
  'lose deltas': ({ bench, draw }) => bench.simulator.faults.lose('books:', 1 + Math.floor(draw.uniform() * 3)),
  'lose private news': ({ bench }) => bench.simulator.faults.lose('orders', 2),
  'tell twice': ({ bench, draw }) => bench.simulator.faults.duplicate(pick(draw, ['books:', 'orders', 'tickers:']), 2),
  'tell out of order': ({ bench, draw }) => bench.simulator.faults.reorder(pick(draw, ['books:', 'orders']), 2),
  'answer late': ({ bench, draw }) => bench.simulator.faults.delay(draw.uniform() < 0.5 ? 800 : 7_000, 1),
  'never answer': ({ bench, draw }) =>
    bench.simulator.faults.silence(pick(draw, ['trade/batch-orders', 'trade/', 'market/', 'public/']), 1),
  refuse: (play) => {
    play.bench.simulator.faults.refuse(51_008, 1);
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
function wrongNow({ venue, simulator }: OkxBench): string[] {
  return TRADED.flatMap(({ name, core }) => {
    const shown = venue.book(`okx-sim:${name}`, 20);
    if (shown === null) return [];
    const [bid, ask] = [shown.bids[0], shown.asks[0]];
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return [`${name} is crossed`];
    const same = ({ bids, asks }: OrderBook) =>
      isDeepStrictEqual(bids, shown.bids) && isDeepStrictEqual(asks, shown.asks);
    return simulator.published(core).some(same) ? [] : [`${name} was never so`];
  });
}

/** Plays `length` seeded steps, clears all faults, and waits until the venue is live and every question is settled. */
export async function playOkx(resources: PaperResources, seed: number, length: number): Promise<OkxPlayed> {
  const bench = await openOkxBench({ resources, seed });
  const { adapter } = bench.venue;
  const draw = seededStream(seed, 43);
  const play: Play = { bench, draw, legs: [], pending: [], placed: [], read: [], cursor: null, reading: false };
  const [events, wrong, steps]: [VenueEvent[], string[], string[]] = [[], [], []];
  adapter.subscribe((event) => events.push(event));
  const connecting = adapter.connect();
  await bench.advance(300);
  await connecting;
  const follow = () => {
    for (const { name } of TRADED) ask(play, adapter.depth(`okx-sim:${name}`, 20), () => undefined);
  };
  follow();
  for (let i = 0; i < length; i++) {
    const step = pick(draw, NAMES);
    const wait = Math.ceil((draw.uniform() * 1_500) / 100) * 100;
    steps.push(`${step}, ${wait} ms`);
    STEPS[step]?.(play);
    for (let left = wait; left > 0; left -= 100) {
      await bench.advance(100);
      wrong.push(...wrongNow(bench));
    }
  }
  bench.simulator.faults.clear();
  bench.simulator.shut(false);
  for (let i = 0; i < 60 && !bench.venue.health().live; i++) await bench.advance(1_000);
  // Longer than any answer is waited for, and twice the time between sweeps.
  await bench.advance(12_000);
  await Promise.all(play.pending);
  readOn(play);
  await bench.advance(1_000);
  await Promise.all(play.pending);
  return { bench, events, legs: play.legs, read: play.read, wrong, steps };
}
