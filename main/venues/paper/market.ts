import type { Instrument, Option } from '#shared/domain/instrument.ts';
import { hashText, hashWords, normalOf } from '#shared/market/seeded.ts';
import { atmVolAt, surfaceAt } from '#shared/market/surface.ts';
import type { SurfaceAnchor, SurfaceTemplate } from '#shared/market/surface-template.ts';
import { sviVol } from '#shared/pricing/svi.ts';
import type { InstrumentId, VenueId } from '#shared/units/ids.ts';
import { DAY, type EpochMs, HOUR, MINUTE, YEAR, yearsBetween } from '#shared/units/time.ts';
import { type Calibration, interpolate } from './calibration.ts';
import { HYPERLIQUID } from './demo-book.ts';
import { optionValuer } from './option-valuer.ts';
import type { Range, TapePath } from './path.ts';

/** What the venue says an instrument is worth at one time. Prices in the instrument's quote unit. */
export interface Mark {
  readonly mark: number;
  readonly markVol: number | null;
  readonly forward: number;
  readonly index: number;
  readonly funding8h: number | null;
  /** Options: ∂V/∂F in coins and USD per 1.00 of vol, per coin of option. Null otherwise. */
  readonly delta: number | null;
  readonly vega: number | null;
}

/** A recorded book: distances from the middle as fractions of it, sizes in coins, nearest first. */
export interface RecordedDepth {
  readonly bids: readonly { readonly distance: number; readonly size: number }[];
  readonly asks: readonly { readonly distance: number; readonly size: number }[];
}

/** What was recorded beside the prices, by tape time; null where nothing was. It stands in for what is modelled. */
export interface Recorded {
  /** Of every perpetual, fraction per 8 hours, longs pay. */
  funding8h(at: EpochMs): number | null;
  /** 30-day at-the-money vol: the level that the modelled surface is brought to. */
  impliedVol(at: EpochMs): number | null;
  /** Vol of an option by years to expiry and ln(strike/forward). */
  vol(years: number, k: number, at: EpochMs): number | null;
  /** Half the distance between best bid and ask of spot, perpetuals and futures, basis points. */
  halfSpreadBp(at: EpochMs): number | null;
  /** The book of spot, perpetuals and futures around their marks. */
  depth(at: EpochMs): RecordedDepth | null;
}

const NOTHING_RECORDED: Recorded = {
  funding8h: () => null,
  impliedVol: () => null,
  vol: () => null,
  halfSpreadBp: () => null,
  depth: () => null,
};

/** The market as a function of tape time alone: it remembers nothing but what it has already worked out. */
export interface PaperMarket {
  index(at: EpochMs): number;
  average(from: EpochMs, to: EpochMs): number;
  /** Coins traded at the tape's venue in the last second. */
  volume(at: EpochMs): number;
  /** Perpetual over index, fraction. */
  premium(venue: VenueId, at: EpochMs): number;
  /** Recorded half spread, basis points; null where it is grown from vol. */
  halfSpreadBp(at: EpochMs): number | null;
  /** Recorded book; null where it is grown. */
  depth(at: EpochMs): RecordedDepth | null;
  /** Recorded funding, fraction per 8 hours; null where the premium makes it. */
  recordedFunding(at: EpochMs): number | null;
  /** Realised vol of the last quarter of an hour, annual. */
  realisedVol(at: EpochMs): number;
  /** 30-day at-the-money vol. */
  impliedVol(at: EpochMs): number;
  mark(instrument: Instrument, at: EpochMs): Mark;
  /** What the mark does not leave between two times, both included, whatever vols and premium do within their bounds. */
  range(instrument: Instrument, from: EpochMs, to: EpochMs): Range;
  indexRange(from: EpochMs, to: EpochMs): Range;
}

export interface MarketSetup {
  readonly path: TapePath;
  readonly surface: SurfaceTemplate;
  readonly anchor: SurfaceAnchor;
  readonly calibration: Pick<Calibration, 'perpetualPremium' | 'futureBasis'>;
  readonly seed: number;
  /** Left out: everything is modelled. */
  readonly recorded?: Recorded | undefined;
}

