import { checksumOf } from '#main/store/checksum.ts';
import type { Migration } from '#main/store/format.ts';
import type { SqlValue } from '#main/store/handles.ts';

type PaymentRow = {
  readonly seq: number;
  readonly account: string;
  readonly payment: string;
  readonly instrument: string;
  readonly currency: string;
  readonly amount: string;
  readonly at: number;
};

/** Those already projected: the others come with the next start like every unprojected entry. */
const PAYMENTS = `
  SELECT seq, payload ->> '$.payment.account' AS account, payload ->> '$.payment.id' AS payment,
    payload ->> '$.payment.instrument' AS instrument, payload ->> '$.payment.currency' AS currency,
    payload ->> '$.payment.amount' AS amount, payload ->> '$.payment.at' AS at
  FROM journal WHERE type = 'funding' AND seq <= (SELECT seq FROM head) ORDER BY seq`;

/** Funding payments as rows of their own (so that each is booked once), named settings, and the market tape. */
export const fundingAndTapeMigration: Migration = {
  name: '0002-funding-and-tape',
  up(store) {
    store.script(`
      CREATE TABLE funding (
        seq INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        payment TEXT NOT NULL,
        instrument TEXT NOT NULL,
        currency TEXT NOT NULL,
        amount TEXT NOT NULL,
        at INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        UNIQUE (account, payment)
      ) STRICT;

      CREATE TABLE settings (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE tape (
        chunk INTEGER PRIMARY KEY,
        starts INTEGER NOT NULL,
        ends INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        checksum INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX tape_by_end ON tape (ends);
    `);
    const insert = store.change<SqlValue[]>('write funding', 'INSERT INTO funding VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    for (const row of store.select<[], PaymentRow>('journalled funding', PAYMENTS).all()) {
      const values = [row.seq, row.account, row.payment, row.instrument, row.currency, row.amount, row.at];
      insert.run(...values, checksumOf(values));
    }
  },
};
