import type { Migration } from '#main/store/format.ts';

/**
 * The journal and the projections the book is loaded from; `head` names the entry up to which they are projected. Decimals are TEXT, times are integer milliseconds.
 * `checksum` is the CRC-32 of a row's other values, so that a damaged row is noticed when it is read.
 */
export const journalMigration: Migration = {
  name: '0001-journal',
  up(store) {
    store.script(`
      CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        type TEXT NOT NULL,
        payload TEXT NOT NULL,
        previous BLOB NOT NULL,
        hash BLOB NOT NULL
      ) STRICT;

      CREATE TABLE head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL
      ) STRICT;

      CREATE TABLE session (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        profile TEXT NOT NULL,
        tape TEXT NOT NULL,
        seed INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE accounts (
        id TEXT NOT NULL PRIMARY KEY,
        venue TEXT NOT NULL,
        name TEXT NOT NULL,
        rules TEXT NOT NULL,
        leverage REAL,
        checksum INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE instruments (
        id TEXT NOT NULL PRIMARY KEY,
        venue TEXT NOT NULL,
        kind TEXT NOT NULL,
        terms TEXT NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE balances (
        account TEXT NOT NULL,
        currency TEXT NOT NULL,
        cash TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (account, currency)
      ) STRICT;

      CREATE TABLE positions (
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        quantity TEXT NOT NULL,
        entry TEXT NOT NULL,
        realised TEXT NOT NULL,
        fees TEXT NOT NULL,
        funding TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (account, instrument)
      ) STRICT;

      CREATE TABLE orders (
        id TEXT NOT NULL PRIMARY KEY,
        venue_order TEXT,
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        side TEXT NOT NULL,
        quantity TEXT NOT NULL,
        type TEXT NOT NULL,
        limit_price TEXT,
        trigger_price TEXT,
        time_in_force TEXT NOT NULL,
        post_only INTEGER NOT NULL,
        reduce_only INTEGER NOT NULL,
        state TEXT NOT NULL,
        filled TEXT NOT NULL,
        average_price TEXT,
        origin TEXT NOT NULL,
        order_group TEXT NOT NULL,
        reason TEXT,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        ended INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX orders_by_change ON orders (ended, changed);

      CREATE TABLE fills (
        seq INTEGER PRIMARY KEY,
        venue TEXT NOT NULL,
        account TEXT NOT NULL,
        trade TEXT NOT NULL,
        instrument TEXT NOT NULL,
        client_order TEXT,
        quantity TEXT NOT NULL,
        price TEXT NOT NULL,
        fee TEXT NOT NULL,
        fee_currency TEXT NOT NULL,
        liquidity TEXT NOT NULL,
        cause TEXT NOT NULL,
        index_price TEXT NOT NULL,
        at INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        UNIQUE (venue, account, trade)
      ) STRICT;
      CREATE INDEX fills_by_time ON fills (at);
    `);
  },
};
