import type { FillPage, LegResult, VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order, OrderType } from '#shared/domain/order.ts';
import type { Level, OrderBook } from '#shared/market/order-book.ts';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { decimal } from '#shared/units/decimal.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { march2020, plainBook } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { CORE_ACCOUNT } from './desk.ts';
import type { Faults } from './faults.ts';
import type { Pace } from './line.ts';

/** The recorded fall of March 2020 with flat accounts and no more listed than is traded: schedules should be cheap. */
export function movingMarket(): PaperResources {
  const strikes = { from: 7_000, to: 7_000, step: 1_000 };
  const instruments = { expiries: [Date.UTC(2020, 2, 27, 8)], futures: [], strikes };
  return { ...march2020(), demo: { ...plainBook(), tape: 'march-2020', instruments } };
}

/** An order at the market from another hand, as the core takes it. */
export function marketOrder(instrument: InstrumentId, side: 'buy' | 'sell', quantity: number): OrderTerms {
  return {
    account: CORE_ACCOUNT,
    instrument,
    side,
    quantity: decimal(quantity),
    type: 'market',
    limit: null,
    trigger: null,
    timeInForce: 'ioc',
    postOnly: false,
    reduceOnly: false,
  };
}

/** An adapter on its simulator, as far as a schedule needs it. */
export interface Stage extends Pace {
  readonly venue: {
    readonly adapter: VenueAdapter;
    book(instrument: InstrumentId, levels: number): OrderBook | null;
    health(): { readonly live: boolean; readonly reconnects: number };
  };
  readonly simulator: {
    readonly faults: Omit<Faults, 'refuse'>;
    readonly exchange: Exchange;
    killSockets(): void;
    shut(closed: boolean): void;
    setPrice(price: number): void;
  };
  close(): Promise<void>;
}

/** What is traded and followed, with a quantity the books can fill and a price near the market. */
export interface Traded {
  readonly instrument: InstrumentId;
  readonly quantity: number;
  readonly price: number;
}

/** Where the truth is: the matching core's own account and names. */
export interface Truth {
  readonly account: AccountId;
  idOf(instrument: InstrumentId): InstrumentId;
}

/** One venue's part of a fault schedule. */
export interface Rehearsal<S extends Stage> {
  /** Steps of a schedule. */
  readonly steps: number;
  /** After the last fault, all is as the venue says within this time. */
  readonly settlesMs: DurationMs;
  readonly truth: Truth;
  open(seed: number): Promise<S>;
  readonly account: AccountId;
  readonly traded: readonly Traded[];
  /** Fills that were not heard of are read: sooner or later every one is told. */
  readonly tellsAll: boolean;
  /** Beginnings of the channels of books, tickers, and orders and fills. */
  readonly channels: { readonly books: string; readonly tickers: string; readonly own: readonly string[] };
  /** Beginnings of requests that may go unanswered. */
  readonly requests: readonly string[];
  /** The account trades from another hand. */
  tradeApart(stage: S, traded: Traded, side: 'buy' | 'sell'): void;
  /** The books of an instrument that were told, latest last. */
  published(stage: S, instrument: InstrumentId): readonly OrderBook[];
  /** What only this venue gets wrong. */
  readonly more: Readonly<Record<string, (stage: S, draw: SeededStream) => void>>;
}

/** Everything that came of one schedule. */
export interface Played<S extends Stage> {
  readonly stage: S;
  readonly of: Rehearsal<S>;
  readonly seed: number;
  readonly events: readonly VenueEvent[];
  readonly legs: readonly LegResult[];
  /** Orders that were to be amended: the venue may know them by another number. */
  readonly amended: ReadonlySet<string>;
  readonly amends: readonly LegResult[];
  /** Fills of the pages that were read along the way, in order. */
  readonly read: readonly Fill[];
  /** Reads on from where was read last. */
  readOn(): Promise<void>;
  /** Books that were shown and should not have been. */
  readonly wrong: readonly string[];
  /** What was done, for a failure's message. */
  readonly steps: readonly string[];
}

interface Play<S extends Stage> {
  readonly stage: S;
  readonly of: Rehearsal<S>;
  readonly draw: SeededStream;
  readonly legs: LegResult[];
  readonly pending: Promise<void>[];
  readonly placed: string[];
  readonly amended: Set<string>;
  readonly amends: LegResult[];
  readonly read: Fill[];
  cursor: string | null;
  reading: boolean;
}

