import type { JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import { isAtPar, type Money, opposite } from '#shared/domain/history/money.ts';
import type { PositionChange } from '#shared/domain/history/record.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { type CashCause, type CashMovement, factKey } from '#shared/domain/statement.ts';
import { absolute, type Decimal, decimal, isZero, multiply, type Price, sign } from '#shared/units/decimal.ts';
import type { Currency, InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type HistoryEntry, historyOf } from './export-history.ts';
import type { ExportCell, ExportColumn, ExportTable } from './export-table.ts';
import type { ReadHandle } from './handles.ts';

/** The columns of Koinly's universal template (support.koinly.io, article 9489976). */
const COLUMNS: readonly ExportColumn[] = [
  ...['Date', 'Sent Amount', 'Sent Currency', 'Received Amount', 'Received Currency', 'Fee Amount', 'Fee Currency'],
  ...['Net Worth Amount', 'Net Worth Currency', 'Label', 'Description', 'TxHash'],
].map((name) => ({ name, kind: name.endsWith('Amount') ? 'exact' : 'text' }));

interface Leg {
  readonly amount: Decimal;
  readonly currency: Currency;
}

interface TaxRow {
  readonly at: EpochMs;
  readonly sent: Leg | null;
  readonly received: Leg | null;
  readonly fee: Leg | null;
  readonly usd: Decimal | null;
  /** Koinly's tags for its CSV (support.koinly.io, article 9490023). */
  readonly label: 'realized gain' | 'cost' | 'reward' | 'lending interest' | 'loan fee' | 'cashback' | '';
  readonly description: string;
  readonly trade: string;
}

function leg(one: Leg | null): readonly ExportCell[] {
  return one === null ? [null, null] : [one.amount, one.currency];
}

function rowOf(row: TaxRow): readonly ExportCell[] {
  const date = `${new Date(row.at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const worth = row.usd === null ? [null, null] : [row.usd, 'USD'];
  const legs = [...leg(row.sent), ...leg(row.received), ...leg(row.fee), ...worth];
  return [date, ...legs, row.label, row.description, row.trade];
}

/** A gain is received, a loss is sent: Koinly's way with everything that is only settled, never delivered. */
function outcome(
  change: Pick<PositionChange, 'at' | 'settlement'>,
  what: Money,
  text: Pick<TaxRow, 'label' | 'description' | 'trade'>,
  currency: Currency = change.settlement,
): TaxRow {
  const one = { amount: absolute(what.amount), currency };
  const gain = sign(what.amount) > 0;
  const usd = what.usd === null ? null : absolute(what.usd);
  return { at: change.at, sent: gain ? null : one, received: gain ? one : null, fee: null, usd, ...text };
}

function changeRows(change: PositionChange, trade: string): readonly TaxRow[] {
  const { realised, fee, funding, kind, instrument, seq } = change;
  const about = (what: string): string => `${what} ${instrument} (journal ${seq})`;
  const rows: TaxRow[] = [];
  if (!isZero(realised.amount)) {
    rows.push(outcome(change, realised, { label: 'realized gain', description: about(kind), trade }));
  }
  if (!isZero(funding.amount)) {
    rows.push(outcome(change, funding, { label: 'realized gain', description: about('funding'), trade }));
  }
  if (!isZero(fee.amount)) {
    const rebate = sign(fee.amount) < 0;
    const text = { label: rebate ? 'reward' : 'cost', description: about(rebate ? 'rebate' : 'fee'), trade } as const;
    rows.push(outcome(change, opposite(fee), text, change.feeCurrency));
  }
  return rows;
}

/** Spot is a real exchange of two currencies. */
function spotRow(fill: Fill, instrument: Instrument, seq: number): TaxRow {
  const bought = sign(fill.quantity) > 0;
  const coin = { amount: absolute(fill.quantity), currency: instrument.underlying };
  const money = { amount: multiply(absolute(fill.quantity), fill.price), currency: instrument.quote };
  const [sent, received] = bought ? [money, coin] : [coin, money];
  const fee = isZero(fill.fee) ? null : { amount: fill.fee, currency: fill.feeCurrency };
  const usd = multiply(coin.amount, fill.index);
  const description = `${bought ? 'buy' : 'sell'} ${instrument.id} (journal ${seq})`;
  return { at: fill.at, sent, received, fee, usd, label: '', description, trade: fill.trade };
}

const PAR = decimal('1');

const CASH_LABELS: Readonly<Record<CashCause, readonly [received: TaxRow['label'], sent: TaxRow['label']]>> = {
  deposit: ['', ''],
  withdrawal: ['', ''],
  interest: ['lending interest', 'loan fee'],
  fee: ['cashback', 'cost'],
  gas: ['cashback', 'cost'],
  rebate: ['cashback', 'cost'],
  penalty: ['cashback', 'cost'],
  reward: ['reward', 'cost'],
  'lp-fee': ['reward', 'cost'],
};

/** Cash of a statement that belongs to no position. */
function cashRow({ at, currency, amount, cause, id }: CashMovement, index: Price | null, seq: number): TaxRow {
  const received = sign(amount) > 0;
  const rate = isAtPar(currency) ? PAR : index;
  const what: Money = { amount, usd: rate === null ? null : multiply(amount, rate) };
  const label = CASH_LABELS[cause][received ? 0 : 1];
  return outcome({ at, settlement: currency }, what, { label, description: `${cause} (journal ${seq})`, trade: id });
}

function fillOf({ event }: JournalEntry): Fill | null {
  if (event.type === 'fill') return event.fill;
  return event.type === 'imported' && event.fact.type === 'fill' ? event.fact.fill : null;
}

function tradeOf({ event }: JournalEntry): string {
  if (event.type === 'imported') return factKey(event.fact).replace(/^\w+\|/, '');
  if (event.type === 'fill') return event.fill.trade;
  return event.type === 'funding' ? event.payment.id : '';
}

function listedBy({ event }: JournalEntry): readonly Instrument[] {
  if (event.type === 'statement') return event.statement.instruments;
  return event.type === 'instruments-listed' ? event.instruments : [];
}

function* rowsOf({ entry, step }: HistoryEntry, instruments: Map<InstrumentId, Instrument>): Generator<TaxRow> {
  for (const one of listedBy(entry)) instruments.set(one.id, one);
  for (const change of step.changes) yield* changeRows(change, tradeOf(entry));
  const fill = fillOf(entry);
  const spot = fill === null ? undefined : instruments.get(fill.instrument);
  if (fill !== null && spot?.kind === 'spot') yield spotRow(fill, spot, entry.seq);
  const { event, seq } = entry;
  if (event.type !== 'imported' || event.fact.type !== 'cash' || step.changes.length > 0) return;
  yield cashRow(event.fact.cash, event.fact.index, seq);
}

function* taxRows(read: ReadHandle, rule: LotRule): Generator<readonly ExportCell[]> {
  const instruments = new Map<InstrumentId, Instrument>();
  for (const one of historyOf(read, rule)) for (const row of rowsOf(one, instruments)) yield rowOf(row);
}

/** Taxable events in Koinly's universal format: realised profits, funding, fees, rebates, exchanges of coins, cash. */
export function taxTable(read: ReadHandle, rule: LotRule): ExportTable {
  return { columns: COLUMNS, rows: taxRows(read, rule) };
}
