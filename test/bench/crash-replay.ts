import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/checkout.mjs';
import { bookStress } from '#shared/control/book-stress.ts';
import { closed, legOrder } from '#shared/control/flatten-order.ts';
import { type Goal, goalOf, shortage, shortageMeter } from '#shared/control/goal.ts';
import { DEFAULT_PROTECTION, type ProtectionPolicy } from '#shared/control/protection-policy.ts';
import { reduceTo } from '#shared/control/reduce-search.ts';
import { type Descent, lotOf, poolNamed, startOf, take, wholeLots } from '#shared/control/reductions.ts';
import { motionOf, type SpotWatch, watchSpot } from '#shared/control/spot-watch.ts';
import { addCosts, type Tradable, unwinder } from '#shared/control/unwind-cost.ts';
import { liquidate } from '#shared/control/venue-liquidation.ts';
import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import { equityOf, type MarginPool, type PoolPosition } from '#shared/risk/margin/model.ts';
import { type HeldPool, type PoolBook, withPool } from '#shared/risk/pool-book.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { DAY, type DurationMs, type EpochMs, HOUR, yearsBetween } from '#shared/units/time.ts';
import { crashInstruments, crashMarket } from '#test/support/crash-books.ts';

/** One moment of a crash: what can be traded and at which prices. */
export interface Moment {
  readonly tradable: Tradable;
  readonly spot: number;
  readonly at: EpochMs;
  /** A day's standard deviation, fraction. */
  readonly dailySigma: number;
}

export interface Tape {
  readonly id: string;
  readonly instruments: readonly Instrument[];
  readonly moments: readonly Moment[];
}

const CALM = 0.6;
const WILDEST = 2.5;
/** Half-life of the squared returns that make the vol. */
const MEMORY = 6 * HOUR;
/** A leg between two prices of a bar is walked in steps no longer than this. */
const STEP = 0.01;

/** Open, then the extreme against the bar's own direction, then the other, then close: a choice, bars do not say. */
function pathOf([, open, high, low, close]: readonly number[]): readonly number[] {
  return close! >= open! ? [open!, low!, high!, close!] : [open!, high!, low!, close!];
}

function stepsBetween(from: number, to: number): readonly number[] {
  const count = Math.max(1, Math.ceil(Math.abs(Math.log(to / from)) / STEP));
  return Array.from({ length: count }, (_, k) => from * (to / from) ** ((k + 1) / count));
}

type Bar = readonly number[];

/** Every spot of a bar, no two further apart than a step. */
function spotsOf(bar: Bar): readonly number[] {
  let from = bar[1]!;
  return pathOf(bar).flatMap((to) => {
    const steps = stepsBetween(from, to);
    from = to;
    return steps;
  });
}

interface Card {
  readonly id: string;
  readonly file: string;
  readonly startAt: string;
  readonly barMs: number;
}

function read(id: string): { readonly card: Card; readonly bars: readonly Bar[] } {
  const folder = join(ROOT, 'resources', 'tapes');
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as readonly Card[];
  const card = index.find((one) => one.id === id);
  if (!card) throw new RangeError(`no tape ${id}`);
  const [, ...lines] = readFileSync(join(folder, card.file), 'utf8').trim().split('\n');
  return { card, bars: lines.map((line) => line.split(',').map(Number)) };
}

/** A tape of resources/tapes from its start on; vol by the bars' own returns, going evenly over each bar. */
export function tapeOf(id: string): Tape {
  const { card, bars } = read(id);
  const start = Date.parse(card.startAt);
  const first = bars.find(([at]) => at! >= start)?.[1] ?? Number.NaN;
  const instruments = crashInstruments(first, start);
  const listed = new Map(instruments.map((one) => [one.id, one]));
  const keep = 0.5 ** (card.barMs / MEMORY);
  const volOf = (variance: number): number => Math.min(Math.max(Math.sqrt(variance), CALM), WILDEST);
  let variance = CALM ** 2;
  const moments = bars.flatMap((bar): readonly Moment[] => {
    const [at, open, , , close] = bar;
    const before = volOf(variance);
    variance = keep * variance + (1 - keep) * Math.log(close! / open!) ** 2 * ((365 * DAY) / card.barMs);
    if (at! < start) return [];
    const spots = spotsOf(bar);
    return spots.map((spot, k) => {
      const vol = before + ((volOf(variance) - before) * (k + 1)) / spots.length;
      const when = at! + Math.floor((card.barMs * k) / spots.length);
      const tradable = { ...crashMarket(instruments, { spot, vol, calm: CALM, at: when }), instruments: listed };
      return { tradable, spot, at: when, dailySigma: vol / Math.sqrt(365) };
    });
  });
  return { id, instruments, moments };
}

