import type { JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import { type Money, opposite } from '#shared/domain/history/money.ts';
import type { PositionChange } from '#shared/domain/history/record.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { absolute, type Decimal, isZero, multiply, sign } from '#shared/units/decimal.ts';
import type { Currency, InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { cell } from './csv-cell.ts';
import { type HistoryEntry, historyOf } from './export-history.ts';
import type { ReadHandle } from './handles.ts';

/** The columns of Koinly's universal template (support.koinly.io, article 9489976). */
const TAX_HEADER =
  'Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,Net Worth Currency,Label,Description,TxHash';

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
  readonly label: 'realized gain' | 'cost' | 'reward' | '';
  readonly description: string;
  readonly trade: string;
}

function leg(one: Leg | null): readonly string[] {
  return one === null ? ['', ''] : [one.amount, cell(one.currency)];
}

function lineOf(row: TaxRow): string {
  const date = `${new Date(row.at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const worth = row.usd === null ? ['', ''] : [row.usd, 'USD'];
  const legs = [...leg(row.sent), ...leg(row.received), ...leg(row.fee), ...worth];
  return [date, ...legs, row.label, cell(row.description), cell(row.trade)].join(',');
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

function tradeOf({ event }: JournalEntry): string {
  if (event.type === 'fill') return event.fill.trade;
  return event.type === 'funding' ? event.payment.id : '';
}

function* rowsOf({ entry, step }: HistoryEntry, instruments: Map<InstrumentId, Instrument>): Generator<TaxRow> {
  const { event, seq } = entry;
  if (event.type === 'instruments-listed') for (const one of event.instruments) instruments.set(one.id, one);
  for (const change of step.changes) yield* changeRows(change, tradeOf(entry));
  const spot = event.type === 'fill' ? instruments.get(event.fill.instrument) : undefined;
  if (event.type === 'fill' && spot?.kind === 'spot') yield spotRow(event.fill, spot, seq);
}

/** Taxable events in Koinly's universal format: realised profits, funding, fees, rebates and exchanges of coins. */
export function* taxCsv(read: ReadHandle, rule: LotRule): Generator<string> {
  const instruments = new Map<InstrumentId, Instrument>();
  yield `${TAX_HEADER}\n`;
  for (const one of historyOf(read, rule)) for (const row of rowsOf(one, instruments)) yield `${lineOf(row)}\n`;
}
