import type { AccountId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** What an import of a statement does, or did where `imported` is true. */
export interface ImportReport {
  readonly file: string;
  readonly format: string;
  readonly account: AccountId;
  readonly imported: boolean;
  /** Rows of the file, its head not counted. */
  readonly rows: number;
  /** New facts by kind. */
  readonly fills: number;
  readonly funding: number;
  readonly cash: number;
  /** The venue's time of the first and the last fact in the file; null where it has none. */
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
  readonly instruments: readonly string[];
  /** Rows that brought nothing, by reason; `rows` names the first of them. */
  readonly skipped: readonly { readonly why: string; readonly count: number; readonly rows: readonly number[] }[];
  readonly remarks: readonly string[];
}
