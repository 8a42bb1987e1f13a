import type { Bar } from '#main/venues/paper/tape.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, HOUR, isoSeconds, SECOND } from '#shared/units/time.ts';
import type { RowFault, RowFaults } from './row-faults.ts';

/** A bar and the line it stood on. */
export interface PlacedBar extends Bar {
  readonly line: number;
  /** When it opens. */
  readonly at: EpochMs;
}

/** Bars without a gap from `from` on. */
export interface BarSeries {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly barMs: DurationMs;
  readonly bars: readonly Bar[];
  /** What was mended, in words. */
  readonly notes: readonly string[];
}

/** What a run needs of the bars, and whether faults are mended. */
export interface BarWish {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly barMs: DurationMs;
  readonly mend: boolean;
}

/** Market data looks back this far for premium and basis; bars from before the start are history. */
export const HISTORY: DurationMs = 6 * HOUR;

function sameBar(a: Bar, b: Bar): boolean {
  return a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;
}

function notePrices(bar: PlacedBar, faults: RowFaults): void {
  const { line, open, high, low, close } = bar;
  if (high < low) faults.add({ line, field: 'high', expected: `at least low (${low})`, was: String(high) });
  for (const [field, price] of [['open', open], ['close', close]] as const) {
    if (price > high || price < low)
      faults.add({ line, field, expected: `between low ${low} and high ${high}`, was: String(price) });
  } // biome-ignore format: pairs
}

/** What is wrong with a bar after the one before it; null where nothing is. */
function placeFault(bar: PlacedBar, last: PlacedBar | undefined, barMs: DurationMs): RowFault | null {
  const wrong = (expected: string): RowFault => {
    return { line: bar.line, field: 'time', expected, was: new Date(bar.at).toISOString() };
  };
  if (bar.at % barMs !== 0) return wrong(`a multiple of ${barMs / SECOND} s (is the time zone right?)`);
  if (last === undefined || bar.at > last.at) return null;
  const what = bar.at === last.at ? 'a time that did not stand there before' : 'times going up';
  return wrong(`${what} (after line ${last.line})`);
}

/** Bars in the order of their times, each once; what is out of order or twice is named, or mended and counted. */
function inOrder(
  placed: readonly PlacedBar[],
  { barMs, mend }: BarWish,
  faults: RowFaults,
  notes: string[],
): PlacedBar[] {
  const sorted = mend ? placed.toSorted((a, b) => a.at - b.at || a.line - b.line) : placed;
  if (sorted.some((one, k) => one !== placed[k])) notes.push('rows were out of order and have been sorted');
  const kept: PlacedBar[] = [];
  let equal = 0;
  for (const bar of sorted) {
    const last = kept.at(-1);
    const found = placeFault(bar, last, barMs);
    if (found === null) kept.push(bar);
    else if (mend && last !== undefined && bar.at === last.at && sameBar(bar, last)) equal += 1;
    else faults.add(found);
  }
  if (equal > 0) notes.push(`${equal} rows stood there twice and were taken once`);
  return kept;
}

/** Fills gaps with the last close, or names them. */
function filled(bars: readonly PlacedBar[], { barMs, mend }: BarWish, faults: RowFaults, notes: string[]): Bar[] {
  const whole: Bar[] = [];
  let carried = 0;
  for (const [k, bar] of bars.entries()) {
    const last = bars[k - 1] ?? bar;
    const missing = Math.max(Math.round((bar.at - last.at) / barMs) - 1, 0);
    const gap = `${missing} missing after ${isoSeconds(last.at)}`;
    if (missing > 0 && mend) notes.push(`bars carry the close ${last.close}: ${gap}`);
    else if (missing > 0) faults.add({ line: bar.line, field: 'time', expected: 'bars without a gap', was: gap });
    carried += missing;
    const { open, high, low, close, volume } = bar;
    const flat = { open: last.close, high: last.close, low: last.close, close: last.close, volume: 0 };
    if (mend) for (let n = 0; n < missing; n++) whole.push(flat);
    whole.push({ open, high, low, close, volume });
  }
  if (carried * 4 > whole.length * 3)
    throw new FaultError(fault('mostly-gaps', `${faults.file}: most bars are missing: ${carried} of ${whole.length}`));
  return whole;
}

/**
 * Puts rows together to bars over the span that is wanted. Prices that contradict one another, times off the grid, rows
 * out of order, duplicates and gaps are named line by line in one fault, and nothing is taken; mended are only equal
 * duplicates, the order and gaps, and each is noted.
 */
export function barSeries(placed: readonly PlacedBar[], wish: BarWish, faults: RowFaults): BarSeries {
  const { from, to, barMs } = wish;
  const notes: string[] = [];
  for (const bar of placed) notePrices(bar, faults);
  const ordered = inOrder(placed, wish, faults, notes);
  const first = Math.floor((from - HISTORY) / barMs) * barMs;
  const wanted = ordered.filter(({ at }) => at >= first && at < to);
  const bars = filled(wanted, wish, faults, notes);
  faults.settle();
  const [opens, ends] = [wanted[0]?.at ?? Number.NaN, (wanted.at(-1)?.at ?? Number.NaN) + barMs];
  if (opens <= from && ends >= to) return { from: opens, to: opens + bars.length * barMs, barMs, bars, notes };
  const span =
    ordered.length === 0 ? 'no rows' : `${isoSeconds(ordered[0]!.at)} to ${isoSeconds(ordered.at(-1)!.at + barMs)}`;
  const message = `${faults.file}: expected prices from ${isoSeconds(from)} to ${isoSeconds(to)}, was ${span}`;
  throw new FaultError(fault('span', message, { file: faults.file }));
}
