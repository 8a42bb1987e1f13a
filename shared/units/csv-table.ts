import { CsvReader, type CsvRecord } from './csv.ts';
import { FaultError, fault } from './result.ts';

/** Which columns a table has to have, and which it may have. */
export interface CsvColumns<C extends string> {
  readonly required: readonly C[];
  readonly optional?: readonly C[];
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** How other programs print a value that is no number. */
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

interface Layout<C extends string> {
  readonly file: string;
  readonly width: number;
  readonly places: ReadonlyMap<C, number>;
}

/** One row of a table; its readers throw a {@link FaultError} that names file, row, line and column. */
export class CsvRow<C extends string> {
  /** Counted from 1, the head and empty lines not counted. */
  readonly row: number;
  readonly line: number;
  readonly #layout: Layout<C>;
  readonly #fields: readonly string[];

  constructor(layout: Layout<C>, row: number, record: CsvRecord) {
    this.#layout = layout;
    this.row = row;
    this.line = record.line;
    this.#fields = record.fields;
  }

  /** The field without blanks around it; empty where it is empty or the column is not there. */
  text(column: C): string {
    const place = this.#layout.places.get(column);
    return place === undefined ? '' : (this.#fields[place] ?? '').trim();
  }

  /** The field, which must not be empty. */
  filled(column: C, expected: string): string {
    const text = this.text(column);
    if (text === '') throw this.wrong(column, expected, this.#layout.places.has(column) ? 'empty' : 'missing');
    return text;
  }

  /** A finite decimal number such as -1.5e-3. */
  number(column: C): number {
    const value = this.anyNumber(column);
    if (Number.isFinite(value)) return value;
    throw this.wrong(column, 'a finite number', this.#shown(column));
  }

  /** As {@link number}, but nan and inf are let pass as what they are. */
  anyNumber(column: C): number {
    const text = this.filled(column, 'a number');
    if (NUMBER.test(text)) return Number(text);
    if (!NOT_FINITE.test(text)) throw this.wrong(column, 'a number', this.#shown(column));
    return /n$/i.test(text) ? Number.NaN : text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  /** A finite number, or null where the field is empty. */
  optionalNumber(column: C): number | null {
    return this.text(column) === '' ? null : this.number(column);
  }

  oneOf<T extends string>(column: C, values: readonly T[]): T {
    const expected = values.join(', ');
    const text = this.filled(column, expected);
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw this.wrong(column, values.length > 2 ? `one of ${expected}` : values.join(' or '), this.#shown(column));
  }

  wrong(column: C, expected: string, was: string): FaultError {
    const { file } = this.#layout;
    const where = `${file}, row ${this.row} (line ${this.line}), column ${column}`;
    const details = { file, row: this.row, line: this.line, column };
    return new FaultError(fault('csv', `${where}: expected ${expected}, was ${was}`, details));
  }

  #shown(column: C): string {
    const text = this.text(column);
    return `"${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`;
  }
}

/**
 * Reads a CSV text with a head line, in pieces: columns in any order, unknown ones ignored. A required column that is
 * missing, a name that stands twice, or a row with more or fewer fields than the head throws a {@link FaultError}.
 */
export class CsvTable<C extends string> {
  readonly #file: string;
  readonly #columns: CsvColumns<C>;
  readonly #reader: CsvReader;
  #layout: Layout<C> | null = null;
  #rows = 0;

  constructor(file: string, columns: CsvColumns<C>) {
    this.#file = file;
    this.#columns = columns;
    this.#reader = new CsvReader(file);
  }

  /** Whether the head has the column; false before it has been read. */
  has(column: C): boolean {
    return this.#layout?.places.has(column) ?? false;
  }

  *push(text: string): Generator<CsvRow<C>> {
    for (const record of this.#reader.push(text)) yield* this.#row(record);
  }

  *end(): Generator<CsvRow<C>> {
    for (const record of this.#reader.end()) yield* this.#row(record);
    if (this.#layout === null) throw this.#fault('expected a head line with the names of the columns, was nothing');
  }

  *#row(record: CsvRecord): Generator<CsvRow<C>> {
    if (this.#layout === null) {
      this.#layout = this.#head(record);
      return;
    }
    this.#rows += 1;
    const { width } = this.#layout;
    const was = record.fields.length;
    if (was !== width) {
      const where = `row ${this.#rows} (line ${record.line}), column ${Math.min(was, width) + 1}`;
      throw this.#fault(`${where}: expected ${width} fields as in the head, was ${was}`);
    }
    yield new CsvRow(this.#layout, this.#rows, record);
  }

  #head(record: CsvRecord): Layout<C> {
    const names = record.fields.map((name) => name.trim());
    const places = new Map<C, number>();
    for (const column of [...this.#columns.required, ...(this.#columns.optional ?? [])]) {
      const place = names.indexOf(column);
      if (place < 0) continue;
      if (names.indexOf(column, place + 1) >= 0)
        throw this.#fault(`head (line ${record.line}): column ${column} twice`);
      places.set(column, place);
    }
    const missing = this.#columns.required.find((column) => !places.has(column));
    if (missing === undefined) return { file: this.#file, width: names.length, places };
    const was = names.join(',').slice(0, 120);
    throw this.#fault(`head (line ${record.line}): expected a column ${missing}, was ${was}`);
  }

  #fault(what: string): FaultError {
    return new FaultError(fault('csv', `${this.#file}, ${what}`, { file: this.#file }));
  }
}
