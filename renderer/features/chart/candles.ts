import type { Candle, CandleFrame } from '#shared/ipc/frames.ts';
import { MINUTE } from '#shared/units/time.ts';

export interface BarSize {
  readonly ms: number;
  readonly label: string;
}

export const BAR_SIZES: readonly BarSize[] = [
  { ms: MINUTE, label: '1m' },
  { ms: 5 * MINUTE, label: '5m' },
  { ms: 15 * MINUTE, label: '15m' },
  { ms: 60 * MINUTE, label: '1h' },
];

/** Most bars that are kept: more would make every tick of the tail dear (measured in the interface study). */
const MOST_BARS = 5_000;

/** The newest bar of a series and what is known of the finer bars inside it. */
export interface Tail {
  readonly bar: Candle;
  /** Volume of the finer bars that are over, and the finer bar still forming; only when bars are finer than the series. */
  readonly closedVolume: number;
  readonly inner: Candle | null;
}

function tailOf(bar: Candle): Tail {
  return { bar, closedVolume: bar.volume, inner: null };
}

/**
 * The tail after a frame of the forming candle. A frame of the series' own bar size replaces or starts the bar; one of a
 * finer bar is folded into the bar it belongs to. Null: the frame is coarser or older, and says nothing here.
 */
function takeCandle(tail: Tail, frame: Pick<CandleFrame, 'barMs' | 'candle'>, barMs: number): Tail | null {
  const { candle } = frame;
  if (frame.barMs > barMs || barMs % frame.barMs !== 0) return null;
  const opening = Math.floor(candle.time / barMs) * barMs;
  if (opening < tail.bar.time) return null;
  if (frame.barMs === barMs) return { bar: candle, closedVolume: 0, inner: null };
  if (opening > tail.bar.time) {
    return { bar: { ...candle, time: opening }, closedVolume: 0, inner: candle };
  }
  const over = tail.inner !== null && tail.inner.time < candle.time ? tail.inner.volume : 0;
  // Volume of a loaded bar already holds what the first finer frame brings: it counts from the next one on.
  const first = tail.inner === null && tail.closedVolume > 0;
  const closedVolume = first ? Math.max(tail.closedVolume - candle.volume, 0) : tail.closedVolume + over;
  const bar = {
    ...tail.bar,
    high: Math.max(tail.bar.high, candle.high),
    low: Math.min(tail.bar.low, candle.low),
    close: candle.close,
    volume: closedVolume + candle.volume,
  };
  return { bar, closedVolume, inner: candle };
}

/** Bars cut to whole candles in ascending time without repeats, at most {@link MOST_BARS}, the newest kept. */
export function cleanCandles(candles: readonly Candle[]): readonly Candle[] {
  const sorted = candles
    .filter((one) => [one.time, one.open, one.high, one.low, one.close].every(Number.isFinite))
    .sort((a, b) => a.time - b.time);
  return sorted.filter((one, index) => sorted[index + 1]?.time !== one.time).slice(-MOST_BARS);
}

/** A loaded series as it grows: the last candle is the one forming. */
export interface Series {
  readonly candles: readonly Candle[];
  readonly tail: Tail;
}

/** A loaded series; null when it is empty. */
export function seriesOf(candles: readonly Candle[]): Series | null {
  const newest = candles.at(-1);
  return newest === undefined ? null : { candles, tail: tailOf(newest) };
}

/** The series after a frame; the same object where the frame says nothing here. */
export function growSeries(series: Series, frame: Pick<CandleFrame, 'barMs' | 'candle'>, barMs: number): Series {
  const tail = takeCandle(series.tail, frame, barMs);
  if (tail === null) return series;
  const closed = tail.bar.time > series.tail.bar.time ? series.candles : series.candles.slice(0, -1);
  return { candles: [...closed, tail.bar].slice(-MOST_BARS), tail };
}

/** True when whole bars passed between the series and a frame: a fast tape leaves some out, and they have to be loaded. */
export function leavesGap(series: Series, frame: Pick<CandleFrame, 'candle'>, barMs: number): boolean {
  return frame.candle.time - series.tail.bar.time >= 2 * barMs;
}
