import type { Clock, Unsubscribe, VenueGreeks } from '#main/engine/ports.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { SECOND } from '#shared/units/time.ts';
import { type Ticker, tickerOf } from './tickers.ts';
import { readAs } from './wire.ts';
import { wireTicker } from './wire-market.ts';

/** Changed quotes are told this often, and all of them this often. */
const BATCH_EVERY = SECOND / 10;
const REPEAT_EVERY = SECOND;

export interface TickerFeed {
  /** Takes one payload of a ticker channel; throws when it cannot be read. */
  take(payload: unknown): void;
  greeks(instrument: InstrumentId): VenueGreeks | null;
  /** USD index of a coin, NaN before it was told. */
  index(currency: Currency): number;
  forget(instrument: InstrumentId): void;
  start(): Unsubscribe;
}

export interface TickerFeedSetup {
  readonly venue: VenueId;
  readonly clock: Clock;
  readonly underlyingOf: (name: string) => UnderlyingId | null;
  /** The connection was heard of lately. */
  readonly isLive: () => boolean;
  readonly onQuotes: (quotes: readonly Quote[]) => void;
}

/**
 * The latest ticker per instrument. Deribit tells changes only, and heartbeats say that the connection stands: so what
 * has not changed is told again every second while it does, and nothing once it does not.
 */
export function createTickerFeed({ venue, clock, underlyingOf, isLive, onQuotes }: TickerFeedSetup): TickerFeed {
  const tickers = new Map<InstrumentId, Ticker>();
  const changed = new Set<InstrumentId>();
  const indices = new Map<Currency, number>();

  const tell = (all: boolean): void => {
    if (!isLive()) return;
    const ids = all ? [...tickers.keys()] : [...changed];
    changed.clear();
    const quotes = ids.flatMap((id) => tickers.get(id)?.quote ?? []);
    if (quotes.length > 0) onQuotes(quotes);
  };
  return {
    take(payload) {
      const wire = readAs(wireTicker, payload, 'ticker');
      const ticker = tickerOf(venue, wire, clock.now());
      const { instrument, tsEvent, index } = ticker.quote;
      if (tsEvent < (tickers.get(instrument)?.quote.tsEvent ?? 0)) return;
      tickers.set(instrument, ticker);
      changed.add(instrument);
      const underlying = underlyingOf(wire.instrument_name);
      if (underlying !== null) indices.set(underlying, index);
    },
    greeks: (instrument) => tickers.get(instrument)?.greeks ?? null,
    index: (currency) => indices.get(currency) ?? Number.NaN,
    forget: (instrument) => {
      tickers.delete(instrument);
      changed.delete(instrument);
    },
    start: () => {
      const stops = [clock.every(BATCH_EVERY, () => tell(false)), clock.every(REPEAT_EVERY, () => tell(true))];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
