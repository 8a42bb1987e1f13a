import { describe, expect, it } from 'vitest';
import { chainHash, GENESIS } from '#main/store/chain.ts';
import { sqlite } from '#main/store/driver.ts';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { verifyFile } from '#main/store/verify.ts';
import { applyEvent, type Book, cashOf, emptyBook, positionOf } from '#shared/domain/book.ts';
import type { DomainEvent, FundingPayment } from '#shared/domain/events.ts';
import { decimal } from '#shared/units/decimal.ts';
import { toFault } from '#shared/units/result.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { account, fill, funding, opening, order, perpetual, put, T0, working } from './store-samples.ts';

function plain(book: Book) {
  return Object.fromEntries(Object.entries(book).map(([name, map]) => [name, [...(map as Map<string, unknown>)]]));
}

function folded(events: readonly DomainEvent[], at = T0): Book {
  const book = emptyBook();
  for (const event of events) applyEvent(book, event, at);
  return book;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return toFault(thrown).code;
  }
  return 'nothing was thrown';
}

function reopened(file: string, use: (journal: SqliteJournal) => void): void {
  const journal = createJournal(file);
  try {
    use(journal);
  } finally {
    journal.close();
  }
}

const trading: readonly DomainEvent[] = [
  ...working('o1'),
  { type: 'fill', fill: fill('t1', { order: 'o1', quantity: decimal('400') }) },
  { type: 'fill', fill: fill('t2', { order: 'o1', quantity: decimal('600'), price: decimal('6990') }) },
  { type: 'fill', fill: fill('t3', { instrument: put.id, quantity: decimal('2.5'), price: decimal('0.051') }) },
  funding('f1'),
  {
    type: 'adjustment',
    adjustment: { what: 'balance', account: account.id, key: 'BTC', ours: decimal('2.4'), theirs: decimal('2.41') },
  },
  { type: 'alarm', alarm: { code: 'test', message: 'an alarm', details: { spot: 5000.5, venue: null } } },
];

const payment: FundingPayment = {
  ...{ account: account.id, instrument: perpetual.id, currency: 'BTC' },
  ...{ amount: decimal('0.1'), id: 'f1', at: T0 },
};

