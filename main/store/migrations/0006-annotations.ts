import type { Migration } from '#main/store/format.ts';

/** What the trader wrote about positions, and the risk at their entry; of each position the last word. */
export const annotationsMigration: Migration = {
  name: '0006-annotations',
  up(store) {
    store.script(`
      CREATE TABLE annotations (
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        entry INTEGER NOT NULL,
        tags TEXT NOT NULL,
        note TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (account, instrument, entry)
      ) STRICT;

      CREATE TABLE entry_risk (
        account TEXT NOT NULL,
        instrument TEXT NOT NULL,
        entry INTEGER NOT NULL,
        risk TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (account, instrument, entry)
      ) STRICT;
    `);
  },
};
