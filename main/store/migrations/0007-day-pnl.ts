import type { Migration } from '#main/store/format.ts';

/** Booked P&L by day, account and instrument, kept with the position history: reading it costs what it holds, not what was traded. */
export const dayPnlMigration: Migration = {
  name: '0007-day-pnl',
  up(store) {
    store.script(`
      CREATE TABLE day_pnl (
        day INTEGER NOT NULL,
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        settlement TEXT NOT NULL,
        trades INTEGER NOT NULL,
        realised TEXT NOT NULL,
        realised_usd TEXT,
        fees TEXT NOT NULL,
        fees_usd TEXT,
        funding TEXT NOT NULL,
        funding_usd TEXT,
        net TEXT NOT NULL,
        net_usd TEXT,
        first_seq INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (day, account, instrument)
      ) STRICT;
      CREATE INDEX day_pnl_by_account ON day_pnl (account);
      CREATE INDEX position_history_open ON position_history (opened_at, opened_seq, position) WHERE closed_seq IS NULL;
      CREATE INDEX position_history_by_instrument ON position_history (instrument, opened_at, opened_seq, position);
      DELETE FROM position_history;
      DELETE FROM position_changes;
      DELETE FROM history_head;
    `);
  },
};
