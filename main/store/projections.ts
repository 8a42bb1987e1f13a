import type { Changes } from './changes.ts';
import type { WriteHandle } from './handles.ts';
import type { JournalHead } from './load.ts';
import { writerOf } from './table.ts';
import {
  ACCOUNTS,
  ANNOTATIONS,
  BALANCES,
  ENTRY_RISKS,
  FILLS,
  FUNDING,
  IMPORTED,
  INSTRUMENTS,
  ORDERS,
  POSITIONS,
  SESSION,
} from './tables.ts';

/**
 * Prepares the statements that bring the tables up to `head`. Rows and head are written in one transaction, so that the
 * tables always hold the fold of a whole number of journal entries.
 */
export function projectionWriter(store: WriteHandle): (changes: Changes, head: JournalHead) => void {
  const session = writerOf(store, SESSION, 'replace');
  const accounts = writerOf(store, ACCOUNTS, 'replace');
  const instruments = writerOf(store, INSTRUMENTS, 'replace');
  const balances = writerOf(store, BALANCES, 'replace');
  const positions = writerOf(store, POSITIONS, 'replace');
  const orders = writerOf(store, ORDERS, 'replace');
  const fills = writerOf(store, FILLS, 'throw');
  const funding = writerOf(store, FUNDING, 'throw');
  const imported = writerOf(store, IMPORTED, 'throw');
  const annotations = writerOf(store, ANNOTATIONS, 'replace');
  const risks = writerOf(store, ENTRY_RISKS, 'replace');
  const writeHead = store.change<[number, Buffer]>(
    'write head',
    'INSERT INTO head VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash',
  );
  return (changes, head) =>
    store.transact('project', () => {
      if (changes.session !== null) session([changes.session]);
      accounts(changes.accounts.values());
      instruments(changes.instruments.values());
      balances(changes.balances.values());
      positions(changes.positions.values());
      orders(changes.orders.values());
      fills(changes.fills.values());
      funding(changes.funding.values());
      imported(changes.imported.values());
      annotations(changes.annotations.values());
      risks(changes.risks.values());
      writeHead.run(head.seq, head.hash);
    });
}
