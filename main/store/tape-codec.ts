import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Quote } from '#shared/market/quote.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { ByteSink, ByteSource } from './byte-stream.ts';
import { fromPlanes, NONE, predictorsOf, readColumn, transposed, writeColumn } from './tape-column.ts';
import { COLUMNS, type Column, type Columns, nullsOf, quotesOf } from './tape-rows.ts';

/*
 * A chunk, before compression (little-endian, as every machine Keel runs on):
 *   u8  format version · u32 rows · u32 length of the instrument list · the list as JSON (UTF-8)
 *   instrument of each row: difference to the row before, as whole numbers · nulls of each row: a byte
 *   each column of float64, as tape-column writes it; what is null resembles what was there before
 */
const VERSION = 2;
const HEADER_BYTES = 9;
/** No chunk is longer: a damaged header cannot ask for more memory than this needs. */
export const MOST_ROWS = 65_536;
const LARGEST_ROW = 1 + 5 + 9 * COLUMNS.length;

/** Quotes as one compressed chunk, 1 to {@link MOST_ROWS}. Decoding gives the very same numbers. */
export function encodeQuotes(quotes: readonly Quote[]): Buffer {
  const rows = quotes.length;
  if (rows < 1 || rows > MOST_ROWS) throw new RangeError(`expected 1 to ${MOST_ROWS} quotes, was ${rows}`);
  const numbers = new Map<string, number>();
  const instruments = Float64Array.from(quotes, ({ instrument }) => {
    const number = numbers.get(instrument) ?? numbers.size;
    numbers.set(instrument, number);
    return number;
  });
  const names = Buffer.from(JSON.stringify([...numbers.keys()]), 'utf8');
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.writeUInt32LE(rows, 1);
  header.writeUInt32LE(names.length, 5);
  const sink = new ByteSink();
  sink.bytes(header);
  sink.bytes(names);
  for (let row = 0; row < rows; row++) sink.integer(instruments[row]! - (row === 0 ? 0 : instruments[row - 1]!));
  for (const quote of quotes) sink.byte(nullsOf(quote));
  const predictors = predictorsOf(instruments);
  for (const column of COLUMNS) {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const before = predictors.instrument[row]!;
      values[row] = quotes[row]![column] ?? (before === NONE ? 0 : values[before]!);
    }
    writeColumn(sink, values, predictors);
  }
  return deflateRawSync(sink.written, { level: 1 });
}

function damaged(why: string): never {
  throw new FaultError(fault('tape-damaged', `the market tape is damaged: ${why}`));
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: 2 * MOST_ROWS * LARGEST_ROW });
  } catch (thrown) {
    return damaged(`a chunk cannot be decompressed (${toFault(thrown).message})`);
  }
}

function namesOf(text: string): readonly string[] {
  const names: unknown = JSON.parse(text);
  return Array.isArray(names) && names.every((name) => typeof name === 'string')
    ? names
    : damaged('its instrument list');
}

/** The parts before the columns. */
function openChunk(chunk: Buffer) {
  const rows = chunk.readUInt32LE(1);
  if (rows > MOST_ROWS) damaged(`a chunk says it has ${rows} rows`);
  const namesEnd = HEADER_BYTES + chunk.readUInt32LE(5);
  const names = namesOf(chunk.toString('utf8', HEADER_BYTES, namesEnd));
  return { rows, names, source: new ByteSource(chunk, namesEnd) };
}

function columnsOf(read: (column: Column) => Float64Array): Columns {
  return Object.fromEntries(COLUMNS.map((column) => [column, read(column)])) as Columns;
}

function decodeSecond(chunk: Buffer): Quote[] {
  const { rows, names, source } = openChunk(chunk);
  const instruments = new Float64Array(rows);
  for (let row = 0; row < rows; row++) instruments[row] = source.integer() + (row === 0 ? 0 : instruments[row - 1]!);
  const nulls = source.bytes(rows);
  const predictors = predictorsOf(instruments);
  const columns = columnsOf(() => readColumn(source, predictors));
  if (source.left > 0) damaged('a chunk is longer than its header says');
  return quotesOf(names, instruments, nulls, columns);
}

/*
 * The first format, which is still read: instruments as 4 byte planes of u32, nulls as above, each column as 8 byte planes
 * of XORed bits, times resembling the row before and prices the last quote of the same instrument.
 */
function decodeFirst(chunk: Buffer): Quote[] {
  const { rows, names, source } = openChunk(chunk);
  const instruments = new Uint32Array(transposed(source.bytes(4 * rows), 4).buffer);
  const nulls = source.bytes(rows);
  const predictors = predictorsOf(instruments);
  const columns = columnsOf((column) => {
    const expected = column === 'tsReceived' || column === 'tsEvent' ? predictors.row : predictors.instrument;
    return fromPlanes(source.bytes(8 * rows), expected);
  });
  if (source.left > 0) damaged('a chunk is longer than its header says');
  return quotesOf(names, instruments, nulls, columns);
}

/** The quotes of a chunk, also of the first format. Throws `tape-damaged` for anything {@link encodeQuotes} did not write. */
export function decodeQuotes(bytes: Buffer): Quote[] {
  const chunk = inflate(bytes);
  const version = chunk.length < HEADER_BYTES ? 0 : chunk.readUInt8(0);
  try {
    if (version === 1) return decodeFirst(chunk);
    return version === VERSION ? decodeSecond(chunk) : damaged(`expected chunk format ${VERSION}`);
  } catch (thrown) {
    if (thrown instanceof FaultError) throw thrown;
    return damaged(toFault(thrown).message);
  }
}
