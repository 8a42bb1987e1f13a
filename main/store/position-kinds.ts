import type { JournalFilter } from '#shared/domain/history/journal-filter.ts';
import type { ChangeKind, PositionRecord } from '#shared/domain/history/record.ts';
import type { ReadHandle } from './handles.ts';
import { outcomeOf } from './history-tables.ts';
import { integer, readTable, type Table, text, word } from './table.ts';

/**
 * A kind of position there is, or was: the holding it is of, how it ended and with what outcome. There are few, however
 * much was traded; a search looks among them first.
 */
export interface PositionKind {
  readonly account: string;
  readonly instrument: string;
  /** Null while it is open. */
  readonly closedBy: ChangeKind | null;
  /** See {@link outcomeOf}. */
  readonly outcome: number | null;
}

/** As null is kept: a key may not hold it. */
const OPEN = '';
const UNKNOWN = -2;

export const POSITION_KINDS: Table<PositionKind> = {
  name: 'position_kinds',
  columns: ['account', 'instrument', 'closed_by', 'outcome'],
  keyColumns: 4,
  integers: ['outcome'],
  toRow: (one) => [one.account, one.instrument, one.closedBy ?? OPEN, one.outcome ?? UNKNOWN],
  fromRow: (row) => ({
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    closedBy: row.closed_by === OPEN ? null : word(row, 'closed_by'),
    outcome: row.outcome === UNKNOWN ? null : integer(row, 'outcome'),
  }),
};

/** The kinds among positions, each once. */
export function kindsAmong(records: readonly PositionRecord[]): Iterable<PositionKind> {
  const kinds = new Map<string, PositionKind>();
  for (const one of records) {
    const { account, instrument, closedBy } = one;
    const outcome = outcomeOf(one);
    kinds.set(`${account}|${instrument}|${closedBy}|${outcome}`, { account, instrument, closedBy, outcome });
  }
  return kinds.values();
}

/** The kinds whose state, outcome and ending a filter asks for. */
export function kindsOf(read: ReadHandle, { state, outcome, closedBy }: JournalFilter): readonly PositionKind[] {
  const wanted = outcome === 'gain' ? 1 : -1;
  return readTable(read, POSITION_KINDS, '')
    .filter((one) => state === 'all' || (state === 'open') === (one.closedBy === null))
    .filter((one) => outcome === 'all' || one.outcome === wanted)
    .filter((one) => closedBy === null || one.closedBy === closedBy);
}
