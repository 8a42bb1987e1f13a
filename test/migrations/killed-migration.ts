import type { Migration, StoreFormat } from '#main/store/format.ts';
import type { WriteHandle } from '#main/store/handles.ts';
import { backUp } from '#main/store/migrate.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openStore } from '#main/store/open-store.ts';

// A program that migrates the journal given as its first argument and kills itself at the point named by the second.
const [, , file = '', when = ''] = process.argv;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered asynchronously: nothing after it may run.
  for (;;);
}

function migrateAndDie(store: WriteHandle, real: Migration): void {
  // A cache of a few pages makes SQLite write half-made changes to the file itself, beside its rollback journal.
  store.script('PRAGMA cache_size = 5');
  if (when === 'before') die();
  real.up(store);
  store.script(`CREATE TABLE ballast AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    SELECT i, randomblob(500) AS filler FROM n`);
  if (when === 'middle') die();
}

const [first, second] = JOURNAL_FORMAT.migrations;
if (first === undefined || second === undefined) throw new Error('expected two migrations');
const format: StoreFormat = {
  ...JOURNAL_FORMAT,
  migrations: [first, { name: second.name, up: (store) => migrateAndDie(store, second) }],
};

if (when === 'backup') {
  const store = openStore(file, { ...JOURNAL_FORMAT, migrations: [first] });
  backUp(store, JOURNAL_FORMAT, 1);
  die();
}
// 'after' dies between the last statement of the transaction and its commit.
const commit = { ...format, migrations: [...format.migrations, { name: '0003-die', up: die }] };
openStore(file, when === 'after' ? commit : format);
