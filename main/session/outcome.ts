import type { JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { newHistory, takeEntry } from '#shared/domain/history/history.ts';
import { type Money, NO_MONEY, sumOf } from '#shared/domain/history/money.ts';
import type { Exposure } from '#shared/risk/report.ts';
import { type Decimal, decimal, toNumber } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';

/** What a session came to, for two of them to be held side by side. Money in USD at the rates of its time. */
export interface Outcome {
  readonly orders: number;
  readonly denied: number;
  readonly fills: number;
  /** Orders a hedge sent. */
  readonly hedges: number;
  readonly liquidations: number;
  readonly realisedUsd: number | null;
  readonly feesUsd: number | null;
  readonly fundingUsd: number | null;
  /** Of the book at the end. */
  readonly equityUsd: number | null;
  /** Root mean square of the net delta by underlying, coins; what a narrower band brings down. */
  readonly deltaRms: Readonly<Record<string, number>>;
}

function rms(samples: readonly (readonly Exposure[])[]): Record<string, number> {
  const squares = new Map<string, { sum: number; count: number }>();
  for (const exposures of samples) {
    for (const { by, key, delta } of exposures) {
      if (by !== 'underlying' || !Number.isFinite(delta)) continue;
      const one = squares.get(key) ?? { sum: 0, count: 0 };
      squares.set(key, { sum: one.sum + delta * delta, count: one.count + 1 });
    }
  }
  return Object.fromEntries([...squares].map(([key, { sum, count }]) => [key, Math.sqrt(sum / count)]));
}

function usd({ usd }: Money): number | null {
  return usd === null ? null : toNumber(usd);
}

/** Adds up a journal. `deltas`: exposures through the session; `equity`: what the book was worth at the end, NaN where unknown. */
export function outcomeOf(
  entries: Iterable<JournalEntry>,
  deltas: readonly (readonly Exposure[])[],
  equity: number,
): Outcome {
  const rates = new Map<Currency, Decimal>();
  const history = newHistory('average', (currency) => rates.get(currency) ?? null);
  let [realised, fees, funding] = [NO_MONEY, NO_MONEY, NO_MONEY];
  const counts = { orders: 0, denied: 0, fills: 0, hedges: 0, liquidations: 0 };
  const takeFill = (fill: Fill): void => {
    counts.fills += 1;
    if (fill.cause === 'liquidation') counts.liquidations += 1;
    const underlying = history.instruments.get(fill.instrument)?.underlying;
    if (underlying !== undefined) rates.set(underlying, decimal(fill.index));
  };
  for (const entry of entries) {
    const { event } = entry;
    for (const change of takeEntry(history, entry).changes) {
      realised = sumOf(realised, change.realised);
      fees = sumOf(fees, change.fee);
      funding = sumOf(funding, change.funding);
    }
    if (event.type === 'fill') takeFill(event.fill);
    else if (event.type === 'order-intended') {
      counts.orders += 1;
      if (event.order.origin === 'hedge') counts.hedges += 1;
    } else if (event.type === 'order' && event.event.type === 'denied') counts.denied += 1;
  }
  const money = { realisedUsd: usd(realised), feesUsd: usd(fees), fundingUsd: usd(funding) };
  return { ...counts, ...money, equityUsd: Number.isFinite(equity) ? equity : null, deltaRms: rms(deltas) };
}