/** Time between the knots of the premium's own wander. */
const WANDER_KNOT = 10 * MINUTE;
const PREMIUM_CAP = 0.03;
/** Vol is never asked for closer to expiry than this, and stays between these. */
const SHORTEST = MINUTE;
const VOL_RANGE = [0.05, 5] as const;
const VOL_MINUTES = 15;
const CENTS = 100;

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/**
 * Funding as a fraction per 8 hours from a premium p. Deribit: max(0.025 %, p) + min(−0.025 %, p), capped at ±0.5 %.
 * Hyperliquid: p + clamp(0.01 % − p, ±0.05 %), capped at ±4 % per hour.
 */
export function fundingOf(venue: VenueId, premium: number): number {
  if (venue === HYPERLIQUID) return clamp(premium + clamp(1e-4 - premium, -5e-4, 5e-4), -0.32, 0.32);
  return clamp(Math.max(2.5e-4, premium) + Math.min(-2.5e-4, premium), -5e-3, 5e-3);
}

/** Remembers the last answer per key: the market is asked many times about the same tick. */
function latest<K, V>(work: (key: K, at: EpochMs) => V): (key: K, at: EpochMs) => V {
  const known = new Map<K, { readonly at: EpochMs; readonly value: V }>();
  return (key, at) => {
    const last = known.get(key);
    if (last?.at === at) return last.value;
    const value = work(key, at);
    known.set(key, { at, value });
    return value;
  };
}

/**
 * The perpetual's premium: the usual one, its lead in a fall (a share of the last hours' fall, from real books) and a
 * seeded wander between knots.
 */
function premiumOf({ path, calibration, seed }: MarketSetup) {
  const { base, slopeOnFall, fallHours, wander } = calibration.perpetualPremium;
  /** The draws at both ends of a time between knots. */
  const draws = latest((venue: VenueId, knot) => {
    const venueSeed = hashWords(seed, hashText(venue), 3);
    return [normalOf(venueSeed, knot), normalOf(venueSeed, knot + 1)] as const;
  });
  return latest((venue: VenueId, at) => {
    const knot = Math.floor(at / WANDER_KNOT);
    const share = at / WANDER_KNOT - knot;
    const [before, after] = draws(venue, knot);
    const own = wander * ((1 - share) * before + share * after);
    const fall = Math.min(Math.log(path.index(at) / path.index(at - fallHours * HOUR)), 0);
    return clamp(base + slopeOnFall * fall + own, -PREMIUM_CAP, PREMIUM_CAP);
  });
}

/** Forward of an expiry: the annual basis of its tenor, moved by the last hours' return, from real forwards. */
function forwardOf({ path, calibration }: MarketSetup) {
  const { tenorDays, annual, slopeOnReturn, returnHours } = calibration.futureBasis;
  const moved = latest((_: 'return', at) => Math.log(path.index(at) / path.index(at - returnHours * HOUR)));
  return latest((expiry: EpochMs, at) => {
    const left = Math.max(expiry - at, 0);
    const days = left / DAY;
    const basis =
      interpolate(tenorDays, annual, days) + interpolate(tenorDays, slopeOnReturn, days) * moved('return', at);
    return path.index(at) * Math.exp((basis * left) / YEAR);
  });
}

/** How far a forward may stand from the index over a time: e to the power of the largest basis, either way. */
function forwardRange({ path, calibration }: MarketSetup) {
  const { annual, slopeOnReturn, returnHours } = calibration.futureBasis;
  const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
  const [level, slope] = [largest(annual), largest(slopeOnReturn)];
  return (expiry: EpochMs, from: EpochMs, to: EpochMs): Range => {
    const before = path.range(from - returnHours * HOUR, to);
    const { low, high } = path.range(from, to);
    const basis = level + slope * Math.log(before.high / before.low);
    const most = Math.exp((basis * Math.max(expiry - from, 0)) / YEAR);
    return { low: low / most, high: high * most };
  };
}

function realisedVolOf(path: TapePath) {
  const ofMinute = latest((_: 'vol', minute) => {
    let squares = 0;
    for (let i = 0; i < VOL_MINUTES; i++) {
      const change = Math.log(path.index(minute - i * MINUTE) / path.index(minute - (i + 1) * MINUTE));
      squares += change * change;
    }
    return Math.sqrt((squares / VOL_MINUTES) * (YEAR / MINUTE));
  });
  return (at: EpochMs) => ofMinute('vol', Math.floor(at / MINUTE) * MINUTE);
}

