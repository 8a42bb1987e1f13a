import type { Instrument } from '#shared/domain/instrument.ts';
import type { CashCause } from '#shared/domain/statement.ts';
import { absolute, type Decimal, decimal, multiply, negate, type Price, type Quantity } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import {
  cashFact,
  fillFact,
  fundingFact,
  type Layout,
  orderOf,
  type ReadContext,
  type RowOutcome,
  type StatementFormat,
} from './format.ts';
import { dayCode, future, inverse, linear, pairOf, perpetual } from './instruments.ts';
import type { StatementRow } from './statement-row.ts';

const TIME = ['Date(UTC)', 'Time(UTC)', 'Time'] as const;
const SIDES = { buy: 'buy', sell: 'sell' } as const;
/** Dollars of one COIN-M contract. */
const COIN_M = { BTC: decimal('100'), others: decimal('10') };

/** BTCUSDT, BTCUSDT_240628; BTCUSD_PERP and BTCUSD_240628 settle in the coin. */
function instrumentOf(row: StatementRow, context: ReadContext): Instrument {
  const symbol = row.filled('Symbol', 'a symbol');
  const [name = '', term] = symbol.split('_');
  const pair = pairOf(name);
  const expiry = term === undefined || term === 'PERP' ? null : dayCode(term);
  if (pair === null || (expiry === null && term !== undefined && term !== 'PERP')) {
    throw row.wrong('Symbol', 'a symbol such as BTCUSDT, BTCUSDT_240628 or BTCUSD_PERP');
  }
  const money = pair.quote === 'USD' ? inverse(pair.base) : linear(pair.base, pair.quote);
  const { venue } = context;
  return context.listed(expiry === null ? perpetual(venue, symbol, money) : future(venue, symbol, money, expiry));
}

function quantityOf(row: StatementRow, instrument: Instrument): Quantity {
  const size = absolute(row.decimal<Quantity>('Quantity'));
  if (instrument.payoff === 'linear') return size;
  return multiply(size, instrument.underlying === 'BTC' ? COIN_M.BTC : COIN_M.others);
}

/** "0.0368 USDT", "0.0368USDT", or a figure in the quote currency. */
function feeOf(row: StatementRow, instrument: Instrument): { readonly fee: Decimal; readonly feeCurrency: Currency } {
  const text = row.filled('Fee', 'a fee');
  const [, figure, currency = ''] = /^([-+]?[\d.,]+(?:e-?\d+)?)\s*([A-Z0-9]*)$/i.exec(text) ?? [];
  if (figure === undefined) throw row.wrong('Fee', 'a fee such as 0.0368 USDT');
  const feeCurrency = currency || row.text('Fee Coin') || row.text('Quote Asset') || instrument.settlement;
  return { fee: decimal(figure.replaceAll(',', '')), feeCurrency };
}

function readTrade(row: StatementRow, context: ReadContext): RowOutcome {
  const instrument = instrumentOf(row, context);
  const size = quantityOf(row, instrument);
  const at = row.time(row.column(...TIME));
  const number = row.text('Trade ID');
  const content = `${new Date(at).toISOString()}|${row.identity(['Symbol', 'Side', 'Price', 'Quantity', 'Fee', 'Realized Profit'])}`;
  const fact = fillFact(context, {
    ...{ trade: number === '' ? context.numbered(content) : `${row.text('Symbol')}/${number}`, instrument, at },
    ...{ quantity: row.oneOf('Side', SIDES) === 'buy' ? size : negate(size), price: row.decimal<Price>('Price') },
    ...feeOf(row, instrument),
    liquidity: /^(true|y)/i.test(row.text('Maker')) ? 'maker' : 'taker',
  });
  return { facts: [fact], ...orderOf(number) };
}

const TRADES: Layout = {
  required: ['Date(UTC)|Time(UTC)|Time', 'Symbol', 'Side', 'Price', 'Quantity', 'Fee'],
  known: [
    ...['Uid', 'Amount', 'Realized Profit', 'Buyer', 'Maker', 'Trade ID', 'Order ID', 'Quote Asset', 'Fee Coin'],
    ...['Position Side', 'Order Type'],
  ],
  read: readTrade,
};

const CASH: Readonly<Record<string, CashCause>> = {
  TRANSFER: 'deposit',
  INTERNAL_TRANSFER: 'deposit',
  CROSS_COLLATERAL_TRANSFER: 'deposit',
  WELCOME_BONUS: 'reward',
  REFERRAL_KICKBACK: 'rebate',
  COMMISSION_REBATE: 'rebate',
  API_REBATE: 'rebate',
  CONTEST_REWARD: 'reward',
  INSURANCE_CLEAR: 'penalty',
};
const COUNTED = new Set(['REALIZED_PNL', 'COMMISSION']);

function readIncome(row: StatementRow, context: ReadContext): RowOutcome {
  const type = row.filled('type', 'a type such as FUNDING_FEE').toUpperCase();
  if (COUNTED.has(type)) return { skipped: `${type} comes with the trades: import the trade history` };
  const [at, currency, amount] = [row.time('Date(UTC)'), row.filled('Asset', 'a currency'), row.decimal('Amount')];
  const number = row.text('Transaction ID');
  const content = `${type}|${new Date(at).toISOString()}|${row.identity(['Asset', 'Symbol', 'Amount'])}`;
  const id = number === '' ? context.numbered(content) : `${type}/${number}/${row.text('Symbol')}`;
  const paid = { id, at, currency, amount };
  if (type === 'FUNDING_FEE') return { facts: [fundingFact(context, instrumentOf(row, context), paid)] };
  const cause = Object.hasOwn(CASH, type) ? CASH[type] : undefined;
  if (cause === undefined) return { skipped: `type "${type}" is not known` };
  const out = cause === 'deposit' && amount.startsWith('-') ? 'withdrawal' : cause;
  return { facts: [cashFact(context, out, paid)] };
}

const INCOME: Layout = {
  required: ['Date(UTC)', 'type', 'Amount', 'Asset', 'Symbol'],
  known: ['Transaction ID', 'User_ID'],
  read: readIncome,
};

/** Binance USDⓈ-M and COIN-M futures: trade history, and transaction history for funding and transfers. */
export const binance: StatementFormat = {
  venue: 'binance',
  about: 'futures trade history and transaction history CSV',
  layouts: [TRADES, INCOME],
};
