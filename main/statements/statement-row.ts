import { type Decimal, decimal } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { DAY, type EpochMs, HOUR, MINUTE } from '#shared/units/time.ts';

/** A number as statements print it: thousands separators, a plus and exponents are met in the wild. */
const NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.))(?:\.\d*)?(?:e[+-]?\d{1,3})?$/i;
/** What stands for "nothing" in a cell. */
const NOTHING: ReadonlySet<string> = new Set(['', '-', '--', 'null', 'NaN']);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const SHORT_ISO = /^(\d{2})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})$/;
const WORDS = /^(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?$/;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: -)? (\d{1,2}):(\d{2}):(\d{2})$/;

/** How the times of a file are to be read. */
export interface TimeReading {
  /** Minutes east of UTC of times that say no zone; null where nobody told: then such a time is refused. */
  readonly zone: number | null;
  /** Whether 03/04/2025 is 3 April (dmy) or 4 March (mdy); null where it cannot be known. */
  readonly dates: 'dmy' | 'mdy' | null;
}

/** The file a row stands in, as far as its rows need to know it. */
export interface StatementTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly times: TimeReading;
}

/** The digits after the point as whole milliseconds. */
function millis(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3));
}

function moment(year: number, month: number, day: number, clock: readonly (string | undefined)[]): EpochMs | null {
  const [hour = '', minute = '', second = '', fraction] = clock;
  const at = Date.UTC(year, month - 1, day, Number(hour), Number(minute), Number(second), millis(fraction));
  const back = new Date(at);
  const real = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && back.getUTCHours() === Number(hour);
  return real ? at : null;
}

/** Minutes east of UTC of "Z", "UTC", "+08:00". */
function offsetOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** One row of a statement; its readers throw a {@link FaultError} that names file, row, line, column and what was expected. */
export class StatementRow {
  /** Counted from 1, the head not counted. */
  readonly row: number;
  readonly line: number;
  readonly table: StatementTable;
  readonly #cells: ReadonlyMap<string, string>;

  constructor(table: StatementTable, row: number, line: number, cells: ReadonlyMap<string, string>) {
    this.table = table;
    this.row = row;
    this.line = line;
    this.#cells = cells;
  }

  has(column: string): boolean {
    return this.#cells.has(column);
  }

  /** The first of the columns that the file has. */
  column(...names: readonly string[]): string {
    return names.find((name) => this.#cells.has(name)) ?? names[0] ?? '';
  }

  /** The cell without blanks around it; empty where it holds nothing. */
  text(column: string): string {
    const text = (this.#cells.get(column) ?? '').trim();
    return NOTHING.has(text) ? '' : text;
  }

  filled(column: string, expected: string): string {
    const text = this.text(column);
    if (text !== '') return text;
    throw this.wrong(column, expected);
  }

  /** An exact decimal. */
  decimal<T extends Decimal = Decimal>(column: string): T {
    const text = this.filled(column, 'a number');
    if (NUMBER.test(text)) return decimal<T>(text.replaceAll(',', ''));
    throw this.wrong(column, 'a number');
  }

  /** An exact decimal, or `otherwise` where the cell is empty or the column is not there. */
  optional<T extends Decimal, O>(column: string, otherwise: O): T | O {
    return this.text(column) === '' ? otherwise : this.decimal<T>(column);
  }

  oneOf<T extends string>(column: string, values: Readonly<Record<string, T>>): T {
    const text = this.filled(column, `one of ${Object.keys(values).join(', ')}`).toLowerCase();
    const found = Object.hasOwn(values, text) ? values[text] : undefined;
    if (found !== undefined) return found;
    throw this.wrong(column, `one of ${Object.keys(values).join(', ')}`);
  }

  /** A moment. Times without a zone are of the file's; a column whose name says UTC needs none. */
  time(column: string): EpochMs {
    const text = this.filled(column, 'a time');
    if (/^\d{10}(\d{3})?$/.test(text)) return text.length === 10 ? Number(text) * 1000 : Number(text);
    const { at, zone } = this.#clock(column, text);
    if (zone !== undefined) return at - offsetOf(zone) * MINUTE;
    const minutes = /UTC|GMT/.test(column) ? 0 : this.table.times.zone;
    if (minutes === null)
      throw this.wrong(column, 'a time with its zone, or --zone to tell it (such as --zone +02:00)');
    return at - minutes * MINUTE;
  }

  #clock(column: string, text: string): { readonly at: EpochMs; readonly zone?: string | undefined } {
    const iso = ISO.exec(text);
    if (iso) return { at: this.#real(column, iso, iso.slice(4, 8)), zone: iso[8] };
    const short = SHORT_ISO.exec(text);
    if (short) return { at: this.#real(column, [text, `20${short[1]}`, short[2], short[3]], short.slice(4)) };
    const words = WORDS.exec(text);
    if (words) {
      const month = MONTHS.indexOf((words[2] ?? '').toLowerCase()) + 1;
      return { at: this.#real(column, [text, words[3], String(month), words[1]], words.slice(4)) };
    }
    const slashed = SLASHED.exec(text);
    if (slashed === null) throw this.wrong(column, 'a time such as 2025-01-31 08:00:00');
    const { dates } = this.table.times;
    if (dates === null) throw this.wrong(column, 'a date that can be told apart, or --dates dmy|mdy');
    const [day, month] = dates === 'dmy' ? [slashed[1], slashed[2]] : [slashed[2], slashed[1]];
    return { at: this.#real(column, [text, slashed[3], month, day], slashed.slice(4)) };
  }

  #real(column: string, date: readonly (string | undefined)[], clock: readonly (string | undefined)[]): EpochMs {
    const [, year, month, day] = date;
    const at = moment(Number(year), Number(month), Number(day), clock);
    if (at !== null) return at;
    throw this.wrong(column, 'a date of the calendar');
  }

  /** All cells in the order of the columns, as the text that tells rows without an id apart. */
  identity(columns: readonly string[]): string {
    return columns.map((column) => this.text(column)).join('|');
  }

  wrong(column: string, expected: string): FaultError {
    const { file } = this.table;
    const text = this.#cells.get(column);
    const was = text === undefined ? 'missing' : text.trim() === '' ? 'empty' : `"${text.trim().slice(0, 60)}"`;
    const where = `${file}, row ${this.row} (line ${this.line}), column ${column}`;
    const details = { file, row: this.row, line: this.line, column, expected, was };
    return new FaultError(fault('statement', `${where}: expected ${expected}, was ${was}`, details));
  }
}

/** Minutes east of UTC of "UTC", "UTC+8", "+05:30", "-6"; null for what is none. */
export function parseZone(text: string): number | null {
  const match = /^(?:UTC|GMT|Z)?\s*(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$/i.exec(text.trim());
  if (match === null || text.trim() === '') return null;
  if (match[1] === undefined) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return minutes > (14 * HOUR) / MINUTE ? null : (match[1] === '-' ? -1 : 1) * minutes;
}

/** The order of day and month in dates such as 9/18/2025, where one of them shows it. */
export function dateOrder(texts: Iterable<string>): TimeReading['dates'] {
  for (const text of texts) {
    const match = SLASHED.exec(text.trim());
    if (match === null) continue;
    if (Number(match[1]) > 12) return 'dmy';
    if (Number(match[2]) > 12) return 'mdy';
  }
  return null;
}

/** A statement tells of the past: a time further ahead than zones reach is a wrong zone or a wrong column. */
export function isAhead(at: EpochMs, now: EpochMs): boolean {
  return at > now + DAY;
}
