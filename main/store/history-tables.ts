import type { Lot, LotMatch } from '#shared/domain/history/lots.ts';
import type { Money } from '#shared/domain/history/money.ts';
import { type PositionChange, type PositionRecord, positionId } from '#shared/domain/history/record.ts';
import { add, type Decimal, sign, subtract } from '#shared/units/decimal.ts';
import { integer, type Row, type Table, text, word, wordOrNull } from './table.ts';

/** A change and its place among those of its journal entry. */
export type NumberedChange = PositionChange & { readonly part: number };

export function moneyOf(row: Row, column: string): Money {
  return { amount: word(row, column), usd: wordOrNull(row, `${column}_usd`) };
}

function whole(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

/** Whether a position made (1) or lost (-1) dollars after fees and funding, or neither; null where it is not known. */
export function outcomeOf({ realised, fees, funding }: PositionRecord): -1 | 0 | 1 | null {
  if (realised.usd === null || fees.usd === null || funding.usd === null) return null;
  return sign(add(subtract(realised.usd, fees.usd), funding.usd));
}

export const POSITION_RECORDS: Table<PositionRecord> = {
  name: 'position_history',
  columns: [
    ...['position', 'account', 'instrument', 'settlement', 'opened_seq', 'opened_at', 'closed_seq', 'closed_at'],
    ...['closed_by', 'quantity', 'peak', 'cost', 'realised', 'realised_usd', 'fees', 'fees_usd', 'rebates'],
    ...['rebates_usd', 'funding', 'funding_usd', 'changes', 'lots', 'outcome'],
  ],
  keyColumns: 1,
  integers: ['opened_seq', 'opened_at', 'closed_seq', 'closed_at', 'changes', 'outcome'],
  optional: [
    ...['closed_seq', 'closed_at', 'closed_by', 'realised_usd', 'fees_usd', 'rebates_usd', 'funding_usd', 'outcome'],
  ],
  toRow: (one) => [
    ...[one.id, one.account, one.instrument, one.settlement, one.openedSeq, one.openedAt, one.closedSeq, one.closedAt],
    ...[one.closedBy, one.quantity, one.peak, one.cost, one.realised.amount, one.realised.usd],
    ...[one.fees.amount, one.fees.usd, one.rebates.amount, one.rebates.usd, one.funding.amount, one.funding.usd],
    ...[one.changes, JSON.stringify(one.lots), outcomeOf(one)],
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

/** The journal entry that opened a position, by the position's id. */
export function openedBy(position: string): number {
  return Number(position.slice(position.lastIndexOf('|') + 1));
}

/** A match without what its change tells already: [opened, through, at, quantity, cost, proceeds]. */
type StoredMatch = readonly [number, number, number, Decimal, Decimal, Decimal];

function storedMatch(one: LotMatch): StoredMatch {
  return [one.opened, one.openedThrough, one.openedAt, one.quantity, one.cost, one.proceeds];
}

function matchesOf(row: Row): readonly LotMatch[] {
  const stored = text(row, 'matches');
  if (stored === '[]') return [];
  const [closed, closedAt] = [integer(row, 'seq'), integer(row, 'at')];
  return (JSON.parse(stored) as StoredMatch[]).map(
    ([opened, openedThrough, openedAt, quantity, cost, proceeds]): LotMatch => ({
      ...{ opened, openedThrough, openedAt, closed, closedAt, quantity, cost, proceeds },
      realised: subtract(proceeds, cost),
    }),
  );
}

export const POSITION_CHANGES: Table<NumberedChange> = {
  name: 'position_changes',
  columns: [
    ...['seq', 'part', 'account', 'instrument', 'opened_seq', 'settlement', 'at', 'kind', 'quantity', 'price'],
    ...['realised', 'realised_usd', 'fee', 'fee_usd', 'fee_currency', 'funding', 'funding_usd', 'matches'],
  ],
  keyColumns: 2,
  integers: ['seq', 'part', 'opened_seq', 'at'],
  optional: ['realised_usd', 'fee_usd', 'funding_usd'],
  toRow: (one) => [
    ...[one.seq, one.part, one.account, one.instrument, openedBy(one.position), one.settlement, one.at, one.kind],
    ...[one.quantity, one.price, one.realised.amount, one.realised.usd, one.fee.amount, one.fee.usd, one.feeCurrency],
    ...[one.funding.amount, one.funding.usd, JSON.stringify(one.matches.map(storedMatch))],
  ],
  fromRow: (row) => ({
    seq: integer(row, 'seq'),
    part: integer(row, 'part'),
    position: positionId(text(row, 'account'), text(row, 'instrument'), integer(row, 'opened_seq')),
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
    matches: matchesOf(row),
  }),
};