export function paperMarket(setup: MarketSetup): PaperMarket {
  const { path, surface, anchor, recorded = NOTHING_RECORDED } = setup;
  const premium = premiumOf(setup);
  const forward = forwardOf(setup);
  const valued = optionValuer();
  const strikes = new Map<InstrumentId, number>();

  const modelled = (years: number, at: EpochMs) => ({
    atmLevel: anchor.atmLevel,
    spotReturn: Math.log(path.index(at) / anchor.anchorSpot),
    years,
  });
  const month = (30 * DAY) / YEAR;
  /** The whole surface is scaled so that its 30 days are the recorded ones. */
  const level = latest((_: 'level', at) => {
    const vol = recorded.impliedVol(at);
    return vol === null ? anchor.atmLevel : (anchor.atmLevel * vol) / atmVolAt(surface, modelled(month, at));
  });
  const stateAt = (years: number, at: EpochMs) => ({ ...modelled(years, at), atmLevel: level('level', at) });
  const smile = latest((expiry: EpochMs, at) => {
    const years = yearsBetween(at, Math.max(expiry, at + SHORTEST));
    return { years, svi: surfaceAt(surface, stateAt(years, at)) };
  });
  const markOption = (option: Option, at: EpochMs): Mark => {
    const { years, svi } = smile(option.expiry, at);
    const ahead = forward(option.expiry, at);
    const strike = strikes.get(option.id) ?? Number(option.strike);
    if (!strikes.has(option.id)) strikes.set(option.id, strike);
    const k = Math.log(strike / ahead);
    const markVol = clamp(recorded.vol(years, k, at) ?? sviVol(svi, years, k), ...VOL_RANGE);
    const { price, delta, vega } = valued(option.right, ahead, strike, years, markVol);
    const mark = option.payoff === 'inverse' ? price / ahead : price;
    return { mark, markVol, forward: ahead, index: path.index(at), funding8h: null, delta, vega };
  };
  const markOf = latest((instrument: Instrument, at): Mark => {
    if (instrument.kind === 'option') return markOption(instrument, at);
    const index = path.index(at);
    const plain = { markVol: null, index, funding8h: null, delta: null, vega: null };
    if (instrument.kind === 'spot') return { ...plain, mark: index, forward: index };
    if (instrument.kind === 'future') {
      const mark = Math.round(forward(instrument.expiry, at) * CENTS) / CENTS;
      return { ...plain, mark, forward: mark };
    }
    const over = premium(instrument.venue, at);
    const mark = Math.round(index * (1 + over) * CENTS) / CENTS;
    return { ...plain, mark, forward: mark, funding8h: recorded.funding8h(at) ?? fundingOf(instrument.venue, over) };
  });

  const forwards = forwardRange(setup);
  const range = (instrument: Instrument, from: EpochMs, to: EpochMs): Range => {
    const index = path.range(from, to);
    if (instrument.kind === 'spot') return index;
    if (instrument.kind === 'option')
      return { low: 0, high: dearest(instrument, forwards(instrument.expiry, from, to), from) };
    const { low, high } = instrument.kind === 'future' ? forwards(instrument.expiry, from, to) : {
      low: index.low * (1 - PREMIUM_CAP), high: index.high * (1 + PREMIUM_CAP),
    }; // biome-ignore format: one glance
    return { low: low - 1 / CENTS, high: high + 1 / CENTS };
  };
  /** An option is dearest at the highest vol, at the forward that suits it, and early. */
  const dearest = ({ right, strike, expiry, payoff }: Option, { low, high }: Range, from: EpochMs): number => {
    const forward = right === 'call' ? high : low;
    const years = yearsBetween(from, Math.max(expiry, from + SHORTEST));
    const { price } = valued(right, forward, Number(strike), years, VOL_RANGE[1]);
    return payoff === 'inverse' ? price / forward : price;
  };

  return {
    range,
    indexRange: path.range,
    index: path.index,
    average: path.average,
    volume: path.volume,
    premium,
    halfSpreadBp: recorded.halfSpreadBp,
    depth: recorded.depth,
    recordedFunding: recorded.funding8h,
    realisedVol: realisedVolOf(path),
    impliedVol: latest((_: undefined, at: EpochMs) => atmVolAt(surface, stateAt(month, at))).bind(null, undefined),
    mark: markOf,
  };
}
