import type { GreekTwin } from '#shared/control/greek-twin.ts';
import type { MarginTwin } from '#shared/control/margin-twin.ts';
import type { ProjectedPool } from '#shared/control/open-orders.ts';
import type { ChainVitals } from '#shared/domain/chain-vitals.ts';
import type { Adjustment } from '#shared/domain/events.ts';
import type { CrossLevel } from '#shared/market/cross-venue-book.ts';
import type { Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import type { Quantiles } from '#shared/units/samples.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { RoutePreview } from './contract.ts';
import type { VenueLight } from './frames.ts';

/** A difference that reconciliation found: the venue's word replaced the book's. */
export interface BookedAdjustment {
  /** Of its journal entry. */
  readonly seq: number;
  /** Engine time. */
  readonly at: EpochMs;
  readonly adjustment: Adjustment;
}

/** A time without a connection. Engine times. */
export interface Outage {
  readonly at: EpochMs;
  readonly reason: string;
  /** Null while it lasts. */
  readonly backAt: EpochMs | null;
}

export const FEEDS = ['quotes', 'orders', 'fills', 'funding', 'margin'] as const;
export type Feed = (typeof FEEDS)[number];

/** How a venue is doing. Null: not measured there, or not yet. Times are engine time unless they say otherwise. */
export interface VenueVitals extends VenueLight {
  readonly kind: 'paper' | 'orderbook' | 'onchain';
  readonly accounts: readonly string[];
  /** Requests until their answers, ms. */
  readonly roundTrip: Quantiles | null;
  /** Quotes from their reception until the book has them, ms. */
  readonly tickToBook: Quantiles | null;
  /** Messages of the venue, and quotes the book took, per second over the last ten. */
  readonly messagesPerSecond: number | null;
  readonly quotesPerSecond: number | null;
  /** Quotes left out since the start: crossed, older, not finite, of nothing that is listed. */
  readonly dropped: number;
  /** Share of each pool of request credits that is left, 0 to 1. */
  readonly credits: Readonly<Record<string, number>> | null;
  /** Venue clock less ours. */
  readonly skewMs: DurationMs | null;
  /** Of a chain; null for every other venue. */
  readonly chain: ChainVitals | null;
  /** The last reconciliation, whatever it found. */
  readonly reconciliation: {
    readonly at: EpochMs;
    readonly differences: number;
    readonly unknownResolved: number;
    /** False when the venue could not report in full, or would not hold still. */
    readonly complete: boolean;
  } | null;
  /** Newest first, since this session was opened. */
  readonly adjustments: readonly BookedAdjustment[];
  readonly outages: readonly Outage[];
  /** When each feed last told something; a feed that tells only what happens may be silent for long. */
  readonly heard: Readonly<Record<Feed, EpochMs | null>>;
  /** Largest difference between the venue's margin figures and Keel's, as a share. */
  readonly marginDrift: number | null;
  /** Null: the venue has no such switch. */
  readonly deadMan: 'armed' | 'off' | null;
}

/** What the venues say of themselves and of the book, beside what Keel makes of it. */
export interface VenuesLook {
  /** Engine time. */
  readonly at: EpochMs;
  readonly venues: readonly VenueVitals[];
  readonly margins: readonly MarginTwin[];
  /** Pools once open orders have filled. */
  readonly projected: readonly ProjectedPool[];
  /** Of the options that are held. */
  readonly greeks: readonly GreekTwin[];
}

/** One instrument that is in the cross-venue book, or would be. */
export interface BookSourceLine {
  readonly instrument: InstrumentId;
  readonly venue: VenueId;
  readonly name: string;
  readonly kind: 'perpetual' | 'future' | 'spot';
  /** The wrapped form of the coin that it trades, "WBTC"; null where it is the coin itself. */
  readonly form: Currency | null;
  /** stale: its depth is as last told; it is shown, and not traded against. out: nothing of it is in the book. */
  readonly state: 'live' | 'stale' | 'out';
  /** Why it is stale or out. */
  readonly why: string | null;
  /** Since its depth was last told, ms; null where it never was. */
  readonly ageMs: DurationMs | null;
}

/** The depth of a coin over all venues, and what a wanted size would cost now. */
export interface CrossBookView {
  readonly underlying: UnderlyingId;
  /** USD index; null before the first quote. */
  readonly index: number | null;
  /** Best first; USD per coin, and coins. */
  readonly bids: readonly CrossLevel[];
  readonly asks: readonly CrossLevel[];
  readonly sources: readonly BookSourceLine[];
  /** The cheapest way to what was asked for; null where nothing was, or nobody takes any of it. */
  readonly route: RoutePreview | null;
}

export const BOOK_KINDS = ['perpetual', 'spot', 'all'] as const;
export type BookKind = (typeof BOOK_KINDS)[number];

export const VENUE_ACTS = ['reconcile', 'reconnect', 'arm-dead-man', 'disarm-dead-man'] as const;
export type VenueAct = (typeof VENUE_ACTS)[number];

/** What came of it, in a sentence. */
export interface VenueActAnswer {
  readonly venue: VenueId;
  readonly said: string;
}
