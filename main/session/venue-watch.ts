import type { Engine } from '#main/engine/engine.ts';
import type { Notice } from '#main/engine/notices.ts';
import type { Clock, VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import type { VenueView } from '#main/engine/venue-session.ts';
import type { MarginTwin } from '#shared/control/margin-twin.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import type { BookedAdjustment, Feed, Outage, VenueVitals } from '#shared/ipc/venues.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { createSamples, type Samples } from '#shared/units/samples.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';

export interface VenueWatch {
  vitals(twins: readonly MarginTwin[]): readonly VenueVitals[];
  stop(): void;
}

export interface VenueWatchGround {
  readonly clock: Clock;
  readonly engine: Pick<Engine, 'venues' | 'subscribe' | 'book'>;
  readonly adapters: readonly VenueAdapter[];
}

const DELAYS_KEPT = 2_000;
const ADJUSTMENTS_KEPT = 100;
const OUTAGES_KEPT = 20;
/** Rates are over so many seconds. */
const RATE_SECONDS = 10;

interface Counts {
  readonly at: EpochMs;
  readonly messages: number | null;
  readonly quotes: number;
}

/** What was seen of one venue since the session was opened. */
interface Seen {
  readonly adapter: VenueAdapter;
  readonly delays: Samples;
  readonly heard: Record<Feed, EpochMs | null>;
  counts: readonly Counts[];
  quotes: number;
  toldAt: EpochMs;
  status: VenueView['status'] | null;
  outages: readonly Outage[];
  adjustments: readonly BookedAdjustment[];
  reconciliation: VenueVitals['reconciliation'];
}

function nothingSeen(adapter: VenueAdapter): Seen {
  return {
    adapter,
    delays: createSamples(DELAYS_KEPT),
    heard: { quotes: null, orders: null, fills: null, funding: null, margin: null },
    counts: [],
    quotes: 0,
    toldAt: Number.NEGATIVE_INFINITY,
    status: null,
    outages: [],
    adjustments: [],
    reconciliation: null,
  };
}

const FEED_OF: Readonly<Partial<Record<VenueEvent['type'], Feed>>> = {
  quotes: 'quotes',
  order: 'orders',
  fill: 'fills',
  funding: 'funding',
  'margin-call': 'margin',
  liquidation: 'margin',
};

/** What is repeated because it did not change was received before the last batch: its age is no delay. */
function takeQuotes(seen: Seen, quotes: readonly Quote[], now: EpochMs): void {
  for (const { tsReceived } of quotes) if (tsReceived >= seen.toldAt) seen.delays.note(now - tsReceived);
  seen.toldAt = now;
  seen.quotes += quotes.length;
}

function takeStatus(seen: Seen, view: VenueView, now: EpochMs): void {
  const [latest, ...earlier] = seen.outages;
  if (view.status === 'down' && seen.status !== 'down') {
    const outage = { at: now, reason: view.reason?.message ?? 'no reason was told', backAt: null };
    seen.outages = [outage, ...seen.outages].slice(0, OUTAGES_KEPT);
  } else if (view.status !== 'down' && latest?.backAt === null) {
    seen.outages = [{ ...latest, backAt: now }, ...earlier];
  }
  seen.status = view.status;
}

/** Per second between the first and the last of the counts; null where nobody counts, or nothing has passed. */
function rateOf(counts: readonly Counts[], of: (one: Counts) => number | null): number | null {
  const [first, last] = [counts[0], counts.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  const [from, to] = [of(first), of(last)];
  return from === null || to === null ? null : (to - from) / ((last.at - first.at) / SECOND);
}

function driftOf(accounts: readonly string[], twins: readonly MarginTwin[]): number | null {
  const drifts = twins.flatMap(({ account, drift }) => (accounts.includes(account) && drift !== null ? [drift] : []));
  return drifts.length === 0 ? null : Math.max(...drifts);
}

function vitalsOf(seen: Seen, view: VenueView, twins: readonly MarginTwin[]): VenueVitals {
  const { adapter, counts } = seen;
  const line = adapter.vitals?.() ?? { roundTrip: null, skewMs: null, credits: null, chain: null };
  return {
    venue: view.venue,
    kind: view.kind,
    status: view.status,
    latencyMs: view.latencyMs,
    reason: view.reason?.message ?? null,
    reconciledAt: view.reconciledAt,
    accounts: view.accounts,
    roundTrip: line.roundTrip,
    tickToBook: seen.delays.quantiles(),
    messagesPerSecond: rateOf(counts, (one) => one.messages),
    quotesPerSecond: rateOf(counts, (one) => one.quotes),
    dropped: Object.values(view.drops).reduce((sum, one) => sum + one, 0),
    credits: line.credits,
    skewMs: line.skewMs,
    chain: line.chain ?? null,
    reconciliation: seen.reconciliation,
    adjustments: seen.adjustments,
    outages: seen.outages,
    heard: seen.heard,
    marginDrift: driftOf(view.accounts, twins),
    deadMan: adapter.deadMan === undefined ? null : adapter.deadMan.armed ? 'armed' : 'off',
  };
}

/**
 * Measures the venues from beside the engine: nothing it decides rests on this. From the adapters come what they tell
 * and what they measure of their connection, from the engine what it booked and found.
 */
export function watchVenues({ clock, engine, adapters }: VenueWatchGround): VenueWatch {
  const venues = new Map<VenueId, Seen>(adapters.map((one) => [one.id, nothingSeen(one)]));

  function takeEntries(entries: readonly JournalEntry[]): void {
    for (const { seq, at, event } of entries) {
      if (event.type !== 'adjustment') continue;
      const seen = venues.get(engine.book.accounts.get(event.adjustment.account)?.venue ?? '');
      if (seen === undefined) continue;
      const booked = { seq, at, adjustment: event.adjustment };
      seen.adjustments = [booked, ...seen.adjustments].slice(0, ADJUSTMENTS_KEPT);
    }
  }

  function take(notice: Notice): void {
    const now = clock.now();
    if (notice.type === 'book') takeEntries(notice.entries);
    if (notice.type !== 'quotes' && notice.type !== 'reconciled' && notice.type !== 'venue-status') return;
    const seen = venues.get(notice.type === 'venue-status' ? notice.venue.venue : notice.venue);
    if (seen === undefined) return;
    if (notice.type === 'quotes') takeQuotes(seen, notice.quotes, now);
    else if (notice.type === 'venue-status') takeStatus(seen, notice.venue, now);
    else {
      const { differences, unknownResolved, complete } = notice;
      seen.reconciliation = { at: now, differences, unknownResolved, complete };
    }
  }

  function count(): void {
    const at = clock.now();
    for (const seen of venues.values()) {
      const messages = seen.adapter.vitals?.().messages ?? null;
      seen.counts = [...seen.counts, { at, messages, quotes: seen.quotes }].slice(-RATE_SECONDS - 1);
    }
  }

  const stops = [engine.subscribe(take), clock.every(SECOND, count)];
  for (const seen of venues.values()) {
    const hear = (event: VenueEvent): void => {
      const feed = FEED_OF[event.type];
      if (feed !== undefined) seen.heard[feed] = clock.now();
    };
    stops.push(seen.adapter.subscribe(hear));
  }
  return {
    vitals: (twins) =>
      engine.venues.flatMap((view) => {
        const seen = venues.get(view.venue);
        return seen === undefined ? [] : [vitalsOf(seen, view, twins)];
      }),
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
