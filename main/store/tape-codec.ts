import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Quote } from '#shared/market/quote.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';

/*
 * A chunk, before compression (little-endian, as every machine Keel runs on):
 *   u8  format version · u32 rows · u32 length of the instrument list · the list as JSON (UTF-8)
 *   instrument of each row: 4 byte planes of u32 · nulls of each row: 1 byte plane
 *   each column of float64: 8 byte planes, the bits XORed with those of the row they are expected to resemble
 * A plane holds the n-th byte of every value. Bytes that do not change become long runs of zeros, and float64 bits are
 * kept exactly.
 */
const VERSION = 1;
const HEADER_BYTES = 9;
/** No chunk is longer: a damaged header cannot ask for more memory than this needs. */
export const MOST_ROWS = 65_536;

/** Times resemble the row before, prices the last quote of the same instrument. */
const COLUMNS = [
  ['tsReceived', 'row'],
  ['tsEvent', 'row'],
  ['bid', 'instrument'],
  ['bidSize', 'instrument'],
  ['ask', 'instrument'],
  ['askSize', 'instrument'],
  ['mark', 'instrument'],
  ['markVol', 'instrument'],
  ['forward', 'instrument'],
  ['index', 'instrument'],
  ['funding8h', 'instrument'],
] as const;
const NULLABLE = ['bid', 'ask', 'markVol', 'funding8h'] as const;
const ROW_BYTES = 4 + 1 + 8 * COLUMNS.length;
const NONE = -1;

/** For each row the last row before it of the same instrument, or NONE. */
function predecessors(instruments: Uint32Array): Int32Array {
  const last = new Map<number, number>();
  return Int32Array.from(instruments, (instrument, row) => {
    const before = last.get(instrument) ?? NONE;
    last.set(instrument, row);
    return before;
  });
}

/** XORs each value with its expectation, in place, from the last row to the first so that expectations are still plain. */
function conceal(values: Float64Array, expected: (row: number) => number): void {
  const words = new Uint32Array(values.buffer);
  for (let row = values.length - 1; row >= 0; row--) {
    const from = expected(row);
    if (from === NONE) continue;
    words[2 * row]! ^= words[2 * from]!;
    words[2 * row + 1]! ^= words[2 * from + 1]!;
  }
}

/** The reverse of {@link conceal}, from the first row to the last. */
function reveal(values: Float64Array, expected: (row: number) => number): void {
  const words = new Uint32Array(values.buffer);
  for (let row = 0; row < values.length; row++) {
    const from = expected(row);
    if (from === NONE) continue;
    words[2 * row]! ^= words[2 * from]!;
    words[2 * row + 1]! ^= words[2 * from + 1]!;
  }
}

function toPlanes(bytes: Uint8Array, width: number, target: Uint8Array): void {
  let at = 0;
  for (let plane = 0; plane < width; plane++) {
    for (let from = plane; from < bytes.length; from += width) target[at++] = bytes[from]!;
  }
}

function fromPlanes(planes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(planes.length);
  let at = 0;
  for (let plane = 0; plane < width; plane++) {
    for (let to = plane; to < bytes.length; to += width) bytes[to] = planes[at++]!;
  }
  return bytes;
}

/** One bit per column of NULLABLE, in its order. */
function nullsOf(quote: Quote): number {
  return (
    (quote.bid === null ? 1 : 0) |
    (quote.ask === null ? 2 : 0) |
    (quote.markVol === null ? 4 : 0) |
    (quote.funding8h === null ? 8 : 0)
  );
}

