import type { Notice } from '#main/engine/notices.ts';
import type { Book } from '#shared/domain/book.ts';
import type { StepState, TakenStep } from '#shared/domain/chain-step.ts';
import { expiryOf, quantityUnit } from '#shared/domain/instrument.ts';
import type { Frame, LogLine, RowIdentity } from '#shared/ipc/frames.ts';
import type { RiskReport, RowKey } from '#shared/risk/report.ts';
import { placesOf } from '#shared/units/decimal.ts';
import { rowKey } from './day-base.ts';

const COIN_DECIMALS = 4;
const DOLLAR_DECIMALS = 2;

function identityOf(row: RowKey, book: Book): RowIdentity {
  const key = rowKey(row);
  const instrument = row.instrument === null ? undefined : book.instruments.get(row.instrument);
  if (!instrument) {
    const decimals = row.currency === 'USDC' ? DOLLAR_DECIMALS : COIN_DECIMALS;
    return {
      key, account: row.account, venue: row.venue, instrument: null, name: `${row.currency} cash`, kind: 'cash',
      underlying: row.underlying, settlement: row.currency, expiry: null, strike: null, right: null,
      priceDecimals: DOLLAR_DECIMALS, quantityDecimals: decimals, quantityUnit: row.currency,
    }; // biome-ignore format: one glance
  }
  return {
    key,
    account: row.account,
    venue: row.venue,
    instrument: instrument.id,
    name: instrument.name,
    kind: instrument.kind,
    underlying: instrument.underlying,
    settlement: instrument.settlement,
    expiry: expiryOf(instrument),
    strike: 'strike' in instrument ? Number(instrument.strike) : null,
    right: 'right' in instrument ? instrument.right : null,
    priceDecimals: placesOf(instrument.tick),
    quantityDecimals: placesOf(instrument.lot),
    quantityUnit: quantityUnit(instrument),
  };
}

/** A report as frames: the directory only when rows came or went, the cells as one block, the rest as it is. */
export class ReportProjector {
  #keys = '';
  #directory = 0;

  frames(report: RiskReport, book: Book, whole = false): readonly Frame[] {
    const { positions, ...rest } = report;
    const keys = positions.rows.map(rowKey).join('\n');
    const changed = keys !== this.#keys;
    if (changed) {
      this.#keys = keys;
      this.#directory += 1;
    }
    const rows = positions.rows.length;
    const frames: Frame[] = [
      { kind: 'positions', directory: this.#directory, rows, at: report.computedAt, cells: positions.cells },
      { kind: 'risk', ...rest },
    ];
    if (changed || whole) {
      const identities = positions.rows.map((row) => identityOf(row, book));
      frames.unshift({ kind: 'directory', directory: this.#directory, rows: identities });
    }
    return frames;
  }
}

type Lines = readonly Omit<LogLine, 'at'>[];
type Teller<T extends Notice['type']> = (notice: Extract<Notice, { type: T }>) => Lines;

function one(severity: LogLine['severity'], code: string, text: string): Lines {
  return [{ severity, code, text }];
}

const NOTEWORTHY: ReadonlySet<string> = new Set(['DENIED', 'REJECTED', 'UNKNOWN', 'CANCELLED']);

const STEP_SEVERITY: Readonly<Record<StepState, LogLine['severity']>> = {
  sent: 'note',
  done: 'note',
  denied: 'watch',
  failed: 'watch',
  unknown: 'critical',
};

/** "mint at uniswap, c214: done (approve … confirmed; open a range … confirmed)": each transaction with its own outcome. */
function stepText({ id, step, state, legs, reason }: TakenStep): string {
  const told = legs.map((leg) => `${leg.about} ${leg.state.toLowerCase()}`).join('; ');
  const why = reason === null ? '' : `: ${reason.message}`;
  return `${step.action} at ${step.venue}, ${id}: ${state}${told === '' ? '' : ` (${told})`}${why}`;
}

/** What the log says of a notice; kinds that are missing are not worth a line. */
const TELLERS: { readonly [T in Notice['type']]?: Teller<T> } = {
  'margin-alert': ({ severity, text }) => one(severity === 'ok' ? 'note' : severity, 'margin', text),
  transfer: ({ transfer: { from, to, currency, quantity, state } }) =>
    one(
      state === 'unknown' ? 'critical' : state === 'rejected' || state === 'denied' ? 'watch' : 'note',
      'transfer',
      `${quantity} ${currency} from ${from} to ${to}: ${state}`,
    ),
  'chain-step': ({ taken }) => one(STEP_SEVERITY[taken.state], 'step', stepText(taken)),
  alarm: ({ alarm }) => one('critical', alarm.code, alarm.message),
  'trading-state': ({ status }) =>
    one(status.state === 'ACTIVE' ? 'note' : 'watch', 'trading', `${status.state}: ${status.reason.message}`),
  'key-state': ({ status }) => one('note', 'keys', `${status.state}: ${status.reason.message}`),
  reconciled: ({ venue, complete, differences, unknownResolved }) =>
    one(
      differences > 0 || !complete ? 'watch' : 'note',
      'reconciled',
      `${venue}: ${complete ? `${differences} differences, ${unknownResolved} unknown orders settled` : 'report incomplete'}`,
    ),
  order: ({ order }) =>
    order.reason && NOTEWORTHY.has(order.state)
      ? one(
          order.state === 'CANCELLED' ? 'note' : 'critical',
          order.reason.code,
          `${order.state.toLowerCase()}: ${order.reason.message}`,
        )
      : [],
  'parent-order': ({ parent: { id, state, schedule, request, reason } }) =>
    state === 'ended' && reason !== null
      ? one(
          reason.code === 'parent-filled' ? 'note' : 'watch',
          reason.code,
          `${schedule.kind} ${id}, ${request.side} ${request.quantity} ${request.instrument}: ${reason.message}`,
        )
      : [],
  fill: ({ fill }) =>
    fill.cause === 'order'
      ? []
      : one('critical', fill.cause, `${fill.cause} of ${fill.quantity} ${fill.instrument} at ${fill.price}`),
  automation: ({ automation: { rule, act, why } }) =>
    act === 'wait'
      ? []
      : one(act === 'log' || act === 'stage' ? 'note' : 'watch', rule.controller, `${rule.underlying} ${act}: ${why}`),
  unstaged: ({ reason }) => one('note', reason.code, reason.message),
  journal: ({ fault }) => (fault ? one('critical', fault.code, fault.message) : []),
};

/** Lines of the log panel that a notice is worth; most are worth none. */
export function logLines(notice: Notice, at: number): readonly LogLine[] {
  const teller: ((notice: never) => Lines) | undefined = TELLERS[notice.type];
  return (teller?.(notice as never) ?? []).map((line) => ({ at, ...line }));
}
