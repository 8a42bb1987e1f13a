import type { Instrument } from '#shared/domain/instrument.ts';
import type { CashCause } from '#shared/domain/statement.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  isZero,
  negate,
  type Price,
  type Quantity,
  subtract,
} from '#shared/units/decimal.ts';
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
import { BYBIT_OPTION, bybitOption, future, inverse, linear, named, pairOf, perpetual, spot } from './instruments.ts';
import type { StatementRow } from './statement-row.ts';

const TIME = ['Time(UTC)', 'Time'] as const;

/** BTCUSDT, BTCPERP (in USDC), BTCUSD (inverse), BTC-26JUN20 and options. */
function derivative(row: StatementRow, context: ReadContext): Instrument {
  const name = row.filled('Contract', 'a contract');
  const { venue } = context;
  if (BYBIT_OPTION.test(name)) {
    const found = bybitOption(venue, name);
    if (found !== null) return context.listed(found);
  }
  const dated = named(venue, name);
  if (dated?.kind === 'future') {
    const money = linear(dated.underlying, row.filled('Currency', 'a currency'));
    return context.listed(future(venue, name, money, dated.expiry));
  }
  if (name.endsWith('PERP')) return context.listed(perpetual(venue, name, linear(name.slice(0, -4), 'USDC')));
  const pair = pairOf(name);
  if (pair === null) throw row.wrong('Contract', 'a contract such as BTCUSDT, BTCUSD or BTC-26JUN26-60000-C');
  return context.listed(
    perpetual(venue, name, pair.quote === 'USD' ? inverse(pair.base) : linear(pair.base, pair.quote)),
  );
}

/**
 * Unified accounts print what was paid as negative, classic ones as positive: the change of the balance tells which.
 * Answers funding and fee as Keel has them: funding positive = received, fee positive = paid.
 */
function signsOf(row: StatementRow): { readonly funding: Decimal; readonly fee: Decimal } {
  const of = (column: string): Decimal => row.optional<Decimal, Decimal>(column, NO_FEE);
  const [flow, funding, fee, change] = [of('Cash Flow'), of('Funding'), of('Fee Paid'), row.decimal('Change')];
  const costs = add(funding, fee);
  if (compare(add(flow, costs), change) === 0) return { funding, fee: negate(fee) };
  if (compare(subtract(flow, costs), change) === 0) return { funding: negate(funding), fee };
  throw row.wrong('Change', 'Cash Flow, Funding and Fee Paid added up');
}

function idOf(row: StatementRow, context: ReadContext): string {
  const number = row.text(row.column('TradeId', 'Trade ID'));
  const at = new Date(row.time(row.column(...TIME))).toISOString();
  const content = row.identity([
    'Currency',
    'Contract',
    'Type',
    'Direction',
    'Quantity',
    'Filled Price',
    'Change',
    'Wallet Balance',
  ]);
  return number === '' ? context.numbered(`${at}|${content}`) : context.numbered(`${row.text('Contract')}/${number}`);
}

function boughtIn(row: StatementRow): boolean {
  const direction = row.filled('Direction', 'a direction').toLowerCase();
  if (direction === 'buy' || direction === 'open long' || direction === 'close short') return true;
  if (direction === 'sell' || direction === 'open short' || direction === 'close long') return false;
  throw row.wrong('Direction', 'BUY or SELL, Open Long, Close Long, Open Short or Close Short');
}

function spotTrade(row: StatementRow, context: ReadContext): RowOutcome {
  const name = row.filled('Contract', 'a pair');
  const pair = pairOf(name);
  if (pair === null) throw row.wrong('Contract', 'a pair such as BTCUSDT');
  const currency = row.filled('Currency', 'a currency');
  const at = row.time(row.column(...TIME));
  const { fee } = signsOf(row);
  if (currency !== pair.base) {
    if (isZero(fee)) return { skipped: 'the other side of a spot trade that its coin’s row tells' };
    return { facts: [cashFact(context, 'fee', { id: idOf(row, context), at, currency, amount: negate(fee) })] };
  }
  const quantity = row.decimal<Quantity>('Cash Flow');
  const instrument = context.listed(spot(context.venue, name, pair.base, pair.quote));
  const price = row.decimal<Price>('Filled Price');
  return {
    facts: [
      fillFact(context, { trade: idOf(row, context), instrument, quantity, price, fee, feeCurrency: currency, at }),
    ],
  };
}

function trade(row: StatementRow, context: ReadContext, cause: 'order' | 'liquidation' | 'settlement'): RowOutcome {
  if (row.has('Action') && row.text('Action') === '') return spotTrade(row, context);
  const instrument = derivative(row, context);
  const size = absolute(row.decimal<Quantity>('Quantity'));
  const { fee, funding } = signsOf(row);
  const at = row.time(row.column(...TIME));
  const [id, currency] = [idOf(row, context), row.filled('Currency', 'a currency')];
  const quantity = boughtIn(row) ? size : negate(size);
  const filled = { trade: id, instrument, quantity, price: row.decimal<Price>('Filled Price'), at, cause };
  const fill = fillFact(context, { ...filled, fee, feeCurrency: currency });
  const paid = isZero(funding) ? [] : [fundingFact(context, instrument, { id, at, currency, amount: funding })];
  return { facts: [fill, ...paid], ...orderOf(row.text('Trade ID')) };
}

const CASH: Readonly<Record<string, CashCause>> = {
  transfer_in: 'deposit',
  transfer_out: 'withdrawal',
  transferin: 'deposit',
  transferout: 'withdrawal',
  interest: 'interest',
  bonus: 'reward',
  fee_refund: 'rebate',
  airdrop: 'reward',
};

function read(row: StatementRow, context: ReadContext): RowOutcome {
  const type = row.filled('Type', 'a type such as TRADE').toLowerCase();
  if (type === 'trade') return trade(row, context, 'order');
  if (type === 'liquidation' || type === 'adl' || type === 'bust_trade') return trade(row, context, 'liquidation');
  if (type === 'delivery') return trade(row, context, 'settlement');
  const paid = { at: row.time(row.column(...TIME)), currency: row.filled('Currency', 'a currency') };
  if (type === 'settlement' || type === 'funding') {
    const { funding, fee } = signsOf(row);
    const amount = isZero(funding) ? negate(fee) : funding;
    if (isZero(amount)) return { skipped: 'a settlement that paid nothing' };
    return { facts: [fundingFact(context, derivative(row, context), { ...paid, id: idOf(row, context), amount })] };
  }
  const cause = Object.hasOwn(CASH, type) ? CASH[type] : undefined;
  if (cause === undefined) return { skipped: `type "${type}" is not known` };
  return { facts: [cashFact(context, cause, { ...paid, id: idOf(row, context), amount: row.decimal('Change') })] };
}

const LAYOUT: Layout = {
  required: [
    'Currency',
    'Contract',
    'Type',
    'Direction',
    'Quantity',
    'Filled Price',
    'Fee Paid',
    'Cash Flow',
    'Change',
    'Time(UTC)|Time',
  ],
  known: [
    ...['Uid', 'Position', 'Funding', 'Wallet Balance', 'Action', 'OrderId', 'TradeId', 'Fee Rate', 'Trade ID'],
    'Order ID',
  ],
  read,
  ledger: { change: 'Change', balance: 'Wallet Balance', currency: 'Currency' },
};

/** Bybit's transaction log of a unified or classic account. */
export const bybit: StatementFormat = { venue: 'bybit', about: 'transaction log CSV', layouts: [LAYOUT] };
