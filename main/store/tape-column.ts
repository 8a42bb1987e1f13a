import type { ByteSink, ByteSource } from './byte-stream.ts';

/** Where no earlier row is. */
export const NONE = -1;
/** Whole numbers up to here differ by less than 2^52, so that their differences, folded, are still exact. */
const LARGEST = 2 ** 51;
const MOST_PLACES = 8;
const POWERS = Array.from({ length: MOST_PLACES + 1 }, (_, places) => 10 ** places);
const PLANES = 8;

/** Which earlier row a row is expected to resemble. */
export interface Predictors {
  readonly row: Int32Array;
  readonly instrument: Int32Array;
}

/** `instruments`: the number of each row's instrument. */
export function predictorsOf(instruments: ArrayLike<number>): Predictors {
  const last = new Map<number, number>();
  const rows = instruments.length;
  const row = Int32Array.from({ length: rows }, (_, at) => at - 1);
  const instrument = new Int32Array(rows);
  for (let at = 0; at < rows; at++) {
    const number = instruments[at]!;
    instrument[at] = last.get(number) ?? NONE;
    last.set(number, at);
  }
  return { row, instrument };
}

function resembled(values: Float64Array, expected: Int32Array): number {
  let same = 0;
  for (let at = 0; at < values.length; at++) if (expected[at] !== NONE && values[at] === values[expected[at]!]) same++;
  return same;
}

/** `value` as a whole number of 10^−places, or null where that would not give back the very same double; −0 is none. */
function wholeOf(value: number, places: number): number | null {
  if (Object.is(value, -0)) return null;
  const power = POWERS[places]!;
  const whole = Math.round(value * power);
  return Math.abs(whole) < LARGEST && Object.is(whole / power, value) ? whole : null;
}

/** The values as whole numbers of the least power of ten that holds them all; null where there is none. */
function wholes(values: Float64Array): { readonly places: number; readonly whole: Float64Array } | null {
  let places = 0;
  for (const value of values) {
    while (places <= MOST_PLACES && wholeOf(value, places) === null) places++;
    if (places > MOST_PLACES) return null;
  }
  const whole = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const one = wholeOf(values[at]!, places);
    if (one === null) return null;
    whole[at] = one;
  }
  return { places, whole };
}

/** The bits of each value XORed with those of the value it should resemble, the n-th bytes of all together. */
function toPlanes(values: Float64Array, expected: Int32Array): Uint8Array {
  const words = new Uint32Array(values.slice().buffer);
  for (let at = values.length - 1; at >= 0; at--) {
    const from = expected[at]!;
    if (from === NONE) continue;
    words[2 * at]! ^= words[2 * from]!;
    words[2 * at + 1]! ^= words[2 * from + 1]!;
  }
  const bytes = new Uint8Array(words.buffer);
  const planes = new Uint8Array(bytes.length);
  let to = 0;
  for (let plane = 0; plane < PLANES; plane++) {
    for (let from = plane; from < bytes.length; from += PLANES) planes[to++] = bytes[from]!;
  }
  return planes;
}

/** Values of `width` bytes each from planes that hold the n-th byte of all of them. */
export function transposed(planes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(planes.length);
  let from = 0;
  for (let plane = 0; plane < width; plane++) {
    for (let to = plane; to < bytes.length; to += width) bytes[to] = planes[from++]!;
  }
  return bytes;
}

/** The reverse of toPlanes. */
export function fromPlanes(planes: Uint8Array, expected: Int32Array): Float64Array {
  const words = new Uint32Array(transposed(planes, PLANES).buffer);
  for (let at = 0; at < expected.length; at++) {
    const before = expected[at]!;
    if (before === NONE) continue;
    words[2 * at]! ^= words[2 * before]!;
    words[2 * at + 1]! ^= words[2 * before + 1]!;
  }
  return new Float64Array(words.buffer);
}

/**
 * Writes a column so that it comes back bit for bit. Prices are whole multiples of a tick more often than not: then each
 * is the difference to the row it resembles most, in units of the last decimal place; otherwise the bits are XORed. The
 * first byte says which: bit 0 the predictor, above it 0 for bits or the decimal places and 1.
 */
export function writeColumn(sink: ByteSink, values: Float64Array, predictors: Predictors): void {
  const byInstrument = resembled(values, predictors.instrument) > resembled(values, predictors.row);
  const expected = byInstrument ? predictors.instrument : predictors.row;
  const decimals = wholes(values);
  sink.byte(Number(byInstrument) + 2 * (decimals === null ? 0 : decimals.places + 1));
  if (decimals === null) {
    sink.bytes(toPlanes(values, expected));
    return;
  }
  const { whole } = decimals;
  for (let at = 0; at < whole.length; at++) {
    const from = expected[at]!;
    sink.integer(whole[at]! - (from === NONE ? 0 : whole[from]!));
  }
}

/** The reverse of {@link writeColumn}. Throws RangeError for what it did not write. */
export function readColumn(source: ByteSource, predictors: Predictors): Float64Array {
  const head = source.byte();
  const expected = head % 2 === 1 ? predictors.instrument : predictors.row;
  const places = Math.floor(head / 2) - 1;
  if (places > MOST_PLACES) throw new RangeError(`a column has ${places} decimal places`);
  const rows = expected.length;
  if (places < 0) return fromPlanes(source.bytes(PLANES * rows), expected);
  const values = new Float64Array(rows);
  for (let at = 0; at < rows; at++) {
    const from = expected[at]!;
    values[at] = source.integer() + (from === NONE ? 0 : values[from]!);
  }
  return values.map((whole) => whole / POWERS[places]!);
}
