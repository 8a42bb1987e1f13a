import type { Account } from '#shared/domain/account.ts';
import type { Instrument, Option, Perpetual } from '#shared/domain/instrument.ts';
import type { Level, OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { decimal, fromNumber } from '#shared/units/decimal.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { DAY, type EpochMs, yearsBetween } from '#shared/units/time.ts';

const fees = { maker: decimal('0'), taker: decimal('0.0005') };
const optionFees = { maker: decimal('0.0003'), taker: decimal('0.0003'), premiumCap: decimal('0.125') };

function perpetual(venue: string, name: string, payoff: 'linear' | 'inverse'): Perpetual {
  const inverse = payoff === 'inverse';
  return {
    kind: 'perpetual', id: `${venue}:${name}`, venue, name, underlying: 'BTC', quote: inverse ? 'USD' : 'USDC',
    settlement: inverse ? 'BTC' : 'USDC', payoff, tick: decimal('0.5'), lot: decimal(inverse ? '10' : '0.001'), fees,
  }; // biome-ignore format: one glance
}

function option(strike: number, right: 'call' | 'put', payoff: 'linear' | 'inverse', expiry: EpochMs): Option {
  const inverse = payoff === 'inverse';
  const name = `${inverse ? 'BTC' : 'BTC_USDC'}-${Math.round(expiry / DAY)}-${strike}-${right === 'call' ? 'C' : 'P'}`;
  return {
    kind: 'option', id: `deribit-paper:${name}`, venue: 'deribit-paper', name, underlying: 'BTC', quote: inverse ? 'BTC' : 'USDC',
    settlement: inverse ? 'BTC' : 'USDC', payoff, tick: decimal(inverse ? '0.0005' : '5'), lot: decimal('0.1'), fees: optionFees,
    expiry, strike: decimal(strike), right,
  }; // biome-ignore format: one glance
}

export const PERPS: Account = {
  id: 'perps',
  venue: 'hyperliquid-paper',
  name: 'Perps',
  rules: 'hyperliquid',
  leverage: 20,
};
export const OPTIONS: Account = { id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard' };

/** Perpetuals on two venues and four options around `spot`, a fortnight and a quarter out. */
export function crashInstruments(spot: number, at: EpochMs): readonly Instrument[] {
  const strike = (share: number): number => Math.round((spot * share) / 500) * 500;
  return [
    perpetual('hyperliquid-paper', 'BTC', 'linear'),
    perpetual('deribit-paper', 'BTC-PERPETUAL', 'inverse'),
    perpetual('deribit-paper', 'BTC_USDC-PERPETUAL', 'linear'),
    option(strike(0.85), 'put', 'inverse', at + 14 * DAY),
    option(strike(1.15), 'call', 'inverse', at + 14 * DAY),
    option(strike(0.9), 'put', 'linear', at + 14 * DAY),
    option(strike(0.7), 'put', 'inverse', at + 90 * DAY),
  ];
}

/** Half spread and depth law (USD within x basis points: a·x^b) by what is traded; resources/books/calibration.json, rounded. */
function law(one: Instrument): { readonly half: number; readonly a: number; readonly b: number } {
  if (one.kind === 'option') return { half: 8, a: 15_000, b: 1 };
  return one.venue === 'hyperliquid-paper' ? { half: 0.5, a: 90_000, b: 1.15 } : { half: 0.2, a: 320_000, b: 0.92 };
}

/** Levels at which depth is shown, basis points from the middle beyond the half spread. */
const LEVELS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface CrashState {
  readonly spot: number;
  /** Annual, 0.8 = 80 %. */
  readonly vol: number;
  /** The vol at which books are as deep as they were measured. */
  readonly calm: number;
  readonly at: EpochMs;
}

function markOf(one: Instrument, { spot, vol, at }: CrashState): number {
  if (one.kind !== 'option') return spot;
  const terms = {
    forward: spot,
    strike: Number(one.strike),
    years: Math.max(yearsBetween(at, one.expiry), 0),
    right: one.right,
  };
  const dollars = optionPrice(terms, vol) ?? Number.NaN;
  return one.payoff === 'inverse' ? dollars / spot : dollars;
}

function sideOf(one: Instrument, mark: number, sign: 1 | -1, { spot, vol, calm }: CrashState): readonly Level[] {
  const { half, a, b } = law(one);
  const stress = Math.max(vol / calm, 1);
  // Basis points of the coin; an option's price moves by them in its own unit.
  const point = (one.kind === 'option' && one.payoff === 'inverse' ? 1 : spot) / 10_000;
  const coins = one.payoff === 'inverse' && one.kind !== 'option' ? 1 : spot;
  return LEVELS.map((x, k) => ({
    price: Math.max(mark + sign * point * (half * Math.sqrt(stress) + x), mark * 0.05, Number(one.tick) / 10),
    size: (a * (x ** b - (LEVELS[k - 1] ?? 0) ** b)) / stress / coins,
  }));
}

/**
 * Quotes and books at a spot and a vol: options by Black-76, spreads and depth as measured, wider by the root of vol over
 * `calm` and thinner in proportion to it; the mark is the middle.
 */
export function crashMarket(
  instruments: readonly Instrument[],
  state: CrashState,
): { readonly market: MarketSnapshot; readonly depth: ReadonlyMap<InstrumentId, OrderBook> } {
  const { spot, vol, at } = state;
  const quotes = new Map<InstrumentId, Quote>();
  const depth = new Map<InstrumentId, OrderBook>();
  for (const one of instruments) {
    const mark = markOf(one, state);
    const bids = sideOf(one, mark, -1, state);
    const asks = sideOf(one, mark, 1, state);
    depth.set(one.id, { instrument: one.id, bids, asks, at });
    quotes.set(one.id, {
      instrument: one.id, bid: bids[0]!.price, bidSize: bids[0]!.size, ask: asks[0]!.price, askSize: asks[0]!.size, mark,
      markVol: one.kind === 'option' ? vol : null, forward: spot, index: spot, funding8h: one.kind === 'perpetual' ? 0.0001 : null,
      tsEvent: at, tsReceived: at,
    }); // biome-ignore format: one glance
  }
  return { market: { asOf: at, index: new Map([['BTC', spot]]), quotes }, depth };
}

/** What a seeded book is made from: shares of the equity, all in USD of the spot at which it is opened. */
export interface BookShape {
  /** Equity of the two accounts together. */
  readonly equityUsd: number;
  /** Of it in the perpetual account; the rest is half coin, half dollars with the options. */
  readonly perpsShare: number;
  /** Notional over that account's equity, signed. */
  readonly perps: number;
  /** Notional over the options account's equity, signed, by instrument after the first. */
  readonly others: readonly number[];
}

/** A book of a shape at a market; positions are opened at the mark. */
export function shapedBook(shape: BookShape, instruments: readonly Instrument[], market: MarketSnapshot): HeldBook {
  const spot = market.index.get('BTC') ?? Number.NaN;
  const perpsUsd = shape.equityUsd * shape.perpsShare;
  const optionsUsd = shape.equityUsd - perpsUsd;
  const positions = instruments.flatMap((one, k) => {
    const usd = k === 0 ? shape.perps * perpsUsd : (shape.others[k - 1] ?? 0) * optionsUsd;
    const exact = one.payoff === 'inverse' && one.kind !== 'option' ? usd : usd / spot;
    const quantity = fromNumber(exact, one.lot, 'nearest');
    const mark = market.quotes.get(one.id)?.mark ?? Number.NaN;
    const account = one.venue === PERPS.venue ? PERPS.id : OPTIONS.id;
    const entry = fromNumber(Math.max(mark, 1e-8), decimal('0.00000001'), 'nearest');
    return quantity === '0' ? [] : [{ account, instrument: one.id, quantity, entry }];
  });
  // Premium taken in or paid is part of what the account holds: equity is as the shape says.
  const premium = (payoff: 'inverse' | 'linear'): number =>
    positions.reduce((sum, { instrument, quantity, entry }) => {
      const one = instruments.find((other) => other.id === instrument);
      return one?.kind === 'option' && one.payoff === payoff ? sum + Number(quantity) * Number(entry) : sum;
    }, 0);
  const cash = (value: number): ReturnType<typeof decimal> => fromNumber(value, decimal('0.00000001'), 'nearest');
  return {
    accounts: [PERPS, OPTIONS],
    instruments: new Map(instruments.map((one) => [one.id, one])),
    positions,
    balances: [
      { account: PERPS.id, currency: 'USDC', cash: cash(perpsUsd) },
      { account: OPTIONS.id, currency: 'BTC', cash: cash(optionsUsd / 2 / spot - premium('inverse')) },
      { account: OPTIONS.id, currency: 'USDC', cash: cash(optionsUsd / 2 - premium('linear')) },
    ],
  };
}

/** A shape drawn from uniform numbers: levered up to twelve times in perpetuals, short options more often than long. */
export function drawnShape(random: () => number): BookShape {
  const between = (low: number, high: number): number => low + (high - low) * random();
  return {
    equityUsd: 20_000 * 50 ** random(),
    perpsShare: between(0.2, 0.6),
    perps: between(3, 12) * (random() < 0.75 ? 1 : -1),
    others: [between(-2, 2), between(-2, 2), between(-2, 0.5), between(-2, 0.5), between(-1, 1), between(-0.5, 1)],
  };
}