/** Quotes as one compressed chunk, 1 to {@link MOST_ROWS}. Decoding gives the very same numbers. */
export function encodeQuotes(quotes: readonly Quote[]): Buffer {
  const rows = quotes.length;
  if (rows < 1 || rows > MOST_ROWS) throw new RangeError(`expected 1 to ${MOST_ROWS} quotes, was ${rows}`);
  const numbers = new Map<string, number>();
  const instruments = Uint32Array.from(quotes, ({ instrument }) => {
    const number = numbers.get(instrument) ?? numbers.size;
    numbers.set(instrument, number);
    return number;
  });
  const names = Buffer.from(JSON.stringify([...numbers.keys()]), 'utf8');
  const chunk = Buffer.alloc(HEADER_BYTES + names.length + rows * ROW_BYTES);
  chunk.writeUInt8(VERSION, 0);
  chunk.writeUInt32LE(rows, 1);
  chunk.writeUInt32LE(names.length, 5);
  names.copy(chunk, HEADER_BYTES);
  let at = HEADER_BYTES + names.length;
  const place = (bytes: Uint8Array, width: number) => {
    toPlanes(bytes, width, chunk.subarray(at, at + bytes.length));
    at += bytes.length;
  };
  place(new Uint8Array(instruments.buffer), 4);
  place(Uint8Array.from(quotes, nullsOf), 1);
  const before = predecessors(instruments);
  for (const [column, resembles] of COLUMNS) {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) values[row] = quotes[row]![column] ?? 0;
    conceal(values, resembles === 'row' ? (row) => row - 1 : (row) => before[row]!);
    place(new Uint8Array(values.buffer), 8);
  }
  return deflateRawSync(chunk, { level: 1 });
}

function damaged(why: string): never {
  throw new FaultError(fault('tape-damaged', `the market tape is damaged: ${why}`));
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: 2 * MOST_ROWS * ROW_BYTES });
  } catch (thrown) {
    return damaged(`a chunk cannot be decompressed (${toFault(thrown).message})`);
  }
}

function namesOf(text: string): readonly string[] {
  const names: unknown = JSON.parse(text);
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : damaged('instrument list');
}

/** The quotes of a chunk. Throws `tape-damaged` for anything {@link encodeQuotes} did not write. */
export function decodeQuotes(bytes: Buffer): Quote[] {
  const chunk = inflate(bytes);
  if (chunk.length < HEADER_BYTES || chunk.readUInt8(0) !== VERSION) damaged(`expected chunk format ${VERSION}`);
  const rows = chunk.readUInt32LE(1);
  const namesEnd = HEADER_BYTES + chunk.readUInt32LE(5);
  if (chunk.length !== namesEnd + rows * ROW_BYTES) damaged('a chunk has not the length its header says');
  const names = namesOf(chunk.toString('utf8', HEADER_BYTES, namesEnd));
  let at = namesEnd;
  const take = (width: number) => {
    const planes = chunk.subarray(at, at + rows * width);
    at += planes.length;
    return fromPlanes(planes, width).buffer;
  };
  const instruments = new Uint32Array(take(4));
  const nulls = new Uint8Array(take(1));
  const before = predecessors(instruments);
  const columns = {} as Record<(typeof COLUMNS)[number][0], Float64Array>;
  for (const [column, resembles] of COLUMNS) {
    columns[column] = new Float64Array(take(8));
    reveal(columns[column], resembles === 'row' ? (row) => row - 1 : (row) => before[row]!);
  }
  const value = (column: keyof typeof columns, row: number) => columns[column][row]!;
  const orNull = (column: (typeof NULLABLE)[number], row: number) =>
    nulls[row]! & (1 << NULLABLE.indexOf(column)) ? null : value(column, row);
  return Array.from({ length: rows }, (_, row) => ({
    instrument: names[instruments[row]!] ?? damaged('a row names no instrument'),
    bid: orNull('bid', row),
    bidSize: value('bidSize', row),
    ask: orNull('ask', row),
    askSize: value('askSize', row),
    mark: value('mark', row),
    markVol: orNull('markVol', row),
    forward: value('forward', row),
    index: value('index', row),
    funding8h: orNull('funding8h', row),
    tsEvent: value('tsEvent', row),
    tsReceived: value('tsReceived', row),
  }));
}
