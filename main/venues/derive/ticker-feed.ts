import type { Clock, VenueGreeks } from '#main/engine/ports.ts';
import { createQuoteFeed, type QuoteFeed } from '#main/venues/quote-feed.ts';
import type { Quote } from '#shared/market/quote.ts';
import { type InstrumentId, instrumentId, type VenueId } from '#shared/units/ids.ts';
import type { OnData } from './channels.ts';
import { greeksOf, quoteOf } from './tickers.ts';
import { readAs, type WireTicker, wireTicker } from './wire.ts';

export interface TickerFeed {
  readonly quotes: QuoteFeed;
  /** Takes what the ticker channel of one instrument tells. */
  listener(name: string): OnData;
  greeks(instrument: InstrumentId): VenueGreeks | null;
  /** The last ticker; undefined before the first. */
  last(name: string): WireTicker | undefined;
}

export function createTickerFeed(
  venue: VenueId,
  clock: Clock,
  isLive: () => boolean,
  onQuotes: (quotes: readonly Quote[]) => void,
): TickerFeed {
  const quotes = createQuoteFeed({ clock, isLive, onQuotes });
  const latest = new Map<string, WireTicker>();
  return {
    quotes,
    listener: (name) => (payload) => {
      const { instrument_ticker: wire } = readAs(wireTicker, payload, 'ticker');
      if (wire.t < (latest.get(name)?.t ?? 0)) return;
      latest.set(name, wire);
      quotes.put(quoteOf(instrumentId(venue, name), wire, clock.now()));
    },
    greeks: (instrument) => {
      const wire = latest.get(instrument.slice(venue.length + 1));
      return wire ? greeksOf(instrument, wire) : null;
    },
    last: (name) => latest.get(name),
  };
}
