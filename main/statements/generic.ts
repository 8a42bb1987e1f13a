import { CASH_CAUSES, type CashCause } from '#shared/domain/statement.ts';
import { absolute, type Decimal, negate, type Price, type Quantity } from '#shared/units/decimal.ts';
import { nameOf, venueOf } from '#shared/units/ids.ts';
import {
  cashFact,
  fillFact,
  fundingFact,
  type Layout,
  NO_FEE,
  orderOf,
  type ReadContext,
  type RowOutcome,
  type StatementFormat,
} from './format.ts';
import { linear, named, perpetual } from './instruments.ts';
import type { StatementRow } from './statement-row.ts';

/** Fields of Keel's own form, which `keel export --what fills` writes too. A mapping gives them other columns. */
export const GENERIC_FIELDS = [
  ...['time', 'kind', 'instrument', 'side', 'quantity', 'price', 'fee', 'fee_currency', 'trade', 'liquidity', 'cause'],
  ...['index', 'amount', 'currency', 'id'],
] as const;

/** Columns of the export that say nothing an import needs. */
const PASSED_OVER = ['seq', 'venue', 'account', 'order', 'statement', 'row'];
const LIQUIDITY = { maker: 'maker', taker: 'taker' } as const;
const CAUSES = { order: 'order', liquidation: 'liquidation', settlement: 'settlement' } as const;
const SIDES = { buy: 'buy', sell: 'sell', long: 'buy', short: 'sell' } as const;

function instrumentOf(row: StatementRow, context: ReadContext) {
  const text = row.filled('instrument', 'an instrument');
  const name = text.includes(':') ? nameOf(text) : text;
  const venue = text.includes(':') ? venueOf(text) : context.venue;
  // A coin by itself is a perpetual in dollars, as on Hyperliquid.
  const found =
    named(venue, name) ?? (/^[A-Z0-9]{1,12}$/.test(name) ? perpetual(venue, name, linear(name, 'USDC')) : null);
  if (found === null)
    throw row.wrong('instrument', 'a name such as BTC-PERPETUAL, BTC_USDC-PERPETUAL or BTC-27MAR20-6000-P');
  return context.listed(found);
}

function quantityOf(row: StatementRow): Quantity {
  const quantity = row.decimal<Quantity>('quantity');
  if (row.text('side') === '') return quantity;
  return row.oneOf('side', SIDES) === 'buy' ? absolute(quantity) : negate(absolute(quantity));
}

function readFill(row: StatementRow, context: ReadContext): RowOutcome {
  const instrument = instrumentOf(row, context);
  const index = row.optional<Price, null>('index', null);
  if (index === null && instrument.quote === instrument.underlying) {
    throw row.wrong('index', 'the index at the trade: without it the premium has no worth in dollars');
  }
  const number = row.text('trade');
  const at = row.time('time');
  const content = [new Date(at).toISOString(), row.identity(['instrument', 'side', 'quantity', 'price', 'fee'])].join(
    '|',
  );
  const fact = fillFact(context, {
    ...{ trade: number === '' ? context.numbered(content) : number, instrument, quantity: quantityOf(row), at },
    ...{ price: row.decimal<Price>('price'), ...(index === null ? {} : { index }) },
    ...{
      fee: row.optional<Decimal, Decimal>('fee', NO_FEE),
      feeCurrency: row.text('fee_currency') || instrument.settlement,
    },
    liquidity: row.text('liquidity') === '' ? 'taker' : row.oneOf('liquidity', LIQUIDITY),
    cause: row.text('cause') === '' ? 'order' : row.oneOf('cause', CAUSES),
  });
  return { facts: [fact], ...orderOf(row.text('seq')) };
}

function isCash(kind: string): kind is CashCause {
  return (CASH_CAUSES as readonly string[]).includes(kind);
}

function read(row: StatementRow, context: ReadContext): RowOutcome {
  const kind = row.text('kind') || 'fill';
  if (kind === 'fill') return readFill(row, context);
  const at = row.time('time');
  const amount = row.decimal('amount');
  const number = row.text('id') || row.text('trade');
  const content = [kind, new Date(at).toISOString(), row.identity(['instrument', 'amount', 'currency'])].join('|');
  const paid = {
    id: number === '' ? context.numbered(content) : number,
    at,
    amount,
    index: row.optional<Price, null>('index', null),
  };
  if (kind === 'funding') {
    const instrument = instrumentOf(row, context);
    const currency = row.text('currency') || instrument.settlement;
    return { facts: [fundingFact(context, instrument, { ...paid, currency })] };
  }
  if (!isCash(kind)) throw row.wrong('kind', `fill, funding, ${CASH_CAUSES.join(', ')}`);
  const currency = row.filled('currency', 'a currency');
  const owner = row.text('instrument') === '' ? {} : { instrument: instrumentOf(row, context) };
  return { facts: [cashFact(context, kind, { ...paid, currency, ...owner })] };
}

const TRADES: Layout = {
  required: ['time', 'instrument', 'quantity', 'price'],
  known: [...GENERIC_FIELDS, ...PASSED_OVER],
  read,
};
const PAYMENTS: Layout = {
  required: ['time', 'kind', 'amount', 'currency'],
  known: [...GENERIC_FIELDS, ...PASSED_OVER],
  read,
};

export const generic: StatementFormat = {
  venue: 'imported',
  about: 'any CSV, JSONL or Parquet file with a column mapping',
  layouts: [TRADES, PAYMENTS],
};
