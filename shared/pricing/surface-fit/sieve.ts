import type { ChainQuote, LeftOut, LeftOutReason, OptionChain } from './chain.ts';
import { OLDEST_QUOTE } from './chain.ts';

/** A quote with both sides, and its place in the chain. */
export interface TwoSided {
  readonly index: number;
  readonly quote: ChainQuote;
  readonly bid: number;
  readonly ask: number;
}

export interface Sieved {
  readonly twoSided: readonly TwoSided[];
  readonly leftOut: readonly LeftOut[];
}

type Reason = { readonly reason: LeftOutReason; readonly detail: string };

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min old`;

/** What is wrong with a quote taken by itself, or null. */
function faultOf({ expiry, ageMs, bid, ask }: ChainQuote, asOf: number): Reason | null {
  if (ageMs > OLDEST_QUOTE) return { reason: 'stale', detail: minutes(ageMs) };
  if (expiry <= asOf) return { reason: 'expired', detail: 'expired before the snapshot' };
  if (bid === null && ask === null) return { reason: 'no-quote', detail: 'neither bid nor ask' };
  return pricesFault(bid, ask);
}

function pricesFault(bid: number | null, ask: number | null): Reason | null {
  const detail = `bid ${bid ?? 'none'}, ask ${ask ?? 'none'}`;
  // A bid of 0 is no bid; an ask of 0, or nothing but a bid of 0, is no market.
  if ((bid ?? 0) < 0 || (ask ?? 1) <= 0 || (bid === 0 && ask === null)) return { reason: 'zero', detail };
  if (ask === null || bid === null || bid === 0) return { reason: 'one-sided', detail };
  return bid > ask ? { reason: 'crossed', detail } : null;
}

/** The place of the quote that counts for each option: the freshest, of equally fresh ones the last. */
function freshest(quotes: readonly ChainQuote[]): Int32Array {
  const expiries = new Map<number, Map<number, number>>();
  const places = new Int32Array(quotes.length);
  const options = quotes.map((quote, index) => {
    let strikes = expiries.get(quote.expiry);
    if (!strikes) {
      strikes = new Map();
      expiries.set(quote.expiry, strikes);
    }
    // Strikes are positive: the sign tells calls from puts.
    const option = quote.right === 'call' ? quote.strike : -quote.strike;
    const before = strikes.get(option);
    if (before === undefined || quote.ageMs <= (quotes[before]?.ageMs ?? 0)) strikes.set(option, index);
    return { strikes, option };
  });
  options.forEach(({ strikes, option }, index) => {
    places[index] = strikes.get(option) ?? index;
  });
  return places;
}

/** Quotes that can be used, and for every other one why it cannot. */
export function sieve(chain: OptionChain): Sieved {
  const { quotes, asOf } = chain;
  const kept = freshest(quotes);
  const twoSided: TwoSided[] = [];
  const leftOut: LeftOut[] = [];
  quotes.forEach((quote, index) => {
    const best = kept[index]!;
    const fault = quote.ageMs > OLDEST_QUOTE || best === index ? faultOf(quote, asOf) : duplicateOf(quotes[best]);
    if (fault) leftOut.push({ row: quote.row, name: quote.name, reason: fault.reason, detail: fault.detail });
    else twoSided.push({ index, quote, bid: quote.bid ?? 0, ask: quote.ask ?? 0 });
  });
  return { twoSided, leftOut };
}

function duplicateOf(other: ChainQuote | undefined): Reason {
  return { reason: 'duplicate', detail: `row ${other?.row ?? 0} quotes the same option` };
}
