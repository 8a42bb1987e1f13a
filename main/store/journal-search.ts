import { EVERYTHING, type JournalCursor, type JournalFilter } from '#shared/domain/history/journal-filter.ts';
import { type PositionRecord, positionId } from '#shared/domain/history/record.ts';
import type { ReadHandle, SqlValue } from './handles.ts';
import { type Ending, endingsOf, type Holding, holdingsOf, kindsOf } from './position-kinds.ts';

/** A condition on rows of position_history, and its values. */
interface Clause {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Beyond this many kinds a search finds so much that looking through the rows is quicker than an index for each. */
const MOST_STRANDS = 100;

const OPEN: JournalFilter = { ...EVERYTHING, state: 'open' };

/** Notes with the entry that opened their position (of a flip the one that began): from few notes to many changes. */
export const NOTES_HELD = `annotations a CROSS JOIN position_changes c
  ON c.seq = a.entry AND c.account = a.account AND c.instrument = a.instrument AND c.kind <> 'flipped'`;

function allOf(clauses: readonly Clause[]): Clause {
  return { sql: clauses.map((one) => one.sql).join(' AND '), values: clauses.flatMap((one) => one.values) };
}

/** Without regard to case. */
function areIn(words: readonly string[], text: string): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** A word as LIKE looks for it: its own wildcards are letters. */
function like(word: string): string {
  return `%${word.replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
}

type NotedRow = {
  readonly account: string;
  readonly instrument: string;
  readonly tags: string;
  readonly note: string;
  readonly opened: number;
};

/** Positions whose notes, together with their names, hold every word; not those whose names alone do. */
function noted(read: ReadHandle, words: readonly string[]): readonly Clause[] {
  const hit = words.map(() => "a.tags || ' ' || a.note LIKE ? ESCAPE '\\'").join(' OR ');
  const sql = `SELECT a.account, a.instrument, a.tags, a.note, c.opened_seq AS opened FROM ${NOTES_HELD} WHERE ${hit}`;
  const texts = new Map<string, string>();
  const notes = read.select<string[], NotedRow>('notes', sql).all(...words.map(like));
  for (const { account, instrument, opened, tags, note } of notes) {
    const name = `${account} ${instrument}`;
    if (areIn(words, name)) continue;
    const id = positionId(account, instrument, opened);
    texts.set(id, `${texts.get(id) ?? name} ${tags} ${note}`);
  }
  const ids = [...texts].flatMap(([id, text]) => (areIn(words, text) ? [id] : []));
  return ids.length === 0
    ? []
    : [{ sql: 'position IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] }];
}

/** What a filter asks of the kind of a position; the plus signs keep this from choosing the index. */
function kindClause({ state, outcome, closedBy }: JournalFilter): Clause {
  const clauses: Clause[] = [];
  if (state !== 'all') clauses.push({ sql: `+closed_by IS ${state === 'open' ? '' : 'NOT '}NULL`, values: [] });
  if (outcome !== 'all') clauses.push({ sql: '+outcome = ?', values: [outcome === 'gain' ? 1 : -1] });
  if (closedBy !== null) clauses.push({ sql: '+closed_by = ?', values: [closedBy] });
  return clauses.length === 0 ? { sql: '1', values: [] } : allOf(clauses);
}

function endingClause({ closedBy, outcome }: Ending): Clause {
  return { sql: 'closed_by IS ? AND outcome IS ?', values: [closedBy, outcome] };
}

function holdingClause({ account, instrument }: Holding): Clause {
  return { sql: 'account = ? AND instrument = ?', values: [account, instrument] };
}

/**
 * What is asked most, gain or loss, has indexes of its own; of a holding at most one position is open, so that "closed"
 * passes over one row. Null where more would have to be passed over.
 */
function outcomeClause(filter: JournalFilter): Clause | null {
  if (filter.closedBy !== null || filter.state === 'open') return null;
  const asked = kindClause(filter);
  return { ...asked, sql: asked.sql.replace('+outcome', 'outcome') };
}

/** Strands of what a filter asks, whatever its words. */
function unnamed(read: ReadHandle, filter: JournalFilter): readonly Clause[] {
  const isSimple = filter.state === 'all' || holdingsOf(read, OPEN, []).length <= MOST_STRANDS;
  const simple = isSimple ? outcomeClause(filter) : null;
  return simple === null ? endingsOf(read, filter).map(endingClause) : [simple];
}

/** Strands of the holdings whose names hold every word (a pattern of LIKE). */
function named(
  read: ReadHandle,
  filter: JournalFilter,
  holdings: readonly Holding[],
  words: readonly string[],
): readonly Clause[] {
  const simple = outcomeClause(filter);
  if (simple !== null) return holdings.map((one) => allOf([holdingClause(one), simple]));
  return kindsOf(read, filter, words).map((one) => allOf([holdingClause(one), endingClause(one)]));
}

/** Where the rows may be found: strands have no row in common, and each an index in the order of the page. */
function strandsOf(read: ReadHandle, filter: JournalFilter): readonly Clause[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return unnamed(read, filter);
  const patterns = words.map(like);
  const holdings = holdingsOf(read, filter, patterns);
  // Words that are in every name, such as the only account's, leave nothing out.
  if (holdings.length > 0 && holdings.length === holdingsOf(read, filter, []).length) return unnamed(read, filter);
  const asked = kindClause(filter);
  const byNote = noted(read, words).map((one) => allOf([one, asked]));
  const byName = holdings.length > MOST_STRANDS ? null : named(read, filter, holdings, patterns);
  if (byName !== null && byName.length <= MOST_STRANDS) return [...byName, ...byNote];
  const names = holdings.map((one) => `${one.account}|${one.instrument}`);
  const among = "account || '|' || instrument IN (SELECT value FROM json_each(?))";
  return [allOf([{ sql: among, values: [JSON.stringify(names)] }, asked]), ...byNote];
}

function boundsOf({ from, to }: JournalFilter, cursor: JournalCursor | null): readonly Clause[] {
  const bounds: Clause[] = [];
  if (from !== null) bounds.push({ sql: 'opened_at >= ?', values: [from] });
  if (to !== null) bounds.push({ sql: 'opened_at < ?', values: [to] });
  if (cursor === null) return bounds;
  const { at, seq, row } = cursor;
  return [...bounds, { sql: '(opened_at, opened_seq, rowid) < (?, ?, ?)', values: [at, seq, row] }];
}

/** Every index ends with the row, so that it is in this order to the last. */
const ORDER = 'ORDER BY opened_at DESC, opened_seq DESC, rowid DESC';

/**
 * The rest of a SELECT on position_history that finds a page of what a filter asks for, the newest after `cursor`; those
 * that one entry opened are in order, the others not (see {@link newestFirst}: SQLite takes longer to sort rows whole).
 * SQLite merges the strands row by row, so a page costs what it shows and not what was ever traded.
 */
export function pageClause(
  read: ReadHandle,
  filter: JournalFilter,
  cursor: JournalCursor | null,
  limit: number,
): Clause {
  const bounds = boundsOf(filter, cursor);
  const strands = strandsOf(read, filter).map((one) => allOf([one, ...bounds]));
  const [only] = strands;
  if (only === undefined) return { sql: 'WHERE 0', values: [] };
  if (strands.length === 1) return { sql: `WHERE ${only.sql} ${ORDER} LIMIT ?`, values: [...only.values, limit] };
  const keys = 'SELECT rowid, opened_at, opened_seq FROM position_history WHERE';
  const merged = strands.map((one) => `${keys} ${one.sql}`).join(' UNION ALL ');
  const values = [...strands.flatMap((one) => one.values), limit];
  return { sql: `WHERE rowid IN (SELECT rowid FROM (${merged} ${ORDER} LIMIT ?)) ORDER BY rowid DESC`, values };
}

/** Sorts rows that were found by {@link pageClause}; those that one entry opened stay as they are. */
export function newestFirst(records: readonly PositionRecord[]): readonly PositionRecord[] {
  return records.toSorted((a, b) => b.openedAt - a.openedAt || b.openedSeq - a.openedSeq);
}
