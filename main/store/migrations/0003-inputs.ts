import type { Migration } from '#main/store/format.ts';

/** Everything that reached the kernel beside quotes, in order, as compressed lines: what a replay is fed with. */
export const inputsMigration: Migration = {
  name: '0003-inputs',
  up(store) {
    store.script(`
      CREATE TABLE inputs (
        chunk INTEGER PRIMARY KEY,
        first INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;
    `);
  },
};