/** The book at a moment's marks. */
export function marked(book: PoolBook, { tradable, spot, at }: Moment): PoolBook {
  const position = (one: PoolPosition, id: InstrumentId): PoolPosition => {
    const quote = tradable.market.quotes.get(id)!;
    const expiry = expiryOf(tradable.instruments.get(id)!);
    const years = expiry === null ? 0 : Math.max(yearsBetween(at, expiry), 0);
    return { ...one, mark: quote.mark, index: spot, forward: quote.forward, vol: quote.markVol ?? 0, years };
  };
  const pools = book.pools.map((held) => ({
    ...held,
    pool: {
      ...held.pool,
      currencyUsd: held.currency === 'BTC' ? spot : 1,
      positions: held.pool.positions.map((one, k) => position(one, held.instruments[k]!)),
    },
  }));
  return { ...book, pools, index: new Map([['BTC', spot]]) };
}

/** By the book as it was opened: itself at each moment. */
const untouched = new WeakMap<PoolBook, PoolBook[]>();

/** Every way of reducing begins on the same book, so its marks until the first act are worked out once. */
function openedAt(opened: PoolBook, k: number, moment: Moment): PoolBook {
  const known = untouched.get(opened) ?? [];
  untouched.set(opened, known);
  known[k] ??= marked(opened, moment);
  return known[k];
}

/** Whether pools of untouched books are endangered, by how far spot may go. */
const judged = new WeakMap<MarginPool, Map<number, boolean>>();

/** Whether somebody who looks acts on a pool. Past 1 the venue is already there: nobody comes before it. */
function isEndangered(held: HeldPool, { sigma, lapse }: Look): boolean {
  return ratio(held) < 1 && shortage(held, goalOf(DANGER, sigma, lapse)) > 0;
}

/** The same once for all ways of reducing. */
function isEndangeredAtFirst(held: HeldPool, look: Look): boolean {
  const known = judged.get(held.pool) ?? new Map<number, boolean>();
  judged.set(held.pool, known);
  const far = DANGER.targetSigmaDays * look.sigma + look.lapse;
  const found = known.get(far) ?? isEndangered(held, look);
  known.set(far, found);
  return found;
}

/** What a way of reducing does with one pool at a moment: the book after it, and what it paid. */
export type Reducer = (book: PoolBook, key: string, moment: Moment, goal: Goal) => Pick<Descent, 'book' | 'cost'>;

const FREE = { topUpUsd: 0, reduceUsd: 1e12, costUsd: 1e12 };
export const POLICY: ProtectionPolicy = { ...DEFAULT_PROTECTION, caps: FREE };
/** Where acting begins: the rung's ratio, or its distance in daily standard deviations. */
const DANGER = {
  ...POLICY,
  targetRatio: POLICY.rungs.reduce.ratio ?? 1,
  targetSigmaDays: POLICY.rungs.reduce.sigmaDays ?? 0,
};
const CLOSE_AT = POLICY.rungs.close.ratio ?? 0.92;

function ratio(held: HeldPool): number {
  return ratioOf(held.rules.of(held.pool));
}

/** The ladder: cheapest reductions; from the close rung on the pool is closed leg by leg until it is down. */
export const ladder: Reducer = (book, key, { tradable }, goal) => {
  const plan = reduceTo(goal, key, book, bookStress(book, POLICY.stress), {
    tradable,
    policy: POLICY,
    silent: new Set(),
  });
  if (plan.shortage <= 0 || ratio(poolNamed(plan.descent.book, key)) < CLOSE_AT) return plan.descent;
  let { book: left, cost } = plan.descent;
  for (const leg of legOrder(poolNamed(left, key), tradable)) {
    const held = poolNamed(left, key);
    if (shortage(held, goal) <= 0) break;
    left = withPool(left, closed(held, leg));
    cost = addCosts(cost, leg.unwind.cost);
  }
  return { book: left, cost };
};

/** Shares of every position, or of the largest, until the target is reached; the usual ways by hand. */
function byShares(pick: (held: HeldPool) => readonly number[]): Reducer {
  return (book, key, { tradable }, goal) => {
    const first = poolNamed(book, key);
    const lacking = shortageMeter(first, goal);
    const unwound = unwinder(tradable);
    let descent = startOf(book, bookStress(book, [0.1]));
    for (let clip = 0; clip < 400; clip++) {
      const held = poolNamed(descent.book, key);
      if (held.instruments.length === 0 || lacking(held) <= 0) break;
      for (const instrument of pick(held).map((k) => held.instruments[k]!)) {
        const now = poolNamed(descent.book, key);
        const quantity = now.pool.positions[now.instruments.indexOf(instrument)]?.quantity ?? 0;
        const whole = Math.abs(first.pool.positions[first.instruments.indexOf(instrument)]!.quantity);
        const size = wholeLots(whole / 20, lotOf(tradable, instrument), Math.abs(quantity));
        const step = { pool: key, instrument, quantity: -Math.sign(quantity) * size };
        descent = take(descent, step, unwound)?.descent ?? descent;
      }
    }
    return descent;
  };
}

