import { createJournal } from './journal.ts';
import { JOURNAL_FORMAT } from './migrations/index.ts';
import { openStore, type StoreOptions } from './open-store.ts';
import { PROJECTIONS } from './tables.ts';

/**
 * Makes the tables anew from the journal. They are cleared in one transaction and then completed the way every start
 * completes them, so an interruption only means that the next start goes on. Throws `store-damaged` where the journal
 * itself does not hold: then a backup has to be restored.
 */
export function rebuildProjections(file: string, options: StoreOptions = {}): void {
  const store = openStore(file, JOURNAL_FORMAT, options);
  try {
    store.transact('clear projections', () => {
      for (const table of PROJECTIONS) store.script(`DELETE FROM ${table.name}`);
      store.script('DELETE FROM head');
    });
  } finally {
    store.close();
  }
  createJournal(file, options).close();
}
