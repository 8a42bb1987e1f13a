import type { Migration } from '#main/store/format.ts';

/**
 * Facts of statements by account, key and the venue's time: what makes an import idempotent and gives files that were
 * read in any order back in the order of time. The facts themselves stand in the journal.
 */
export const statementsMigration: Migration = {
  name: '0005-statements',
  up(store) {
    store.script(`
      CREATE TABLE imported (
        seq INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        fact TEXT NOT NULL,
        at INTEGER NOT NULL,
        place INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        UNIQUE (account, fact)
      ) STRICT;
      CREATE INDEX imported_by_time ON imported (account, at, place, seq);
      CREATE INDEX journal_statements ON journal (seq) WHERE type = 'statement';
      CREATE INDEX position_history_by_time ON position_history (opened_at, opened_seq, position);
      CREATE INDEX position_changes_by_account ON position_changes (account, seq);
    `);
  },
};
