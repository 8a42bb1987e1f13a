import type { JournalCursor, JournalFilter } from '#shared/domain/history/journal-filter.ts';
import { positionId } from '#shared/domain/history/record.ts';
import type { ReadHandle, SqlValue } from './handles.ts';
import { kindsOf, type PositionKind } from './position-kinds.ts';

/** A condition on rows of position_history, and its values. */
interface Clause {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Beyond this many kinds a search finds so much that looking through the rows is quicker than an index for each. */
const MOST_STRANDS = 100;

/** Notes with the entry that opened their position: from the few notes to the many changes. */
export const NOTES_HELD = `annotations a CROSS JOIN position_changes c
  ON c.seq = a.entry AND c.account = a.account AND c.instrument = a.instrument`;

function allOf(clauses: readonly Clause[]): Clause {
  return { sql: clauses.map((one) => one.sql).join(' AND '), values: clauses.flatMap((one) => one.values) };
}

/** Without regard to case. */
function areIn(words: readonly string[], text: string): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

type NotedRow = {
  readonly account: string;
  readonly instrument: string;
  readonly tags: string;
  readonly note: string;
  readonly opened: number;
};

/** Positions whose notes, together with their names, hold every word; not those whose names alone do. */
function noted(read: ReadHandle, words: readonly string[]): Clause {
  const sql = `SELECT a.account, a.instrument, a.tags, a.note, c.opened_seq AS opened FROM ${NOTES_HELD}`;
  const texts = new Map<string, string>();
  for (const { account, instrument, opened, tags, note } of read.select<[], NotedRow>('notes', sql).all()) {
    const name = `${account} ${instrument}`;
    if (areIn(words, name)) continue;
    const id = positionId(account, instrument, opened);
    texts.set(id, `${texts.get(id) ?? name} ${tags} ${note}`);
  }
  const ids = [...texts].flatMap(([id, text]) => (areIn(words, text) ? [id] : []));
  return { sql: 'position IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] };
}

/** What a filter asks of the kind of a position; the plus signs keep this from choosing the index. */
function kindClause({ state, outcome, closedBy }: JournalFilter): Clause {
  const clauses: Clause[] = [];
  if (state !== 'all') clauses.push({ sql: `+closed_by IS ${state === 'open' ? '' : 'NOT '}NULL`, values: [] });
  if (outcome !== 'all') clauses.push({ sql: '+outcome = ?', values: [outcome === 'gain' ? 1 : -1] });
  if (closedBy !== null) clauses.push({ sql: '+closed_by = ?', values: [closedBy] });
  return clauses.length === 0 ? { sql: '1', values: [] } : allOf(clauses);
}

function endingClause({ closedBy, outcome }: PositionKind): Clause {
  return { sql: 'closed_by IS ? AND outcome IS ?', values: [closedBy, outcome] };
}

function holdingClause({ account, instrument }: PositionKind): Clause {
  return { sql: 'account = ? AND instrument = ?', values: [account, instrument] };
}

/** Where the rows may be found: strands have no row in common, and each an index in the order of the page. */
function strandsOf(read: ReadHandle, filter: JournalFilter): readonly Clause[] {
  const asked = kindClause(filter);
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    if (asked.sql === '1') return [asked];
    const endings = new Map(kindsOf(read, filter).map((one) => [`${one.closedBy}|${one.outcome}`, one]));
    return [...endings.values()].map(endingClause);
  }
  const kinds = kindsOf(read, filter).filter((one) => areIn(words, `${one.account} ${one.instrument}`));
  const byNote = allOf([noted(read, words), asked]);
  if (kinds.length <= MOST_STRANDS) {
    return [...kinds.map((one) => allOf([holdingClause(one), endingClause(one)])), byNote];
  }
  const names = [...new Set(kinds.map((one) => `${one.account}|${one.instrument}`))];
  const among = "account || '|' || instrument IN (SELECT value FROM json_each(?))";
  return [allOf([{ sql: among, values: [JSON.stringify(names)] }, asked]), byNote];
}

function boundsOf({ from, to }: JournalFilter, cursor: JournalCursor | null): readonly Clause[] {
  const bounds: Clause[] = [];
  if (from !== null) bounds.push({ sql: 'opened_at >= ?', values: [from] });
  if (to !== null) bounds.push({ sql: 'opened_at < ?', values: [to] });
  if (cursor === null) return bounds;
  const { at, seq, position } = cursor;
  return [...bounds, { sql: '(opened_at, opened_seq, position) < (?, ?, ?)', values: [at, seq, position] }];
}

const ORDER = 'ORDER BY opened_at DESC, opened_seq DESC, position DESC';

/**
 * The rest of a SELECT on position_history that finds a page of what a filter asks for, newest first, after `cursor`.
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
  const keys = 'SELECT rowid AS found, opened_at, opened_seq, position FROM position_history WHERE';
  const merged = strands.map((one) => `${keys} ${one.sql}`).join(' UNION ALL ');
  const values = [...strands.flatMap((one) => one.values), limit];
  return { sql: `WHERE rowid IN (SELECT found FROM (${merged} ${ORDER} LIMIT ?)) ${ORDER}`, values };
}