function pick<T>(draw: SeededStream, from: readonly T[]): T {
  return from[Math.floor(draw.uniform() * from.length)]!;
}

function orderOf<S extends Stage>(play: Play<S>, wanted: Partial<Order> = {}): Order {
  const { draw, of } = play;
  const { instrument, quantity, price } = pick(draw, of.traded);
  const type: OrderType = draw.uniform() < 0.6 ? 'market' : 'limit';
  const id = `order-${play.placed.length + 1}`;
  play.placed.push(id);
  return order({
    id,
    account: of.account,
    instrument,
    side: draw.uniform() < 0.5 ? 'buy' : 'sell',
    quantity: decimal(quantity),
    type,
    limit: type === 'market' ? null : decimal(price),
    state: 'SENT',
    group: id,
    ...wanted,
  });
}

/** Asked and not waited for; what cannot be answered is as good as an answer here. */
function ask<T>(play: Pick<Play<Stage>, 'pending'>, question: Promise<T>, then: (answer: T) => void): void {
  play.pending.push(question.then(then, () => undefined));
}

function readOn<S extends Stage>(play: Play<S>): void {
  if (play.reading) return;
  play.reading = true;
  const done = (): void => {
    play.reading = false;
  };
  const take = ({ fills, next }: FillPage) => {
    play.read.push(...fills);
    play.cursor = next ?? play.cursor;
  };
  const asked = play.stage.venue.adapter.history(play.of.account, play.cursor);
  play.pending.push(asked.then(take, () => undefined).then(done));
}

type Step = <S extends Stage>(play: Play<S>) => void;

const place = <S extends Stage>(play: Play<S>, orders: readonly Order[]): void =>
  ask(play, play.stage.venue.adapter.execute({ type: 'place', orders }), (legs) => void play.legs.push(...legs));

const STEPS: Readonly<Record<string, Step>> = {
  place: (play) => place(play, [orderOf(play)]),
  'place more': (play) => place(play, [orderOf(play), orderOf(play)]),
  cancel: (play) => {
    if (play.placed.length === 0) return;
    const { account } = play.of;
    const order = pick(play.draw, play.placed);
    ask(play, play.stage.venue.adapter.execute({ type: 'cancel', account, order }), () => undefined);
  },
  'rest and amend': (play) => {
    const { adapter } = play.stage.venue;
    const { instrument, quantity, price } = pick(play.draw, play.of.traded);
    const at = (share: number) => decimal(Math.round(price * share * 1e4) / 1e4);
    const side = { side: 'buy', type: 'limit', limit: at(0.85) } as const;
    const resting = orderOf(play, { instrument, quantity: decimal(quantity), ...side });
    play.amended.add(resting.id);
    const terms = { quantity: decimal(quantity * 2), limit: at(play.draw.uniform() < 0.5 ? 0.8 : 0.9) };
    const amend = { type: 'amend', account: play.of.account, order: resting.id, ...terms } as const;
    const both = async (): Promise<void> => {
      const legs = await adapter.execute({ type: 'place', orders: [resting] });
      play.legs.push(...legs);
      if (legs[0]?.outcome === 'accepted') play.amends.push(...(await adapter.execute(amend)));
    };
    ask(play, both(), () => undefined);
  },
  'cancel all': (play) => {
    const all = { type: 'cancel-all', account: play.of.account, includeProtective: true } as const;
    ask(play, play.stage.venue.adapter.execute(all), () => undefined);
  },
  'trade apart': ({ stage, draw, of }) =>
    of.tradeApart(stage, pick(draw, of.traded), draw.uniform() < 0.5 ? 'buy' : 'sell'),
  'read history': readOn,
  'lose books': ({ stage, draw, of }) =>
    stage.simulator.faults.lose(of.channels.books, 1 + Math.floor(draw.uniform() * 3)),
  'lose tickers': ({ stage, of }) => stage.simulator.faults.lose(of.channels.tickers, 5),
  'lose changes': ({ stage, draw, of }) => stage.simulator.faults.lose(pick(draw, of.channels.own), 1),
  'tell twice': ({ stage, draw, of }) =>
    stage.simulator.faults.duplicate(pick(draw, [of.channels.books, ...of.channels.own, of.channels.tickers]), 2),
  'tell out of order': ({ stage, draw, of }) =>
    stage.simulator.faults.reorder(pick(draw, [of.channels.books, ...of.channels.own]), 2),
  'answer late': ({ stage, draw }) => stage.simulator.faults.delay(draw.uniform() < 0.5 ? 800 : 7_000, 1),
  'never answer': ({ stage, draw, of }) => stage.simulator.faults.silence(pick(draw, of.requests), 1),
  'break down': ({ stage, draw }) => stage.simulator.faults.break(1, draw.uniform() < 0.5),
  'clock is off': ({ stage, draw }) => stage.simulator.faults.skew(Math.round((draw.uniform() - 0.5) * 6_000)),
  'no credits': ({ stage }) => stage.simulator.faults.exhaust(1),
  'empty report': ({ stage }) => stage.simulator.faults.emptyPositions(1),
  garble: ({ stage }) => stage.simulator.faults.garble(1),
  'kill sockets': ({ stage }) => stage.simulator.killSockets(),
  'turn away': ({ stage, draw }) => {
    stage.simulator.shut(draw.uniform() < 0.6);
    stage.simulator.killSockets();
  },
  'move the price': ({ stage, draw }) => stage.simulator.setPrice(6_500 + Math.round(draw.uniform() * 1_500)),
};

