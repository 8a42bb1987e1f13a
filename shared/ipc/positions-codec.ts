import { POSITION_COLUMNS } from '#shared/risk/report.ts';
import type { PackedPositions, PositionsFrame } from './frames.ts';

const WIDTH = POSITION_COLUMNS.length;
/** The last column; a row has at most 32. */
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

/** The parts of a message of changes. */
interface Changes {
  /** One bit per row, lowest bit first: set where the row has changed. */
  readonly changedRows: Uint32Array<ArrayBuffer>;
  /** For each changed row in order, one bit per column. */
  readonly changedColumns: Uint32Array<ArrayBuffer>;
  /** The changed cells, row by row. */
  readonly figures: Float64Array<ArrayBuffer>;
}

const WORD = Uint32Array.BYTES_PER_ELEMENT;

function wordsFor(bits: number): number {
  return Math.ceil(bits / 32);
}

/** Words before the figures, which begin on a multiple of their own size. */
function headWords(rowWords: number, changed: number): number {
  return 2 * Math.ceil((rowWords + changed) / 2);
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (const word of words) for (let bits = word; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function changesIn(packed: ArrayBuffer, rows: number): Changes {
  const changedRows = new Uint32Array(packed, 0, wordsFor(rows));
  const changed = countBits(changedRows);
  return {
    changedRows,
    changedColumns: new Uint32Array(packed, changedRows.byteLength, changed),
    figures: new Float64Array(packed, headWords(changedRows.length, changed) * WORD),
  };
}

/**
 * Packs the positions of one window for the port, where every byte is copied several times: the first table whole, as
 * float64 row by row, then only what changed ({@link Changes}, one part after the other). Nothing is rounded but ages,
 * which are whole milliseconds.
 */
export class PositionsPacker {
  /** What the window has, ages as quote times. */
  #sent = new Float64Array(0);
  /** The same bits: integers compare faster than doubles, and NaN with NaN and 0 with −0 as they should. */
  #sentBits = new Int32Array(0);
  #figures = new Float64Array(0);
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
    this.#sentBits = new Int32Array(this.#sent.buffer);
    this.#figures = new Float64Array(cells);
    this.#restart = true;
  }

  /** Takes the table over and answers what of it is new. */
  #changes(cells: Float64Array, at: number): ArrayBuffer {
    const bits = new Int32Array(cells.buffer, cells.byteOffset, 2 * cells.length);
    const sent = this.#sent;
    const sentBits = this.#sentBits;
    const figures = this.#figures;
    const rows = cells.length / WIDTH;
    const changedRows = new Uint32Array(wordsFor(rows));
    const changedColumns: number[] = [];
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const from = row * WIDTH;
      const last = from + AGE;
      let columns = 0;
      for (let cell = from; cell < last; cell++) {
        const bit = 2 * cell;
        if (bits[bit] === sentBits[bit] && bits[bit + 1] === sentBits[bit + 1]) continue;
        const figure = cells[cell]!;
        sent[cell] = figure;
        figures[count++] = figure;
        columns |= 1 << (cell - from);
      }
      const quoted = toQuoteTime(Math.round(cells[last]!), at);
      if (!Object.is(quoted, sent[last])) {
        sent[last] = quoted;
        figures[count++] = quoted;
        columns |= 1 << AGE;
      }
      if (columns === 0) continue;
      changedRows[row >>> 5] = changedRows[row >>> 5]! | (1 << (row & 31));
      changedColumns.push(columns);
    }
    return toMessage(changedRows, changedColumns, figures.subarray(0, count));
  }
}

function toMessage(changedRows: Uint32Array, changedColumns: readonly number[], figures: Float64Array): ArrayBuffer {
  const head = headWords(changedRows.length, changedColumns.length);
  const packed = new ArrayBuffer(head * WORD + figures.byteLength);
  const words = new Uint32Array(packed, 0, head);
  words.set(changedRows);
  words.set(changedColumns, changedRows.length);
  new Float64Array(packed, head * WORD).set(figures);
  return packed;
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
    else this.#take(changesIn(packed, rows));
    for (let row = 0; row < rows; row++) this.#values[row * WIDTH + AGE] = toAge(this.#quoted[row]!, at);
    return this.#values;
  }

  #begin(rows: number, packed: ArrayBuffer): void {
    this.#values = new Float64Array(packed);
    this.#quoted = Float64Array.from({ length: rows }, (_, row) => this.#values[row * WIDTH + AGE]!);
  }

  #take({ changedRows, changedColumns, figures }: Changes): void {
    let [changed, taken] = [0, 0];
    changedRows.forEach((word, at) => {
      for (let rows = word; rows !== 0; rows &= rows - 1) {
        const row = at * 32 + lowestBit(rows);
        for (let columns = changedColumns[changed++]!; columns !== 0; columns &= columns - 1) {
          const column = lowestBit(columns);
          const figure = figures[taken++]!;
          if (column === AGE) this.#quoted[row] = figure;
          else this.#values[row * WIDTH + column] = figure;
        }
      }
    });
  }
}
