import { isDeepStrictEqual } from 'node:util';
import type { FillPage, LegResult, VenueEvent } from '#main/engine/ports.ts';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order, OrderType } from '#shared/domain/order.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { decimal } from '#shared/units/decimal.ts';
import { type InstrumentId, instrumentId, nameOf } from '#shared/units/ids.ts';
import { march2020, plainBook } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { type Bench, openBench } from './bench.ts';

export const VENUE = 'deribit-sim';
export const ACCOUNT = 'main';

/** What is traded and followed in a schedule, with a quantity the books can fill. */
const TRADED = [
  { name: 'BTC-PERPETUAL', quantity: 50, price: 7_000 },
  { name: 'BTC_USDC-PERPETUAL', quantity: 0.02, price: 7_000 },
  { name: 'BTC-27MAR20-7000-P', quantity: 0.2, price: 0.1 },
] as const;
export const FOLLOWED: readonly InstrumentId[] = TRADED.map((one) => instrumentId(VENUE, one.name));

/** The recorded fall of March 2020 with a short listing and a flat account. */
export function movingMarket(): PaperResources {
  return { ...march2020(), demo: { ...plainBook(), tape: 'march-2020' } };
}

/** Everything that came of one schedule. */
export interface Played {
  readonly bench: Bench;
  readonly events: readonly VenueEvent[];
  readonly legs: readonly LegResult[];
  /** Fills of the pages that were read along the way, in order. */
  readonly read: readonly Fill[];
  /** Books that were shown and should not have been. */
  readonly wrong: readonly string[];
  /** What was done, for a failure's message. */
  readonly steps: readonly string[];
}

