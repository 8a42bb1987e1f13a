import type { Quote } from '#shared/market/quote.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import { assertChecksum, checksumOf } from './checksum.ts';
import type { ReadHandle, WriteHandle } from './handles.ts';
import { decodeQuotes, encodeQuotes } from './tape-codec.ts';
import { lineWriter } from './tape-lines.ts';

export interface TapeOptions {
  /** Told when a chunk could not be written; recording goes on with the next. */
  readonly onFault: (reason: Fault) => void;
  /** Quotes per chunk. */
  readonly chunkRows?: number;
  /** A chunk is written after this time also when it is not full. */
  readonly flushEvery?: DurationMs;
}

/**
 * Keeps what the kernel consumed: market data as quotes, everything else as lines of text. Quotes and lines of one
 * flush are on disk together or not at all. A crash costs the last flush, never a journal entry.
 */
export interface TapeWriter {
  /** Quotes on the tape, those waiting included. */
  readonly rows: number;
  record(quotes: readonly Quote[]): void;
  note(line: string): void;
  flush(): void;
  close(): void;
}

/** A millisecond or two to compress: what a key press may have to wait for at worst. */
const CHUNK_ROWS = 1_024;
const FLUSH_EVERY: DurationMs = 1_000;

export function tapeWriter(store: WriteHandle, options: TapeOptions): TapeWriter {
  const { onFault, chunkRows = CHUNK_ROWS, flushEvery = FLUSH_EVERY } = options;
  const insert = store.change<[number, number, number, Buffer, number]>(
    'write tape',
    'INSERT INTO tape (starts, ends, rows, bytes, checksum) VALUES (?, ?, ?, ?, ?)',
  );
  const insertLines = lineWriter(store);
  let waiting: Quote[] = [];
  let noted: string[] = [];
  let rows = tapeSpan(store)?.rows ?? 0;

  function write(quotes: readonly Quote[]): void {
    const times = quotes.map((quote) => quote.tsReceived);
    const starts = Math.floor(Math.min(...times));
    const ends = Math.ceil(Math.max(...times));
    const bytes = encodeQuotes(quotes);
    insert.run(starts, ends, quotes.length, bytes, checksumOf([starts, ends, quotes.length, bytes]));
  }

  function flush(): void {
    const [quotes, lines] = [waiting, noted];
    if (quotes.length + lines.length === 0) return;
    [waiting, noted] = [[], []];
    try {
      store.transact('write tape', () => {
        for (let from = 0; from < quotes.length; from += chunkRows) write(quotes.slice(from, from + chunkRows));
        insertLines(lines);
      });
    } catch (thrown) {
      onFault(toFault(thrown, 'tape'));
    }
  }

  const timer = setInterval(flush, flushEvery).unref();
  return {
    get rows() {
      return rows;
    },
    record(quotes) {
      rows += quotes.length;
      for (const quote of quotes) waiting.push(quote);
      if (waiting.length >= chunkRows) flush();
    },
    note: (line) => void noted.push(line),
    flush,
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

type ChunkRow = {
  readonly chunk: number;
  readonly starts: number;
  readonly ends: number;
  readonly rows: number;
  readonly bytes: Buffer;
  readonly checksum: number;
};

const CHUNKS =
  'SELECT chunk, starts, ends, rows, bytes, checksum FROM tape WHERE ends >= ? AND starts <= ? ORDER BY chunk';

function quotesOf(row: ChunkRow): readonly Quote[] {
  assertChecksum('tape', String(row.chunk), [row.starts, row.ends, row.rows, row.bytes], row.checksum);
  return decodeQuotes(row.bytes);
}

/** Quotes received from `from` to `to`, both included, in the order in which they were recorded. Throws for a damaged chunk. */
export function* readTape(read: ReadHandle, from: EpochMs, to: EpochMs): Generator<Quote> {
  for (const row of read.select<[number, number], ChunkRow>('tape', CHUNKS).each(from, to)) {
    for (const quote of quotesOf(row)) {
      if (quote.tsReceived >= from && quote.tsReceived <= to) yield quote;
    }
  }
}

const CHUNK_AFTER =
  'SELECT chunk, starts, ends, rows, bytes, checksum FROM tape WHERE chunk > ? ORDER BY chunk LIMIT 1';

/** The quotes of the tape in order, without the first `skip`. Throws for a damaged chunk. */
export function* tapeFrom(read: ReadHandle, skip: number): Generator<Quote> {
  let [chunk, left] = [0, skip];
  for (;;) {
    const row = read.select<[number], ChunkRow>('tape', CHUNK_AFTER).first(chunk);
    if (row === undefined) return;
    chunk = row.chunk;
    if (left >= row.rows) left -= row.rows;
    else {
      yield* quotesOf(row).slice(left);
      left = 0;
    }
  }
}

/** Time span and number of quotes of the tape, or null where nothing was recorded. */
export function tapeSpan(
  read: ReadHandle,
): { readonly from: EpochMs; readonly to: EpochMs; readonly rows: number } | null {
  const sql = 'SELECT min(starts) AS "from", max(ends) AS "to", total(rows) AS rows FROM tape HAVING count(*) > 0';
  return read.select<[], { from: number; to: number; rows: number }>('tape span', sql).first() ?? null;
}
