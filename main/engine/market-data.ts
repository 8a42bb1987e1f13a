import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import { flawOf, type MarketSnapshot, type Quote, type QuoteFlaw } from '#shared/market/quote.ts';
import type { InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** Why a quote was not kept. unlisted: of an instrument nobody listed, or of another venue's. */
export type DropReason = QuoteFlaw | 'unlisted';
export type Drops = Readonly<Record<DropReason, number>>;

/** The latest quote of an instrument and how old it is. */
export interface QuoteView {
  readonly quote: Quote;
  /** Since the engine received it. */
  readonly ageMs: DurationMs;
  readonly stale: boolean;
}

/** What others may ask of market data. */
export interface MarketView {
  quote(instrument: InstrumentId): QuoteView | null;
  snapshot(): MarketSnapshot;
  /** Instruments that still trade and whose quote is older than the limit. */
  stale(): readonly InstrumentId[];
  drops(venue: VenueId): Drops;
  /** Engine time of the venue's last batch of quotes; null before the first. */
  lastSeen(venue: VenueId): EpochMs | null;
  /** The venue's own time: that of its newest quote; null before the first. */
  venueTime(venue: VenueId): EpochMs | null;
}

export interface MarketData extends MarketView {
  /** Takes a batch of a venue's quotes and returns those that were kept. */
  take(venue: VenueId, quotes: readonly Quote[]): readonly Quote[];
}

interface Held {
  readonly quote: Quote;
  readonly receivedAt: EpochMs;
}

interface VenueTally {
  readonly drops: Record<DropReason, number>;
  lastSeen: EpochMs | null;
  venueTime: EpochMs | null;
}

const NONE: Drops = { 'not-finite': 0, crossed: 0, older: 0, 'not-positive': 0, unlisted: 0 };

/** Latest good quote per instrument. Ages are engine time since reception: a venue's own stamps prove nothing about age. */
export function createMarketData(
  now: () => EpochMs,
  staleMs: DurationMs,
  instrumentOf: (id: InstrumentId) => Instrument | undefined,
): MarketData {
  const held = new Map<InstrumentId, Held>();
  /** Of those the instruments that were found to have settled: quiet for good. */
  const settled = new Set<InstrumentId>();
  const index = new Map<UnderlyingId, { readonly level: number; readonly at: EpochMs }>();
  const venues = new Map<VenueId, VenueTally>();
  /** Until the next quote: asked for many times in between. */
  let latest: MarketSnapshot | null = null;

  function tallyOf(venue: VenueId): VenueTally {
    const known = venues.get(venue);
    if (known) return known;
    const tally = { drops: { ...NONE }, lastSeen: null, venueTime: null };
    venues.set(venue, tally);
    return tally;
  }

  function keep(tally: VenueTally, instrument: Instrument, quote: Quote): void {
    latest = null;
    held.set(quote.instrument, { quote, receivedAt: now() });
    tally.venueTime = Math.max(tally.venueTime ?? quote.tsEvent, quote.tsEvent);
    const before = index.get(instrument.underlying);
    if (before === undefined || quote.tsEvent >= before.at) {
      index.set(instrument.underlying, { level: quote.index, at: quote.tsEvent });
    }
  }

  function stale(one: Held): boolean {
    return now() - one.receivedAt > staleMs;
  }

  /** An instrument that has settled is quiet for good, not stale. */
  function expired(id: InstrumentId): boolean {
    const instrument = instrumentOf(id);
    const expiry = instrument === undefined ? null : expiryOf(instrument);
    const venueTime = instrument === undefined ? null : tallyOf(instrument.venue).venueTime;
    return expiry !== null && venueTime !== null && venueTime >= expiry;
  }

  return {
    take(venue, quotes) {
      const tally = tallyOf(venue);
      tally.lastSeen = now();
      const kept: Quote[] = [];
      for (const quote of quotes) {
        const instrument = instrumentOf(quote.instrument);
        const listed = instrument !== undefined && instrument.venue === venue;
        const flaw = listed ? flawOf(quote, held.get(quote.instrument)?.quote) : 'unlisted';
        if (flaw !== null || !listed) {
          tally.drops[flaw ?? 'unlisted'] += 1;
          continue;
        }
        keep(tally, instrument, quote);
        kept.push(quote);
      }
      return kept;
    },
    quote(instrument) {
      const one = held.get(instrument);
      return one ? { quote: one.quote, ageMs: now() - one.receivedAt, stale: stale(one) } : null;
    },
    snapshot() {
      if (latest !== null) return latest;
      const quotes = new Map<InstrumentId, Quote>();
      for (const [id, one] of held) quotes.set(id, one.quote);
      const levels = new Map<UnderlyingId, number>();
      let asOf = 0;
      for (const [underlying, one] of index) {
        levels.set(underlying, one.level);
        asOf = Math.max(asOf, one.at);
      }
      latest = { asOf, index: levels, quotes };
      return latest;
    },
    stale() {
      const quiet: InstrumentId[] = [];
      for (const [id, one] of held) {
        if (!stale(one) || settled.has(id)) continue;
        if (expired(id)) settled.add(id);
        else quiet.push(id);
      }
      return quiet;
    },
    drops: (venue) => ({ ...tallyOf(venue).drops }),
    lastSeen: (venue) => tallyOf(venue).lastSeen,
    venueTime: (venue) => tallyOf(venue).venueTime,
  };
}
