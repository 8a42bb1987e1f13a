import type { Instrument, Option } from '#shared/domain/instrument.ts';
import type { Level } from '#shared/market/order-book.ts';
import { hashText, hashWords, normalOf } from '#shared/market/seeded.ts';
import { type EpochMs, MINUTE } from '#shared/units/time.ts';
import {
  type BookProfile,
  between,
  type Calibration,
  interpolate,
  type OptionBookProfile,
  profileOf,
} from './calibration.ts';
import type { Mark, PaperMarket, RecordedDepth } from './market.ts';
import { TICK_MS } from './path.ts';
import { recordedLevels, recordedTouch, stepsToValue, type Touch } from './recorded-book.ts';
import type { Taken } from './state.ts';

/** Both sides of a book, best first, without the trader's own orders. */
export interface Sides {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface BookGrower {
  touch(instrument: Instrument, at: EpochMs): Touch;
  /** The book at a tick, less what the trader has lately taken from it: at most `most` levels a side. */
  sides(instrument: Instrument, at: EpochMs, taken: Taken | undefined, most?: number): Sides;
  /** One side of it, grown only as far as it is read: 1 asks, −1 bids. */
  side(instrument: Instrument, at: EpochMs, taken: Taken | undefined, side: 1 | -1): Iterable<Level>;
}

/** What was taken from a book is half back after this much tape time. */
const REFILL_HALF_LIFE = MINUTE / 2;
/** A level's size holds for this many ticks. */
const SIZE_HOLDS = 8;
/** Beyond the recorded levels the book goes on in steps that widen by this, to this distance in basis points. */
const TAIL_WIDENS = 1.35;
const TAIL_END_BP = 600;
/** Draws of a level's size beyond this many deviations are cut: one level should not be the whole book. */
const SIZE_DRAW_CUT = 2;
/** The calm vol's factors apply down to this share of it. */
const CALMEST = 0.5;
const BP = 1e-4;
const VOL_POINT = 0.01;

/** The share of what was taken at `taken.at` that is still missing. */
export function missing(taken: Taken, at: EpochMs): { bids: number; asks: number } {
  const share = 2 ** (-(at - taken.at) / REFILL_HALF_LIFE);
  return { bids: taken.bids * share, asks: taken.asks * share };
}

/** Everything about one book at one tick that its two sides share. */
interface Frame {
  readonly instrument: Instrument;
  readonly tick: number;
  readonly lot: number;
  readonly mark: Mark;
  readonly profile: BookProfile;
  readonly touch: Touch;
  /** Quote units per basis point of distance. */
  readonly perBp: number;
  /** Instrument units per USD of depth. */
  readonly perUsd: number;
  /** Ticks between levels. */
  readonly spacing: number;
  readonly word: number;
  readonly recorded: RecordedDepth | null;
  /** Instrument units per coin. */
  readonly perCoin: number;
}

function optionHalfSpread(
  profile: OptionBookProfile,
  option: Option,
  mark: Mark,
  at: EpochMs,
  implied: number,
): number {
  const days = Math.max((option.expiry - at) / 86_400_000, 0.01);
  const delta = Math.abs(mark.delta ?? 0);
  const outOfTheMoney = Math.min(delta, 1 - delta);
  const { lower, upper, share } = between(profile.tenorDays, days);
  const of = (row: number) =>
    interpolate(profile.absoluteDeltas, profile.halfSpreadVolPoints[row] ?? [], outOfTheMoney);
  const points = of(lower) * (1 - share) + of(upper) * share;
  const vols = points * VOL_POINT * (implied / profile.calmVol) ** profile.spreadVolBeta;
  const usd = (mark.vega ?? 0) * vols;
  return option.payoff === 'inverse' ? usd / mark.forward : usd;
}

export function bookGrower(market: PaperMarket, calibration: Calibration, seed: number): BookGrower {
  const words = new Map<string, number>();
  const wordOf = (instrument: Instrument) => {
    const known = words.get(instrument.id) ?? hashWords(seed, hashText(instrument.id), 5);
    words.set(instrument.id, known);
    return known;
  };
  const volRatio = (instrument: Instrument, profile: BookProfile, at: EpochMs) => {
    const vol = instrument.kind === 'option' ? market.impliedVol(at) : market.realisedVol(at);
    return Math.max(vol / profile.calmVol, CALMEST);
  };
  const halfSpread = (instrument: Instrument, mark: Mark, at: EpochMs) => {
    if (instrument.kind === 'option') {
      return optionHalfSpread(calibration.profiles.option, instrument, mark, at, market.impliedVol(at));
    }
    const recorded = market.halfSpreadBp(at);
    if (recorded !== null) return mark.mark * recorded * BP;
    const profile = profileOf(calibration, instrument);
    return mark.mark * profile.halfSpreadBp * BP * volRatio(instrument, profile, at) ** profile.spreadVolBeta;
  };
  const recordedOf = (instrument: Instrument, at: EpochMs) => (instrument.kind === 'option' ? null : market.depth(at));
  const touchOf = (instrument: Instrument, mark: Mark, at: EpochMs): Touch => {
    const tick = Number(instrument.tick);
    const recorded = recordedOf(instrument, at);
    if (recorded !== null) return recordedTouch(recorded, mark.mark, tick);
    const half = halfSpread(instrument, mark, at);
    const down = Math.floor((mark.mark - half) / tick + 1e-9);
    const up = Math.max(Math.ceil((mark.mark + half) / tick - 1e-9), down + 1, 1);
    return { bid: down > 0 ? stepsToValue(down, tick) : null, ask: stepsToValue(up, tick) };
  };
  const frameOf = (instrument: Instrument, at: EpochMs): Frame => {
    const mark = market.mark(instrument, at);
    const profile = profileOf(calibration, instrument);
    const tick = Number(instrument.tick);
    const coinQuoted = instrument.kind === 'option' && instrument.payoff === 'inverse';
    const perBp = (coinQuoted ? 1 : instrument.kind === 'option' ? mark.index : mark.mark) * BP;
    const usdUnit = instrument.payoff === 'inverse' && instrument.kind !== 'option';
    const depth = (mark.index / profile.referencePrice) * volRatio(instrument, profile, at) ** profile.depthVolBeta;
    return {
      instrument,
      tick,
      lot: Number(instrument.lot),
      mark,
      profile,
      touch: touchOf(instrument, mark, at),
      perBp,
      perUsd: depth / (usdUnit ? 1 : mark.index),
      spacing: Math.max(1, Math.round((profile.levelSpacingBp * perBp) / tick)),
      word: wordOf(instrument),
      recorded: recordedOf(instrument, at),
      perCoin: usdUnit ? mark.index : 1,
    };
  };
  return {
    touch: (instrument, at) => touchOf(instrument, market.mark(instrument, at), at),
    sides: (instrument, at, taken, most = Number.POSITIVE_INFINITY) => {
      const frame = frameOf(instrument, at);
      const less = taken === undefined ? { bids: 0, asks: 0 } : missing(taken, at);
      return {
        bids: first(most, left(levelsOf(frame, -1, at), less.bids, frame.lot)),
        asks: first(most, left(levelsOf(frame, 1, at), less.asks, frame.lot)),
      };
    },
    side: (instrument, at, taken, side) => {
      const frame = frameOf(instrument, at);
      const less = taken === undefined ? { bids: 0, asks: 0 } : missing(taken, at);
      return left(levelsOf(frame, side, at), side > 0 ? less.asks : less.bids, frame.lot);
    },
  };
}

/** Distance of a price from the mark in basis points, never nearer than half a tick. */
function distanceOf(frame: Frame, side: 1 | -1, count: number): number {
  const { tick, mark, perBp } = frame;
  return Math.max((stepsToValue(count, tick) - mark.mark) * side, tick / 2) / perBp;
}

/**
 * Size of one level: what the depth law adds between the level before and this one, times a seeded log-normal draw of
 * mean 1. Levels of the tail stand for many, whose draws average out.
 */
function sizeOf(frame: Frame, side: 1 | -1, level: number, from: number, to: number, at: EpochMs): number {
  const { profile, perUsd, lot, word } = frame;
  const { a, b } = profile.depth;
  const usd = a * Math.max(to ** b - (level === 0 ? 0 : from ** b), 0);
  const share =
    level < profile.levels ? sizeDraw(profile, word, Math.floor((at / TICK_MS + level) / SIZE_HOLDS), level, side) : 1;
  return stepsToValue(Math.max(Math.floor((usd * share * perUsd) / lot), 1), lot);
}

function sizeDraw(profile: BookProfile, word: number, phase: number, level: number, side: number): number {
  const z = Math.min(Math.max(normalOf(word, phase, level, side), -SIZE_DRAW_CUT), SIZE_DRAW_CUT);
  return Math.exp(profile.levelSizeDispersion * z) / meanDraw(profile.levelSizeDispersion);
}

const meanDraws = new Map<number, number>();

/** Mean of e^(dispersion·z) for a standard normal z cut at ±SIZE_DRAW_CUT, by the trapezoidal rule. */
function meanDraw(dispersion: number): number {
  let mean = meanDraws.get(dispersion);
  if (mean !== undefined) return mean;
  let [sum, weight] = [0, 0];
  for (let z = -8; z <= 8; z += 1 / 256) {
    const density = Math.exp((-z * z) / 2);
    sum += density * Math.exp(dispersion * Math.min(Math.max(z, -SIZE_DRAW_CUT), SIZE_DRAW_CUT));
    weight += density;
  }
  mean = sum / weight;
  meanDraws.set(dispersion, mean);
  return mean;
}

/** One side from the best outward: what was recorded, and beyond it what is grown; all of it grown without a record. */
function* levelsOf(frame: Frame, side: 1 | -1, at: EpochMs): Generator<Level> {
  const { recorded, mark, tick, lot, perCoin } = frame;
  const known = recorded === null ? [] : recordedLevels(recorded, side, { mark: mark.mark, tick, lot, perCoin });
  const last = known.at(-1);
  for (const [count, lots] of known)
    yield { price: stepsToValue(count, frame.tick), size: stepsToValue(lots, frame.lot) };
  if (last === undefined) yield* grown(frame, side, at, null);
  else yield* grown(frame, side, at, last[0]);
}

/** Levels that are grown; `beyond`: from the tail on, outside of that many ticks. */
function* grown(frame: Frame, side: 1 | -1, at: EpochMs, beyond: number | null): Generator<Level> {
  const { tick, profile, perBp, spacing, touch, mark } = frame;
  const best = side > 0 ? touch.ask : touch.bid;
  if (best === null) return;
  const end = (mark.mark + side * TAIL_END_BP * perBp) / tick;
  let step = spacing;
  let from = beyond === null ? 0 : distanceOf(frame, side, beyond);
  const first = beyond === null ? Math.round(best / tick) : beyond + side * spacing;
  for (let count = first, level = beyond === null ? 0 : profile.levels; count > 0; level++) {
    if (level >= profile.levels && (end - count) * side <= 0) return;
    const to = distanceOf(frame, side, count);
    yield { price: stepsToValue(count, tick), size: sizeOf(frame, side, level, from, to, at) };
    from = to;
    if (level >= profile.levels - 1) step = Math.max(step + 1, Math.round(step * TAIL_WIDENS));
    count += side * step;
  }
}

/** A side without its first `quantity`, in whole lots. */
function* left(levels: Iterable<Level>, quantity: number, lot: number): Generator<Level> {
  let gone = Math.round(quantity / lot);
  for (const level of levels) {
    const lots = Math.round(level.size / lot);
    const rest = lots - gone;
    gone = Math.max(gone - lots, 0);
    if (rest > 0) yield rest === lots ? level : { price: level.price, size: stepsToValue(rest, lot) };
  }
}

function first(most: number, levels: Iterable<Level>): Level[] {
  const found: Level[] = [];
  for (const level of levels) {
    found.push(level);
    if (found.length >= most) break;
  }
  return found;
}
