import type { JournalEntry } from '#shared/domain/events.ts';
import type { AccountId } from '#shared/units/ids.ts';
import type { JournalLine } from './chain.ts';
import type { ReadHandle } from './handles.ts';
import { entryOf } from './load.ts';

/** Facts read at a time. */
const AT_A_TIME = 1_000;

type Placed = JournalLine & { readonly happened: number; readonly place: number };

const IN_ORDER = `
  SELECT j.seq, j.at, j.type, j.payload, i.at AS happened, i.place
  FROM imported i JOIN journal j ON j.seq = i.seq
  WHERE i.account = ? AND (i.at, i.place, i.seq) > (?, ?, ?) ORDER BY i.at, i.place, i.seq LIMIT ?`;

/** Accounts with facts of statements that came after entry `seq`. */
export function importedAccounts(read: ReadHandle, seq = 0): readonly AccountId[] {
  const sql = 'SELECT DISTINCT account FROM imported WHERE seq > ? ORDER BY account';
  return read
    .select<[number], { account: string }>('imported accounts', sql)
    .all(seq)
    .map((one) => one.account);
}

/** How many facts of statements an account has. */
export function countFacts(read: ReadHandle, account: AccountId): number {
  const sql = 'SELECT count(*) AS facts FROM imported WHERE account = ?';
  return read.select<[string], { facts: number }>('count facts', sql).first(account)?.facts ?? 0;
}

/** The statements that were read into the journal, oldest first. */
export function statementEntries(read: ReadHandle): readonly JournalEntry[] {
  const sql = "SELECT seq, at, type, payload FROM journal WHERE type = 'statement' ORDER BY seq";
  return read.select<[], JournalLine>('statements', sql).all().map(entryOf);
}

/** The facts of an account in the order of the venue's time, from whatever files in whatever order they came. */
export function* importedEntries(read: ReadHandle, account: AccountId): Generator<JournalEntry> {
  const page = read.select<(string | number)[], Placed>('imported facts', IN_ORDER);
  let after: readonly [number, number, number] = [Number.MIN_SAFE_INTEGER, 0, 0];
  for (;;) {
    const lines = page.all(account, ...after, AT_A_TIME);
    for (const line of lines) yield entryOf(line);
    const last = lines.at(-1);
    if (last === undefined || lines.length < AT_A_TIME) return;
    after = [last.happened, last.place, last.seq];
  }
}
