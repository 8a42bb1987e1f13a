import { assertChecksum, checksumOf } from './checksum.ts';
import type { ReadHandle, SqlValue, WriteHandle } from './handles.ts';

/** A row as SQLite returns it, by column. */
export type Row = Readonly<Record<string, SqlValue>>;

/** How values of the field lie in a table. `columns` leaves out `checksum`, which every table has as its last. */
export interface Table<T> {
  readonly name: string;
  readonly columns: readonly string[];
  /** The first columns, as many as make the primary key. */
  readonly keyColumns: number;
  /** Columns that may hold null. */
  readonly optional?: readonly string[];
  /** Columns of whole numbers, and of numbers with fractions. All others hold text. */
  readonly integers?: readonly string[];
  readonly reals?: readonly string[];
  /** Values in the order of `columns`. */
  toRow(value: T): SqlValue[];
  fromRow(row: Row): T;
}

export function text(row: Row, column: string): string {
  return String(row[column]);
}

/** A text column holding one of the field's words or ids. Only rows whose checksum holds get here. */
export function word<T extends string>(row: Row, column: string): T {
  return String(row[column]) as T;
}

export function wordOrNull<T extends string>(row: Row, column: string): T | null {
  return row[column] === null ? null : word<T>(row, column);
}

export function integer(row: Row, column: string): number {
  return Number(row[column]);
}

type ColumnKind = 'text' | 'integer' | 'real';

function kindOf<T>(table: Table<T>, column: string): ColumnKind {
  if (table.integers?.includes(column)) return 'integer';
  return table.reals?.includes(column) ? 'real' : 'text';
}

function fits(kind: ColumnKind, value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string';
  return kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** Why `value` cannot be a row of the table, or null when it can. */
export function rowFlaw<T>(table: Table<T>, value: T): string | null {
  const row = table.toRow(value);
  for (const [index, column] of table.columns.entries()) {
    const found: unknown = row[index];
    const kind = kindOf(table, column);
    if (fits(kind, found) || (found === null && table.optional?.includes(column))) continue;
    return `${table.name}, ${column}: expected ${kind}, was ${found === undefined ? 'missing' : JSON.stringify(found)}`;
  }
  return null;
}

/** Writes rows: inserts only (a duplicate throws), or replaces the row with the same key. */
export function writerOf<T>(
  store: WriteHandle,
  table: Table<T>,
  onDuplicate: 'throw' | 'replace',
): (values: Iterable<T>) => void {
  const columns = [...table.columns, 'checksum'];
  const key = columns.slice(0, table.keyColumns);
  const updates = columns.slice(table.keyColumns).map((column) => `${column} = excluded.${column}`);
  const upsert = onDuplicate === 'replace' ? ` ON CONFLICT (${key}) DO UPDATE SET ${updates}` : '';
  const insert = store.change<SqlValue[]>(
    `write ${table.name}`,
    `INSERT INTO ${table.name} (${columns}) VALUES (${columns.map(() => '?')})${upsert}`,
  );
  return (values) => {
    for (const value of values) {
      const row = table.toRow(value);
      row.push(checksumOf(row));
      insert.run(...row);
    }
  };
}

/** The columns of `table` in a row, in order. */
export function valuesOf<T>(table: Table<T>, row: Row): SqlValue[] {
  return table.columns.map((column) => row[column] ?? null);
}

export function keyOf<T>(table: Table<T>, values: readonly SqlValue[]): string {
  return values.slice(0, table.keyColumns).join(' ');
}

/** The value of a row whose checksum holds; throws `store-damaged` naming table and key where it does not. */
export function checkedValue<T>(table: Table<T>, row: Row): T {
  const values = valuesOf(table, row);
  // The key is for the message alone.
  if (checksumOf(values) !== row.checksum)
    assertChecksum(table.name, keyOf(table, values), values, integer(row, 'checksum'));
  return table.fromRow(row);
}

/** Rows of the table as values, in the order of `tail` (an ORDER BY or a WHERE with one). */
export function readTable<T>(store: ReadHandle, table: Table<T>, tail: string, ...parameters: SqlValue[]): T[] {
  const columns = [...table.columns, 'checksum'];
  const select = store.select<SqlValue[], Row>(`read ${table.name}`, `SELECT ${columns} FROM ${table.name} ${tail}`);
  return select.all(...parameters).map((row) => checkedValue(table, row));
}
