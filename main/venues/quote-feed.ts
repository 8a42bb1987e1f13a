import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { SECOND } from '#shared/units/time.ts';

/** Changed quotes are told this often, and all of them this often. */
const BATCH_EVERY = SECOND / 10;
const REPEAT_EVERY = SECOND;

/**
 * The latest quote per instrument. Venues tell changes only, and the connection says that it stands: so what has not
 * changed is told again every second while it does, and nothing once it does not.
 */
export interface QuoteFeed {
  /** Takes a quote unless it is older than the one at hand; false when it is. */
  put(quote: Quote): boolean;
  get(instrument: InstrumentId): Quote | undefined;
  forget(instrument: InstrumentId): void;
  start(): Unsubscribe;
}

export interface QuoteFeedSetup {
  readonly clock: Clock;
  /** The connection was heard of lately. */
  readonly isLive: () => boolean;
  /** Called before quotes are told: puts what came and was not read yet. */
  readonly readKept?: () => void;
  readonly onQuotes: (quotes: readonly Quote[]) => void;
}

export function createQuoteFeed({ clock, isLive, readKept, onQuotes }: QuoteFeedSetup): QuoteFeed {
  const latest = new Map<InstrumentId, Quote>();
  const changed = new Set<InstrumentId>();

  const tell = (all: boolean): void => {
    if (!isLive()) return;
    readKept?.();
    const ids = all ? [...latest.keys()] : [...changed];
    changed.clear();
    const quotes = ids.flatMap((id) => latest.get(id) ?? []);
    if (quotes.length > 0) onQuotes(quotes);
  };
  return {
    put: (quote) => {
      const { instrument, tsEvent } = quote;
      if (tsEvent < (latest.get(instrument)?.tsEvent ?? 0)) return false;
      latest.set(instrument, quote);
      changed.add(instrument);
      return true;
    },
    get: (instrument) => latest.get(instrument),
    forget: (instrument) => {
      latest.delete(instrument);
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
