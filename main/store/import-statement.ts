import type { MemoryEvent } from '#shared/domain/events.ts';
import { factAccount, factKey, factTime, type Statement, type StatementFact } from '#shared/domain/statement.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type EpochMs, HOUR, MINUTE } from '#shared/units/time.ts';
import type { JournalLine } from './chain.ts';
import type { ReadHandle } from './handles.ts';
import { statementEntries } from './imported.ts';
import type { SqliteJournal } from './journal.ts';
import { entryOf } from './load.ts';

/** A fact and the row it was read from. */
export interface NumberedFact {
  readonly row: number;
  readonly order: number;
  readonly fact: StatementFact;
}

/** What an import would do. */
export interface ImportPlan {
  readonly statement: Statement;
  /** Facts the journal does not have, oldest first. */
  readonly fresh: readonly NumberedFact[];
  /** Rows whose facts it has from another file, or from an earlier row of this one. */
  readonly known: readonly { readonly row: number; readonly from: string }[];
}

/** Zones differ by whole quarters of an hour. */
const QUARTER = 15 * MINUTE;
const FURTHEST = 14 * HOUR;

function conflict({ file }: Statement, row: number, before: StatementFact, after: StatementFact, from: string): never {
  const apart = factTime(after) - factTime(before);
  const isZone = apart !== 0 && apart % QUARTER === 0 && Math.abs(apart) <= FURTHEST;
  const what = isZone
    ? `its time is ${apart / HOUR} h from that of ${from}: expected one zone for both, was another`
    : `expected what ${from} says of it (${JSON.stringify(before).slice(0, 160)}), was ${JSON.stringify(after).slice(0, 160)}`;
  const message = `${file}, row ${row}, ${factKey(after)}: ${what}`;
  throw new FaultError(fault('statement-conflict', message, { file, row }));
}

/** Whether two files tell the same of one fact; what only its index says may be missing in one of them. */
function isSame(a: StatementFact, b: StatementFact): boolean {
  const plain = (fact: StatementFact): string =>
    JSON.stringify(fact, (name, value: unknown) => (name === 'index' ? undefined : value));
  return plain(a) === plain(b);
}

const KNOWN = `
  SELECT j.seq, j.at, j.type, j.payload FROM imported i JOIN journal j ON j.seq = i.seq
  WHERE i.account = ? AND i.fact = ?`;

/** Looks a fact up in the journal, with the file it came from. */
function storedFacts(read: ReadHandle) {
  const lookUp = read.select<[string, string], JournalLine>('known fact', KNOWN);
  const files = new Map<string, string>();
  for (const { event } of statementEntries(read)) {
    if (event.type === 'statement') files.set(event.statement.id, event.statement.file);
  }
  return (fact: StatementFact): { readonly fact: StatementFact; readonly from: string } | null => {
    const line = lookUp.first(factAccount(fact), factKey(fact));
    const event = line === undefined ? null : entryOf(line).event;
    if (event?.type !== 'imported') return null;
    return { fact: event.fact, from: files.get(event.statement) ?? 'another file' };
  };
}

function assertOwnAccount(read: ReadHandle, { account, file }: Statement): void {
  const sql = 'SELECT 1 FROM accounts WHERE id = ?';
  if (read.select<[string], object>('account', sql).first(account) === undefined) return;
  const message = `${file}: account "${account}" is one that Keel trades; expected another name for what is imported`;
  throw new FaultError(fault('statement-account', message, { account }));
}

/**
 * Compares facts with the journal (null: there is none yet): which are new, which it has. Throws `statement-conflict` where the same trade is told
 * otherwise than before (by hours: a wrong zone), `statement-account` for an account that Keel itself trades.
 */
export function planImport(read: ReadHandle | null, statement: Statement, facts: readonly NumberedFact[]): ImportPlan {
  if (read !== null) assertOwnAccount(read, statement);
  const stored = read === null ? () => null : storedFacts(read);
  const mine = new Map<string, StatementFact>();
  const fresh: NumberedFact[] = [];
  const known: { row: number; from: string }[] = [];
  for (const one of facts) {
    const key = factKey(one.fact);
    const own = mine.get(key);
    const before = own === undefined ? stored(one.fact) : { fact: own, from: 'an earlier row' };
    if (before === null) {
      mine.set(key, one.fact);
      fresh.push(one);
      continue;
    }
    if (!isSame(before.fact, one.fact)) conflict(statement, one.row, before.fact, one.fact, before.from);
    known.push({ row: one.row, from: before.from });
  }
  return { statement, fresh, known };
}

/** Writes a plan into the journal, all of it or nothing; answers how many facts were new. */
export function importPlanned(journal: SqliteJournal, { statement, fresh }: ImportPlan, at: EpochMs): number {
  if (fresh.length === 0) return 0;
  const imported = fresh.map(
    ({ row, order, fact }): MemoryEvent => ({ type: 'imported', statement: statement.id, row, order, fact }),
  );
  journal.append([{ type: 'statement', statement }, ...imported], at);
  journal.project();
  return fresh.length;
}
