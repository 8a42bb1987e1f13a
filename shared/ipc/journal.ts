import { z } from 'zod';
import type { Annotation, EntryRisk } from '#shared/domain/history/annotation.ts';
import { LONGEST_NOTE, LONGEST_TAG, MOST_TAGS } from '#shared/domain/history/annotation.ts';
import type { BookedDay } from '#shared/domain/history/booked-day.ts';
import type { JournalCursor } from '#shared/domain/history/journal-filter.ts';
import { LOT_RULES, type LotChoice } from '#shared/domain/history/lot-choice.ts';
import type { PositionChange, PositionRecord } from '#shared/domain/history/record.ts';
import type { PnlTerm } from '#shared/risk/pnl-terms.ts';
import { id } from './schemas.ts';

/** A position of the journal as a window shows it. */
export interface JournalRow {
  readonly record: PositionRecord;
  readonly tags: readonly string[];
  readonly note: string;
  /** Of what is still open, at the mark, in settlement currency and USD; null without a mark. */
  readonly unrealised: { readonly amount: string; readonly usd: number } | null;
  /** Name of the file it was read from; null for what Keel saw itself. */
  readonly statement: string | null;
}

/** History that is not folded to its end yet is not shown: whoever asks again takes it further. */
interface Folded {
  /** The share that is folded, while it is less than all; null when it is done. */
  readonly folding: number | null;
}

export interface JournalPage extends Folded {
  readonly rows: readonly JournalRow[];
  readonly next: JournalCursor | null;
  /** By which lots profit is counted. */
  readonly lots: LotChoice['rule'];
}

export interface JournalDetail {
  /** By which lots its figures are counted. */
  readonly lots: LotChoice;
  readonly row: JournalRow;
  /** Newest first; at most as many as a screen wants to read. */
  readonly changes: readonly PositionChange[];
  readonly risk: EntryRisk | null;
}

/** One day of P&L explain, USD. */
export interface ExplainedDay {
  readonly day: string;
  readonly terms: Readonly<Record<PnlTerm, number>>;
  readonly total: number;
}

export interface ExplainedDays extends Folded {
  /** As booked, from the folded history: of the latest days, earlier ones first. */
  readonly booked: readonly BookedDay[];
  /** From the recorded market. */
  readonly days: readonly ExplainedDay[];
  /** What could not be valued, and why. */
  readonly excluded: readonly string[];
}

export interface StatementFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
}

const cursor = z.strictObject({ at: z.int(), seq: z.int(), row: z.int() });
const position = z.string().min(1).max(512);

export const journalPositionsInput = z.strictObject({
  search: z.string().max(500),
  before: cursor.nullable(),
  limit: z.int().min(1).max(500),
});
export const journalExplainInput = z.strictObject({
  /** How many of the latest days, as booked. */
  days: z.int().min(1).max(3_660),
  /** Whether to explain them too, which takes as long as the recording is. */
  terms: z.boolean(),
});
export const journalPositionInput = z.strictObject({ position });
export const journalAnnotateInput = z.strictObject({
  position,
  tags: z.array(z.string().max(LONGEST_TAG)).max(MOST_TAGS),
  note: z.string().max(LONGEST_NOTE),
});

const entry = z.int().min(1);
const lots = z.array(entry).max(1_000);

/** Another rule, or (where `closing` is named) the lots that one closing trade takes; none: first in, first out. */
export const journalLotsInput = z.union([
  z.strictObject({ rule: z.enum(LOT_RULES) }),
  z.strictObject({ closing: entry, lots }),
]);
/** As it is kept with the session. */
export const lotChoice = z.strictObject({ rule: z.enum(LOT_RULES), chosen: z.array(z.tuple([entry, lots])) });

/** Base64 of a piece of a file: below the size that any input may have. */
export const PIECE_CHARACTERS = 240_000;
/** A statement read in the window, bytes. Larger ones are for the command line. */
export const LARGEST_STATEMENT = 64 << 20;

export const statementBeginInput = z.strictObject({
  name: z.string().min(1).max(255),
  bytes: z.int().min(0).max(LARGEST_STATEMENT),
});
export const statementPieceInput = z.strictObject({ file: id, base64: z.string().max(PIECE_CHARACTERS) });
export const statementReadInput = z.strictObject({
  file: id,
  /** Null: told by the columns. */
  format: z.string().max(32).nullable(),
  account: z.string().max(64).nullable(),
  zone: z.string().max(16).nullable(),
  dates: z.enum(['dmy', 'mdy']).nullable(),
});

export type WrittenNote = Pick<Annotation, 'tags' | 'note'>;
