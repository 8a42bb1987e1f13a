import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { STATEMENT_FORMATS } from '#main/statements/formats.ts';
import { GENERIC_FIELDS } from '#main/statements/generic.ts';
import { type ReadOptions, readStatement, type StatementReading } from '#main/statements/read-statement.ts';
import { importReport } from '#main/statements/report.ts';
import { parseZone } from '#main/statements/statement-row.ts';
import { type ChainToken, parseToken } from '#main/statements/tokens.ts';
import { importPlanned, planImport } from '#main/store/import-statement.ts';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import type { ImportReport } from '#shared/domain/history/import-report.ts';
import { type Decimal, parseDecimal } from '#shared/units/decimal.ts';
import { toFault } from '#shared/units/result.ts';
import { type Command, DONE, options, required, toJson, usageFault } from './command.ts';
import { nameOf } from './csv-job.ts';

const DEFAULT_STORE = 'keel-history.db';

/** "NAME=VALUE" pairs of a repeated option. */
function pairs(texts: readonly string[], flag: string, shape: string): readonly (readonly [string, string])[] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)] as const;
    throw usageFault(`${flag}: expected ${shape}, was "${text}"`);
  });
}

function contractsOf(texts: readonly string[]): ReadonlyMap<string, Decimal> {
  const sizes = pairs(texts, '--contract', 'NAME=SIZE such as BTC-USDT-SWAP=0.01').map(([name, text]) => {
    const size = parseDecimal(text);
    if (!size.ok) throw usageFault(`--contract ${name}: expected a decimal, was "${text}"`);
    return [name, size.value] as const;
  });
  return new Map(sizes);
}

function tokensOf(texts: readonly string[]): ReadonlyMap<string, ChainToken> {
  const shape = 'ADDRESS=SYMBOL:DECIMALS, with :supplied or :debt where it is one';
  const tokens = pairs(texts, '--token', shape).map(([address, text]) => {
    const token = parseToken(text);
    if (token === null) throw usageFault(`--token ${address}: expected ${shape}, was "${text}"`);
    return [address.toLowerCase(), token] as const;
  });
  return new Map(tokens);
}

function mappingOf(texts: readonly string[]): ReadonlyMap<string, string> {
  const mapping = new Map(pairs(texts, '--map', 'FIELD=COLUMN such as time=Date'));
  const stranger = [...mapping.keys()].find((field) => !(GENERIC_FIELDS as readonly string[]).includes(field));
  if (stranger === undefined) return mapping;
  throw usageFault(`--map: expected one of ${GENERIC_FIELDS.join(', ')}, was "${stranger}"`);
}

function zoneOf(text: string | undefined): { readonly zone?: number } {
  if (text === undefined) return {};
  const zone = parseZone(text);
  if (zone === null) throw usageFault(`--zone: expected a zone such as +02:00 or UTC, was "${text}"`);
  return { zone };
}

function datesOf(text: string | undefined): { readonly dates?: 'dmy' | 'mdy' } {
  if (text === undefined) return {};
  if (text === 'dmy' || text === 'mdy') return { dates: text };
  throw usageFault(`--dates: expected dmy or mdy, was "${text}"`);
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (thrown) {
    throw usageFault(`${nameOf(file)} cannot be read: ${toFault(thrown).message}`);
  }
}

/** Compares and says; the store is only read, and need not be there yet. */
function previewed(reading: StatementReading, store: string): ImportReport {
  const read = existsSync(store) ? openForReading(store, JOURNAL_FORMAT) : null;
  try {
    return importReport(reading, planImport(read, reading.statement, reading.lines), false);
  } finally {
    read?.close();
  }
}

function imported(reading: StatementReading, store: string, now: number): ImportReport {
  const journal = createJournal(store);
  try {
    const plan = planImport(journal.read, reading.statement, reading.lines);
    importPlanned(journal, plan, now);
    return importReport(reading, plan, true);
  } finally {
    journal.close();
  }
}

export const importStatement: Command = {
  usage:
    'keel import --format deribit|hyperliquid|binance|okx|bybit|aave|uniswap|generic FILE [--into HISTORY.db] [--account NAME] [--zone +02:00] [--dates dmy|mdy] [--currency BTC] [--contract NAME=SIZE] [--token ADDRESS=SYMBOL:DECIMALS[:supplied|debt]] [--range ID=TOKEN0/TOKEN1] [--map FIELD=COLUMN] [--yes]',
  about:
    'reads a venue statement (CSV, JSONL or Parquet) and says what is new in it and what is left out; with --yes takes it into the history, all or nothing, each trade once',
  async run(args, { result, say }) {
    const { values, positionals } = options(args, {
      format: { type: 'string', default: '' },
      into: { type: 'string', default: DEFAULT_STORE },
      account: { type: 'string' },
      zone: { type: 'string' },
      dates: { type: 'string' },
      currency: { type: 'string' },
      contract: { type: 'string', multiple: true, default: [] },
      map: { type: 'string', multiple: true, default: [] },
      token: { type: 'string', multiple: true, default: [] },
      range: { type: 'string', multiple: true, default: [] },
      yes: { type: 'boolean', default: false },
    });
    const file = required(positionals[0], 'FILE');
    const { format: name, into } = values;
    const format = Object.hasOwn(STATEMENT_FORMATS, name) ? STATEMENT_FORMATS[name] : undefined;
    if (format === undefined) {
      throw usageFault(`--format: expected one of ${Object.keys(STATEMENT_FORMATS).join(', ')}, was "${name}"`);
    }
    const now = Date.now();
    const read: ReadOptions = {
      ...{ format: name, account: values.account ?? `${name}-statements`, now },
      ...{ ...zoneOf(values.zone), ...datesOf(values.dates), contracts: contractsOf(values.contract) },
      ...{ tokens: tokensOf(values.token), ranges: new Map(pairs(values.range, '--range', 'ID=TOKEN0/TOKEN1')) },
      ...{ mapping: mappingOf(values.map), ...(values.currency === undefined ? {} : { currency: values.currency }) },
    };
    const reading = await readStatement(file === '-' ? nameOf(file) : basename(file), bytesOf(file), format, read);
    result(toJson(values.yes ? imported(reading, into, now) : previewed(reading, into)));
    if (!values.yes) say(`nothing was written: add --yes to take this into ${into}`);
    return DONE;
  },
};
