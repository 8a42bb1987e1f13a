import type { Instrument, OptionRight } from '#shared/domain/instrument.ts';
import { decimal, type Price } from '#shared/units/decimal.ts';
import { type Currency, instrumentId, type VenueId } from '#shared/units/ids.ts';
import { type EpochMs, parseExpiryCode } from '#shared/units/time.ts';

/** Statements do not tell steps and fees; nothing that is past needs them. */
const UNTOLD = {
  tick: decimal('0.00000001'),
  lot: decimal('0.00000001'),
  fees: { maker: decimal('0'), taker: decimal('0') },
};

export interface Money {
  readonly underlying: Currency;
  /** What it is priced in, and what it settles in. */
  readonly quote: Currency;
  readonly settlement: Currency;
}

function common(venue: VenueId, name: string, { underlying, quote, settlement }: Money) {
  const payoff = settlement === underlying ? ('inverse' as const) : ('linear' as const);
  return { id: instrumentId(venue, name), venue, name, underlying, quote, settlement, payoff, ...UNTOLD };
}

export function perpetual(venue: VenueId, name: string, money: Money): Instrument {
  return { ...common(venue, name, money), kind: 'perpetual' };
}

export function future(venue: VenueId, name: string, money: Money, expiry: EpochMs): Instrument {
  return { ...common(venue, name, money), kind: 'future', expiry };
}

export function option(
  venue: VenueId,
  name: string,
  money: Money,
  terms: { readonly expiry: EpochMs; readonly strike: Price; readonly right: OptionRight },
): Instrument {
  return { ...common(venue, name, money), kind: 'option', ...terms };
}

export function spot(venue: VenueId, name: string, underlying: Currency, quote: Currency): Instrument {
  return { ...common(venue, name, { underlying, quote, settlement: quote }), kind: 'spot', payoff: 'linear' };
}

export function inverse(coin: Currency): Money {
  return { underlying: coin, quote: 'USD', settlement: coin };
}

export function linear(coin: Currency, quote: Currency): Money {
  return { underlying: coin, quote, settlement: quote };
}

const DATED = /^([A-Z0-9]+)(?:_([A-Z]+))?-(\d{1,2}[A-Z]{3}\d{2})(?:-(\d+(?:[d.]\d+)?)-([CP]))?$/;
const PERPETUAL = /^([A-Z0-9]+)(?:_([A-Z]+))?-(?:PERPETUAL|PERP)$/;
const SPOT = /^([A-Z0-9]+)[_/]([A-Z0-9]+)$/;

function rightOf(letter: string): OptionRight {
  return letter === 'C' ? 'call' : 'put';
}

/** "0d5" and "0.5" are the same strike. */
function strikeOf(text: string): Price {
  return decimal<Price>(text.replace('d', '.'));
}

/**
 * An instrument by the names that Deribit gives and Keel's other files use: BTC-PERPETUAL, BTC_USDC-PERPETUAL,
 * BTC-26JUN20, BTC-27MAR20-6000-P, BTC_USDC-27MAR20-6000-P, BTC_USDC or BTC/USDC. Null for any other name.
 */
export function named(venue: VenueId, name: string): Instrument | null {
  const perp = PERPETUAL.exec(name);
  if (perp) return perpetual(venue, name, moneyOf(perp[1] ?? '', perp[2]));
  const dated = DATED.exec(name);
  if (dated) {
    const [, coin = '', quote, code = '', strike, letter = ''] = dated;
    const expiry = parseExpiryCode(code);
    if (expiry === null) return null;
    const money = moneyOf(coin, quote);
    if (strike === undefined) return future(venue, name, money, expiry);
    // Inverse options are priced in the coin.
    const priced = quote === undefined ? { ...money, quote: coin } : money;
    return option(venue, name, priced, { expiry, strike: strikeOf(strike), right: rightOf(letter) });
  }
  const pair = SPOT.exec(name);
  return pair ? spot(venue, name, pair[1] ?? '', pair[2] ?? '') : null;
}

function moneyOf(coin: Currency, quote: Currency | undefined): Money {
  return quote === undefined ? inverse(coin) : linear(coin, quote);
}

const QUOTES: readonly Currency[] = ['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'DAI', 'USD', 'EUR', 'BTC', 'ETH', 'BNB'];

/** "BTCUSDT" as BTC and USDT; null where no known quote ends it. */
export function pairOf(symbol: string): { readonly base: Currency; readonly quote: Currency } | null {
  const quote = QUOTES.find((one) => symbol.endsWith(one) && symbol.length > one.length);
  return quote === undefined ? null : { base: symbol.slice(0, -quote.length), quote };
}

export const BYBIT_OPTION = /^([A-Z0-9]+)-(\d{1,2}[A-Z]{3}\d{2})-(\d+(?:\.\d+)?)-([CP])(?:-(USDT|USDC))?$/;

/** Bybit's options settle in USDC, or in the currency that ends the name. */
export function bybitOption(venue: VenueId, name: string): Instrument | null {
  const [, coin = '', code = '', strike = '', letter = '', quote = 'USDC'] = BYBIT_OPTION.exec(name) ?? [];
  const expiry = parseExpiryCode(code);
  if (expiry === null) return null;
  return option(venue, name, linear(coin, quote), { expiry, strike: decimal<Price>(strike), right: rightOf(letter) });
}

/** "240628": the UTC day of a dated future at 08:00; null for what is none. */
export function dayCode(code: string): EpochMs | null {
  const match = /^(\d{2})(\d{2})(\d{2})$/.exec(code);
  if (match === null) return null;
  return Date.UTC(2000 + Number(match[1]), Number(match[2]) - 1, Number(match[3]), 8);
}
