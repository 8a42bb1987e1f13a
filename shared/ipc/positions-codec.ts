import { POSITION_COLUMNS } from '#shared/risk/report.ts';
import type { PackedPositions, PositionsFrame } from './frames.ts';

const WIDTH = POSITION_COLUMNS.length;
/** The last column. */
const AGE = POSITION_COLUMNS.indexOf('ageMs');

/**
 * The time of a row's quote, negative when it is stale: unlike its age it stays the same until the next quote comes.
 * Ages of 0 (cash) stay 0.
 */
function toQuoteTime(age: number, at: number): number {
  if (age === 0) return 0;
  return age > 0 ? at - age : -(at + age);
}

function toAge(time: number, at: number): number {
  if (time === 0) return 0;
  return time > 0 ? at - time : -(at + time);
}

/** Size of a bit per cell, so that the figures after it are aligned. */
function bitmapBytes(cells: number): number {
  return Math.ceil(cells / 64) * 8;
}

function bitmapIn(packed: ArrayBuffer, cells: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(packed, 0, bitmapBytes(cells) / Uint32Array.BYTES_PER_ELEMENT);
}

/**
 * Packs the positions of one window for the port, where every byte is copied several times: the first table whole, then
 * only the cells that changed. Layout of `packed`: one bit per cell (32-bit words, lowest bit first; left out in a whole
 * table), then a float64 for each set bit, row by row. Nothing is rounded but ages, which are whole milliseconds.
 */
export class PositionsPacker {
  /** What the window has, ages as quote times. */
  #sent = new Float64Array(0);
  #draft = new ArrayBuffer(0);
  #step = 0;
  #restart = true;

  /** The next table leaves whole: the window has lost one, or is new. */
  restart(): void {
    this.#restart = true;
  }

  pack(frame: PositionsFrame): PackedPositions {
    const { kind, directory, rows, at, cells } = frame;
    if (cells.length !== this.#sent.length) this.#resize(cells.length);
    const changes = this.#changes(cells, at);
    const packed = this.#restart ? this.#sent.slice().buffer : changes;
    this.#step = this.#restart ? 0 : this.#step + 1;
    this.#restart = false;
    return { kind, directory, rows, at, step: this.#step, packed };
  }

  #resize(cells: number): void {
    this.#sent = new Float64Array(cells);
    this.#draft = new ArrayBuffer(bitmapBytes(cells) + cells * Float64Array.BYTES_PER_ELEMENT);
    this.#restart = true;
  }

  /** Takes the table over and answers what of it is new. */
  #changes(cells: Float64Array, at: number): ArrayBuffer {
    const sent = this.#sent;
    const bitmap = bitmapIn(this.#draft, cells.length).fill(0);
    const figures = new Float64Array(this.#draft, bitmap.byteLength);
    let count = 0;
    const take = (cell: number, figure: number): void => {
      sent[cell] = figure;
      figures[count++] = figure;
      bitmap[cell >>> 5] = bitmap[cell >>> 5]! | (1 << (cell & 31));
    };
    for (let row = 0; row < cells.length; row += WIDTH) {
      const last = row + AGE;
      for (let cell = row; cell < last; cell++) {
        if (!Object.is(cells[cell], sent[cell])) take(cell, cells[cell]!);
      }
      const quoted = toQuoteTime(Math.round(cells[last]!), at);
      if (!Object.is(quoted, sent[last])) take(last, quoted);
    }
    return this.#draft.slice(0, bitmap.byteLength + count * Float64Array.BYTES_PER_ELEMENT);
  }
}

/** Follows what a {@link PositionsPacker} sends. The table it answers is its own and is overwritten by the next one. */
export class PositionsUnpacker {
  #values = new Float64Array(0);
  /** Of each row; see {@link toQuoteTime}. */
  #quoted = new Float64Array(0);
  #step = -1;

  /** The whole table as of this message; null when an earlier one was missed: then ask for it anew. */
  unpack(message: PackedPositions): Float64Array | null {
    const { rows, at, step, packed } = message;
    const follows = step === this.#step + 1 && this.#values.length === rows * WIDTH;
    if (step !== 0 && !follows) return null;
    this.#step = step;
    if (step === 0) this.#begin(rows, packed);
    else this.#take(packed);
    for (let row = 0; row < rows; row++) this.#values[row * WIDTH + AGE] = toAge(this.#quoted[row]!, at);
    return this.#values;
  }

  #begin(rows: number, packed: ArrayBuffer): void {
    this.#values = new Float64Array(packed);
    this.#quoted = Float64Array.from({ length: rows }, (_, row) => this.#values[row * WIDTH + AGE]!);
  }

  #take(packed: ArrayBuffer): void {
    const values = this.#values;
    const bitmap = bitmapIn(packed, values.length);
    const figures = new Float64Array(packed, bitmap.byteLength);
    let count = 0;
    for (let word = 0; word < bitmap.length; word++) {
      for (let bits = bitmap[word]!; bits !== 0; bits &= bits - 1) {
        const cell = word * 32 + 31 - Math.clz32(bits & -bits);
        const figure = figures[count++]!;
        if (cell % WIDTH === AGE) this.#quoted[(cell - AGE) / WIDTH] = figure;
        else values[cell] = figure;
      }
    }
  }
}
