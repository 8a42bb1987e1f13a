import type { Migration } from '#main/store/format.ts';

/**
 * Position history lies so that a page costs what it shows: changes by the entry that opened their position, positions by
 * how they ended and with what outcome, and the kinds of position there are, so that a search that finds little does not
 * look through everything. Rare journal entries are found by their type. What nothing asked for is gone.
 */
export const historyByOpeningMigration: Migration = {
  name: '0008-history-by-opening',
  up(store) {
    store.script(`
      DROP TABLE position_changes;
      CREATE TABLE position_changes (
        seq INTEGER NOT NULL,
        part INTEGER NOT NULL,
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        opened_seq INTEGER NOT NULL,
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
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX position_changes_by_opening ON position_changes (opened_seq, seq);

      DROP INDEX position_history_by_opening;
      DROP INDEX position_history_by_holding;
      DROP INDEX position_history_by_time;
      DROP INDEX position_history_open;
      DROP INDEX position_history_by_instrument;
      DELETE FROM position_history;
      ALTER TABLE position_history ADD COLUMN outcome INTEGER;
      CREATE INDEX position_history_by_time ON position_history (opened_at, opened_seq);
      CREATE INDEX position_history_by_holding ON position_history (account, instrument, opened_at, opened_seq);
      CREATE INDEX position_history_by_outcome ON position_history (outcome, opened_at, opened_seq);
      CREATE INDEX position_history_by_holding_outcome
        ON position_history (account, instrument, outcome, opened_at, opened_seq);
      CREATE INDEX position_history_by_ending ON position_history (closed_by, outcome, opened_at, opened_seq);
      CREATE INDEX position_history_by_kind
        ON position_history (account, instrument, closed_by, outcome, opened_at, opened_seq);

      CREATE TABLE position_kinds (
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        closed_by TEXT NOT NULL,
        outcome INTEGER NOT NULL,
        latest INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (account, instrument, closed_by, outcome)
      ) STRICT, WITHOUT ROWID;

      DROP INDEX journal_statements;
      CREATE INDEX journal_rare ON journal (type, seq) WHERE type = 'statement' OR type = 'imported'
        OR type = 'annotated' OR type = 'entry-risk' OR type = 'automation';
      DROP INDEX fills_by_time;
      DELETE FROM day_pnl;
      DELETE FROM history_head;
    `);
  },
};
