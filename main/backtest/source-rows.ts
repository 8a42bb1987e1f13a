import { createReadStream, existsSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { CsvReader } from '#shared/units/csv.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { type RowFault, RowFaults } from './row-faults.ts';

/** One row of a source: texts as a CSV has them, or a Parquet file's own values. */
export interface SourceRow {
  /** Of a CSV, its head being line 1; of a Parquet file the number of the row. */
  readonly line: number;
  value(column: string): unknown;
}

/** Parquet rows decoded at once. */
const ROWS_AT_ONCE = 50_000;

function refuse(file: string, message: string): never {
  throw new FaultError(fault('unreadable-file', `${file}: ${message}`, { file }));
}

function placesOf(file: string, names: readonly string[], wanted: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    wanted.map((column) => {
      const place = names.indexOf(column);
      if (place < 0)
        refuse(file, `line 1: expected a column ${column}, was ${names.join(', ').slice(0, 200) || 'nothing'}`);
      if (names.indexOf(column, place + 1) >= 0) refuse(file, `line 1: column ${column} stands there twice`);
      return [column, place];
    }),
  );
}

async function* csvRows(file: string, name: string, wanted: readonly string[]): AsyncGenerator<SourceRow> {
  const raw = createReadStream(file);
  const stream = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (thrown) => stream.destroy(thrown));
  const reader = new CsvReader(name);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let places: ReadonlyMap<string, number> | null = null;
  let width = 0;
  function* rows(text: string | null): Generator<SourceRow> {
    for (const { line, fields } of text === null ? reader.end() : reader.push(text)) {
      if (places === null) {
        width = fields.length;
        places = placesOf(name, fields.map((one) => one.trim()), wanted); // biome-ignore format: one glance
        continue;
      }
      const known = places;
      if (fields.length !== width)
        refuse(name, `line ${line}: expected ${width} fields as in the head, was ${fields.length}`);
      yield { line, value: (column) => fields[known.get(column) ?? -1]?.trim() };
    }
  }
  for await (const piece of stream) yield* rows(decoder.decode(piece as Buffer, { stream: true }));
  yield* rows(null);
  if (places === null) refuse(name, 'expected a head line with the names of the columns, was nothing');
}

async function* parquetRows(file: string, name: string, wanted: readonly string[]): AsyncGenerator<SourceRow> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  placesOf(name, parquetSchema(metadata).children.map((one) => one.element.name), wanted); // biome-ignore format: one glance
  const count = Number(metadata.num_rows);
  const options = { file: buffer, metadata, columns: [...wanted], compressors };
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    const rows = await parquetReadObjects({ ...options, rowStart: from, rowEnd: Math.min(from + ROWS_AT_ONCE, count) });
    for (const [at, row] of rows.entries()) yield { line: from + at + 1, value: (column) => row[column] };
  }
}

/** Rows of a CSV, a gzipped CSV or a Parquet file with at least the `wanted` columns. `name` is for messages. */
export async function* sourceRows(file: string, name: string, wanted: readonly string[]): AsyncGenerator<SourceRow> {
  if (!existsSync(file)) refuse(name, 'there is no such file');
  try {
    yield* file.endsWith('.parquet') ? parquetRows(file, name, wanted) : csvRows(file, name, wanted);
  } catch (thrown) {
    if (thrown instanceof FaultError) throw thrown;
    refuse(name, `cannot be read: ${toFault(thrown).message}`);
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  return `"${String(value).slice(0, 60)}"`;
}

/** Reads fields of rows and notes what is wrong with them. */
export class RowReader {
  readonly faults: RowFaults;

  constructor(file: string) {
    this.faults = new RowFaults(file);
  }

  /** Notes a fault and answers NaN, so that one bad field does not hide the next. */
  wrong(row: SourceRow, field: string, expected: string, was: unknown): number {
    const found: RowFault = {
      line: row.line,
      field,
      expected,
      was: typeof was === 'number' ? String(was) : shown(was),
    };
    this.faults.add(found);
    return Number.NaN;
  }

  text(row: SourceRow, column: string): string {
    const value = row.value(column);
    return value === undefined || value === null ? '' : String(value);
  }

  /** A finite number within the bounds, both included. */
  number(row: SourceRow, column: string, expected: string, least = -Infinity, most = Infinity): number {
    const value = row.value(column);
    const given =
      typeof value === 'number' || typeof value === 'bigint'
        ? Number(value)
        : typeof value === 'string' && NUMBER.test(value)
          ? Number(value)
          : Number.NaN;
    return Number.isFinite(given) && given >= least && given <= most ? given : this.wrong(row, column, expected, value);
  }

  /** A number above 0. */
  positive(row: SourceRow, column: string): number {
    return this.number(row, column, 'a number above 0', Number.MIN_VALUE);
  }
}
