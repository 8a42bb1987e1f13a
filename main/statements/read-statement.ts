import { createHash } from 'node:crypto';
import type { Instrument } from '#shared/domain/instrument.ts';
import { factTime, type Statement, type StatementFact } from '#shared/domain/statement.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Layout, ReadContext, StatementFormat } from './format.ts';
import { gapsIn } from './gaps.ts';
import { type FileRecord, type FileRecords, recordsOf } from './records.ts';
import { dateOrder, isAhead, parseZone, StatementRow, type StatementTable, type TimeReading } from './statement-row.ts';
import type { ChainToken } from './tokens.ts';

export interface ReadOptions {
  /** Name of the format, for the journal. */
  readonly format: string;
  readonly account: AccountId;
  /** Minutes east of UTC of times that say no zone. */
  readonly zone?: number;
  readonly dates?: 'dmy' | 'mdy';
  readonly currency?: Currency;
  readonly contracts?: ReadonlyMap<string, Decimal>;
  readonly tokens?: ReadonlyMap<string, ChainToken>;
  readonly ranges?: ReadonlyMap<string, string>;
  /** Column of a field, where the file calls it otherwise. */
  readonly mapping?: ReadonlyMap<string, string>;
  readonly now: EpochMs;
}

export interface StatementLine {
  readonly row: number;
  readonly order: number;
  readonly fact: StatementFact;
}

/** What a file says, before anything is compared with the journal. */
export interface StatementReading {
  readonly statement: Statement;
  /** Oldest first. */
  readonly lines: readonly StatementLine[];
  readonly rows: number;
  readonly skipped: readonly { readonly row: number; readonly why: string }[];
  /** What the trader should know: columns nobody read, a file that may have been cut off. */
  readonly remarks: readonly string[];
}

/** Lines above the head that are looked through for it. */
const PREAMBLE = 8;

function refuse(file: string, what: string): never {
  throw new FaultError(fault('statement', `${file}, ${what}`, { file }));
}

function meets(columns: ReadonlySet<string>, required: string): boolean {
  return required.split('|').some((name) => columns.has(name));
}

export interface Head {
  readonly at: number;
  readonly layout: Layout;
  readonly columns: readonly string[];
}

function columnsOf(record: FileRecord, mapping: ReadonlyMap<string, string>): readonly string[] {
  const fieldOf = new Map([...mapping].map(([field, column]) => [column, field]));
  return record.cells.map((cell) => cell.trim()).map((name) => fieldOf.get(name) ?? name);
}

/** The head of a file that has a format's columns, or null. */
export function findHead(
  { records }: FileRecords,
  format: StatementFormat,
  mapping: ReadonlyMap<string, string>,
): Head | null {
  for (const [at, record] of records.slice(0, PREAMBLE).entries()) {
    const columns = columnsOf(record, mapping);
    const names = new Set(columns);
    const layout = format.layouts.find((one) => one.required.every((required) => meets(names, required)));
    if (layout !== undefined) return { at, layout, columns };
  }
  return null;
}

function headOf(found: FileRecords, format: StatementFormat, mapping: ReadonlyMap<string, string>): Head {
  const { file, records } = found;
  const head = findHead(found, format, mapping);
  if (head !== null) return head;
  const longest = records.slice(0, PREAMBLE).toSorted((a, b) => b.cells.length - a.cells.length)[0];
  const names = new Set(longest === undefined ? [] : columnsOf(longest, mapping));
  const missing = format.layouts.map((one) => one.required.filter((required) => !meets(names, required)));
  const nearest = missing.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return refuse(
    file,
    `row 0 (head), column ${nearest[0] ?? '?'}: expected the columns of a ${format.about}, ` +
      `missing ${nearest.join(', ')}; found ${[...names].join(', ').slice(0, 200) || 'nothing'}`,
  );
}

/** The zone that the lines above the head or the name of the file tell. */
function zoneOf(file: string, preamble: readonly FileRecord[]): number | null {
  const above = preamble.map((one) => one.cells.join(',')).join(' ');
  const told =
    /Time ?Zone:?\s*((?:UTC|GMT)[+-]?[\d:]*)/i.exec(above)?.[1] ??
    /\(((?:UTC|GMT)[+-]{1,2}\d{1,2}(?::\d{2})?)\)/i.exec(file)?.[1];
  return told === undefined ? null : parseZone(told.replace('--', '-'));
}

function timesOf(found: FileRecords, head: Head, format: StatementFormat, options: ReadOptions): TimeReading {
  const { file, records } = found;
  const told = zoneOf(file, records.slice(0, head.at));
  if (told !== null && options.zone !== undefined && told !== options.zone) {
    refuse(file, `the file tells its zone as ${told / 60} h from UTC, --zone says ${options.zone / 60} h`);
  }
  const at = head.columns.findIndex((name) => /^(time|date)/i.test(name));
  const dates = options.dates ?? dateOrder(records.slice(head.at + 1).map((one) => one.cells[at] ?? ''));
  return { zone: format.zone ?? told ?? options.zone ?? null, dates };
}

