import type { BacktestFile } from '#shared/ipc/backtest-file.ts';
import { type EpochMs, HOUR, isoSeconds } from '#shared/units/time.ts';
import { chosenRows } from './prices.ts';
import { timeOf } from './row-times.ts';
import { RowReader } from './source-rows.ts';

const PERIOD_HOURS = 8;
const PERCENT = 100;

/** Values at times, each in force from its time to the next one's: nothing is known before it was published. */
export interface StepSeries {
  readonly at: Float64Array;
  readonly value: Float64Array;
}

/** The value in force at a time; null before the first. */
export function inForce(series: StepSeries, at: EpochMs): number | null {
  let [low, high] = [0, series.at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((series.at[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (series.value[low - 1] ?? null);
}

interface NumberSource {
  readonly file: string;
  readonly time: BacktestFile['market']['prices']['time'];
  readonly where: Readonly<Record<string, string>>;
}

async function readSteps(
  path: string,
  source: NumberSource,
  column: string,
  bounds: { readonly expected: string; readonly least: number; readonly most: number; readonly scale: number },
): Promise<StepSeries> {
  const reader = new RowReader(source.file);
  const rows: { readonly at: EpochMs; readonly value: number }[] = [];
  for await (const row of chosenRows(path, source, [source.time.column, column])) {
    const at = timeOf(reader, row, source.time);
    const value = reader.number(row, column, bounds.expected, bounds.least, bounds.most);
    const last = rows.at(-1);
    if (last !== undefined && at <= last.at)
      reader.wrong(
        row,
        source.time.column,
        `a time after ${isoSeconds(last.at)}, that of the row before`,
        row.value(source.time.column),
      );
    rows.push({ at, value: value * bounds.scale });
  }
  reader.faults.settle();
  return { at: Float64Array.from(rows, (one) => one.at), value: Float64Array.from(rows, (one) => one.value) };
}

/** Funding as fractions per 8 hours, longs pay. */
export function readFunding(path: string, source: NonNullable<BacktestFile['market']['funding']>): Promise<StepSeries> {
  const scale = PERIOD_HOURS / source.hours;
  const expected = 'a funding rate as a fraction of notional, between -0.1 and 0.1';
  return readSteps(path, source, source.columns.rate, { expected, least: -0.1, most: 0.1, scale });
}

/** A vol index (30 days, at the money) as fractions per √year. */
export function readVols(
  path: string,
  source: Extract<BacktestFile['market']['vols'], { kind: 'series' }>,
): Promise<StepSeries> {
  const [most, scale] = source.unit === 'percent' ? [1000, 1 / PERCENT] : [10, 1];
  const expected = `a vol in ${source.unit}, above 0 and at most ${most}`;
  return readSteps(path, source, source.columns.vol, { expected, least: Number.MIN_VALUE, most, scale });
}

/** The longest time between two values, or to the end of the span, hours: told with a run, for a stale vol is a choice. */
export function longestGapHours({ at }: StepSeries, to: EpochMs): number {
  let longest = 0;
  for (let k = 0; k < at.length; k++) longest = Math.max(longest, (at[k + 1] ?? to) - (at[k] ?? to));
  return longest / HOUR;
}
