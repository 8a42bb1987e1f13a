import type { ReviewRun } from '#shared/ipc/review.ts';
import { drawdowns } from '#shared/risk/performance.ts';
import { rowAt } from '#shared/risk/run-explained.ts';
import type { RunLogLine } from '#shared/risk/run-samples.ts';

/** One curve of the timeline with its own scale; `other` is the run it is compared with, at the same times. */
export interface Lane {
  readonly name: string;
  readonly unit: string;
  readonly decimals: number;
  readonly values: Float64Array;
  readonly other: Float64Array | null;
  /** Share of the height. */
  readonly weight: number;
}

/** Values of one record at the times of another: each in force until the next. */
export function atTimesOf(at: Float64Array, other: Float64Array, values: Float64Array): Float64Array {
  return at.map((time) => values[rowAt(other, time)] ?? Number.NaN);
}

function pnl(run: ReviewRun): Float64Array {
  const { equityUsd } = run.samples;
  const start = equityUsd[0] ?? 0;
  return equityUsd.map((one) => one - start);
}

type Of = (run: ReviewRun) => Float64Array;

const LANES: readonly (Omit<Lane, 'values' | 'other'> & { readonly of: Of })[] = [
  { name: 'Price', unit: 'USD', decimals: 2, weight: 3, of: (run) => run.samples.spot },
  { name: 'P&L', unit: 'USD', decimals: 0, weight: 3, of: pnl },
  { name: 'Drawdown', unit: 'USD', decimals: 0, weight: 2, of: (run) => drawdowns(run.samples.equityUsd) },
  { name: 'Delta', unit: 'coins', decimals: 3, weight: 2, of: (run) => run.samples.delta },
  { name: 'Gamma', unit: 'coins per 1,000 USD', decimals: 3, weight: 1, of: (run) => run.samples.gamma.map((g) => 1_000 * g) },
  { name: 'Vega', unit: 'USD per vol point', decimals: 0, weight: 1, of: (run) => run.samples.vega },
  { name: 'Margin used', unit: '%', decimals: 1, weight: 1, of: (run) => run.samples.marginRatio.map((m) => 100 * m) },
]; // biome-ignore format: a table

/** The timeline's curves, over the times of `run`. */
export function lanesOf(run: ReviewRun, other: ReviewRun | null): readonly Lane[] {
  const { at } = run.samples;
  return LANES.map(({ of, ...lane }) => ({
    ...lane,
    values: of(run),
    other: other === null ? null : atTimesOf(at, other.samples.at, of(other)),
  }));
}

/** Kinds of lines that are trades: what Shift with an arrow key goes to. */
const TRADES: ReadonlySet<RunLogLine['kind']> = new Set(['fill', 'liquidation', 'settlement']);

/** Index of the line before or after a place in the log; null where there is none. */
export function stepLine(log: readonly RunLogLine[], from: number, step: 1 | -1, tradesOnly: boolean): number | null {
  for (let line = from + step; line >= 0 && line < log.length; line += step) {
    const kind = log[line]?.kind;
    if (kind !== undefined && (!tradesOnly || TRADES.has(kind))) return line;
  }
  return null;
}

/** The last line at or before a time; −1 before the first. */
export function lineAt(log: readonly RunLogLine[], time: number): number {
  let found = -1;
  for (const [line, { at }] of log.entries()) if (at <= time) found = line;
  return found;
}
