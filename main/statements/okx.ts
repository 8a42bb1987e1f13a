import type { Instrument } from '#shared/domain/instrument.ts';
import { absolute, type Decimal, isZero, multiply, negate, type Price, type Quantity } from '#shared/units/decimal.ts';
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
import { dayCode, future, inverse, linear, option, perpetual, spot } from './instruments.ts';
import type { StatementRow } from './statement-row.ts';

const OPTION = /^(\w+)-(\w+)-(\d{6})-(\d+)-([CP])$/;

/** BTC-USDT, BTC-USDT-SWAP, BTC-USD-240628, BTC-USD-240628-60000-C; what is quoted in USD settles in the coin. */
function instrumentOf(row: StatementRow, context: ReadContext): Instrument {
  const name = row.filled('Symbol', 'a symbol');
  const { venue } = context;
  const [base = '', quote = '', term] = name.split('-');
  const money = quote === 'USD' ? inverse(base) : linear(base, quote);
  if (quote !== '' && term === undefined) return context.listed(spot(venue, name, base, quote));
  if (term === 'SWAP') return context.listed(perpetual(venue, name, money));
  const expiry = dayCode(term ?? '');
  const struck = OPTION.exec(name);
  if (expiry === null) throw row.wrong('Symbol', 'a symbol such as BTC-USDT, BTC-USDT-SWAP or BTC-USD-240628');
  if (struck === null) return context.listed(future(venue, name, money, expiry));
  const [strike, right] = [struck[4] as Price, struck[5] === 'C' ? ('call' as const) : ('put' as const)];
  const priced = quote === 'USD' ? { ...money, quote: base } : money;
  return context.listed(option(venue, name, priced, { expiry, strike, right }));
}

/** Contracts become coins (dollars of inverse futures) by the size that the trader tells: the file does not. */
function sizeOf(row: StatementRow, context: ReadContext, instrument: Instrument): Quantity {
  const amount = absolute(row.decimal<Quantity>('Amount'));
  if (!/^cont/i.test(row.text('Trading Unit'))) return amount;
  const size = context.contracts.get(instrument.name);
  if (size !== undefined) return multiply(amount, size);
  const coin = instrument.payoff === 'inverse' ? 'USD' : instrument.underlying;
  throw row.wrong('Trading Unit', `${coin} and not contracts, or --contract ${instrument.name}=SIZE`);
}

const BOUGHT = /^(buy|open long|close short)/i;
const SOLD = /^(sell|open short|close long)/i;

function tradeOf(row: StatementRow, context: ReadContext, action: string): RowOutcome {
  const instrument = instrumentOf(row, context);
  // Fees are negative where they were paid.
  const fee = negate(row.optional<Decimal, Decimal>('Fee', NO_FEE));
  const [at, id] = [row.time('Time'), row.filled('id', 'the number of the entry')];
  const feeCurrency = row.text('Fee Unit') || instrument.settlement;
  // A spot trade is told twice, once in each currency: the coin's row is the trade.
  if (instrument.kind === 'spot' && row.text('Balance Unit') !== instrument.underlying) {
    if (isZero(fee)) return { skipped: 'the other side of a spot trade that its coin’s row tells' };
    return { facts: [cashFact(context, 'fee', { id, at, currency: feeCurrency, amount: negate(fee) })] };
  }
  const size =
    instrument.kind === 'spot' ? absolute(row.decimal<Quantity>('Amount')) : sizeOf(row, context, instrument);
  const quantity = BOUGHT.test(action) ? size : negate(size);
  const fact = fillFact(context, {
    ...{ trade: id, instrument, at, quantity, price: row.decimal<Price>('Filled Price'), fee, feeCurrency },
    cause: /liquidat/i.test(action) ? 'liquidation' : /deliver|exercis|expir/i.test(action) ? 'settlement' : 'order',
  });
  return { facts: [fact], ...orderOf(id) };
}

function read(row: StatementRow, context: ReadContext): RowOutcome {
  const action = row.filled('Action', 'an action such as Buy');
  if (BOUGHT.test(action) || SOLD.test(action)) return tradeOf(row, context, action);
  const id = row.filled('id', 'the number of the entry');
  const currency = row.filled('Balance Unit', 'a currency');
  const paid = { id, at: row.time('Time'), currency, amount: row.decimal('Balance Change') };
  if (/^funding fee/i.test(action))
    return { facts: [fundingFact(context, instrumentOf(row, context), paid)], ...orderOf(id) };
  if (/^transfer in/i.test(action)) return { facts: [cashFact(context, 'deposit', paid)], ...orderOf(id) };
  if (/^transfer out/i.test(action)) return { facts: [cashFact(context, 'withdrawal', paid)], ...orderOf(id) };
  if (/interest/i.test(action)) return { facts: [cashFact(context, 'interest', paid)], ...orderOf(id) };
  return { skipped: `action "${action}" is not known` };
}

const LAYOUT: Layout = {
  required: [
    'id',
    'Time',
    'Symbol',
    'Action',
    'Amount',
    'Trading Unit',
    'Filled Price',
    'Fee',
    'Balance Change',
    'Balance Unit',
  ],
  known: [
    ...['Order id', 'Trade Type', 'PnL', 'Fee Unit', 'Filled Price Unit', 'Position Change', 'Position Balance'],
    ...['Position Unit', 'Balance', 'Filled_price-USD', 'Pnl-USD', 'Fee-USD', 'Balance-USD', 'Balance_change-USD'],
  ],
  read,
  ledger: { change: 'Balance Change', balance: 'Balance', currency: 'Balance Unit' },
};

/** OKX's trading history; the zone stands in the line above the head. */
export const okx: StatementFormat = { venue: 'okx', about: 'trading history CSV', layouts: [LAYOUT] };
