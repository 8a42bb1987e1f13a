import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { SECOND } from '#shared/units/time.ts';

/** Changed quotes are told this often, and all of them this often. */
const BATCH_EVERY = SECOND / 10;
const REPEAT_EVERY = SECOND;

/** The latest quote per instrument of one venue. */
export interface QuoteBoard {
  /** An older quote than the one it would replace is left out. */
  put(quote: Quote): void;
  get(instrument: InstrumentId): Quote | undefined;
  start(): Unsubscribe;
}

/**
 * Tells what changed, ten times a second, and everything once a second while the venue is heard of: what a venue does
 * not repeat has not changed, but nothing is told on once it may have.
 */
export function createQuoteBoard(
  clock: Clock,
  isLive: () => boolean,
  onQuotes: (quotes: readonly Quote[]) => void,
): QuoteBoard {
  const latest = new Map<InstrumentId, Quote>();
  const changed = new Set<InstrumentId>();

  const tell = (ids: Iterable<InstrumentId>): void => {
    if (!isLive()) return;
    const quotes = [...ids].flatMap((id) => latest.get(id) ?? []);
    changed.clear();
    if (quotes.length > 0) onQuotes(quotes);
  };
  return {
    put: (quote) => {
      if (quote.tsEvent < (latest.get(quote.instrument)?.tsEvent ?? 0)) return;
      latest.set(quote.instrument, quote);
      changed.add(quote.instrument);
    },
    get: (instrument) => latest.get(instrument),
    start: () => {
      const stops = [
        clock.every(BATCH_EVERY, () => tell(changed)),
        clock.every(REPEAT_EVERY, () => tell(latest.keys())),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
