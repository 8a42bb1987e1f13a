import type { Migration } from '#main/store/format.ts';

/**
 * Positions from flat to flat and what changed them, folded from the journal up to `history_head`. They follow when they
 * are asked for, not with every append; `lots` and `matches` are JSON, decimals are TEXT, a missing USD rate is NULL.
 */
export const positionHistoryMigration: Migration = {
  name: '0004-position-history',
  up(store) {
    store.script(`
      CREATE TABLE history_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq INTEGER NOT NULL,
        rule TEXT NOT NULL
      ) STRICT;

      CREATE TABLE position_history (
        position TEXT NOT NULL PRIMARY KEY,
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        settlement TEXT NOT NULL,
        opened_seq INTEGER NOT NULL,
        opened_at INTEGER NOT NULL,
        closed_seq INTEGER,
        closed_at INTEGER,
        closed_by TEXT,
        quantity TEXT NOT NULL,
        peak TEXT NOT NULL,
        cost TEXT NOT NULL,
        realised TEXT NOT NULL,
        realised_usd TEXT,
        fees TEXT NOT NULL,
        fees_usd TEXT,
        rebates TEXT NOT NULL,
        rebates_usd TEXT,
        funding TEXT NOT NULL,
        funding_usd TEXT,
        changes INTEGER NOT NULL,
        lots TEXT NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX position_history_by_opening ON position_history (opened_seq);
      CREATE INDEX position_history_by_holding ON position_history (account, instrument, opened_seq);

      CREATE TABLE position_changes (
        seq INTEGER NOT NULL,
        part INTEGER NOT NULL,
        position TEXT NOT NULL,
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        settlement TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        quantity TEXT NOT NULL,
        price TEXT NOT NULL,
        realised TEXT NOT NULL,
        realised_usd TEXT,
        fee TEXT NOT NULL,
        fee_usd TEXT,
        fee_currency TEXT NOT NULL,
        funding TEXT NOT NULL,
        funding_usd TEXT,
        matches TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (seq, part)
      ) STRICT;
      CREATE INDEX position_changes_by_position ON position_changes (position, seq);
    `);
  },
};
