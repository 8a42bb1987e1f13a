import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqlite } from '#main/store/driver.ts';
import type { SlowQuery } from '#main/store/handles.ts';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading, openStore } from '#main/store/open-store.ts';
import { FaultError, toFault } from '#shared/units/result.ts';
import { tmpDatabase, tmpFolder } from '#test/support/tmp-database.ts';
import { opening, T0 } from './store-samples.ts';

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function refusal(work: () => unknown) {
  try {
    work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(FaultError);
    return toFault(thrown);
  }
  throw new Error('expected a refusal');
}

/** Opens the file every way there is; each must refuse with `code`, name the file and leave the folder as it was. */
function expectRefused(file: string, code: string, says: string): void {
  const before = digest(file);
  const files = readdirSync(dirname(file));
  for (const open of [createJournal, (one: string) => openForReading(one, JOURNAL_FORMAT)]) {
    const fault = refusal(() => open(file));
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(file);
    expect(fault.message).toContain(says);
  }
  expect(digest(file)).toBe(before);
  expect(readdirSync(dirname(file))).toEqual(files);
}

describe('opening a store', () => {
  it('sets what keeps acknowledged entries over a power cut, on the first and on every later open', () => {
    const file = tmpDatabase();
    for (const _ of [1, 2]) {
      const store = openStore(file, JOURNAL_FORMAT);
      const setting = (name: string) =>
        Object.values(store.select<[], object>(name, `PRAGMA ${name}`).first() ?? {})[0];
      expect(setting('journal_mode')).toBe('wal');
      expect(setting('synchronous')).toBe(2);
      expect(setting('foreign_keys')).toBe(1);
      expect(setting('busy_timeout')).toBeGreaterThan(0);
      expect(setting('application_id')).toBe(Buffer.from('KEEL').readInt32BE());
      expect(setting('user_version')).toBe(JOURNAL_FORMAT.migrations.length);
      store.close();
    }
  });

  it('makes files only their owner can read', () => {
    const file = tmpDatabase();
    const store = openStore(file, JOURNAL_FORMAT);
    store.transact('touch', () => store.script("INSERT INTO settings VALUES ('a', 'b', 0)"));
    for (const name of readdirSync(dirname(file))) expect(statSync(join(dirname(file), name)).mode & 0o077).toBe(0);
    store.close();
  });

  it('takes an empty file for a new one', () => {
    const file = tmpDatabase();
    writeFileSync(file, '');
    const journal = createJournal(file);
    expect(journal.seq).toBe(0);
    journal.close();
  });

  it('leaves a file that is no database untouched', () => {
    const file = tmpDatabase('notes.db');
    writeFileSync(file, 'Buy more puts before Thursday.\n'.repeat(20));
    expectRefused(file, 'store-not-database', 'expected a Keel journal');
    writeFileSync(file, 'short');
    expectRefused(file, 'store-not-database', 'was not a SQLite database');
  });

  it("leaves another program's database untouched", () => {
    const file = tmpDatabase('wallet.db');
    const theirs = new (sqlite())(file);
    theirs.pragma('journal_mode = WAL');
    theirs.exec('CREATE TABLE keys (id INTEGER)');
    theirs.close();
    expectRefused(file, 'store-foreign', 'without application id');
    const again = new (sqlite())(file);
    again.pragma('application_id = 42');
    again.close();
    expectRefused(file, 'store-foreign', 'application id 42');
  });

  // A wallet open in another program has a WAL that must not be checkpointed by us.
  it('leaves a foreign database with a WAL untouched', () => {
    const file = tmpDatabase('wallet.db');
    const theirs = new (sqlite())(file);
    theirs.pragma('journal_mode = WAL');
    theirs.exec('CREATE TABLE keys (id INTEGER)');
    const copy = join(tmpFolder(), 'copy.db');
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
    theirs.close();
    const wal = digest(`${copy}-wal`);
    expectRefused(copy, 'store-foreign', 'application id');
    expect(digest(`${copy}-wal`)).toBe(wal);
  });

  it('leaves a journal of a newer Keel untouched', () => {
    const file = tmpDatabase();
    createJournal(file).close();
    const later = new (sqlite())(file);
    later.pragma('user_version = 99');
    later.close();
    expectRefused(file, 'store-newer', 'schema 99');
  });

  it('refuses a second engine on the same journal', () => {
    const file = tmpDatabase();
    const first = createJournal(file);
    first.append(opening, T0);
    expect(refusal(() => createJournal(file)).code).toBe('store-busy');
    first.close();
    const second = createJournal(file);
    expect(second.seq).toBe(opening.length);
    second.close();
  });

  it('names a folder that does not exist, and makes none', () => {
    const file = join(tmpFolder(), 'absent', 'session.db');
    expect(refusal(() => createJournal(file)).code).toBe('store-folder');
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('names a folder in the place of a file', () => {
    const file = tmpDatabase();
    mkdirSync(file);
    expect(refusal(() => createJournal(file)).message).toContain(file);
  });

  it('reads without changing anything', () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    journal.append(opening, T0);
    journal.close();
    const before = digest(file);
    const read = openForReading(file, JOURNAL_FORMAT);
    expect(read.select<[], { n: number }>('count', 'SELECT count(*) AS n FROM journal').first()?.n).toBe(
      opening.length,
    );
    expect(() => read.select('write', 'DELETE FROM journal')).not.toThrow();
    expect(refusal(() => read.select('write', 'DELETE FROM journal RETURNING seq').all()).message).toContain(file);
    read.close();
    expect(digest(file)).toBe(before);
    expect(readdirSync(dirname(file))).toEqual(['session.db']);
    expect(refusal(() => openForReading(`${file}.absent`, JOURNAL_FORMAT)).code).toBe('store-missing');
  });

  it('tells slow queries by name', () => {
    const slow: SlowQuery[] = [];
    const store = openStore(tmpDatabase(), JOURNAL_FORMAT, { onSlow: (one) => slow.push(one) });
    store.select('quick', 'SELECT 1').all();
    const many =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n';
    store.select('count to three million', many).all();
    store.close();
    expect(slow.map((one) => one.name)).toEqual(['count to three million']);
    expect(slow[0]?.ms).toBeGreaterThan(50);
  });
});