function sameSide(one: readonly Level[], other: readonly Level[]): boolean {
  if (one.length !== other.length) return false;
  return one.every(({ price, size }, i) => price === other[i]?.price && size === other[i]?.size);
}

/** What is shown and should not be: a crossed book, or one that the venue never told. */
function wrongNow<S extends Stage>(stage: S, of: Rehearsal<S>): string[] {
  return of.traded.flatMap(({ instrument }) => {
    const shown = stage.venue.book(instrument, 20);
    if (shown === null) return [];
    const [bid, ask] = [shown.bids[0], shown.asks[0]];
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return [`${instrument} is crossed`];
    const same = ({ at, bids, asks }: OrderBook) =>
      at === shown.at && sameSide(bids, shown.bids) && sameSide(asks, shown.asks);
    return of.published(stage, instrument).findLast(same) ? [] : [`${instrument} was never so`];
  });
}

/** Lets time pass until every question is settled: longer than any answer is waited for. */
async function allSettled<S extends Stage>({ stage, pending }: Play<S>): Promise<void> {
  let open = true;
  const all = Promise.all(pending).finally(() => {
    open = false;
  });
  await stage.quiet();
  for (let i = 0; i < 30 && open; i++) await stage.advance(1_000);
  await all;
}

/** Plays a venue's seeded steps, clears all faults, and waits until the venue is live and every question is settled. */
export async function play<S extends Stage>(of: Rehearsal<S>, seed: number): Promise<Played<S>> {
  const stage = await of.open(seed);
  const draw = seededStream(seed, 41);
  const game: Play<S> = {
    stage, of, draw, legs: [], pending: [], placed: [], amended: new Set(), amends: [], read: [], cursor: null, reading: false,
  }; // biome-ignore format: one glance
  const names = [...Object.keys(STEPS), ...Object.keys(of.more)];
  const events: VenueEvent[] = [];
  const wrong: string[] = [];
  const steps: string[] = [];
  stage.venue.adapter.subscribe((event) => events.push(event));
  const connecting = stage.venue.adapter.connect();
  await stage.advance(200);
  await connecting;
  for (const { instrument } of of.traded) ask(game, stage.venue.adapter.depth(instrument, 20), () => undefined);
  for (let i = 0; i < of.steps; i++) {
    const step = pick(draw, names);
    const wait = Math.ceil((draw.uniform() * 1_500) / 100) * 100;
    steps.push(`${step}, ${wait} ms`);
    STEPS[step]?.(game);
    of.more[step]?.(stage, draw);
    for (let left = wait; left > 0; left -= 100) {
      await stage.advance(100);
      wrong.push(...wrongNow(stage, of));
    }
  }
  stage.simulator.faults.clear();
  stage.simulator.shut(false);
  for (let i = 0; i < 100 && !stage.venue.health().live; i++) await stage.advance(1_000);
  await allSettled(game);
  await stage.advance(of.settlesMs);
  const toTheEnd = async (): Promise<void> => {
    readOn(game);
    await allSettled(game);
  };
  await toTheEnd();
  const { legs, amended, amends, read } = game;
  return { stage, of, seed, events, legs, amended, amends, read, readOn: toTheEnd, wrong, steps };
}
