import type { ReadHandle } from '#main/store/handles.ts';
import { journalPositions } from '#main/store/journal-page.ts';
import { EVERYTHING } from '#shared/domain/history/journal-filter.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';

/** Positions of a history that holds few, the one opened last first. */
export function positionsIn(read: ReadHandle): readonly PositionRecord[] {
  return journalPositions(read, EVERYTHING, null, 1_000).rows.map((one) => one.record);
}
