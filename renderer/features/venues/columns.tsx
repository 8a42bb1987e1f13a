import { venueName } from '#renderer/format/names.ts';
import { DASH, percent, plain } from '#renderer/format/number.ts';
import { latency } from '#renderer/format/time.ts';
import { engineNow } from '#renderer/state/engine-clock.ts';
import { vitalsOf } from '#renderer/state/venues.ts';
import type { GridColumn, Tone } from '#renderer/ui/grid/columns.ts';
import { DRIFT_ALARM } from '#shared/control/margin-twin.ts';
import type { VenueVitals } from '#shared/ipc/venues.ts';
import {
  agoText,
  BUDGET_WATCH,
  driftText,
  quantilesText,
  rateText,
  roomLeft,
  SKEW_WATCH,
  skewText,
} from './venue-words.ts';

/** A row is a venue; its figures are looked up when it is written. */
export interface VenueRow {
  readonly venue: string;
}

interface Measured {
  readonly id: string;
  readonly title: string;
  readonly meaning: string;
  readonly width: number;
  readonly text: (vitals: VenueVitals) => string;
  /** What sorting compares; null last. */
  readonly order?: (vitals: VenueVitals) => number | null;
  readonly tone?: (vitals: VenueVitals) => Tone;
}

function measured({ id, title, meaning, width, text, order, tone }: Measured): GridColumn<VenueRow> {
  const of = <T,>(row: VenueRow, read: (vitals: VenueVitals) => T, none: T): T => {
    const vitals = vitalsOf(row.venue);
    return vitals === null ? none : read(vitals);
  };
  return {
    id,
    title,
    meaning,
    width,
    align: 'end',
    text: (row) => of(row, text, DASH),
    ...(order === undefined ? {} : { order: (row) => of(row, order, null) ?? Number.NaN }),
    ...(tone === undefined ? {} : { tone: (row) => of<Tone>(row, tone, 'muted') }),
  };
}

const STATUS: Readonly<Record<VenueVitals['status'], { readonly word: string; readonly tone: Tone }>> = {
  connecting: { word: '○ connecting', tone: 'muted' },
  live: { word: '● live', tone: 'ok' },
  stale: { word: '▲ stale', tone: 'watch' },
  down: { word: '◆ down', tone: 'critical' },
};

export const VENUE_COLUMNS: readonly GridColumn<VenueRow>[] = [
  {
    id: 'venue',
    title: 'Venue',
    meaning: 'Venue',
    width: 110,
    align: 'start',
    pinned: true,
    grow: true,
    text: (row) => venueName(row.venue),
    raw: (row) => row.venue,
  },
  {
    ...measured({
      id: 'status',
      title: 'Status',
      meaning: 'Of its connection, and of its quotes',
      width: 92,
      text: ({ status }) => STATUS[status].word,
      tone: ({ status }) => STATUS[status].tone,
    }),
    align: 'start',
  },
  measured({
    id: 'round-trip',
    title: 'Trip ms',
    meaning: 'Requests until their answers: half, and all but one in a hundred',
    width: 78,
    text: ({ roundTrip, latencyMs }) => (roundTrip === null ? `(${latency(latencyMs)})` : quantilesText(roundTrip)),
    order: ({ roundTrip }) => roundTrip?.p99 ?? null,
    tone: ({ roundTrip }) => (roundTrip === null ? 'muted' : 'flat'),
  }),
  measured({
    id: 'tick-to-book',
    title: 'Tick→book ms',
    meaning: 'Quotes from their reception until the book has them: half, and all but one in a hundred',
    width: 98,
    text: ({ tickToBook }) => quantilesText(tickToBook),
    order: ({ tickToBook }) => tickToBook?.p99 ?? null,
  }),
  measured({
    id: 'messages',
    title: 'Msgs/s',
    meaning: 'Messages of the venue per second, over ten seconds',
    width: 58,
    text: ({ messagesPerSecond }) => rateText(messagesPerSecond),
    order: ({ messagesPerSecond }) => messagesPerSecond,
  }),
  measured({
    id: 'quotes',
    title: 'Quotes/s',
    meaning: 'Quotes that the book took per second, over ten seconds',
    width: 66,
    text: ({ quotesPerSecond }) => rateText(quotesPerSecond),
    order: ({ quotesPerSecond }) => quotesPerSecond,
  }),
  measured({
    id: 'age',
    title: 'Quote age',
    meaning: 'Since the venue’s last quotes',
    width: 72,
    text: ({ heard }) => agoText(heard.quotes, engineNow()),
    order: ({ heard }) => (heard.quotes === null ? null : -heard.quotes),
    tone: ({ status }) => (status === 'live' ? 'flat' : 'watch'),
  }),
  measured({
    id: 'budget',
    title: 'Budget',
    meaning: 'Request credits left in the pool that has the least; of a chain, how far gas is below its cap',
    width: 62,
    text: (vitals) => percent(roomLeft(vitals) ?? Number.NaN, 0),
    order: roomLeft,
    tone: (vitals) => ((roomLeft(vitals) ?? 1) < BUDGET_WATCH ? 'watch' : 'flat'),
  }),
  measured({
    id: 'skew',
    title: 'Clock',
    meaning: 'The venue’s clock less ours',
    width: 66,
    text: ({ skewMs }) => skewText(skewMs),
    order: ({ skewMs }) => (skewMs === null ? null : Math.abs(skewMs)),
    tone: ({ skewMs }) => (Math.abs(skewMs ?? 0) > SKEW_WATCH ? 'watch' : 'flat'),
  }),
  measured({
    id: 'reconciled',
    title: 'Reconciled',
    meaning: 'Since the venue last reported everything and the book was compared',
    width: 78,
    text: ({ reconciledAt }) => agoText(reconciledAt, engineNow()),
    order: ({ reconciledAt }) => (reconciledAt === null ? null : -reconciledAt),
    tone: ({ reconciledAt }) => (reconciledAt === null ? 'watch' : 'flat'),
  }),
  measured({
    id: 'differences',
    title: 'Diffs',
    meaning: 'Differences that the last reconciliation adjusted',
    width: 46,
    text: ({ reconciliation }) => plain(reconciliation?.differences ?? Number.NaN),
    order: ({ reconciliation }) => reconciliation?.differences ?? null,
    tone: ({ reconciliation, kind }) =>
      (reconciliation?.differences ?? 0) > 0 && kind !== 'onchain' ? 'watch' : 'flat',
  }),
  measured({
    id: 'drift',
    title: 'Margin drift',
    meaning: 'Largest difference between the venue’s own margin figures and Keel’s',
    width: 84,
    text: ({ marginDrift }) => driftText(marginDrift),
    order: ({ marginDrift }) => marginDrift,
    tone: ({ marginDrift }) => ((marginDrift ?? 0) >= DRIFT_ALARM ? 'watch' : 'flat'),
  }),
  measured({
    id: 'outages',
    title: 'Outages',
    meaning: 'Times without a connection since the session was opened',
    width: 60,
    text: ({ outages }) => plain(outages.length),
    order: ({ outages }) => outages.length,
    tone: ({ outages }) => (outages.some((one) => one.backAt === null) ? 'critical' : 'flat'),
  }),
  measured({
    id: 'dead-man',
    title: 'Dead-man',
    meaning: 'Whether the venue takes working orders away when the connection goes',
    width: 68,
    text: ({ deadMan }) => deadMan ?? 'none',
    tone: ({ deadMan }) => (deadMan === 'armed' ? 'ok' : 'muted'),
  }),
];
