import type { Quote } from '#shared/market/quote.ts';
import type { InstrumentId, VenueId } from '#shared/units/ids.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import type { Exchange } from './exchange.ts';
import { tickOf } from './world.ts';

/** A quiet instrument is told again this often, engine time: silence then means that the feed is gone. */
const REPEAT_EVERY = SECOND;
/** Batches are no closer than this, engine time, as on venues' own conflated channels; all instruments move together. */
export const BATCH_EVERY = 100;

function same(a: Quote, b: Quote): boolean {
  return (
    a.mark === b.mark &&
    a.bid === b.bid &&
    a.ask === b.ask &&
    a.bidSize === b.bidSize &&
    a.askSize === b.askSize &&
    a.markVol === b.markVol &&
    a.forward === b.forward &&
    a.index === b.index &&
    a.funding8h === b.funding8h
  );
}

/**
 * Quotes of one venue, conflated: once a second all of them, and ten times a second what changed of the instruments that
 * are followed. The hundreds of options that nobody holds do not fill the session's tape.
 */
export interface QuoteFeed {
  batch(now: EpochMs): readonly Quote[];
  /** The next batch is a full one. */
  reset(): void;
  /** When everything is told again, engine time. */
  readonly repeatAt: EpochMs;
}

/** `repeatEvery`: between two full batches, engine time. */
export function quoteFeed(exchange: Exchange, venue: VenueId, repeatEvery: DurationMs = REPEAT_EVERY): QuoteFeed {
  let last = new Map<InstrumentId, Quote>();
  let [tick, trades, repeatAt] = [Number.NaN, -1, Number.NEGATIVE_INFINITY];
  let batchAt = Number.NEGATIVE_INFINITY;

  const fresh = (now: EpochMs, all: boolean) => {
    const quotes: Quote[] = [];
    const next = new Map<InstrumentId, Quote>();
    for (const instrument of exchange.instruments(venue)) {
      const known = last.get(instrument.id);
      if (!all && known !== undefined && !exchange.isFollowed(instrument)) {
        next.set(instrument.id, known);
        continue;
      }
      const quote = exchange.quote(instrument, now);
      next.set(instrument.id, quote);
      if (all || known === undefined || !same(known, quote)) quotes.push(quote);
    }
    last = next;
    return quotes;
  };
  return {
    batch: (now) => {
      if (now < batchAt && trades === exchange.trades) return [];
      const all = now >= repeatAt;
      // Within a tick a book changes only by what was traded.
      if (!all && tick === tickOf(exchange.now) && trades === exchange.trades) return [];
      [tick, trades] = [tickOf(exchange.now), exchange.trades];
      batchAt = now + BATCH_EVERY;
      if (all) repeatAt = now + repeatEvery;
      return fresh(now, all);
    },
    get repeatAt() {
      return repeatAt;
    },
    reset: () => {
      repeatAt = Number.NEGATIVE_INFINITY;
      batchAt = Number.NEGATIVE_INFINITY;
    },
  };
}
