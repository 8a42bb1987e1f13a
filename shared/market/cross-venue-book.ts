import { coinOf, coinsPerUnit, type FormRates } from '#shared/domain/assets.ts';
import { type Contract, isDeltaOne } from '#shared/domain/instrument.ts';
import type { InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Level, OrderBook } from './order-book.ts';

/** A venue's book of an instrument that moves with the coin one for one. */
export interface BookSource {
  readonly instrument: Contract;
  readonly book: OrderBook;
}

/** Depth of one level that stands at one venue. */
export interface LevelShare {
  readonly instrument: InstrumentId;
  /** Coins. */
  readonly size: number;
}

/** USD per coin, coins, and whose they are. */
export interface CrossLevel extends Level {
  readonly shares: readonly LevelShare[];
}

/**
 * Everything that can be traded in one coin now, best first: USD per coin and coins, whatever the venues count in. Fees
 * are not in it; whether best bid and best ask of two venues cross is for who reads it: an opportunity, not an error.
 */
export interface CrossVenueBook {
  readonly underlying: UnderlyingId;
  readonly bids: readonly CrossLevel[];
  readonly asks: readonly CrossLevel[];
  /** Time of the oldest book in it. */
  readonly at: EpochMs;
}

/** What a source's units are worth. */
interface Units {
  /** USD per unit of price. */
  readonly priceUsd: number;
  /** Coins in one unit of size at a USD price. */
  coins(size: number, usd: number): number;
}

/** Spot may trade a wrapped form of the coin, and its quote may be another dollar than USDC. */
function unitsOf(instrument: Contract, rates: FormRates): Result<Units, Fault> {
  const priced = coinsPerUnit(instrument.quote, rates);
  const wrapped = coinsPerUnit(instrument.underlying, rates);
  if (!priced.ok) return priced;
  if (!wrapped.ok) return wrapped;
  if (coinOf(instrument.quote) !== 'USD') {
    return fail(fault('not-in-dollars', `${instrument.id} is quoted in ${instrument.quote}: expected a dollar`));
  }
  // The price is of one unit of the form: of the coin it is that much dearer or cheaper.
  const priceUsd = priced.value / wrapped.value;
  if (instrument.payoff === 'inverse') return ok({ priceUsd, coins: (size, usd) => size / usd });
  return ok({ priceUsd, coins: (size) => size * wrapped.value });
}

function levelsOf({ instrument, book }: BookSource, units: Units, side: 'bids' | 'asks'): readonly CrossLevel[] {
  return book[side].map(({ price, size }) => {
    const usd = price * units.priceUsd;
    const coins = units.coins(size, usd);
    return { price: usd, size: coins, shares: [{ instrument: instrument.id, size: coins }] };
  });
}

/** One side, best first; levels of one price are one level. `way`: 1 for asks, −1 for bids. */
function merged(levels: readonly CrossLevel[], way: 1 | -1): readonly CrossLevel[] {
  const sorted = [...levels].sort((a, b) => (a.price - b.price) * way);
  const side: CrossLevel[] = [];
  for (const level of sorted) {
    const last = side.at(-1);
    if (last === undefined || last.price !== level.price) {
      side.push(level);
      continue;
    }
    const shares = [...last.shares, ...level.shares];
    side[side.length - 1] = { price: last.price, size: last.size + level.size, shares };
  }
  return side;
}

/**
 * The books of a coin's spot, perpetuals and futures as one, in coins and dollars. Inverse sizes (dollars) become coins at
 * their level's price. A fault names a source that is of another coin, an option, or in a unit whose rate was not told.
 */
export function crossVenueBook(
  underlying: UnderlyingId,
  sources: readonly BookSource[],
  rates: FormRates,
): Result<CrossVenueBook, Fault> {
  const [bids, asks]: [CrossLevel[], CrossLevel[]] = [[], []];
  for (const source of sources) {
    const { instrument } = source;
    if (coinOf(instrument.underlying) !== underlying || !isDeltaOne(instrument)) {
      const message = `expected spot, a perpetual or a future of ${underlying}, was ${instrument.kind} ${instrument.id}`;
      return fail(fault('other-coin', message, { instrument: instrument.id }));
    }
    const units = unitsOf(instrument, rates);
    if (!units.ok) return units;
    bids.push(...levelsOf(source, units.value, 'bids'));
    asks.push(...levelsOf(source, units.value, 'asks'));
  }
  const at = Math.min(...sources.map((one) => one.book.at));
  return ok({ underlying, bids: merged(bids, -1), asks: merged(asks, 1), at: Number.isFinite(at) ? at : 0 });
}

/**
 * Levels no closer than `step` USD: bids are rounded down and asks up, so that nothing looks better than it is. A step of
 * 0 changes nothing. `way`: 1 for asks, −1 for bids.
 */
export function inSteps(side: readonly CrossLevel[], step: number, way: 1 | -1): readonly CrossLevel[] {
  if (!(step > 0)) return side;
  const round = way === 1 ? Math.ceil : Math.floor;
  const rounded = side.map((level) => ({ ...level, price: round(level.price / step) * step }));
  return merged(rounded, way).map((level) => ({ ...level, shares: bySource(level.shares) }));
}

/** One share for each instrument, the largest first. */
function bySource(shares: readonly LevelShare[]): readonly LevelShare[] {
  const sizes = new Map<InstrumentId, number>();
  for (const { instrument, size } of shares) sizes.set(instrument, (sizes.get(instrument) ?? 0) + size);
  return [...sizes].map(([instrument, size]) => ({ instrument, size })).sort((a, b) => b.size - a.size);
}

/** Depth of one venue, coins, and its part of the whole, 0 to 1. */
export interface VenueShare {
  readonly venue: VenueId;
  readonly size: number;
  readonly share: number;
}

/** Who has the depth of a side down to `worst` (USD; inclusive), the largest first. */
export function venueShares(
  side: readonly CrossLevel[],
  worst: number,
  venueOf: (instrument: InstrumentId) => VenueId,
): readonly VenueShare[] {
  const [first] = side;
  const ascending = first === undefined || worst >= first.price;
  const sizes = new Map<VenueId, number>();
  for (const level of side) {
    if (ascending ? level.price > worst : level.price < worst) break;
    for (const { instrument, size } of level.shares) {
      const venue = venueOf(instrument);
      sizes.set(venue, (sizes.get(venue) ?? 0) + size);
    }
  }
  const whole = [...sizes.values()].reduce((sum, one) => sum + one, 0);
  const shares = [...sizes].map(([venue, size]) => ({ venue, size, share: whole > 0 ? size / whole : 0 }));
  return shares.sort((a, b) => b.size - a.size || (a.venue < b.venue ? -1 : 1));
}
