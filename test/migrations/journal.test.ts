import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chainHash, GENESIS } from '#main/store/chain.ts';
import { sqlite } from '#main/store/driver.ts';
import type { StoreFormat } from '#main/store/format.ts';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openStore } from '#main/store/open-store.ts';
import { verifyFile } from '#main/store/verify.ts';
import { positionOf } from '#shared/domain/book.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { account, fill, funding, opening, perpetual, T0, working } from '#test/unit/store-samples.ts';

/** As the first version of Keel wrote it: no funding, settings or tape tables. */
const FIRST: StoreFormat = { ...JOURNAL_FORMAT, migrations: JOURNAL_FORMAT.migrations.slice(0, 1) };

const events: readonly DomainEvent[] = [
  ...opening,
  ...working('o1'),
  { type: 'fill', fill: fill('t1', { order: 'o1' }) },
  funding('f1', '0.00012'),
  funding('f2', '-0.5'),
];

/** A file of schema 1 with journal entries that were never projected, as a killed first version leaves it. */
function firstVersion(): string {
  const file = tmpDatabase();
  const store = openStore(file, FIRST);
  const insert = store.change<[number, number, string, string, Buffer, Buffer]>(
    'write journal',
    'INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)',
  );
  let previous = GENESIS;
  for (const [index, event] of events.entries()) {
    const line = { seq: index + 1, at: T0, type: event.type, payload: JSON.stringify(event) };
    const hash = chainHash(line, previous);
    insert.run(line.seq, line.at, line.type, line.payload, previous, hash);
    previous = hash;
  }
  store.close();
  return file;
}

function versionOf(file: string): unknown {
  const raw = new (sqlite())(file, { readonly: true });
  const version = raw.pragma('user_version', { simple: true });
  raw.close();
  return version;
}

describe('migrating a journal', () => {
  it('makes in every migration the schema of its own version', () => {
    const versions = JOURNAL_FORMAT.migrations.map((migration) => Number(migration.name.slice(0, 4)));
    expect(versions).toEqual(JOURNAL_FORMAT.migrations.map((_, index) => index + 1));
  });

  it('carries a first version over whole', () => {
    const file = firstVersion();
    expect(versionOf(file)).toBe(1);
    const journal = createJournal(file);
    expect(journal.seq).toBe(events.length);
    expect(positionOf(journal.book, account.id, perpetual.id)).toMatchObject({ quantity: '10', funding: '-0.49988' });
    expect(journal.hasFunding(account.id, 'f2')).toBe(true);
    journal.writeSetting('cursor', '1');
    journal.append([funding('f3')], T0);
    journal.close();
    expect(versionOf(file)).toBe(JOURNAL_FORMAT.migrations.length);
    expect(verifyFile(file)).toMatchObject({ ok: true, entries: events.length + 1 });
  });

  // Payments projected by the first version live in its journal only.
  it('fills the funding table from a journal that was already projected', () => {
    const file = firstVersion();
    createJournal(file).close();
    const raw = new (sqlite())(file);
    const later = ['funding', 'settings', 'tape', 'inputs', 'history_head', 'position_history', 'position_changes'];
    for (const table of [...later, 'imported', 'annotations', 'entry_risk', 'day_pnl', 'position_kinds'])
      raw.exec(`DROP TABLE ${table}`);
    raw.exec('DROP INDEX journal_rare; CREATE INDEX fills_by_time ON fills (at)');
    raw.pragma('user_version = 1');
    raw.close();
    const journal = createJournal(file);
    expect(journal.hasFunding(account.id, 'f1')).toBe(true);
    journal.close();
    expect(verifyFile(file)).toMatchObject({ ok: true, projections: 'equal' });
  });

  it('backs the old file up first, and never over an older backup', () => {
    const file = firstVersion();
    writeFileSync(`${file}.v1.bak`, 'an older backup');
    createJournal(file).close();
    expect(readFileSync(`${file}.v1.bak`, 'utf8')).toBe('an older backup');
    const backup = `${file}.v1.2.bak`;
    expect(versionOf(backup)).toBe(1);
    expect(statSync(backup).mode & 0o077).toBe(0);
    const restored = createJournal(backup);
    expect(restored.seq).toBe(events.length);
    restored.close();
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('leaves the old file whole when a migration fails', () => {
    const file = firstVersion();
    const broken: StoreFormat = {
      ...JOURNAL_FORMAT,
      migrations: [
        ...FIRST.migrations,
        {
          name: '0002-broken',
          up: (store) => store.script('DELETE FROM journal; DROP TABLE fills; CREATE TABLE fills (broken'),
        },
      ],
    };
    expect(() => openStore(file, broken)).toThrow();
    expect(versionOf(file)).toBe(1);
    const journal = createJournal(file);
    expect(journal.seq).toBe(events.length);
    journal.close();
  });

  // A kill at any point leaves the old schema or the new one; the next start finishes the work.
  it.each(['backup', 'before', 'middle', 'after'])('survives a kill in the migration: %s', (when) => {
    const file = firstVersion();
    const program = fileURLToPath(new URL('./killed-migration.ts', import.meta.url));
    const child = spawnSync(process.execPath, [program, file, when], { encoding: 'utf8' });
    expect(child.signal, child.stderr).toBe('SIGKILL');
    if (when !== 'backup') expect(existsSync(`${file}.v1.bak`)).toBe(true);
    const journal = createJournal(file);
    expect(journal.seq).toBe(events.length);
    journal.close();
    expect(versionOf(file)).toBe(JOURNAL_FORMAT.migrations.length);
    expect(verifyFile(file)).toMatchObject({ ok: true });
  });
});
