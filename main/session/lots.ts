import type { ReadHandle } from '#main/store/handles.ts';
import { readSetting } from '#main/store/settings.ts';
import { FIFO, type LotChoice } from '#shared/domain/history/lot-choice.ts';
import { lotChoice } from '#shared/ipc/journal.ts';

/** The setting of a session that holds its {@link LotChoice}. */
export const LOTS_SETTING = 'lots';

/** How lots are counted in a session or history file. */
export function lotsOf(read: ReadHandle): LotChoice {
  const kept = readSetting(read, LOTS_SETTING);
  return kept === null ? FIFO : lotChoice.parse(JSON.parse(kept));
}
