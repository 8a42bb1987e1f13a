import { FaultError, toFault } from '#shared/units/result.ts';
import { breakOf, type ChainedLine, GENESIS } from './chain.ts';
import { assertChecksum } from './checksum.ts';
import { DAY_PNL } from './day-pnl.ts';
import { sqlite } from './driver.ts';
import { handleOf, type ReadHandle } from './handles.ts';
import { POSITION_CHANGES, POSITION_RECORDS } from './history-tables.ts';
import { entryOf, type JournalHead, projectedHead } from './load.ts';
import { JOURNAL_FORMAT } from './migrations/index.ts';
import { openForReading } from './open-store.ts';
import { POSITION_KINDS } from './position-kinds.ts';
import { checkedValue, type Row, type Table } from './table.ts';
import { readTape } from './tape.ts';
import { readLines } from './tape-lines.ts';
import { checkProjections, type Mismatch } from './verify-projections.ts';

export interface VerifyReport {
  readonly ok: boolean;
  readonly file: string;
  /** Journal entries read. */
  readonly entries: number;
  /** Hash of the last good entry, hexadecimal: note it down to prove later that nothing before it was rewritten. */
  readonly head: string;
  /** The first entry of the journal that does not hold, and why; null when all do. */
  readonly firstBad: { readonly seq: number; readonly why: string } | null;
  /** Whether the tables are what the journal says; null when the journal did not hold. */
  readonly projections: 'equal' | Mismatch | null;
  /** What else does not hold: SQLite's own check, the schema, settings, the market tape. Null when all does. */
  readonly damage: string | null;
}

export interface VerifyProgress {
  readonly done: number;
  readonly total: number;
}

const PROGRESS_EVERY = 10_000;

/** SQLite's check of its own structure, and of every index against its table. */
function structureDamage(read: ReadHandle): string | null {
  const rows = read.select<[], { integrity_check: string }>('structure', 'PRAGMA integrity_check(1)').all();
  const said = rows[0]?.integrity_check ?? 'no answer';
  return said === 'ok' ? null : said;
}

function schemaOf(read: ReadHandle): string {
  const sql = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name';
  return JSON.stringify(read.select<[], object>('schema', sql).all());
}

/** Compares the tables' definitions with those that the migrations make. */
function schemaDamage(read: ReadHandle): string | null {
  const model = handleOf(new (sqlite())(':memory:'));
  try {
    for (const migration of JOURNAL_FORMAT.migrations) migration.up(model);
    return schemaOf(model) === schemaOf(read) ? null : 'the schema is not the one this version of Keel makes';
  } finally {
    model.close();
  }
}

/** Settings and tape are not in the journal; their rows carry checksums of their own. */
function besidesDamage(read: ReadHandle): string | null {
  type Setting = { name: string; value: string; checksum: number };
  const settings = read.select<[], Setting>('settings', 'SELECT name, value, checksum FROM settings');
  try {
    for (const one of settings.each()) assertChecksum('settings', one.name, [one.name, one.value], one.checksum);
    for (const _ of readTape(read, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
    for (const _ of readLines(read));
    checkRows(read, POSITION_RECORDS);
    checkRows(read, POSITION_CHANGES);
    checkRows(read, DAY_PNL);
    checkRows(read, POSITION_KINDS);
    return null;
  } catch (thrown) {
    return toFault(thrown).message;
  }
}

/** Position history follows the journal when it is asked for, so its rows are held against their checksums only. */
function checkRows<T>(read: ReadHandle, table: Table<T>): void {
  for (const row of read.select<[], Row>('rows', `SELECT * FROM ${table.name}`).each()) checkedValue(table, row);
}

type JournalReport = Pick<VerifyReport, 'entries' | 'head' | 'firstBad' | 'projections'>;

function checkJournal(read: ReadHandle, onProgress: (progress: VerifyProgress) => void): JournalReport {
  const projected = projectedHead(read);
  const total = read.select<[], { rows: number }>('entries', 'SELECT count(*) AS rows FROM journal').first()?.rows ?? 0;
  const check = checkProjections(read);
  let last: JournalHead = { seq: 0, hash: GENESIS };
  let projections: JournalReport['projections'] = projected.seq === 0 ? check.finish() : null;
  const bad = (seq: number, why: string): JournalReport => ({
    ...{ entries: last.seq, head: last.hash.toString('hex'), projections },
    firstBad: { seq, why },
  });
  const sql = 'SELECT seq, at, type, payload, previous, hash FROM journal ORDER BY seq';
  for (const line of read.select<[], ChainedLine>('journal', sql).each()) {
    const why = breakOf(line, last) ?? foldProblem(() => check.take(entryOf(line)));
    if (why !== null) return bad(line.seq, why);
    last = { seq: line.seq, hash: line.hash };
    if (line.seq === projected.seq) {
      if (!line.hash.equals(projected.hash))
        return bad(line.seq, 'its hash is not the one noted when it was projected');
      projections = check.finish();
    }
    if (line.seq % PROGRESS_EVERY === 0) onProgress({ done: line.seq, total });
  }
  if (last.seq < projected.seq) return bad(last.seq + 1, `it is missing; entry ${projected.seq} was once there`);
  return { entries: last.seq, head: last.hash.toString('hex'), firstBad: null, projections };
}

function foldProblem(fold: () => void): string | null {
  try {
    fold();
    return null;
  } catch (thrown) {
    return toFault(thrown).message;
  }
}

/**
 * Checks a session file from end to end: SQLite's structure, the hash chain of the journal, the tables against a fresh
 * fold of it, settings and tape. Changes nothing. Throws where the file cannot be opened at all ({@link openForReading}).
 */
export function verifyFile(
  file: string,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
): VerifyReport {
  const read = openForReading(file, JOURNAL_FORMAT);
  try {
    const damage = structureDamage(read) ?? schemaDamage(read) ?? besidesDamage(read);
    const journal = checkJournal(read, onProgress);
    const ok = damage === null && journal.firstBad === null && journal.projections === 'equal';
    return { ok, file, ...journal, damage };
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
    const nothing = { entries: 0, head: '', firstBad: null, projections: null };
    return { ok: false, file, ...nothing, damage: thrown.fault.message };
  } finally {
    read.close();
  }
}
