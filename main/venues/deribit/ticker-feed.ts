import type { VenueGreeks } from '#main/engine/ports.ts';
import { createQuoteFeed, type QuoteFeed, type QuoteFeedSetup } from '#main/venues/quote-feed.ts';
import type { Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { tickerOf } from './tickers.ts';
import { readAs } from './wire.ts';
import { wireTicker } from './wire-market.ts';

export interface TickerFeed extends Pick<QuoteFeed, 'forget' | 'start'> {
  /** Takes one payload of a ticker channel; throws when it cannot be read. */
  take(payload: unknown): void;
  greeks(instrument: InstrumentId): VenueGreeks | null;
  /** USD index of a coin, NaN before it was told. */
  index(currency: Currency): number;
}

export interface TickerFeedSetup extends QuoteFeedSetup {
  readonly venue: VenueId;
  readonly underlyingOf: (name: string) => UnderlyingId | null;
}

/** The latest ticker per instrument. */
export function createTickerFeed(setup: TickerFeedSetup): TickerFeed {
  const { venue, clock, underlyingOf, readKept } = setup;
  const quotes = createQuoteFeed(setup);
  const greeks = new Map<InstrumentId, VenueGreeks | null>();
  const indices = new Map<Currency, number>();
  return {
    take(payload) {
      const wire = readAs(wireTicker, payload, 'ticker');
      const ticker = tickerOf(venue, wire, clock.now());
      const { instrument, index } = ticker.quote;
      if (!quotes.put(ticker.quote)) return;
      greeks.set(instrument, ticker.greeks);
      const underlying = underlyingOf(wire.instrument_name);
      if (underlying !== null) indices.set(underlying, index);
    },
    greeks: (instrument) => {
      readKept?.();
      return greeks.get(instrument) ?? null;
    },
    index: (currency) => {
      readKept?.();
      return indices.get(currency) ?? Number.NaN;
    },
    forget: (instrument) => {
      quotes.forget(instrument);
      greeks.delete(instrument);
    },
    start: quotes.start,
  };
}
