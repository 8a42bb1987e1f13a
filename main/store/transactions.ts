import type { Clock, TransactionLog } from '#main/engine/ports.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import { type Transaction, unsettled } from '#shared/domain/transaction.ts';
import type { SqliteJournal } from './journal.ts';
import { entriesAfter } from './queries.ts';

function* transactionsIn(entries: Iterable<JournalEntry>): Generator<Transaction> {
  for (const { event } of entries) if (event.type === 'transaction') yield event.transaction;
}

/** The journal as the log of one chain's transactions from one address. */
export function transactionLog(journal: SqliteJournal, clock: Clock, chain: string, from: string): TransactionLog {
  return {
    record: (transaction) => {
      const event: DomainEvent = { type: 'transaction', transaction };
      journal.append([event], clock.now());
    },
    unsettled: () =>
      unsettled(transactionsIn(entriesAfter(journal.read, 0))).filter(
        (one) => one.chain === chain && one.from === from,
      ),
  };
}
