import type { SessionHead } from '#main/engine/ports.ts';
import { type Book, balanceKey, emptyBook, positionKey } from '#shared/domain/book.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import type { Order } from '#shared/domain/order.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { breakOf, type ChainedLine, chainHash, GENESIS, type JournalLine } from './chain.ts';
import { type Changes, foldEntry } from './changes.ts';
import type { ReadHandle } from './handles.ts';
import { readTable } from './table.ts';
import { ACCOUNTS, BALANCES, type ChangedOrder, INSTRUMENTS, ORDERS, POSITIONS, SESSION } from './tables.ts';

/** As many orders as the book keeps: all working ones, filled up with the latest ended. */
const ORDERS_KEPT = 500;

/** An entry by number and hash. */
export interface JournalHead {
  readonly seq: number;
  readonly hash: Buffer;
}

/** A book and the entry it is folded up to. */
export interface Loaded {
  readonly book: Book;
  readonly session: SessionHead | null;
  readonly head: JournalHead;
}

export function entryOf(line: JournalLine): JournalEntry {
  return { seq: line.seq, at: line.at, event: JSON.parse(line.payload) as DomainEvent };
}

function asOrder({ changed: _, ...order }: ChangedOrder): Order {
  return order;
}

function loadOrders(read: ReadHandle): Order[] {
  const working = readTable(read, ORDERS, 'WHERE ended = 0');
  const room = Math.max(0, ORDERS_KEPT - working.length);
  const ended = readTable(read, ORDERS, 'WHERE ended = 1 ORDER BY changed DESC LIMIT ?', room);
  // In order of last change, as the book keeps them.
  return [...working, ...ended].sort((a, b) => a.changed - b.changed).map(asOrder);
}

/**
 * The book as the projections hold it: equal to folding the journal that far, and as cheap with a million fills as with
 * none. Maps are filled in the order in which rows first came, as the fold does it. Throws `store-damaged`.
 */
function loadBook(read: ReadHandle): Book {
  const book = emptyBook();
  for (const one of readTable(read, ACCOUNTS, 'ORDER BY rowid')) book.accounts.set(one.id, one);
  for (const one of readTable(read, INSTRUMENTS, 'ORDER BY rowid')) book.instruments.set(one.id, one);
  for (const one of readTable(read, BALANCES, 'ORDER BY rowid')) {
    book.balances.set(balanceKey(one.account, one.currency), one);
  }
  for (const one of readTable(read, POSITIONS, 'ORDER BY rowid')) {
    book.positions.set(positionKey(one.account, one.instrument), one);
  }
  for (const one of loadOrders(read)) book.orders.set(one.id, one);
  return book;
}

function damaged(read: ReadHandle, why: string): never {
  const message = `${read.file}: the end of the journal is damaged: ${why}; run "keel verify" and restore a backup`;
  throw new FaultError(fault('store-damaged', message, { file: read.file }));
}

const LINE = 'SELECT seq, at, type, payload, previous, hash FROM journal';

/** The entry up to which the tables are projected, or the beginning of the chain. */
export function projectedHead(read: ReadHandle): JournalHead {
  return read.select<[], JournalHead>('head', 'SELECT seq, hash FROM head').first() ?? { seq: 0, hash: GENESIS };
}

function checkProjected(read: ReadHandle, head: JournalHead): void {
  if (head.seq === 0) return;
  const line = read.select<[number], ChainedLine>('projected entry', `${LINE} WHERE seq = ?`).first(head.seq);
  const whole = line !== undefined && chainHash(line, line.previous).equals(line.hash) && line.hash.equals(head.hash);
  if (!whole) damaged(read, `entry ${head.seq} is missing or does not match its hash`);
}

/** Book, session and head as they were last projected. Throws `store-damaged` where they do not hold together. */
export function loadProjected(read: ReadHandle): Loaded {
  const head = projectedHead(read);
  checkProjected(read, head);
  return { book: loadBook(read), session: readTable(read, SESSION, '')[0] ?? null, head };
}

/** Folds up to `limit` entries after `head` into `book`. Returns the new head; throws `store-damaged` for a broken chain. */
export function foldTail(
  read: ReadHandle,
  book: Book,
  head: JournalHead,
  changes: Changes,
  limit: number,
): JournalHead {
  let { seq, hash } = head;
  const sql = `${LINE} WHERE seq > ? ORDER BY seq LIMIT ?`;
  for (const line of read.select<[number, number], ChainedLine>('unprojected entries', sql).all(seq, limit)) {
    const why = breakOf(line, { seq, hash });
    if (why !== null) damaged(read, `entry ${line.seq}: ${why}`);
    foldEntry(book, entryOf(line), changes);
    ({ seq, hash } = line);
  }
  return { seq, hash };
}
