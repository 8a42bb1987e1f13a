import type {
  FeeSchedule,
  Future,
  Instrument,
  Option,
  OptionRight,
  Perpetual,
  Spot,
} from '#shared/domain/instrument.ts';
import { decimal } from '#shared/units/decimal.ts';
import { instrumentId, type UnderlyingId } from '#shared/units/ids.ts';
import { DAY, type EpochMs, expiryCode, HOUR } from '#shared/units/time.ts';
import { DERIBIT, type DemoBook, HYPERLIQUID, SETTLEMENT_HOUR } from './demo-book.ts';

// Ticks, lots and commissions as the venues published them: Deribit in July 2021 (options 0.0005 coin and 0.1,
// futures 0.5 USD and 10 USD, 0.03 % of options and 0.05 % of futures), Hyperliquid's base tier in 2025.
const FUTURE_FEES: FeeSchedule = { maker: decimal('0'), taker: decimal('0.0005') };
const OPTION_FEES: FeeSchedule = { maker: decimal('0.0003'), taker: decimal('0.0003'), premiumCap: decimal('0.125') };
const FREE: FeeSchedule = { maker: decimal('0'), taker: decimal('0') };
const HYPERLIQUID_PERPETUAL_FEES: FeeSchedule = { maker: decimal('0.00015'), taker: decimal('0.00045') };
const HYPERLIQUID_SPOT_FEES: FeeSchedule = { maker: decimal('0.0004'), taker: decimal('0.0007') };

/** Days ahead for which a daily expiry is listed at each settlement. */
const DAILIES_AHEAD = 2;
/** Strikes of a daily lie this far around the index of its listing, as a fraction. */
const DAILY_WIDTH = 0.35;

export function dayOfSettlement(at: EpochMs): EpochMs {
  const shift = SETTLEMENT_HOUR * HOUR;
  return Math.floor((at - shift) / DAY) * DAY + shift;
}

/** Hyperliquid prices carry five significant figures: the tick is a power of ten that follows the index. */
function fiveFigureTick(index: number): string {
  return decimal(10 ** (Math.floor(Math.log10(index)) - 4));
}

function perpetuals(coin: UnderlyingId, index: number): Instrument[] {
  const deribit = { venue: DERIBIT, underlying: coin, tick: decimal('0.5'), fees: FUTURE_FEES } as const;
  const tick = decimal(fiveFigureTick(index));
  const hyperliquid = { venue: HYPERLIQUID, underlying: coin, quote: 'USDC', settlement: 'USDC', tick } as const;
  const named = <T extends { readonly venue: string }>(name: string, rest: T) => ({
    id: instrumentId(rest.venue, name),
    name,
    ...rest,
  });
  const inverse: Perpetual = named(`${coin}-PERPETUAL`, {
    ...deribit,
    kind: 'perpetual',
    quote: 'USD',
    settlement: coin,
    payoff: 'inverse',
    lot: decimal('10'),
  });
  const linear: Perpetual = named(`${coin}_USDC-PERPETUAL`, {
    ...deribit,
    kind: 'perpetual',
    quote: 'USDC',
    settlement: 'USDC',
    payoff: 'linear',
    lot: decimal('0.001'),
  });
  const spot: Spot = named(`${coin}_USDC`, {
    ...deribit,
    kind: 'spot',
    quote: 'USDC',
    settlement: 'USDC',
    payoff: 'linear',
    lot: decimal('0.0001'),
    fees: FREE,
  });
  const other: Perpetual = named(coin, {
    ...hyperliquid,
    kind: 'perpetual',
    payoff: 'linear',
    lot: decimal('0.001'),
    fees: HYPERLIQUID_PERPETUAL_FEES,
  });
  const otherSpot: Spot = named(`${coin}/USDC`, {
    ...hyperliquid,
    kind: 'spot',
    payoff: 'linear',
    lot: decimal('0.0001'),
    fees: HYPERLIQUID_SPOT_FEES,
  });
  return [inverse, linear, spot, other, otherSpot];
}

function future(coin: UnderlyingId, expiry: EpochMs): Future {
  const name = `${coin}-${expiryCode(expiry)}`;
  return {
    kind: 'future',
    id: instrumentId(DERIBIT, name),
    venue: DERIBIT,
    name,
    underlying: coin,
    quote: 'USD',
    settlement: coin,
    payoff: 'inverse',
    tick: decimal('0.5'),
    lot: decimal('10'),
    fees: FUTURE_FEES,
    expiry,
  };
}

function option(coin: UnderlyingId, expiry: EpochMs, strike: number, right: OptionRight, inverse: boolean): Option {
  const tail = `${expiryCode(expiry)}-${decimal(strike)}-${right === 'call' ? 'C' : 'P'}`;
  const name = inverse ? `${coin}-${tail}` : `${coin}_USDC-${tail}`;
  const settlement = inverse ? coin : 'USDC';
  return {
    kind: 'option',
    id: instrumentId(DERIBIT, name),
    venue: DERIBIT,
    name,
    underlying: coin,
    quote: settlement,
    settlement,
    payoff: inverse ? 'inverse' : 'linear',
    tick: decimal(inverse ? '0.0005' : '1'),
    lot: decimal(inverse ? '0.1' : '0.01'),
    fees: OPTION_FEES,
    expiry,
    strike: decimal(strike),
    right,
  };
}

function* strikesOf(book: DemoBook, low: number, high: number): Iterable<number> {
  const { from, to, step } = book.instruments.strikes;
  for (let i = 0; from + i * step <= to; i++) {
    const strike = from + i * step;
    if (strike >= low && strike <= high) yield strike;
  }
}

function expiryOptions(coin: UnderlyingId, expiry: EpochMs, strikes: Iterable<number>): Option[] {
  const options: Option[] = [];
  for (const strike of strikes) {
    for (const inverse of [true, false]) {
      for (const right of ['call', 'put'] as const) options.push(option(coin, expiry, strike, right, inverse));
    }
  }
  return options;
}

/** Everything both venues list when the tape starts; what has expired by then is left out. */
export function startListing(book: DemoBook, coin: UnderlyingId, startAt: EpochMs, index: number): Instrument[] {
  const live = (expiry: EpochMs) => expiry > startAt;
  const all = book.instruments.expiries
    .filter(live)
    .map((expiry) => expiryOptions(coin, expiry, strikesOf(book, 0, Number.POSITIVE_INFINITY)));
  return [
    ...perpetuals(coin, index),
    ...book.instruments.futures.filter(live).map((expiry) => future(coin, expiry)),
    ...all.flat(),
  ];
}

/** The dailies added at the settlement of `at`: those of the next days that the book does not list anyway. */
export function dailyListing(book: DemoBook, coin: UnderlyingId, at: EpochMs, index: number): Instrument[] {
  const due: Instrument[] = [];
  for (let day = 1; day <= DAILIES_AHEAD; day++) {
    const expiry = dayOfSettlement(at) + day * DAY;
    if (book.instruments.expiries.includes(expiry)) continue;
    due.push(...expiryOptions(coin, expiry, strikesOf(book, index * (1 - DAILY_WIDTH), index * (1 + DAILY_WIDTH))));
  }
  return due;
}
