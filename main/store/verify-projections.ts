import type { SessionHead } from '#main/engine/ports.ts';
import { type Book, emptyBook } from '#shared/domain/book.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import type { Annotation, EntryRisk } from '#shared/domain/history/annotation.ts';
import { foldEntry, noChanges } from './changes.ts';
import { checksumOf } from './checksum.ts';
import type { ReadHandle, SqlValue } from './handles.ts';
import { keyOf, type Row, type Table, valuesOf } from './table.ts';
import type { ChangedOrder } from './tables.ts';
import * as tables from './tables.ts';

/** The first row of a table that is not what the journal says it is. */
export interface Mismatch {
  readonly table: string;
  readonly key: string;
  readonly expected: string;
  readonly found: string;
}

/** Orders remembered before those that the book has dropped, and that can therefore not change again, are compared. */
const ORDERS_REMEMBERED = 4_096;

/** Folds the journal anew, entry by entry, and compares the tables with it, in memory that does not grow with history. */
export interface ProjectionCheck {
  /** Throws a fault for an entry that cannot follow the ones before it. */
  take(entry: JournalEntry): void;
  /** To be called after the last projected entry. */
  finish(): Mismatch | 'equal';
}

function shown(values: readonly SqlValue[]): string {
  return JSON.stringify(values);
}

/** The row of `table` with the key of `value`, where it differs from it. */
function compareRow<T>(read: ReadHandle, table: Table<T>, value: T): Mismatch | null {
  const expected = table.toRow(value);
  const key = table.columns.slice(0, table.keyColumns);
  const sql = `SELECT * FROM ${table.name} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')}`;
  const row = read.select<SqlValue[], Row>('verify row', sql).first(...expected.slice(0, table.keyColumns));
  const found = row === undefined ? [] : [...valuesOf(table, row), row.checksum ?? null];
  const wanted = [...expected, checksumOf(expected)];
  if (found.length === wanted.length && wanted.every((one, index) => one === found[index])) return null;
  return { table: table.name, key: keyOf(table, expected), expected: shown(wanted), found: shown(found) };
}

function compareCount(read: ReadHandle, table: string, expected: number): Mismatch | null {
  const found = read.select<[], { rows: number }>('verify rows', `SELECT count(*) AS rows FROM ${table}`).first()?.rows;
  if (found === expected) return null;
  return { table, key: 'number of rows', expected: String(expected), found: String(found) };
}

/** The first mismatch among the rows of a table, or in how many there are. */
function compareTable<T>(read: ReadHandle, table: Table<T>, values: readonly T[]): Mismatch | null {
  for (const value of values) {
    const mismatch = compareRow(read, table, value);
    if (mismatch !== null) return mismatch;
  }
  return compareCount(read, table.name, values.length);
}

class JournalCheck implements ProjectionCheck {
  readonly #read: ReadHandle;
  readonly #book: Book = emptyBook();
  readonly #orders = new Map<string, ChangedOrder>();
  readonly #rows = { orders: 0, fills: 0, funding: 0, imported: 0 };
  readonly #annotations = new Map<string, Annotation>();
  readonly #risks = new Map<string, EntryRisk>();
  #session: SessionHead | null = null;
  #mismatch: Mismatch | null = null;

  constructor(read: ReadHandle) {
    this.#read = read;
  }

  take(entry: JournalEntry): void {
    const changes = noChanges();
    foldEntry(this.#book, entry, changes);
    this.#session = changes.session ?? this.#session;
    for (const fill of changes.fills.values()) this.#fact('fills', tables.FILLS, fill);
    for (const paid of changes.funding.values()) this.#fact('funding', tables.FUNDING, paid);
    for (const [key, one] of changes.annotations) this.#annotations.set(key, one);
    for (const [key, one] of changes.risks) this.#risks.set(key, one);
    for (const one of changes.imported.values()) this.#fact('imported', tables.IMPORTED, one);
    if (entry.event.type === 'order-intended') this.#rows.orders++;
    for (const order of changes.orders.values()) this.#orders.set(order.id, order);
    if (this.#orders.size > ORDERS_REMEMBERED + this.#book.orders.size)
      this.#compareOrders((id) => !this.#book.orders.has(id));
  }

  #fact<T>(kind: 'fills' | 'funding' | 'imported', table: Table<T>, value: T): void {
    this.#rows[kind]++;
    this.#mismatch ??= compareRow(this.#read, table, value);
  }

  #compareOrders(which: (id: string) => boolean): void {
    for (const [id, order] of this.#orders) {
      if (!which(id)) continue;
      this.#mismatch ??= compareRow(this.#read, tables.ORDERS, order);
      this.#orders.delete(id);
    }
  }

  finish(): Mismatch | 'equal' {
    const read = this.#read;
    const book = this.#book;
    this.#compareOrders(() => true);
    this.#mismatch ??= compareTable(read, tables.SESSION, this.#session === null ? [] : [this.#session]);
    this.#mismatch ??= compareTable(read, tables.ACCOUNTS, [...book.accounts.values()]);
    this.#mismatch ??= compareTable(read, tables.INSTRUMENTS, [...book.instruments.values()]);
    this.#mismatch ??= compareTable(read, tables.BALANCES, [...book.balances.values()]);
    this.#mismatch ??= compareTable(read, tables.POSITIONS, [...book.positions.values()]);
    this.#mismatch ??= compareTable(read, tables.ANNOTATIONS, [...this.#annotations.values()]);
    this.#mismatch ??= compareTable(read, tables.ENTRY_RISKS, [...this.#risks.values()]);
    this.#mismatch ??= compareCount(read, tables.ORDERS.name, this.#rows.orders);
    this.#mismatch ??= compareCount(read, tables.FILLS.name, this.#rows.fills);
    this.#mismatch ??= compareCount(read, tables.FUNDING.name, this.#rows.funding);
    this.#mismatch ??= compareCount(read, tables.IMPORTED.name, this.#rows.imported);
    return this.#mismatch ?? 'equal';
  }
}

export function checkProjections(read: ReadHandle): ProjectionCheck {
  return new JournalCheck(read);
}