interface Play {
  readonly bench: Bench;
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

function orderOf(play: Play): Order {
  const { draw } = play;
  const { name, quantity, price } = pick(draw, TRADED);
  const type: OrderType = draw.uniform() < 0.6 ? 'market' : 'limit';
  const id = `order-${play.placed.length + 1}`;
  play.placed.push(id);
  return order({
    id,
    account: ACCOUNT,
    instrument: instrumentId(VENUE, name),
    side: draw.uniform() < 0.5 ? 'buy' : 'sell',
    quantity: decimal(quantity),
    type,
    limit: type === 'market' ? null : decimal(price),
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
  const done = (): void => {
    play.reading = false;
  };
  const take = ({ fills, next }: FillPage) => {
    play.read.push(...fills);
    play.cursor = next ?? play.cursor;
  };
  const asked = play.bench.venue.adapter.history(ACCOUNT, play.cursor);
  play.pending.push(asked.then(take, () => undefined).then(done));
}

type Step = (play: Play) => void;

const legsOf =
  (play: Play) =>
  (legs: readonly LegResult[]): void => {
    play.legs.push(...legs);
  };

const STEPS: Readonly<Record<string, Step>> = {
  place: (play) =>
    ask(play, play.bench.venue.adapter.execute({ type: 'place', orders: [orderOf(play)] }), legsOf(play)),
  'place more': (play) => {
    const orders = [orderOf(play), orderOf(play)];
    ask(play, play.bench.venue.adapter.execute({ type: 'place', orders }), legsOf(play));
  },
  cancel: (play) => {
    if (play.placed.length === 0) return;
    const order = pick(play.draw, play.placed);
    ask(play, play.bench.venue.adapter.execute({ type: 'cancel', account: ACCOUNT, order }), () => undefined);
  },
  'trade apart': ({ bench, draw }) => {
    const { name, quantity } = pick(draw, TRADED);
    const direction = draw.uniform() < 0.5 ? 'buy' : 'sell';
    bench.simulator.tradeApart(direction, { instrument_name: name, amount: quantity, type: 'market' });
  },
  'read history': readOn,
  'lose deltas': ({ bench, draw }) => bench.simulator.faults.lose('book.', 1 + Math.floor(draw.uniform() * 3)),
  'lose tickers': ({ bench }) => bench.simulator.faults.lose('ticker.', 5),
  'lose changes': ({ bench }) => bench.simulator.faults.lose('user.changes', 1),
  'tell twice': ({ bench, draw }) =>
    bench.simulator.faults.duplicate(pick(draw, ['book.', 'user.changes', 'ticker.']), 2),
  'tell out of order': ({ bench, draw }) => bench.simulator.faults.reorder(pick(draw, ['book.', 'user.changes']), 2),
  'answer late': ({ bench, draw }) => bench.simulator.faults.delay(draw.uniform() < 0.5 ? 800 : 7_000, 1),
  'never answer': ({ bench, draw }) =>
    bench.simulator.faults.silence(pick(draw, ['private/buy', 'private/sell', 'private/']), 1),
  refuse: ({ bench }) => bench.simulator.faults.refuse(10_009, 1),
  'no credits': ({ bench }) => bench.simulator.faults.exhaust(1),
  'empty report': ({ bench }) => bench.simulator.faults.emptyPositions(1),
  garble: ({ bench }) => bench.simulator.faults.garble(1),
  'kill sockets': ({ bench }) => bench.simulator.killSockets(),
  'turn away': ({ bench, draw }) => {
    bench.simulator.shut(draw.uniform() < 0.6);
    bench.simulator.killSockets();
  },
  'expire tokens': ({ bench }) => bench.simulator.expireTokens(),
  'move the price': ({ bench, draw }) => bench.simulator.setPrice(6_500 + Math.round(draw.uniform() * 1_500)),
};
const NAMES = Object.keys(STEPS);

/** What is shown and should not be: a crossed book, or one that the venue never told. */
function wrongNow({ venue, simulator }: Bench): string[] {
  return FOLLOWED.flatMap((instrument) => {
    const shown = venue.book(instrument, 20);
    if (shown === null) return [];
    const [bid, ask] = [shown.bids[0], shown.asks[0]];
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return [`${instrument} is crossed`];
    const same = ({ at, bids, asks }: OrderBook) =>
      at === shown.at && isDeepStrictEqual(bids, shown.bids) && isDeepStrictEqual(asks, shown.asks);
    return simulator.published(nameOf(instrument)).some(same) ? [] : [`${instrument} was never so`];
  });
}

/** Plays `length` seeded steps, clears all faults, and waits until the venue is live and every question is settled. */
export async function play(resources: PaperResources, seed: number, length: number): Promise<Played> {
  const bench = await openBench({ resources, seed });
  const draw = seededStream(seed, 41);
  const game: Play = { bench, draw, legs: [], pending: [], placed: [], read: [], cursor: null, reading: false };
  const events: VenueEvent[] = [];
  const wrong: string[] = [];
  const steps: string[] = [];
  bench.venue.adapter.subscribe((event) => events.push(event));
  const connecting = bench.venue.adapter.connect();
  await bench.advance(200);
  await connecting;
  const follow = () => {
    for (const one of FOLLOWED) ask(game, bench.venue.adapter.depth(one, 20), () => undefined);
  };
  follow();
  for (let i = 0; i < length; i++) {
    const step = pick(draw, NAMES);
    const wait = Math.ceil((draw.uniform() * 1_500) / 100) * 100;
    steps.push(`${step}, ${wait} ms`);
    STEPS[step]?.(game);
    for (let left = wait; left > 0; left -= 100) {
      await bench.advance(100);
      wrong.push(...wrongNow(bench));
    }
  }
  bench.simulator.faults.clear();
  bench.simulator.shut(false);
  for (let i = 0; i < 100 && !bench.venue.health().live; i++) await bench.advance(1_000);
  // Longer than any answer is waited for.
  await bench.advance(12_000);
  await Promise.all(game.pending);
  readOn(game);
  await bench.advance(1_000);
  await Promise.all(game.pending);
  return { bench, events, legs: game.legs, read: game.read, wrong, steps };
}

/** The simulator's own name of an instrument. */
export function coreId(instrument: InstrumentId): InstrumentId {
  return instrumentId(DERIBIT, nameOf(instrument));
}
