import type { JournalEntry } from '#shared/domain/events.ts';
import { type DayPnl, takeDay } from '#shared/domain/history/daily.ts';
import { type HistoryStep, newHistory, takeEntry, type UsdRate } from '#shared/domain/history/history.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import { PNL_TERMS, type PnlRow, sumPnl } from '#shared/risk/pnl-terms.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { dayPnlRows } from './day-pnl.ts';
import { explainHistory } from './explain-history.ts';
import { columns, type ExportCell, type ExportTable } from './export-table.ts';
import type { ReadHandle } from './handles.ts';
import { isFolded } from './history.ts';
import { importedAccounts, importedEntries } from './imported.ts';
import { entriesAfter } from './queries.ts';
import { usdRates } from './usd-rates.ts';

const POSITION_COLUMNS = columns(
  'position account instrument settlement opened:time closed:time closed_by quantity:exact peak:exact open_cost:exact realised:exact fees:exact rebates:exact funding:exact realised_usd:exact fees_usd:exact funding_usd:exact changes:whole opened_seq:whole closed_seq:whole',
);
const PNL_COLUMNS = columns(
  'day:day account instrument settlement trades:whole realised:exact fees:exact funding:exact net:exact realised_usd:exact fees_usd:exact funding_usd:exact net_usd:exact first_seq:whole last_seq:whole',
);

/** An entry and what it did to positions. */
export interface HistoryEntry {
  readonly entry: JournalEntry;
  readonly step: HistoryStep;
}

/** The journal folded into positions, entry by entry; then what statements tell, in the order in which it happened. */
export function* historyOf(read: ReadHandle, rule: LotRule): Generator<HistoryEntry> {
  const listed = newHistory(rule, (currency, at) => rate(currency, at));
  const rate: UsdRate = usdRates(read, (instrument) => listed.instruments.get(instrument)?.underlying);
  for (const entry of entriesAfter(read, 0)) {
    if (entry.event.type !== 'imported') yield { entry, step: takeEntry(listed, entry) };
  }
  for (const account of importedAccounts(read)) {
    for (const entry of importedEntries(read, account)) yield { entry, step: takeEntry(listed, entry) };
  }
}

function positionRow(one: PositionRecord): readonly ExportCell[] {
  return [
    ...[one.id, one.account, one.instrument, one.settlement, one.openedAt, one.closedAt, one.closedBy],
    ...[one.quantity, one.peak, one.cost, one.realised.amount, one.fees.amount, one.rebates.amount],
    // An unknown figure in dollars is empty, never none.
    ...[one.funding.amount, one.realised.usd, one.fees.usd, one.funding.usd, one.changes, one.openedSeq, one.closedSeq],
  ];
}

function* positionRows(read: ReadHandle, rule: LotRule): Generator<readonly ExportCell[]> {
  const records = new Map<string, PositionRecord>();
  for (const { step } of historyOf(read, rule)) for (const one of step.positions) records.set(one.id, one);
  for (const one of records.values()) yield positionRow(one);
}

/** Positions from flat to flat, in the order in which they were opened. Needs memory for one line of each. */
export function positionsTable(read: ReadHandle, rule: LotRule): ExportTable {
  return { columns: POSITION_COLUMNS, rows: positionRows(read, rule) };
}

/** Booked P&L by day, account and instrument, in that order, from every entry of the journal. */
export function dayPnl(read: ReadHandle, rule: LotRule): readonly DayPnl[] {
  const days = new Map<string, DayPnl>();
  for (const { step } of historyOf(read, rule)) for (const one of step.changes) takeDay(days, one);
  return [...days.values()].sort((a, b) => a.day - b.day || (textOf(a) < textOf(b) ? -1 : 1));
}

function textOf({ account, instrument }: DayPnl): string {
  return `${account}\u0000${instrument}`;
}

function* pnlRows(read: ReadHandle, rule: LotRule): Generator<readonly ExportCell[]> {
  // Where the journal was folded by this rule already, its sums are read.
  for (const one of isFolded(read, rule) ? dayPnlRows(read) : dayPnl(read, rule)) {
    yield [
      ...[one.day, one.account, one.instrument, one.settlement, one.trades],
      ...[one.realised.amount, one.fees.amount, one.funding.amount, one.net.amount],
      ...[one.realised.usd, one.fees.usd, one.funding.usd, one.net.usd, one.firstSeq, one.lastSeq],
    ];
  }
}

export function pnlTable(read: ReadHandle, rule: LotRule): ExportTable {
  return { columns: PNL_COLUMNS, rows: pnlRows(read, rule) };
}

const EXPLAIN_COLUMNS = columns(
  `day account instrument ${PNL_TERMS.map((one) => `${one}:figure`).join(' ')} total:figure`,
);

function* explainRows(
  read: ReadHandle,
  every: DurationMs,
  excluded: (why: string) => void,
): Generator<readonly ExportCell[]> {
  const rows: PnlRow[] = [];
  const told = new Set<string>();
  for (const step of explainHistory(read, every)) {
    rows.push(...step.rows);
    for (const one of step.excluded) told.add(`${one.key} in ${one.account}: ${one.why}`);
  }
  for (const why of told) excluded(why);
  for (const { key, terms, total } of sumPnl(rows, 'day and position')) {
    const [day = '', account = '', instrument = ''] = key.split('|');
    yield [day, account, instrument, ...PNL_TERMS.map((name) => terms[name]), total];
  }
}

/**
 * Why the money moved, USD, by day and position (cash in coin stands as "cash:BTC"), from steps of `every` of venue time.
 * `excluded` hears of what could not be valued, once each.
 */
export function explainTable(read: ReadHandle, every: DurationMs, excluded: (why: string) => void): ExportTable {
  return { columns: EXPLAIN_COLUMNS, rows: explainRows(read, every, excluded) };
}
