import type { ReadHandle } from '#main/store/handles.ts';
import type { SqliteJournal } from '#main/store/journal.ts';
import { journalPositions } from '#main/store/journal-page.ts';
import { EVERYTHING } from '#shared/domain/history/journal-filter.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';

/** Positions of a history that holds few, the one opened last first. */
export function positionsIn(read: ReadHandle): readonly PositionRecord[] {
  return journalPositions(read, EVERYTHING, null, 1_000).rows.map((one) => one.record);
}

/** Folds a journal to its end by a rule. */
export function foldWhole(journal: SqliteJournal, rule: LotRule): void {
  while (journal.foldHistory(rule) < 1);
}
