import { hashWords, seededStream, toUnit } from '#shared/market/seeded.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import type { Bar, Tape } from './tape.ts';

/** The tape's tick: the market moves once a second of tape time and stands still between. */
export const TICK_MS = SECOND;
/** Prices between the bar's own four are rounded to cents, as an index is published. */
const CENTS = 100;
/** Parkinson (1980): the standard deviation of a Brownian motion from its range over the same time. */
const RANGE_TO_SIGMA = 1 / (2 * Math.sqrt(Math.log(2)));
/** A falling bar more often made its high first, a rising one its low. */
const LIKELIER_ORDER = 0.75;
/** Bars whose path is kept: enough for the six hours that premium and basis look back, at a quarter of an hour each. */
const PATHS_KEPT = 40;

function reflect(price: number, low: number, high: number): number {
  const inside = price > high ? 2 * high - price : price < low ? 2 * low - price : price;
  return Math.min(Math.max(inside, low), high);
}

/** Whether the bar makes its high before its low: drawn from the seed, likelier the way the bar went. */
function highFirst(seed: number, word: number, bar: Bar): boolean {
  const likelihood = bar.close < bar.open ? LIKELIER_ORDER : bar.close > bar.open ? 1 - LIKELIER_ORDER : 0.5;
  return toUnit(hashWords(seed, word, 1)) < likelihood;
}

/**
 * One price per second of a bar: open at the first, close at the last, high and low exactly once or more between, a
 * Brownian bridge from each to the next, never outside low … high. A pure function of its arguments; `word` tells bars
 * apart (their index).
 */
export function barPath(seed: number, word: number, bar: Bar, ticks: number): Float64Array {
  const path = new Float64Array(ticks);
  const draw = seededStream(seed, word);
  const last = ticks - 1;
  const sigma = ((bar.high - bar.low) * RANGE_TO_SIGMA) / Math.sqrt(ticks);
  const [one, two] = [draw.uniform(), draw.uniform()];
  const first = 1 + Math.floor(Math.min(one, two) * (ticks - 3));
  const second = Math.max(first + 1, 1 + Math.floor(Math.max(one, two) * (ticks - 3)));
  const high = highFirst(seed, word, bar);
  const nodes = [0, first, second, last];
  const prices = [bar.open, high ? bar.high : bar.low, high ? bar.low : bar.high, bar.close];
  for (let leg = 0; leg < 3; leg++) {
    const [from = 0, to = last] = [nodes[leg], nodes[leg + 1]];
    const [start = bar.open, end = bar.close] = [prices[leg], prices[leg + 1]];
    let price = start;
    for (let tick = from; tick < to; tick++) {
      path[tick] = tick === from ? start : reflect(Math.round(price * CENTS) / CENTS, bar.low, bar.high);
      const left = to - tick;
      price += (end - price) / left + sigma * Math.sqrt((left - 1) / left) * draw.normal();
      price = reflect(price, bar.low, bar.high);
    }
    path[to] = end;
  }
  return path;
}

/** The tape as a price at any time. */
export interface TapePath {
  /** USD index: the last tick's at or before `at`; the first open before the tape, the last close after it. */
  index(at: EpochMs): number;
  /** Mean of the ticks in [from, to). */
  average(from: EpochMs, to: EpochMs): number;
  /** Coins traded in the second that ends at `at`'s tick. */
  volume(at: EpochMs): number;
  /** What the index does not leave between two times, both included: from the bars alone, no path is made for it. */
  range(from: EpochMs, to: EpochMs): Range;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

export function tapePath(tape: Tape, seed: number): TapePath {
  const ticks = tape.barMs / TICK_MS;
  const kept = new Map<number, Float64Array>();
  let current = -1;
  let ofCurrent: Float64Array = new Float64Array(0);

  const pathOf = (bar: number): Float64Array => {
    if (bar === current) return ofCurrent;
    let path = kept.get(bar);
    if (!path) {
      path = tape.ticks?.subarray(bar * ticks, (bar + 1) * ticks) ?? barPath(seed, bar, tape.bars[bar]!, ticks);
      kept.set(bar, path);
      if (kept.size > PATHS_KEPT) kept.delete(kept.keys().next().value!);
    }
    current = bar;
    ofCurrent = path;
    return path;
  };
  const index = (at: EpochMs): number => {
    if (at < tape.from) return tape.bars[0]!.open;
    if (at >= tape.to) return tape.bars.at(-1)!.close;
    const bar = Math.floor((at - tape.from) / tape.barMs);
    return pathOf(bar)[Math.floor((at - tape.from - bar * tape.barMs) / TICK_MS)]!;
  };
  const barAt = (at: EpochMs): number =>
    Math.min(Math.max(Math.floor((at - tape.from) / tape.barMs), 0), tape.bars.length - 1);
  return {
    index,
    range: (from, to) => {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let bar = barAt(from); bar <= barAt(to); bar++) {
        low = Math.min(low, tape.bars[bar]!.low);
        high = Math.max(high, tape.bars[bar]!.high);
      }
      return { low, high };
    },
    average: (from, to) => {
      let sum = 0;
      const count = Math.max(1, Math.round((to - from) / TICK_MS));
      for (let i = 0; i < count; i++) sum += index(from + i * TICK_MS);
      return sum / count;
    },
    volume: (at) => {
      if (at < tape.from || at >= tape.to) return 0;
      const bar = Math.floor((at - tape.from) / tape.barMs);
      // Trading is uneven: an exponential share of the bar's mean second.
      const share = -Math.log(toUnit(hashWords(seed, bar, Math.floor((at - tape.from) / TICK_MS), 2)));
      return (tape.bars[bar]!.volume / ticks) * share;
    },
  };
}
