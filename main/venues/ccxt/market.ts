import { z } from 'zod';
import type { Clock, VenueGreeks } from '#main/engine/ports.ts';
import { createQuoteFeed, type QuoteFeed } from '#main/venues/quote-feed.ts';
import type { Quote } from '#shared/market/quote.ts';
import { type Currency, type InstrumentId, nameOf, type UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Calls } from './calls.ts';
import type { CcxtConfig } from './config.ts';
import type { Dialect, MarketRead } from './dialect.ts';
import type { Listed, Listing } from './listing.ts';
import { readAs, readEach, type WireFunding, type WireGreeks, wireFunding, wireGreeks, wireTicker } from './wire.ts';

const FUNDING_HOURS = 8;
const DOLLARS: ReadonlySet<Currency> = new Set(['USD', 'USDC', 'USDT']);

/** What is known of one instrument, from several requests. */
interface Seen {
  bid: number | null;
  bidSize: number;
  ask: number | null;
  askSize: number;
  last: number | null;
  mark: number | null;
  index: number | null;
  funding8h: number | null;
  greeks: WireGreeks | null;
  at: EpochMs;
}

export interface MarketFeed {
  readonly quotes: QuoteFeed;
  /** Takes tickers of a watch. */
  take(tickers: unknown): void;
  /** Asks for marks, Greeks, funding and indices once. Rejects when the venue does not answer. */
  read(): Promise<void>;
  greeks(instrument: InstrumentId): VenueGreeks | null;
  /** USD per unit of a currency: 1 for dollars, NaN before it was told. */
  usd(currency: Currency): number;
}

const wireIndices = z.object({
  data: z.array(z.object({ instId: z.string().max(40), idxPx: z.string().transform(Number) })),
});

function positive(price: number | null): number | null {
  return price !== null && price > 0 ? price : null;
}

/** Funding per 8 hours from a rate and its interval ("8h", "1h"). */
function funding8hOf({ fundingRate, interval }: WireFunding): number | null {
  const hours = Number(/^(\d+)h$/.exec(interval ?? '')?.[1] ?? FUNDING_HOURS);
  return fundingRate === null ? null : (fundingRate * FUNDING_HOURS) / hours;
}

export interface MarketFeedSetup {
  readonly config: CcxtConfig;
  readonly dialect: Dialect;
  readonly calls: Calls;
  readonly clock: Clock;
  readonly listing: Listing;
  readonly isLive: () => boolean;
  readonly onQuotes: (quotes: readonly Quote[]) => void;
  readonly onFlaw: (reason: Fault) => void;
}

