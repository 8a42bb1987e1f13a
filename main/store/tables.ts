import type { SessionHead } from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Annotation, EntryRisk } from '#shared/domain/history/annotation.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { isTerminal, type Order } from '#shared/domain/order.ts';
import type { Position } from '#shared/domain/position.ts';
import type { AccountId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { integer, type Table, text, word, wordOrNull } from './table.ts';

/** A fact and the journal entry it came with. */
export type Numbered<T> = T & { readonly seq: number };
/** An order and the journal entry that changed it last. */
export type ChangedOrder = Order & { readonly changed: number };

export function paymentKey(payment: Pick<FundingPayment, 'account' | 'id'>): string {
  return `${payment.account}|${payment.id}`;
}

export const SESSION: Table<SessionHead> = {
  name: 'session',
  columns: ['id', 'profile', 'tape', 'seed', 'started_at'],
  keyColumns: 1,
  integers: ['id', 'seed', 'started_at'],
  toRow: (head) => [1, head.profile, head.tape, head.seed, head.startedAt],
  fromRow: (row) => ({
    profile: text(row, 'profile'),
    tape: text(row, 'tape'),
    seed: integer(row, 'seed'),
    startedAt: integer(row, 'started_at'),
  }),
};

export const ACCOUNTS: Table<Account> = {
  name: 'accounts',
  columns: ['id', 'venue', 'name', 'rules', 'leverage'],
  keyColumns: 1,
  optional: ['leverage'],
  reals: ['leverage'],
  toRow: (account) => [account.id, account.venue, account.name, account.rules, account.leverage ?? null],
  fromRow: (row) => ({
    id: text(row, 'id'),
    venue: text(row, 'venue'),
    name: text(row, 'name'),
    rules: word(row, 'rules'),
    ...(row.leverage === null ? {} : { leverage: integer(row, 'leverage') }),
  }),
};

export const INSTRUMENTS: Table<Instrument> = {
  name: 'instruments',
  columns: ['id', 'venue', 'kind', 'terms'],
  keyColumns: 1,
  toRow: (instrument) => [instrument.id, instrument.venue, instrument.kind, JSON.stringify(instrument)],
  fromRow: (row) => JSON.parse(text(row, 'terms')) as Instrument,
};

export const BALANCES: Table<Balance> = {
  name: 'balances',
  columns: ['account', 'currency', 'cash'],
  keyColumns: 2,
  toRow: (balance) => [balance.account, balance.currency, balance.cash],
  fromRow: (row) => ({ account: text(row, 'account'), currency: text(row, 'currency'), cash: word(row, 'cash') }),
};

export const POSITIONS: Table<Position> = {
  name: 'positions',
  columns: ['account', 'instrument', 'quantity', 'entry', 'realised', 'fees', 'funding'],
  keyColumns: 2,
  toRow: (one) => [one.account, one.instrument, one.quantity, one.entry, one.realised, one.fees, one.funding],
  fromRow: (row) => ({
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    quantity: word(row, 'quantity'),
    entry: word(row, 'entry'),
    realised: word(row, 'realised'),
    fees: word(row, 'fees'),
    funding: word(row, 'funding'),
  }),
};

export const ORDERS: Table<ChangedOrder> = {
  name: 'orders',
  columns: [
    ...['id', 'venue_order', 'account', 'instrument', 'side', 'quantity', 'type', 'limit_price', 'trigger_price'],
    ...['time_in_force', 'post_only', 'reduce_only', 'state', 'filled', 'average_price', 'origin', 'order_group'],
    ...['reason', 'created_at', 'updated_at', 'ended', 'changed'],
  ],
  keyColumns: 1,
  integers: ['post_only', 'reduce_only', 'created_at', 'updated_at', 'ended', 'changed'],
  optional: ['venue_order', 'limit_price', 'trigger_price', 'average_price', 'reason'],
  toRow: (order) => [
    ...[order.id, order.venueOrderId, order.account, order.instrument, order.side, order.quantity, order.type],
    ...[order.limit, order.trigger, order.timeInForce, Number(order.postOnly), Number(order.reduceOnly)],
    ...[order.state, order.filled, order.averagePrice, order.origin, order.group],
    order.reason === null ? null : JSON.stringify(order.reason),
    ...[order.createdAt, order.updatedAt, Number(isTerminal(order.state)), order.changed],
  ],
  fromRow: (row) => ({
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    side: word(row, 'side'),
    quantity: word(row, 'quantity'),
    type: word(row, 'type'),
    limit: wordOrNull(row, 'limit_price'),
    trigger: wordOrNull(row, 'trigger_price'),
    timeInForce: word(row, 'time_in_force'),
    postOnly: row.post_only === 1,
    reduceOnly: row.reduce_only === 1,
    id: text(row, 'id'),
    venueOrderId: wordOrNull(row, 'venue_order'),
    state: word(row, 'state'),
    filled: word(row, 'filled'),
    averagePrice: wordOrNull(row, 'average_price'),
    origin: word(row, 'origin'),
    group: text(row, 'order_group'),
    reason: row.reason === null ? null : (JSON.parse(text(row, 'reason')) as Fault),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    changed: integer(row, 'changed'),
  }),
};

export const FILLS: Table<Numbered<Fill>> = {
  name: 'fills',
  columns: [
    ...['seq', 'venue', 'account', 'trade', 'instrument', 'client_order', 'quantity', 'price', 'fee'],
    ...['fee_currency', 'liquidity', 'cause', 'index_price', 'at'],
  ],
  keyColumns: 1,
  integers: ['seq', 'at'],
  optional: ['client_order'],
  toRow: (fill) => [
    ...[fill.seq, fill.venue, fill.account, fill.trade, fill.instrument, fill.order, fill.quantity, fill.price],
    ...[fill.fee, fill.feeCurrency, fill.liquidity, fill.cause, fill.index, fill.at],
  ],
  fromRow: (row) => ({
    seq: integer(row, 'seq'),
    trade: text(row, 'trade'),
    venue: text(row, 'venue'),
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    order: wordOrNull(row, 'client_order'),
    quantity: word(row, 'quantity'),
    price: word(row, 'price'),
    fee: word(row, 'fee'),
    feeCurrency: text(row, 'fee_currency'),
    liquidity: word(row, 'liquidity'),
    cause: word(row, 'cause'),
    index: word(row, 'index_price'),
    at: integer(row, 'at'),
  }),
};

export const FUNDING: Table<Numbered<FundingPayment>> = {
  name: 'funding',
  columns: ['seq', 'account', 'payment', 'instrument', 'currency', 'amount', 'at'],
  keyColumns: 1,
  integers: ['seq', 'at'],
  toRow: (paid) => [paid.seq, paid.account, paid.id, paid.instrument, paid.currency, paid.amount, paid.at],
  fromRow: (row) => ({
    seq: integer(row, 'seq'),
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    currency: text(row, 'currency'),
    amount: word(row, 'amount'),
    id: text(row, 'payment'),
    at: integer(row, 'at'),
  }),
};

/** Where a fact of a statement stands in the journal. */
export interface ImportedFact {
  readonly seq: number;
  readonly account: AccountId;
  /** {@link factKey}. */
  readonly fact: string;
  readonly at: EpochMs;
  readonly place: number;
}

export const IMPORTED: Table<ImportedFact> = {
  name: 'imported',
  columns: ['seq', 'account', 'fact', 'at', 'place'],
  keyColumns: 1,
  integers: ['seq', 'at', 'place'],
  toRow: (one) => [one.seq, one.account, one.fact, one.at, one.place],
  fromRow: (row) => ({
    seq: integer(row, 'seq'),
    account: text(row, 'account'),
    fact: text(row, 'fact'),
    at: integer(row, 'at'),
    place: integer(row, 'place'),
  }),
};

export const ANNOTATIONS: Table<Annotation> = {
  name: 'annotations',
  columns: ['account', 'instrument', 'entry', 'tags', 'note'],
  keyColumns: 3,
  integers: ['entry'],
  toRow: (one) => [one.account, one.instrument, one.entry, JSON.stringify(one.tags), one.note],
  fromRow: (row) => ({
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    entry: integer(row, 'entry'),
    tags: JSON.parse(text(row, 'tags')) as string[],
    note: text(row, 'note'),
  }),
};

export const ENTRY_RISKS: Table<EntryRisk> = {
  name: 'entry_risk',
  columns: ['account', 'instrument', 'entry', 'risk'],
  keyColumns: 3,
  integers: ['entry'],
  toRow: (one) => [one.account, one.instrument, one.entry, JSON.stringify(one)],
  fromRow: (row) => JSON.parse(text(row, 'risk')) as EntryRisk,
};

/** Every table that is a fold over the journal. */
export const PROJECTIONS: readonly { readonly name: string }[] = [
  ...[SESSION, ACCOUNTS, INSTRUMENTS, BALANCES, POSITIONS, ORDERS, FILLS, FUNDING, IMPORTED],
  ...[ANNOTATIONS, ENTRY_RISKS],
  ...[{ name: 'position_history' }, { name: 'position_changes' }, { name: 'history_head' }, { name: 'day_pnl' }],
  { name: 'position_kinds' },
];
