import type { ChainQuote, OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import type { CsvColumns, CsvRow } from '#shared/units/csv-table.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { usageFault } from './command.ts';
import { nameOf, rowsOf } from './csv-job.ts';

const REQUIRED = ['type', 'strike', 'bid', 'ask'] as const;
/** A venue's chain: times in UTC, the forward with every row, prices of inverse options in coin. */
const VENUE = ['snapshot_utc', 'expiry_utc', 'instrument', 'currency', 'underlying_price'] as const;
/** An equity's chain: local times, no forward, American exercise. */
const EQUITY = ['snapshot_local', 'expiry', 'underlying', 'quote_age_min'] as const;
type Column = (typeof REQUIRED)[number] | (typeof VENUE)[number] | (typeof EQUITY)[number];
type Row = CsvRow<Column>;
export const CHAIN_COLUMNS: CsvColumns<Column> = { required: REQUIRED, optional: [...VENUE, ...EQUITY] };

const MINUTE = 60_000;
/** A day without a time ends with the trading hours of the snapshot's own place. */
const CLOSE = 'T16:00:00';

/** A row as read, before it is known which snapshot is the one to fit. */
export interface ChainRow {
  readonly at: EpochMs;
  readonly underlying: string;
  readonly priceUnit: OptionChain['priceUnit'];
  readonly exercise: OptionChain['exercise'];
  readonly quote: ChainQuote;
}

function timeOf(row: Row, column: Column, text: string): EpochMs {
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\d/.test(text)) throw row.wrong(column, 'a time in ISO 8601', `"${text}"`);
  return at;
}

function positive(row: Row, column: Column): number {
  const value = row.number(column);
  if (value > 0) return value;
  throw row.wrong(column, 'a number above 0', String(value));
}

const RIGHTS = { C: 'call', P: 'put', call: 'call', put: 'put' } as const;

function venueRow(row: Row): ChainRow {
  const at = timeOf(row, 'snapshot_utc', row.filled('snapshot_utc', 'a time'));
  const right = RIGHTS[row.oneOf('type', ['C', 'P', 'call', 'put'])];
  const strike = positive(row, 'strike');
  const expiry = timeOf(row, 'expiry_utc', row.filled('expiry_utc', 'a time'));
  const instrument = row.text('instrument');
  const currency = row.text('currency') || instrument.split('-')[0] || 'unknown';
  const forward = row.optionalNumber('underlying_price');
  // Linear options are named by both currencies, as in BTC_USDC-27MAR26-90000-C.
  const isLinear = /^[^-]*_/.test(instrument);
  return {
    at,
    underlying: isLinear ? (instrument.split('-')[0] ?? currency) : currency,
    priceUnit: isLinear ? 'quote' : 'coin',
    exercise: 'european',
    quote: {
      row: row.row,
      name: instrument || `${currency} ${row.text('expiry_utc')} ${strike} ${right}`,
      right,
      strike,
      expiry,
      bid: row.optionalNumber('bid'),
      ask: row.optionalNumber('ask'),
      forward: forward !== null && forward > 0 ? forward : null,
      ageMs: 0,
    },
  };
}

function equityRow(row: Row): ChainRow {
  const local = row.filled('snapshot_local', 'a time');
  const at = timeOf(row, 'snapshot_local', local);
  const right = RIGHTS[row.oneOf('type', ['C', 'P', 'call', 'put'])];
  const strike = positive(row, 'strike');
  const day = row.filled('expiry', 'a day');
  const offset = /(?:Z|[+-]\d\d:\d\d)$/.exec(local)?.[0] ?? 'Z';
  const expiry = timeOf(row, 'expiry', /^\d{4}-\d\d-\d\d$/.test(day) ? `${day}${CLOSE}${offset}` : day);
  const underlying = row.text('underlying') || 'underlying';
  return {
    at,
    underlying,
    priceUnit: 'quote',
    exercise: 'american',
    quote: {
      row: row.row,
      name: `${day} ${strike} ${right}`,
      right,
      strike,
      expiry,
      bid: row.optionalNumber('bid'),
      ask: row.optionalNumber('ask'),
      forward: null,
      ageMs: (row.optionalNumber('quote_age_min') ?? 0) * MINUTE,
    },
  };
}

/** A row of either layout, told by which kind of snapshot time is filled; a bad field throws, naming row and column. */
export function chainRow(row: Row): ChainRow {
  return row.text('snapshot_utc') === '' && row.text('snapshot_local') !== '' ? equityRow(row) : venueRow(row);
}

/** Chains of all underlyings at the snapshot `asOf`; rows of earlier ones are as old as they are. */
export function chainsOf(reads: readonly ChainRow[], asOf: EpochMs): OptionChain[] {
  const groups = new Map<string, ChainRow[]>();
  for (const read of reads) {
    const group = groups.get(read.underlying);
    if (group) group.push(read);
    else groups.set(read.underlying, [read]);
  }
  return [...groups].map(([underlying, members]) => ({
    underlying,
    asOf,
    priceUnit: members[0]?.priceUnit ?? 'coin',
    exercise: members[0]?.exercise ?? 'european',
    quotes: members.map(({ at, quote }) => ({ ...quote, ageMs: quote.ageMs + asOf - at })),
  }));
}

/**
 * Reads the option chains in a CSV file, one per underlying, at the last snapshot in it or the last one up to `at`.
 * Two layouts, told apart by the head: snapshot_utc (venue) or snapshot_local (equity).
 */
export async function readChains(file: string, at: EpochMs | null): Promise<OptionChain[]> {
  const reads: ChainRow[] = [];
  let asOf = Number.NEGATIVE_INFINITY;
  for await (const batch of rowsOf(file, CHAIN_COLUMNS)) {
    for (const row of batch) {
      const read = chainRow(row);
      if (at !== null && read.at > at) continue;
      reads.push(read);
      asOf = Math.max(asOf, read.at);
    }
  }
  if (reads.length > 0) return chainsOf(reads, asOf);
  throw usageFault(`${nameOf(file)}: expected at least one option${at === null ? '' : ' up to --at'}, was none`);
}