describe('the journal', () => {
  it('is empty at first', () => {
    reopened(tmpDatabase(), (journal) => {
      expect(journal.seq).toBe(0);
      expect(journal.head).toBeNull();
      expect(plain(journal.book)).toEqual(plain(emptyBook()));
    });
  });

  it('numbers entries without gaps and hands them back', () => {
    reopened(tmpDatabase(), (journal) => {
      const first = journal.append(opening, T0);
      const second = journal.append(trading, T0 + 5);
      expect(journal.append([], T0)).toEqual([]);
      expect([...first, ...second].map((one) => one.seq)).toEqual(
        [...opening, ...trading].map((_, index) => index + 1),
      );
      expect(second[0]).toEqual({ seq: opening.length + 1, at: T0 + 5, event: trading[0] });
      expect(journal.seq).toBe(opening.length + trading.length);
    });
  });

  it('gives the same book, session and settings after a restart', () => {
    const file = tmpDatabase();
    reopened(file, (journal) => {
      journal.append(opening, T0);
      journal.append(trading, T0);
      journal.writeSetting('cursor:options', '17');
      journal.writeSetting('cursor:options', '18');
    });
    reopened(file, (journal) => {
      expect(plain(journal.book)).toEqual(plain(folded([...opening, ...trading])));
      expect(journal.head).toEqual({ profile: 'demo', tape: 'crash-2020-03', seed: 7, startedAt: T0 });
      expect(journal.readSetting('cursor:options')).toBe('18');
      expect(journal.readSetting('absent')).toBeNull();
      expect(journal.hasFill('deribit-paper', account.id, 't3')).toBe(true);
      expect(journal.hasFill('deribit-paper', account.id, 't4')).toBe(false);
      expect(journal.hasFunding(account.id, 'f1')).toBe(true);
      expect(journal.hasFunding('perps', 'f1')).toBe(false);
    });
  });

  it('has no gap between what is on disk and what the tables show', () => {
    const file = tmpDatabase();
    reopened(file, (journal) => {
      journal.append(opening, T0);
      journal.append(trading, T0);
      expect(journal.hasFill('deribit-paper', account.id, 't1')).toBe(true);
      expect(journal.hasFunding(account.id, 'f1')).toBe(true);
      expect(journal.fills({ limit: 2 }).map((one) => one.trade)).toEqual(['t3', 't2']);
      const rows = journal.read.select<[], { n: number }>('orders', 'SELECT count(*) AS n FROM orders').first();
      expect(rows?.n).toBe(1);
    });
  });

  it('brings the tables up by itself when a run of appends is long', () => {
    const file = tmpDatabase();
    reopened(file, (journal) => {
      journal.append(opening, T0);
      for (let trade = 0; trade < 600; trade++) journal.append([{ type: 'fill', fill: fill(`t${trade}`) }], T0 + trade);
      expect(journal.fills({ limit: 1 })[0]?.trade).toBe('t599');
    });
    expect(verifyFile(file)).toMatchObject({ ok: true, entries: opening.length + 600 });
  });

  // The chain is what proves a session afterwards: its definition may not drift.
  it('chains every entry to the one before it', () => {
    const file = tmpDatabase();
    reopened(file, (journal) => void journal.append(opening, T0));
    const raw = new (sqlite())(file);
    const rows = raw
      .prepare<[], Record<'payload' | 'type', string> & Record<'previous' | 'hash', Buffer>>('SELECT * FROM journal')
      .all();
    raw.close();
    let previous = GENESIS;
    for (const [index, row] of rows.entries()) {
      expect(row.previous).toEqual(previous);
      expect(row.payload).toBe(JSON.stringify(opening[index]));
      previous = chainHash({ seq: index + 1, at: T0, type: row.type, payload: row.payload }, previous);
      expect(row.hash).toEqual(previous);
    }
    // From Python: hashlib.sha256(bytes(32) + b'1\n2\nalarm\n{}').hexdigest()
    expect(chainHash({ seq: 1, at: 2, type: 'alarm', payload: '{}' }, GENESIS).toString('hex')).toBe(
      '0b1068e5ee1fba0e137508377d1e04be82f4fc8fe730c08144ff10b5a2fa59b7',
    );
  });

  it('books everything of an append or nothing', () => {
    const file = tmpDatabase();
    reopened(file, (journal) => {
      journal.append(opening, T0);
      const before = plain(journal.book);
      const bad: DomainEvent = { type: 'order', id: 'nobody', event: { type: 'sent' } };
      expect(codeOf(() => journal.append([{ type: 'fill', fill: fill('t1') }, ...working('o1'), bad], T0))).toBe(
        'unknown-order',
      );
      expect(plain(journal.book)).toEqual(before);
      expect(journal.seq).toBe(opening.length);
      expect(journal.hasFill('deribit-paper', account.id, 't1')).toBe(false);
      expect(journal.append([{ type: 'fill', fill: fill('t1') }], T0)[0]?.seq).toBe(opening.length + 1);
    });
    expect(verifyFile(file).ok).toBe(true);
  });

  // What fails here is the disk's side: the second line of an append that has already been folded into the book.
  it('takes the book back when a write fails in the middle', () => {
    const file = tmpDatabase();
    reopened(file, (journal) => void journal.append(opening, T0));
    const raw = new (sqlite())(file);
    raw.exec(`CREATE TRIGGER fail BEFORE INSERT ON journal WHEN NEW.seq = ${opening.length + 3}
      BEGIN SELECT RAISE(ABORT, 'made to fail'); END`);
    raw.close();
    reopened(file, (journal) => {
      const before = plain(journal.book);
      expect(() => journal.append(trading, T0)).toThrow('made to fail');
      expect(plain(journal.book)).toEqual(before);
      expect(journal.seq).toBe(opening.length);
      journal.append(trading.slice(0, 2), T0);
      expect(journal.seq).toBe(opening.length + 2);
      expect(() => journal.append(trading.slice(2, 3), T0)).toThrow('made to fail');
      expect(plain(journal.book)).toEqual(plain(folded([...opening, ...trading.slice(0, 2)])));
    });
  });

  it('takes a fill, a payment and an order once', () => {
    const file = tmpDatabase();
    const twice = () =>
      reopened(file, (journal) => {
        const before = plain(journal.book);
        expect(codeOf(() => journal.append([{ type: 'fill', fill: fill('t1', { price: decimal('1') }) }], T0))).toBe(
          'duplicate-fill',
        );
        expect(codeOf(() => journal.append([funding('f1', '9')], T0))).toBe('duplicate-funding');
        expect(codeOf(() => journal.append(working('o1'), T0))).toBe('duplicate-order');
        expect(plain(journal.book)).toEqual(before);
        expect(journal.seq).toBe(opening.length + trading.length);
      });
    reopened(file, (journal) => {
      journal.append([...opening, ...trading], T0);
      expect(codeOf(() => journal.append([funding('f1')], T0))).toBe('duplicate-funding');
    });
    twice();
    // The same trade id of another account is another trade.
    reopened(file, (journal) => {
      journal.append([{ type: 'fill', fill: fill('t1', { account: 'perps' }) }], T0);
      expect(positionOf(journal.book, 'perps', perpetual.id).quantity).toBe('10');
      expect(
        codeOf(() =>
          journal.append(
            [
              { type: 'fill', fill: fill('x') },
              { type: 'fill', fill: fill('x') },
            ],
            T0,
          ),
        ),
      ).toBe('duplicate-fill');
    });
    expect(verifyFile(file).ok).toBe(true);
  });

  it('refuses what cannot be booked and says why', () => {
    reopened(tmpDatabase(), (journal) => {
      journal.append(opening, T0);
      const priceless = fill('t1', { price: decimal('0') });
      expect(codeOf(() => journal.append([{ type: 'fill', fill: priceless }], T0))).toBe('event');
      expect(codeOf(() => journal.append([{ type: 'fill', fill: fill('t1', { instrument: 'x:y' }) }], T0))).toBe(
        'unknown-instrument',
      );
      expect(codeOf(() => journal.append(trading, T0 + 0.5))).toBe('journal-time');
      expect(codeOf(() => journal.append(trading, Number.NaN))).toBe('journal-time');
      expect(cashOf(journal.book, account.id, 'BTC')).toBe('2.5');
      expect(journal.seq).toBe(opening.length);
    });
  });

  // Anything the tables would not take must be refused while it can be: in the journal it would bar every later start.
  it.each<[string, DomainEvent]>([
    ['a fill at half a millisecond', { type: 'fill', fill: fill('t1', { at: T0 + 0.5 }) }],
    ['a fill without a venue', { type: 'fill', fill: { ...fill('t1'), venue: undefined as never } }],
    ['a fill with a number for a decimal', { type: 'fill', fill: { ...fill('t1'), price: 7000 as never } }],
    ['half a character', { type: 'fill', fill: fill('\ud83d') }],
    ['a payment at no time', { type: 'funding', payment: { ...payment, at: Number.NaN } }],
    [
      'an order made at no time',
      { type: 'order-intended', order: { ...order('o1'), createdAt: Number.POSITIVE_INFINITY } },
    ],
    ['a session without seed', { type: 'session-started', profile: 'p', tape: 't', seed: 0.1 }],
  ])('refuses %s', (_, event) => {
    const file = tmpDatabase();
    reopened(file, (journal) => {
      journal.append(opening, T0);
      const before = plain(journal.book);
      expect(codeOf(() => journal.append([event], T0))).toBe('event');
      expect(codeOf(() => journal.append([funding('f0'), event], T0))).toBe('event');
      expect(plain(journal.book)).toEqual(before);
    });
    reopened(file, (journal) => expect(journal.seq).toBe(opening.length));
  });

  it('takes any whole text', () => {
    const file = tmpDatabase();
    const trades = ['\u0000', '😀', '\\ud800', "'; DROP TABLE fills; --", 'a|b', '\u001f', ''];
    reopened(file, (journal) => {
      journal.append(opening, T0);
      for (const trade of trades) journal.append([{ type: 'fill', fill: fill(trade) }], T0);
      for (const trade of trades) expect(journal.hasFill('deribit-paper', account.id, trade), trade).toBe(true);
      expect(journal.fills({ limit: 10 }).map((one) => one.trade)).toEqual([...trades].reverse());
    });
    expect(verifyFile(file).ok).toBe(true);
  });

  it('keeps all working orders and the latest ended ones, as the fold does', () => {
    const file = tmpDatabase();
    const events: DomainEvent[] = [...opening];
    for (let order = 0; order < 700; order++) {
      events.push(...working(`o${order}`));
      if (order % 5 !== 0) events.push({ type: 'order', id: `o${order}`, event: { type: 'cancelled', reason: null } });
    }
    // Cancelled late: changes last although it came early.
    events.push({ type: 'order', id: 'o5', event: { type: 'cancelled', reason: { code: 'late', message: 'late' } } });
    reopened(file, (journal) => void journal.append(events, T0));
    reopened(file, (journal) => expect(plain(journal.book)).toEqual(plain(folded(events))));
    expect(verifyFile(file).ok).toBe(true);
  });
});