export const largestFirst = byShares((held) => {
  const sizes = held.pool.positions.map((one) =>
    one.inverse && one.kind === 'future' ? Math.abs(one.quantity) : Math.abs(one.quantity) * one.index,
  );
  return [sizes.indexOf(Math.max(...sizes))];
});
export const proRata = byShares((held) => [...held.instruments.keys()]);
export const nothing: Reducer = (book) => startOf(book, bookStress(book, [0.1]));

/** How a book came through a crash. USD. */
export interface Passage {
  /** Notional that the venues closed, and what they took for it. */
  readonly venueUsd: number;
  readonly venueTakeUsd: number;
  /** What the reductions cost. */
  readonly ownUsd: number;
  /** Pools and coins at the end. */
  readonly endUsd: number;
}

/** Pools and coins, USD. */
export function worthUsd(book: PoolBook, spot: number): number {
  const pools = book.pools.reduce((sum, { pool }) => sum + equityOf(pool) * pool.currencyUsd, 0);
  return pools + (book.outside.get('BTC') ?? 0) * spot;
}

/** How often somebody looks, and whether what may come before the next look is reckoned with. */
export interface Looks {
  readonly every: DurationMs;
  readonly lapse: boolean;
}

export const ALWAYS: Looks = { every: 0, lapse: false };

/** What the spot has shown so far. */
interface Look {
  readonly watch: SpotWatch | undefined;
  /** A day's standard deviation, fraction. */
  readonly sigma: number;
  /** Relative move that may come before the next look. */
  readonly lapse: number;
}

/** Null between two looks. */
function lookAt(moment: Moment, before: SpotWatch | undefined, { every, lapse }: Looks): Look | null {
  if (before !== undefined && moment.at - before.at < every) return null;
  const watch = watchSpot(before, moment.at, moment.spot);
  const seen = watch === undefined || !lapse ? { dailySigma: 0, lapse: 0 } : motionOf(watch);
  return { watch, sigma: Math.max(moment.dailySigma, seen.dailySigma), lapse: seen.lapse };
}

/** A book on its way. */
interface Course {
  book: PoolBook;
  /** Somebody has acted on it. */
  isTouched: boolean;
  venueUsd: number;
  venueTakeUsd: number;
  ownUsd: number;
}

/** What the way of reducing does with an endangered pool. */
function takeDown(course: Course, key: string, moment: Moment, look: Look, reduce: Reducer): void {
  const held = poolNamed(course.book, key);
  const isActedOn = course.isTouched ? isEndangered : isEndangeredAtFirst;
  if (!isActedOn(held, look)) return;
  const { book, cost } = reduce(course.book, key, moment, goalOf(POLICY, look.sigma, look.lapse));
  course.isTouched ||= book !== course.book;
  course.book = book;
  course.ownUsd += cost.total;
}

/** What its venue does with a pool that has lost its margin. */
function closeOut(course: Course, key: string, { tradable }: Moment): void {
  const held = poolNamed(course.book, key);
  if (ratio(held) < 1) return;
  const { held: left, take: toll } = liquidate(held, tradable);
  course.isTouched = true;
  course.book = withPool(course.book, left);
  course.venueUsd += toll.closedUsd;
  course.venueTakeUsd += toll.total;
}

/**
 * Plays a book through a tape: at every look the way of reducing acts on endangered pools, and at every moment the venues
 * on theirs.
 */
export function pass(opened: PoolBook, { moments }: Tape, reduce: Reducer, looks: Looks = ALWAYS): Passage {
  const course: Course = { book: opened, isTouched: false, venueUsd: 0, venueTakeUsd: 0, ownUsd: 0 };
  let watch: SpotWatch | undefined;
  for (const [k, moment] of moments.entries()) {
    course.book = course.isTouched ? marked(course.book, moment) : openedAt(opened, k, moment);
    const look = lookAt(moment, watch, looks);
    watch = look?.watch ?? watch;
    for (const { key, instruments } of course.book.pools) {
      if (instruments.length === 0) continue;
      if (look !== null) takeDown(course, key, moment, look, reduce);
      closeOut(course, key, moment);
    }
  }
  const { book, venueUsd, venueTakeUsd, ownUsd } = course;
  return { venueUsd, venueTakeUsd, ownUsd, endUsd: worthUsd(book, moments.at(-1)?.spot ?? Number.NaN) };
}
