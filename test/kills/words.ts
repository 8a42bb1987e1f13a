import type { VenueEvent } from '#main/engine/ports.ts';
import type { ClientOrderId, InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** What the desk's process is told first: the journal to open, and when it is. */
export interface Begin {
  readonly file: string;
  readonly from: EpochMs;
  readonly seed: number;
  /** Orders that reached the venue since the last check. */
  readonly arrived: readonly ClientOrderId[];
}

/** Methods of the venue that go over the line. */
export type Asked = 'instruments' | 'accounts' | 'snapshot' | 'history' | 'orderState' | 'execute' | 'quote';

/** Lines to the desk. */
export type ToDesk =
  | { readonly begin: Begin }
  | { readonly answer: number; readonly value?: unknown; readonly error?: string }
  | { readonly event: VenueEvent };

/** What the desk found when it had come to rest after its start. */
export interface Report {
  /** Last entry of the journal when it was opened. */
  readonly opened: number;
  /** Of {@link Begin.arrived} those that the journal has never heard of. */
  readonly orphans: readonly ClientOrderId[];
  /** Orders that still work by the desk's book, sorted. */
  readonly open: readonly ClientOrderId[];
  readonly unknown: readonly ClientOrderId[];
  readonly fills: number;
  readonly distinctFills: number;
  readonly positions: Readonly<Record<InstrumentId, string>>;
}

/** What the desk asks its venue. */
export interface Question {
  readonly ask: number;
  readonly what: Asked;
  readonly args: readonly unknown[];
  readonly now: EpochMs;
}

/** Lines from the desk. */
export type FromDesk =
  | { readonly say: 'warm' }
  | { readonly say: 'rest'; readonly report: Report }
  /** The next line of this desk's that matters is that of the order, if it comes. */
  | { readonly say: 'submitting'; readonly at: number }
  /** Everything up to this entry is on disk. */
  | { readonly say: 'acknowledged'; readonly seq: number }
  | Question;
