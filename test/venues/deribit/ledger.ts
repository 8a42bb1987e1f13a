import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Told } from '#main/venues/paper/exchange.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { nameOf } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

export interface LogRow {
  readonly id: number;
  readonly type: string;
  readonly currency: string;
  readonly timestamp: EpochMs;
}

/** The transaction log, as far as it is more than trades. */
export interface Ledger {
  take(told: readonly Told[]): void;
  /** Newest first, as Deribit gives it. */
  rows(query: { currency: string; type: string | null; from: EpochMs; to: EpochMs }): readonly LogRow[];
}

export function createLedger(): Ledger {
  const rows: LogRow[] = [];

  const delivery = (fill: Fill, id: number): LogRow => {
    const option = /-[CP]$/.test(fill.instrument);
    const paid = -Number(fill.quantity) * Number(fill.price);
    const row = {
      id,
      type: 'delivery',
      currency: fill.feeCurrency,
      timestamp: fill.at,
      instrument_name: nameOf(fill.instrument),
      side: fill.quantity.startsWith('-') ? 'close sell' : 'close buy',
      amount: Math.abs(Number(fill.quantity)),
      position: 0,
      price: option ? Number(fill.index) : Number(fill.price),
      index_price: Number(fill.index),
      cashflow: option ? paid : 0,
      change: (option ? paid : 0) - Number(fill.fee),
      commission: Number(fill.fee),
      interest_pl: null,
    };
    return row;
  };
  return {
    take: (told) => {
      for (const { venue, event } of told) {
        if (venue !== DERIBIT) continue;
        const id = rows.length + 1;
        if (event.type === 'fill' && event.fill.cause === 'settlement') rows.push(delivery(event.fill, id));
        if (event.type !== 'funding') continue;
        const { payment } = event;
        const amount = Number(payment.amount);
        const row = {
          id,
          type: 'settlement',
          currency: payment.currency,
          timestamp: payment.at,
          instrument_name: nameOf(payment.instrument),
          side: 'long',
          change: amount,
          cashflow: amount,
          commission: null,
          interest_pl: amount,
        };
        rows.push(row);
      }
    },
    rows: ({ currency, type, from, to }) =>
      rows
        .filter((one) => one.currency === currency && (type === null || one.type === type))
        .filter((one) => one.timestamp >= from && one.timestamp <= to)
        .reverse(),
  };
}
