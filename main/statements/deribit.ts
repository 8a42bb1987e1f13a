import type { Instrument } from '#shared/domain/instrument.ts';
import type { CashCause, StatementFact } from '#shared/domain/statement.ts';
import { absolute, type Decimal, divide, isZero, negate, type Price, type Quantity } from '#shared/units/decimal.ts';
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
import { named } from './instruments.ts';
import type { StatementRow } from './statement-row.ts';

const CASH: Readonly<Record<string, CashCause>> = {
  deposit: 'deposit',
  withdrawal: 'withdrawal',
  transfer: 'deposit',
  'transfer from insurance': 'rebate',
  'socialized fund': 'penalty',
  'usdc reward': 'reward',
  usdc_reward: 'reward',
};
const AMOUNT = ['Amount', 'Size', 'Base Amount'] as const;
const FEE = ['Fee Charged', 'Fee Paid'] as const;

function instrumentOf(row: StatementRow, context: ReadContext): Instrument {
  const instrument = named(context.venue, row.filled('Instrument', 'an instrument'));
  if (instrument === null) throw row.wrong('Instrument', 'a name such as BTC-PERPETUAL or BTC-27MAR20-6000-P');
  return context.listed(instrument);
}

function signed(row: StatementRow): Quantity {
  const quantity = absolute(row.decimal<Quantity>(row.column(...AMOUNT)));
  const side = row.filled('Side', 'a side such as "open buy"');
  if (/buy$/.test(side)) return quantity;
  if (/sell$/.test(side)) return negate(quantity);
  throw row.wrong('Side', 'open buy, close buy, open sell or close sell');
}

/** Of an option that is delivered the statement tells the index; its own price is what it paid. */
function priceOf(row: StatementRow, instrument: Instrument, quantity: Quantity): Price {
  const isDelivery = row.text('Type') === 'delivery';
  if (!isDelivery || instrument.kind !== 'option') return row.decimal<Price>('Price');
  return divide(absolute(row.decimal('Cash Flow')), absolute(quantity));
}

function indexOf(row: StatementRow, instrument: Instrument): { readonly index?: Price } {
  const index = row.optional<Price, null>('Index Price', null);
  if (index !== null) return { index };
  if (instrument.quote !== instrument.underlying) return {};
  throw row.wrong('Index Price', 'the index at the trade: without it the premium has no worth in dollars');
}

/** Deribit, "transaction log": funding stands in the column of that name and is a part of the cash flow. */
function fundingIn(row: StatementRow, context: ReadContext, instrument: Instrument): readonly StatementFact[] {
  const amount = row.optional<Decimal, Decimal>('Funding', NO_FEE);
  if (isZero(amount)) return [];
  const index = row.optional<Price, null>('Index Price', null);
  const id = row.filled('ID', 'the number of the entry');
  return [
    fundingFact(context, instrument, { id, at: row.time('Date'), currency: instrument.settlement, amount, index }),
  ];
}

function trade(row: StatementRow, context: ReadContext): readonly StatementFact[] {
  const instrument = instrumentOf(row, context);
  const quantity = signed(row);
  const type = row.text('Type');
  const isLiquidation = type === 'liquidation' || /liquidat/i.test(`${row.text('Info')} ${row.text('Note')}`);
  const cause = type === 'delivery' ? 'settlement' : isLiquidation ? 'liquidation' : 'order';
  const [id, number] = [row.filled('ID', 'the number of the entry'), row.text('Trade ID')];
  const fill = fillFact(context, {
    ...{ trade: number === '' ? id : `${number}/${id}`, instrument, quantity, cause, at: row.time('Date') },
    ...{ price: priceOf(row, instrument, quantity), ...indexOf(row, instrument) },
    ...{ fee: row.optional(row.column(...FEE), NO_FEE), feeCurrency: instrument.settlement },
  });
  return [fill, ...fundingIn(row, context, instrument)];
}

function cash(row: StatementRow, context: ReadContext, cause: CashCause): RowOutcome {
  if (context.currency === null) return { skipped: 'the currency is in neither the name of the file nor --currency' };
  const amount = row.decimal('Change');
  const id = row.filled('ID', 'the number of the entry');
  const out = cause === 'deposit' && amount.startsWith('-') ? 'withdrawal' : cause;
  return { facts: [cashFact(context, out, { id, at: row.time('Date'), currency: context.currency, amount })] };
}

function read(row: StatementRow, context: ReadContext): RowOutcome {
  const type = row.filled('Type', 'a type such as trade');
  const order = orderOf(row.text('UserSeq'));
  if (type === 'trade' || type === 'delivery' || type === 'liquidation')
    return { facts: trade(row, context), ...order };
  if (type === 'settlement') {
    const facts = fundingIn(row, context, instrumentOf(row, context));
    // What a day's settlement pays of an open position is in the profit when the position closes.
    return facts.length > 0
      ? { facts, ...order }
      : { skipped: 'a settlement without funding: its profit is counted at the close' };
  }
  const cause = Object.hasOwn(CASH, type) ? CASH[type] : undefined;
  if (cause === undefined) return { skipped: `type "${type}" is neither a trade nor cash` };
  const outcome = cash(row, context, cause);
  return 'facts' in outcome ? { ...outcome, ...order } : outcome;
}

const LAYOUT: Layout = {
  required: ['ID', 'UserSeq', 'Date', 'Instrument', 'Type', 'Side', 'Price', 'Cash Flow', 'Funding', 'Change'],
  known: [
    ...[...AMOUNT, ...FEE, 'Position', 'Mark Price', 'Index Price', 'Fee Rate', 'Fee Balance', 'Balance', 'Equity'],
    ...['Trade ID', 'Order ID', 'Info', 'Note'],
  ],
  read,
  ledger: { change: 'Change', balance: 'Balance', currency: null },
};

/** Deribit's transaction log: one file per currency, all times UTC. */
export const deribit: StatementFormat = {
  venue: 'deribit',
  about: 'transaction log (transaction_log-UID-BTC-….csv)',
  zone: 0,
  layouts: [LAYOUT],
};
