import type { AccountId, InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** A position by the journal entry that opened it: it stays the same when a statement tells of earlier trades. */
export interface EntryKey {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  /** {@link PositionRecord.openedSeq}. */
  readonly entry: number;
}

/** What the trader wrote about a position; each replaces the one before. */
export interface Annotation extends EntryKey {
  readonly tags: readonly string[];
  /** Markdown. */
  readonly note: string;
}

/** The desk's risk when a position was opened, by the report the trader saw then. */
export interface EntryRisk extends EntryKey {
  /** Sequence of the report, and the market time it is of. */
  readonly report: number;
  readonly asOf: EpochMs;
  readonly underlying: UnderlyingId;
  /** USD. */
  readonly index: number;
  /** Of the underlying's whole book; units of shared/risk/report. */
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  /** Maintenance margin over margin balance of the account's pools, by currency. */
  readonly pools: readonly { readonly currency: string; readonly ratio: number }[];
}

export const LONGEST_TAG = 40;
export const MOST_TAGS = 20;
export const LONGEST_NOTE = 20_000;

/** Tags as they are kept: trimmed, lower case, each once, in the order given. */
export function cleanTags(tags: readonly string[]): readonly string[] {
  const clean = tags.map((tag) => tag.trim().toLowerCase().replace(/\s+/g, '-').slice(0, LONGEST_TAG));
  return [...new Set(clean.filter((tag) => tag !== ''))].slice(0, MOST_TAGS);
}
