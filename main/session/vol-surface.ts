import type { Book } from '#shared/domain/book.ts';
import type { Instrument, Option, Payoff } from '#shared/domain/instrument.ts';
import type { SmileQuote, VolSmile, VolSurface } from '#shared/ipc/vol.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { impliedVol } from '#shared/pricing/implied-vol.ts';
import { smilePoints } from '#shared/pricing/smile-points.ts';
import type { OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import { type ExpiryFit, fitSurface, type SurfaceFit } from '#shared/pricing/surface-fit/fit-surface.ts';
import { type SviSlice, sviVol } from '#shared/pricing/svi.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';

interface Listed {
  readonly option: Option;
  readonly quote: Quote;
}

/** Points of a drawn smile. */
const CURVE = 81;
/** Log-strike beyond the outermost quotes to which a smile is drawn. */
const BEYOND = 0.05;

function listedOf(book: Book, market: MarketSnapshot, underlying: UnderlyingId, payoff: Payoff): Listed[] {
  const isWanted = (one: Instrument): one is Option =>
    one.kind === 'option' && one.underlying === underlying && one.payoff === payoff;
  return [...book.instruments.values()].filter(isWanted).flatMap((option) => {
    const quote = market.quotes.get(option.id);
    return quote === undefined || option.expiry <= market.asOf ? [] : [{ option, quote }];
  });
}

function chainOf(listed: readonly Listed[], underlying: UnderlyingId, payoff: Payoff, asOf: number): OptionChain {
  return {
    underlying,
    asOf,
    priceUnit: payoff === 'inverse' ? 'coin' : 'quote',
    exercise: 'european',
    quotes: listed.map(({ option, quote }, row) => ({
      row,
      name: option.name,
      right: option.right,
      strike: toNumber(option.strike),
      expiry: option.expiry,
      bid: quote.bid,
      ask: quote.ask,
      forward: quote.forward,
      ageMs: Math.max(asOf - quote.tsEvent, 0),
    })),
  };
}

/** The vol of a price as quoted; null where there is none. */
function volOf({ option, quote }: Listed, years: number, quoted: number | null): number | null {
  if (quoted === null || quoted <= 0) return null;
  const { forward } = quote;
  const asked = { right: option.right, forward, strike: toNumber(option.strike), years, rate: 0 };
  const vol = impliedVol(asked, option.payoff === 'inverse' ? quoted * forward : quoted);
  return vol.ok ? vol.value : null;
}

/** Out of the money: the side of a strike that is traded and whose price is mostly vol. */
function isOutside({ option, quote }: Listed): boolean {
  const strike = toNumber(option.strike);
  return option.right === 'call' ? strike >= quote.forward : strike < quote.forward;
}

function heldIn(book: Book, listed: readonly Listed[], strike: number): number {
  const ids = new Set(listed.filter(({ option }) => toNumber(option.strike) === strike).map(({ option }) => option.id));
  let held = 0;
  for (const position of book.positions.values()) {
    if (ids.has(position.instrument)) held += toNumber(position.quantity);
  }
  return held;
}

function quotesOf(book: Book, slice: SviSlice, years: number, listed: readonly Listed[]): readonly SmileQuote[] {
  return listed
    .filter(isOutside)
    .map((one): SmileQuote => {
      const strike = toNumber(one.option.strike);
      return {
        strike,
        right: one.option.right,
        bidVol: volOf(one, years, one.quote.bid),
        askVol: volOf(one, years, one.quote.ask),
        fittedVol: sviVol(slice, years, Math.log(strike / slice.forward)),
        held: heldIn(book, listed, strike),
      };
    })
    .sort((a, b) => a.strike - b.strike);
}

function curveOf(slice: SviSlice, years: number, strikes: readonly number[]): VolSmile['curve'] {
  const low = Math.log(Math.min(...strikes) / slice.forward) - BEYOND;
  const high = Math.log(Math.max(...strikes) / slice.forward) + BEYOND;
  const ks = Array.from({ length: CURVE }, (_, at) => low + ((high - low) * at) / (CURVE - 1));
  return {
    strikes: ks.map((k) => slice.forward * Math.exp(k)),
    vols: ks.map((k) => sviVol(slice, years, k)),
  };
}

function smileOf(book: Book, fit: ExpiryFit, listed: readonly Listed[]): VolSmile[] {
  const { expiry, forward, years, parameters, errors, arbitrageBefore } = fit;
  if (parameters === null || listed.length === 0) return [];
  const slice = { ...parameters, expiry, forward };
  const found = [arbitrageBefore?.butterfly ? 'butterfly' : null, arbitrageBefore?.calendar ? 'calendar' : null];
  return [
    {
      expiry,
      years,
      forward,
      ...smilePoints(slice, years),
      inside: errors?.inside ?? 0,
      twoSided: errors?.twoSided ?? 0,
      arbitrage: found.filter((one) => one !== null),
      quotes: quotesOf(book, slice, years, listed),
      curve: curveOf(
        slice,
        years,
        listed.map(({ option }) => toNumber(option.strike)),
      ),
    },
  ];
}

function leftOutOf(fit: SurfaceFit): VolSurface['leftOut'] {
  const counts = new Map<string, number>();
  for (const { reason } of fit.leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count }));
}

/**
 * The volatility surface of the options that are quoted now, fitted expiry by expiry and free of arbitrage; `arbitrage`
 * says what the quotes themselves had. Throws a fault where nothing can be fitted.
 */
export function volSurface(book: Book, market: MarketSnapshot, underlying: UnderlyingId, payoff: Payoff): VolSurface {
  const listed = listedOf(book, market, underlying, payoff);
  const fit = fitSurface(chainOf(listed, underlying, payoff, market.asOf));
  const smiles = fit.expiries.flatMap((one) =>
    smileOf(
      book,
      one,
      listed.filter(({ option }) => option.expiry === one.expiry),
    ),
  );
  if (smiles.length === 0) {
    const message = `no ${payoff === 'inverse' ? 'coin' : 'dollar'}-settled option of ${underlying} is quoted on both sides`;
    throw new FaultError(fault('no-smile', message, { underlying }));
  }
  return { underlying, payoff, asOf: market.asOf, smiles, leftOut: leftOutOf(fit) };
}
