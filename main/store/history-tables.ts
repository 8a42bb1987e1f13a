import type { Lot, LotMatch } from '#shared/domain/history/lots.ts';
import type { Money } from '#shared/domain/history/money.ts';
import type { PositionChange, PositionRecord } from '#shared/domain/history/record.ts';
import { integer, type Row, type Table, text, word, wordOrNull } from './table.ts';

/** A change and its place among those of its journal entry. */
export type NumberedChange = PositionChange & { readonly part: number };

export function moneyOf(row: Row, column: string): Money {
  return { amount: word(row, column), usd: wordOrNull(row, `${column}_usd`) };
}

function whole(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

export const POSITION_RECORDS: Table<PositionRecord> = {
  name: 'position_history',
  columns: [
    ...['position', 'account', 'instrument', 'settlement', 'opened_seq', 'opened_at', 'closed_seq', 'closed_at'],
    ...['closed_by', 'quantity', 'peak', 'cost', 'realised', 'realised_usd', 'fees', 'fees_usd', 'rebates'],
    ...['rebates_usd', 'funding', 'funding_usd', 'changes', 'lots'],
  ],
  keyColumns: 1,
  integers: ['opened_seq', 'opened_at', 'closed_seq', 'closed_at', 'changes'],
  optional: ['closed_seq', 'closed_at', 'closed_by', 'realised_usd', 'fees_usd', 'rebates_usd', 'funding_usd'],
  toRow: (one) => [
    ...[one.id, one.account, one.instrument, one.settlement, one.openedSeq, one.openedAt, one.closedSeq, one.closedAt],
    ...[one.closedBy, one.quantity, one.peak, one.cost, one.realised.amount, one.realised.usd],
    ...[one.fees.amount, one.fees.usd, one.rebates.amount, one.rebates.usd, one.funding.amount, one.funding.usd],
    ...[one.changes, JSON.stringify(one.lots)],
  ],
  fromRow: (row) => ({
    id: text(row, 'position'),
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    settlement: text(row, 'settlement'),
    openedSeq: integer(row, 'opened_seq'),
    openedAt: integer(row, 'opened_at'),
    closedSeq: whole(row, 'closed_seq'),
    closedAt: whole(row, 'closed_at'),
    closedBy: wordOrNull(row, 'closed_by'),
    quantity: word(row, 'quantity'),
    peak: word(row, 'peak'),
    cost: word(row, 'cost'),
    realised: moneyOf(row, 'realised'),
    fees: moneyOf(row, 'fees'),
    rebates: moneyOf(row, 'rebates'),
    funding: moneyOf(row, 'funding'),
    changes: integer(row, 'changes'),
    lots: JSON.parse(text(row, 'lots')) as Lot[],
  }),
};

export const POSITION_CHANGES: Table<NumberedChange> = {
  name: 'position_changes',
  columns: [
    ...['seq', 'part', 'position', 'account', 'instrument', 'settlement', 'at', 'kind', 'quantity', 'price'],
    ...['realised', 'realised_usd', 'fee', 'fee_usd', 'fee_currency', 'funding', 'funding_usd', 'matches'],
  ],
  keyColumns: 2,
  integers: ['seq', 'part', 'at'],
  optional: ['realised_usd', 'fee_usd', 'funding_usd'],
  toRow: (one) => [
    ...[one.seq, one.part, one.position, one.account, one.instrument, one.settlement, one.at, one.kind],
    ...[one.quantity, one.price, one.realised.amount, one.realised.usd, one.fee.amount, one.fee.usd, one.feeCurrency],
    ...[one.funding.amount, one.funding.usd, JSON.stringify(one.matches)],
  ],
  fromRow: (row) => ({
    seq: integer(row, 'seq'),
    part: integer(row, 'part'),
    position: text(row, 'position'),
    account: text(row, 'account'),
    instrument: text(row, 'instrument'),
    settlement: text(row, 'settlement'),
    at: integer(row, 'at'),
    kind: word(row, 'kind'),
    quantity: word(row, 'quantity'),
    price: word(row, 'price'),
    realised: moneyOf(row, 'realised'),
    fee: moneyOf(row, 'fee'),
    feeCurrency: text(row, 'fee_currency'),
    funding: moneyOf(row, 'funding'),
    matches: JSON.parse(text(row, 'matches')) as LotMatch[],
  }),
};