export function createMarketFeed(setup: MarketFeedSetup): MarketFeed {
  const { config, dialect, calls, clock, listing, onFlaw } = setup;
  const { isLive, onQuotes } = setup;
  const quotes = createQuoteFeed({ clock, isLive, onQuotes });
  const seen = new Map<string, Seen>();
  const indices = new Map<UnderlyingId, number>();
  const onBad = (thrown: unknown) => onFlaw(toFault(thrown));

  const seenOf = (symbol: string): Seen => {
    const known = seen.get(symbol);
    if (known) return known;
    const sides = { bid: null, bidSize: 0, ask: null, askSize: 0 };
    const fresh: Seen = { ...sides, last: null, mark: null, index: null, funding8h: null, greeks: null, at: 0 };
    seen.set(symbol, fresh);
    return fresh;
  };
  const markOf = ({ mark, bid, ask, last }: Seen): number | null =>
    mark ?? (bid !== null && ask !== null ? (bid + ask) / 2 : last);
  const forwardOf = (one: Seen, { instrument }: Listed, mark: number, index: number): number => {
    if (instrument.kind !== 'option') return mark;
    const told = one.greeks?.info.fwdPx;
    return one.greeks?.underlyingPrice ?? (typeof told === 'string' && Number(told) > 0 ? Number(told) : index);
  };
  const quoteOf = (listed: Listed, one: Seen): Quote | null => {
    const { instrument, size } = listed;
    const mark = markOf(one);
    const index = indices.get(instrument.underlying) ?? one.index ?? (instrument.kind === 'option' ? null : mark);
    if (mark === null || index === null) return null;
    const unit = Number(size);
    const markVol = instrument.kind === 'option' ? (one.greeks?.markImpliedVolatility ?? null) : null;
    if (instrument.kind === 'option' && markVol === null) return null;
    return {
      instrument: instrument.id,
      bid: one.bid,
      bidSize: one.bidSize * unit,
      ask: one.ask,
      askSize: one.askSize * unit,
      mark,
      markVol,
      forward: forwardOf(one, listed, mark, index),
      index,
      funding8h: instrument.kind === 'perpetual' ? one.funding8h : null,
      tsEvent: one.at,
      tsReceived: clock.now(),
    };
  };
  const changed = (symbol: string, change: (one: Seen) => void, at: EpochMs | null): void => {
    const listed = listing.bySymbol(symbol);
    if (listed === undefined) return;
    const one = seenOf(symbol);
    change(one);
    one.at = Math.max(one.at, at ?? 0);
    const quote = quoteOf(listed, one);
    if (quote !== null) quotes.put(quote);
  };
  const takeTickers = (payload: unknown): void => {
    for (const wire of readEach(wireTicker, payload, 'ticker', onBad)) {
      const [bid, ask] = [positive(wire.bid), positive(wire.ask)];
      // A ticker that is older than what is known says nothing new of the touch.
      if (wire.timestamp !== null && wire.timestamp < (seen.get(wire.symbol)?.at ?? 0)) continue;
      const change = (one: Seen) => {
        Object.assign(one, { bid, ask, bidSize: bid === null ? 0 : (wire.bidVolume ?? 0) });
        Object.assign(one, { askSize: ask === null ? 0 : (wire.askVolume ?? 0), last: wire.last ?? one.last });
        [one.mark, one.index] = [wire.markPrice ?? one.mark, wire.indexPrice ?? one.index];
      };
      changed(wire.symbol, change, wire.timestamp);
    }
  };
  const takes: Readonly<Record<MarketRead['takes'], (payload: unknown) => void>> = {
    tickers: takeTickers,
    marks: (payload) => {
      for (const { symbol, markPrice, timestamp } of readEach(wireTicker, payload, 'mark', onBad)) {
        const change = (one: Seen) => {
          one.mark = markPrice ?? one.mark;
        };
        changed(symbol, change, timestamp);
      }
    },
    greeks: (payload) => {
      for (const wire of readEach(wireGreeks, payload, 'greeks', onBad)) {
        const change = (one: Seen) => {
          one.greeks = wire;
        };
        changed(wire.symbol, change, wire.timestamp);
      }
    },
    funding: (payload) => {
      for (const wire of readEach(wireFunding, payload, 'funding', onBad)) {
        const change = (one: Seen) => {
          one.funding8h = funding8hOf(wire);
          [one.mark, one.index] = [one.mark ?? wire.markPrice, wire.indexPrice ?? one.index];
        };
        changed(wire.symbol, change, null);
      }
    },
    indices: (payload) => {
      for (const { instId, idxPx } of readAs(wireIndices, payload, 'indices').data) {
        const coin = instId.slice(0, instId.indexOf('-'));
        if (idxPx > 0 && config.underlyings.includes(coin)) indices.set(coin, idxPx);
      }
    },
  };
  return {
    quotes,
    take: takeTickers,
    read: async () => {
      const reads = dialect.marketReads(config.underlyings, config.kinds);
      const answers = await Promise.all(reads.map((one) => calls.call(one.method, ...one.parameters)));
      reads.forEach((one, i) => {
        try {
          takes[one.takes](answers[i]);
        } catch (thrown) {
          onBad(thrown);
        }
      });
    },
    greeks: (instrument) => {
      const listed = listing.byName(nameOf(instrument));
      const wire = listed && seen.get(listed.symbol)?.greeks;
      const greeks = wire ? dialect.greeksOf(wire) : null;
      return greeks && wire ? { instrument, ...greeks, at: wire.timestamp ?? 0 } : null;
    },
    usd: (currency) => (DOLLARS.has(currency) ? 1 : (indices.get(currency) ?? Number.NaN)),
  };
}
