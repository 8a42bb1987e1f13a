import { createReadStream } from 'node:fs';
import type { CsvColumns, CsvRow } from '#shared/units/csv-table.ts';
import { CsvTable } from '#shared/units/csv-table.ts';
import { toFault } from '#shared/units/result.ts';
import { usageFault } from './command.ts';
import { ResultFile } from './result-file.ts';

/** Rows that are worked on together: enough for the column kernels, little enough for the cache. */
export const BATCH = 4096;
const PIECE_BYTES = 1 << 18;
const PROGRESS_EVERY = 64 * BATCH;

export interface CsvJob<C extends string> {
  /** File names; "-" and null are the standard streams. */
  readonly in: string;
  readonly out: string | null;
  readonly columns: CsvColumns<C>;
  /** First line of the result. */
  readonly head: string;
  /** The result's lines for up to {@link BATCH} rows, each with its line end; throws on the first bad row. */
  convert(rows: readonly CsvRow<C>[]): string;
}

export const INPUT_OPTIONS = { in: { type: 'string' }, out: { type: 'string' } } as const;

/** A number with 17 significant digits, which give back the very same double. */
export function digits(value: number): string {
  return value.toPrecision(17);
}

export function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** The text of a file or of standard input in pieces, UTF-8. */
export async function* textOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: PIECE_BYTES });
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (thrown) {
    const why = thrown instanceof TypeError ? 'it is not UTF-8 text' : toFault(thrown).message;
    throw usageFault(`${nameOf(file)} cannot be read: ${why}`);
  }
}

/** The rows of a CSV file as they are read. */
export async function* rowsOf<C extends string>(file: string, columns: CsvColumns<C>): AsyncGenerator<CsvRow<C>[]> {
  const table = new CsvTable(nameOf(file), columns);
  for await (const text of textOf(file)) yield* batches(table.push(text));
  yield* batches(table.end());
}

/** A bad row is met only after the good ones before it have been handed on: the first bad row is the one named. */
function* batches<C extends string>(rows: Iterable<CsvRow<C>>): Generator<CsvRow<C>[]> {
  let batch: CsvRow<C>[] = [];
  const walk = rows[Symbol.iterator]();
  for (;;) {
    let next: IteratorResult<CsvRow<C>>;
    try {
      next = walk.next();
    } catch (thrown) {
      if (batch.length > 0) yield batch;
      throw thrown;
    }
    if (next.done) break;
    batch.push(next.value);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Turns a CSV file into another, batch by batch: memory does not grow with the file. The result appears only when
 * every row was good; progress goes to standard error, and only where that is a terminal.
 */
export async function runCsvJob<C extends string>(job: CsvJob<C>): Promise<void> {
  const result = new ResultFile(job.out);
  const shows = process.stderr.isTTY === true;
  let rows = 0;
  let shown = 0;
  try {
    result.write(`${job.head}\n`);
    for await (const batch of rowsOf(job.in, job.columns)) {
      result.write(job.convert(batch));
      rows += batch.length;
      if (!shows || rows - shown < PROGRESS_EVERY) continue;
      shown = rows;
      process.stderr.write(`\r${rows} rows`);
    }
    await result.commit();
  } finally {
    if (shown > 0) process.stderr.write('\r\u001b[K');
    result.discard();
  }
}

/**
 * Reads rows into columns until one cannot be read: `check` is given the good rows before it, so that an earlier row
 * that reads well but makes no sense is named first.
 */
export function readBatch<C extends string>(
  rows: readonly CsvRow<C>[],
  read: (row: CsvRow<C>, index: number) => void,
  check: (count: number) => void,
): void {
  let count = 0;
  try {
    for (const row of rows) {
      read(row, count);
      count += 1;
    }
  } finally {
    check(count);
  }
}