const CURRENCY = /(?:^|[-_ ])(BTC|ETH|SOL|XRP|USDC|USDT|EURR|PAXG)(?=[-_ .])/;

class Context implements ReadContext {
  readonly account: AccountId;
  readonly venue: string;
  readonly currency: Currency | null;
  readonly contracts: ReadonlyMap<string, Decimal>;
  readonly tokens: ReadonlyMap<string, ChainToken>;
  readonly ranges: ReadonlyMap<string, string>;
  readonly memory = new Map<string, Decimal>();
  readonly instruments = new Map<InstrumentId, Instrument>();
  readonly #seen = new Map<string, number>();

  constructor(file: string, format: StatementFormat, options: ReadOptions) {
    this.account = options.account;
    this.venue = format.venue;
    this.currency = options.currency ?? CURRENCY.exec(file)?.[1] ?? null;
    this.contracts = options.contracts ?? new Map();
    this.tokens = options.tokens ?? new Map();
    this.ranges = options.ranges ?? new Map();
  }

  listed(instrument: Instrument): Instrument {
    const known = this.instruments.get(instrument.id) ?? instrument;
    this.instruments.set(instrument.id, known);
    return known;
  }

  numbered(content: string): string {
    const count = (this.#seen.get(content) ?? 0) + 1;
    this.#seen.set(content, count);
    return count === 1 ? content : `${content}#${count}`;
  }
}

function rowsOf(found: FileRecords, head: Head, table: StatementTable): readonly StatementRow[] {
  return found.records.slice(head.at + 1).map(({ line, cells }, index) => {
    if (cells.length !== head.columns.length) {
      const where = `row ${index + 1} (line ${line}), column ${Math.min(cells.length, head.columns.length) + 1}`;
      refuse(found.file, `${where}: expected ${head.columns.length} cells as in the head, was ${cells.length}`);
    }
    return new StatementRow(table, index + 1, line, new Map(head.columns.map((name, at) => [name, cells[at] ?? ''])));
  });
}

interface Unordered {
  readonly row: number;
  readonly own: number | undefined;
  readonly fact: StatementFact;
}

/** Oldest first: venues write their files in either direction, and rows of one time in the direction of the file. */
function inOrder(found: readonly Unordered[]): readonly StatementLine[] {
  const [first, last] = [found[0], found.at(-1)];
  const isReversed = first !== undefined && last !== undefined && factTime(first.fact) > factTime(last.fact);
  const forward = isReversed ? found.toReversed() : found;
  const placed = forward.map(({ row, own, fact }, index) => ({ row, order: own ?? index, fact }));
  return placed.sort((a, b) => factTime(a.fact) - factTime(b.fact) || a.order - b.order);
}

function remarksOf(found: FileRecords, { columns, layout }: Head): string[] {
  const known = new Set([...layout.required.flatMap((one) => one.split('|')), ...layout.known]);
  const unknown = columns.filter((name) => name !== '' && !known.has(name));
  const remarks = unknown.map((name) => `column "${name}" is not known and was not read`);
  if (!found.ended) remarks.push('the last line has no end: see that the file is complete');
  return remarks;
}

/**
 * Reads a statement. Throws a fault that names file, row, column and what was expected for the first row that cannot be
 * read: of such a file nothing is imported.
 */
export async function readStatement(
  file: string,
  bytes: Uint8Array,
  format: StatementFormat,
  options: ReadOptions,
): Promise<StatementReading> {
  const found = await recordsOf(file, bytes);
  const head = headOf(found, format, options.mapping ?? new Map());
  const table = { file, columns: head.columns, times: timesOf(found, head, format, options) };
  const context = new Context(file, format, options);
  const rows = rowsOf(found, head, table);
  const skipped: { row: number; why: string }[] = [];
  const facts: Unordered[] = [];
  for (const row of rows) {
    const outcome = head.layout.read(row, context);
    if ('skipped' in outcome) {
      skipped.push({ row: row.row, why: outcome.skipped });
      continue;
    }
    for (const fact of outcome.facts) {
      if (isAhead(factTime(fact), options.now)) {
        throw row.wrong(
          row.column('Date', 'Time', 'time', 'Date(UTC)', 'Time(UTC)', 'blockTimestamp', 'timestamp'),
          'a time that has passed: is it another zone?',
        );
      }
      facts.push({ row: row.row, own: outcome.order, fact });
    }
  }
  const id = createHash('sha256').update(bytes).digest('hex');
  const { account, venue } = context;
  const statement = {
    id,
    format: options.format,
    file,
    account,
    venue,
    instruments: [...context.instruments.values()],
  };
  return {
    statement,
    lines: inOrder(facts),
    rows: rows.length,
    skipped,
    remarks: [...remarksOf(found, head), ...gapsIn(rows, head.layout.ledger)],
  };
}
