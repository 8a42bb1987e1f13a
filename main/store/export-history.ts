import type { JournalEntry } from '#shared/domain/events.ts';
import { type DayPnl, takeDay } from '#shared/domain/history/daily.ts';
import { type HistoryStep, newHistory, takeEntry, type UsdRate } from '#shared/domain/history/history.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { Money } from '#shared/domain/history/money.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import { PNL_TERMS, type PnlRow, sumPnl } from '#shared/risk/pnl-terms.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { cell, time } from './csv-cell.ts';
import { explainHistory } from './explain-history.ts';
import type { ReadHandle } from './handles.ts';
import { importedAccounts, importedEntries } from './imported.ts';
import { entriesAfter } from './queries.ts';
import { usdRates } from './usd-rates.ts';

const POSITIONS_HEADER =
  'position,account,instrument,settlement,opened,closed,closed_by,quantity,peak,open_cost,realised,fees,rebates,funding,realised_usd,fees_usd,funding_usd,changes,opened_seq,closed_seq';
const PNL_HEADER =
  'day,account,instrument,settlement,trades,realised,fees,funding,net,realised_usd,fees_usd,funding_usd,net_usd,first_seq,last_seq';

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

/** Empty where the rate was not known: an unknown figure is never shown as none. */
function usd({ usd }: Money): string {
  return usd ?? '';
}

function positionLine(one: PositionRecord): string {
  return [
    ...[cell(one.id), cell(one.account), cell(one.instrument), cell(one.settlement), time(one.openedAt)],
    ...[one.closedAt === null ? '' : time(one.closedAt), one.closedBy ?? '', one.quantity, one.peak, one.cost],
    ...[one.realised.amount, one.fees.amount, one.rebates.amount, one.funding.amount],
    ...[usd(one.realised), usd(one.fees), usd(one.funding), one.changes, one.openedSeq, one.closedSeq ?? ''],
  ].join(',');
}

/** Positions from flat to flat, in the order in which they were opened. Needs memory for one line of each. */
export function* positionsCsv(read: ReadHandle, rule: LotRule): Generator<string> {
  const records = new Map<string, PositionRecord>();
  for (const { step } of historyOf(read, rule)) for (const one of step.positions) records.set(one.id, one);
  yield `${POSITIONS_HEADER}\n`;
  for (const one of records.values()) yield `${positionLine(one)}\n`;
}

function pnlLine(one: DayPnl): string {
  return [
    ...[time(one.day).slice(0, 10), cell(one.account), cell(one.instrument), cell(one.settlement), one.trades],
    ...[one.realised.amount, one.fees.amount, one.funding.amount, one.net.amount],
    ...[usd(one.realised), usd(one.fees), usd(one.funding), usd(one.net), one.firstSeq, one.lastSeq],
  ].join(',');
}

/** Booked P&L by day, account and instrument; earlier days first. */
export function* pnlCsv(read: ReadHandle, rule: LotRule): Generator<string> {
  const days = new Map<string, DayPnl>();
  for (const { step } of historyOf(read, rule)) for (const one of step.changes) takeDay(days, one);
  yield `${PNL_HEADER}\n`;
  for (const one of [...days.values()].sort((a, b) => a.day - b.day)) yield `${pnlLine(one)}\n`;
}

const EXPLAIN_HEADER = `day,account,instrument,${PNL_TERMS.join(',')},total`;

/**
 * Why the money moved, USD, by day and position (cash in coin stands as "cash:BTC"), from steps of `every` of venue time.
 * `excluded` hears of what could not be valued, once each.
 */
export function* explainCsv(read: ReadHandle, every: DurationMs, excluded: (why: string) => void): Generator<string> {
  const rows: PnlRow[] = [];
  const told = new Set<string>();
  for (const step of explainHistory(read, every)) {
    rows.push(...step.rows);
    for (const one of step.excluded) told.add(`${one.key} in ${one.account}: ${one.why}`);
  }
  for (const why of told) excluded(why);
  yield `${EXPLAIN_HEADER}\n`;
  for (const { key, terms, total } of sumPnl(rows, 'day and position')) {
    const [day = '', account = '', instrument = ''] = key.split('|');
    const figures = [...PNL_TERMS.map((name) => terms[name]), total].map((usd) => usd.toFixed(6));
    yield `${[day, cell(account), cell(instrument), ...figures].join(',')}\n`;
  }
}
