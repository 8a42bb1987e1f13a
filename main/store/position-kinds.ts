import type { JournalFilter } from '#shared/domain/history/journal-filter.ts';
import type { ChangeKind, PositionRecord } from '#shared/domain/history/record.ts';
import type { ReadHandle } from './handles.ts';
import { outcomeOf } from './history-tables.ts';
import { integer, type Row, type Table, text, word } from './table.ts';

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
  /** The journal entry that opened the last of them. */
  readonly latest: number;
}

/** As null is kept: a key may not hold it. */
const OPEN = '';
const UNKNOWN = -2;

export const POSITION_KINDS: Table<PositionKind> = {
  name: 'position_kinds',
  columns: ['account', 'instrument', 'closed_by', 'outcome', 'latest'],
  keyColumns: 4,
  integers: ['outcome', 'latest'],
  toRow: (one) => [one.account, one.instrument, one.closedBy ?? OPEN, one.outcome ?? UNKNOWN, one.latest],
  fromRow: (row) => ({
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    closedBy: row.closed_by === OPEN ? null : word(row, 'closed_by'),
    outcome: row.outcome === UNKNOWN ? null : integer(row, 'outcome'),
    latest: integer(row, 'latest'),
  }),
};

/** The kinds among positions, each once. */
export function kindsAmong(records: readonly PositionRecord[]): Iterable<PositionKind> {
  const kinds = new Map<string, PositionKind>();
  for (const one of records) {
    const { account, instrument, closedBy, openedSeq } = one;
    const outcome = outcomeOf(one);
    const key = `${account}|${instrument}|${closedBy}|${outcome}`;
    const latest = Math.max(openedSeq, kinds.get(key)?.latest ?? 0);
    kinds.set(key, { account, instrument, closedBy, outcome, latest });
  }
  return kinds.values();
}

export type Ending = Pick<PositionKind, 'closedBy' | 'outcome'>;
export type Holding = Pick<PositionKind, 'account' | 'instrument'>;

/** The kinds a filter asks for, and whose account and instrument hold every word. Words are patterns of LIKE. */
function wanted({ state, outcome, closedBy }: JournalFilter, words: readonly string[]) {
  const wheres = ['1', ...words.map(() => "account || ' ' || instrument LIKE ? ESCAPE '\\'")];
  if (state !== 'all') wheres.push(`closed_by ${state === 'open' ? '=' : '<>'} '${OPEN}'`);
  if (outcome !== 'all') wheres.push(`outcome = ${outcome === 'gain' ? 1 : -1}`);
  if (closedBy !== null) wheres.push('closed_by = ?');
  return { where: wheres.join(' AND '), values: closedBy === null ? words : [...words, closedBy] };
}

/** Of the kinds a filter asks for what `columns` tell, each once. */
function some(read: ReadHandle, columns: string, filter: JournalFilter, words: readonly string[]): readonly Row[] {
  const { where, values } = wanted(filter, words);
  const sql = `SELECT DISTINCT ${columns} FROM position_kinds WHERE ${where}`;
  return read.select<string[], Row>('position kinds', sql).all(...values);
}

function ending(row: Row): Ending {
  const { closedBy, outcome } = POSITION_KINDS.fromRow(row);
  return { closedBy, outcome };
}

function holding(row: Row): Holding {
  return { account: text(row, 'account'), instrument: text(row, 'instrument') };
}

export function endingsOf(read: ReadHandle, filter: JournalFilter): readonly Ending[] {
  return some(read, 'closed_by, outcome', filter, []).map(ending);
}

/** Holdings with positions a filter asks for, whose names hold every word (a pattern of LIKE). */
export function holdingsOf(read: ReadHandle, filter: JournalFilter, words: readonly string[]): readonly Holding[] {
  return some(read, 'account, instrument', filter, words).map(holding);
}

export function kindsOf(
  read: ReadHandle,
  filter: JournalFilter,
  words: readonly string[],
): readonly (Holding & Ending)[] {
  const rows = some(read, 'account, instrument, closed_by, outcome', filter, words);
  return rows.map((row) => ({ ...holding(row), ...ending(row) }));
}
