import { FaultError, fault } from './result.ts';

/** One record of a CSV text. */
export interface CsvRecord {
  /** Line of its first character, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A record, where the next one begins, and how many line ends it holds with its own. */
interface Parsed {
  readonly fields: string[];
  readonly next: number;
  readonly lines: number;
}

/** A quoted field longer than this is a quote that nobody closed. */
const LONGEST_FIELD = 1 << 20;
/** A field and what ends it: [1] between quotes or [2] without; [3] comma, line end or the end of the text. */
const FIELD = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function count(text: string, what: string, from: number, until: number): number {
  let found = 0;
  for (let at = text.indexOf(what, from); at >= 0 && at < until; at = text.indexOf(what, at + 1)) found += 1;
  return found;
}

/**
 * Reads CSV (RFC 4180) in pieces: give it text as it comes, take the records that have become complete.
 *
 * Fields may be quoted, with "" for a quote within; lines end in LF or CRLF; a byte order mark and empty lines are
 * passed over. A quote that does not enclose a whole field, or is never closed, throws a {@link FaultError} that names
 * file and line. Memory is bounded by one piece and one record.
 */
export class CsvReader {
  readonly #file: string;
  #rest = '';
  #line = 1;
  #begun = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the next piece of text; pieces may end anywhere, also inside a field. */
  *push(text: string): Generator<CsvRecord> {
    if (text === '') return;
    this.#rest += this.#begun || text.charCodeAt(0) !== 0xfeff ? text : text.slice(1);
    this.#begun = true;
    yield* this.#records(false);
  }

  /** The record that no line end has closed, if there is one. */
  *end(): Generator<CsvRecord> {
    yield* this.#records(true);
  }

  *#records(last: boolean): Generator<CsvRecord> {
    const text = this.#rest;
    let from = 0;
    // Looked for once per piece, not once per record: most files have no quotes at all.
    let quote = text.indexOf('"');
    while (from < text.length) {
      if (quote >= 0 && quote < from) quote = text.indexOf('"', from);
      const record = this.#next(text, from, quote, last);
      if (record === null) break;
      const { fields, next, lines } = record;
      const line = this.#line;
      this.#line += lines;
      from = next;
      if (fields.length > 1 || fields[0] !== '') yield { line, fields };
    }
    this.#rest = text.slice(from);
  }

  /** The record at `from`, the first quote being at `quote`; null where it is not complete yet. */
  #next(text: string, from: number, quote: number, last: boolean): Parsed | null {
    const newline = text.indexOf('\n', from);
    const until = newline < 0 ? text.length : newline;
    if (quote >= 0 && quote < until) return this.#quoted(text, from, last);
    if (newline < 0 && !last) return null;
    const end = until > from && text.charCodeAt(until - 1) === 13 ? until - 1 : until;
    return { fields: text.slice(from, end).split(','), next: until + 1, lines: 1 };
  }

  /** A record with a quote in it and where the next one begins; null where it is not complete yet. */
  #quoted(text: string, from: number, last: boolean): Parsed | null {
    const fields: string[] = [];
    FIELD.lastIndex = from;
    for (;;) {
      const at = FIELD.lastIndex;
      const found = FIELD.exec(text);
      if (!found) return this.#incomplete(text, from, at, last);
      fields.push(found[2] ?? (found[1] ?? '').replaceAll('""', '"'));
      if (found[3] === ',') continue;
      if (found[3] === '' && !last) return null;
      const next = FIELD.lastIndex;
      return { fields, next, lines: count(text, '\n', from, next) };
    }
  }

  #incomplete(text: string, from: number, at: number, last: boolean): null {
    const isOpen = count(text, '"', at, text.length) % 2 === 1 && text[at] === '"';
    const waits = (isOpen && text.length - at < LONGEST_FIELD) || text.endsWith('\r');
    if (!last && waits) return null;
    const line = this.#line + count(text, '\n', from, at);
    const what = isOpen ? 'a quote that is not closed' : 'a quote that does not enclose a whole field';
    throw new FaultError(fault('csv', `${this.#file}, line ${line}: ${what}`, { file: this.#file, line }));
  }
}

/** A field as CSV writes it: quoted where it holds a comma, a quote or a line end. */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
