import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { assertChecksum, checksumOf } from './checksum.ts';
import type { ReadHandle, WriteHandle } from './handles.ts';

type LinesRow = {
  readonly chunk: number;
  readonly first: number;
  readonly rows: number;
  readonly bytes: Buffer;
  readonly checksum: number;
};

/** No chunk is longer: a damaged one cannot ask for more memory than this. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Writes lines of text (without line feeds), numbered over the whole file. Numbers of lines that could not be written
 * are not used again, so that a reader notices the gap.
 */
export function lineWriter(store: WriteHandle): (lines: readonly string[]) => void {
  const insert = store.change<[number, number, Buffer, number]>(
    'write inputs',
    'INSERT INTO inputs (first, rows, bytes, checksum) VALUES (?, ?, ?, ?)',
  );
  const sql = 'SELECT max(first + rows) AS next FROM inputs';
  let next = store.select<[], { next: number | null }>('inputs', sql).first()?.next ?? 1;
  return (lines) => {
    if (lines.length === 0) return;
    const [first, rows] = [next, lines.length];
    next += rows;
    const bytes = deflateRawSync(lines.join('\n'));
    insert.run(first, rows, bytes, checksumOf([first, rows, bytes]));
  };
}

function linesOf(row: LinesRow): readonly string[] {
  assertChecksum('inputs', String(row.chunk), [row.first, row.rows, row.bytes], row.checksum);
  try {
    return inflateRawSync(row.bytes, { maxOutputLength: MOST_BYTES }).toString('utf8').split('\n');
  } catch (thrown) {
    throw new FaultError(fault('tape-damaged', `inputs, row ${row.chunk}: ${toFault(thrown).message}`));
  }
}

/** All lines in order. Throws `store-damaged` or `tape-damaged` for a damaged chunk, `recording-gap` where lines are missing. */
export function* readLines(read: ReadHandle): Generator<string> {
  let [chunk, next] = [0, 1];
  const sql = 'SELECT chunk, first, rows, bytes, checksum FROM inputs WHERE chunk > ? ORDER BY chunk LIMIT 1';
  for (;;) {
    const row = read.select<[number], LinesRow>('inputs', sql).first(chunk);
    if (row === undefined) return;
    if (row.first !== next) {
      const message = `${read.file}: the recording has a gap: lines ${next} to ${row.first - 1} could not be written`;
      throw new FaultError(fault('recording-gap', message, { from: next, to: row.first - 1 }));
    }
    yield* linesOf(row);
    [chunk, next] = [row.chunk, next + row.rows];
  }
}
