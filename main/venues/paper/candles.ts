import type { EpochMs } from '#shared/units/time.ts';
import { type TapePath, TICK_MS } from './path.ts';
import type { Tape } from './tape.ts';

/** One candle; `time` is its opening. USD per coin, volume in coins. */
export interface Candle {
  readonly time: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Candles that are made at most, the latest ones. */
const MOST = 5000;

/** From the tape's own bars where the candle is made of whole ones that are over. */
function fromBars(tape: Tape, time: EpochMs, end: EpochMs): Candle | null {
  const first = (time - tape.from) / tape.barMs;
  const count = (end - time) / tape.barMs;
  if (!Number.isInteger(first) || !Number.isInteger(count)) return null;
  const bars = tape.bars.slice(first, first + count);
  const [open, close] = [bars[0]?.open, bars.at(-1)?.close];
  if (open === undefined || close === undefined) return null;
  return {
    time,
    open,
    high: Math.max(...bars.map((bar) => bar.high)),
    low: Math.min(...bars.map((bar) => bar.low)),
    close,
    volume: bars.reduce((sum, bar) => sum + bar.volume, 0),
  };
}

function fromTicks(path: TapePath, time: EpochMs, end: EpochMs): Candle {
  const open = path.index(time);
  let [high, low, close, volume] = [open, open, open, 0];
  for (let at = time; at < end; at += TICK_MS) {
    close = path.index(at);
    high = Math.max(high, close);
    low = Math.min(low, close);
    volume += path.volume(at);
  }
  return { time, open, high, low, close, volume };
}

/**
 * Candles of `barMs` from the tape's first bar to `until`, the one in progress last. Nothing after `until` shows in
 * them. `barMs`: whole seconds; candles open at multiples of it.
 */
export function candlesUntil(tape: Tape, path: TapePath, barMs: number, until: EpochMs): Candle[] {
  const seen = Math.min(Math.floor(until / TICK_MS) * TICK_MS + TICK_MS, tape.to);
  const last = Math.floor((seen - TICK_MS) / barMs) * barMs;
  const first = Math.max(Math.ceil(tape.from / barMs) * barMs, last - (MOST - 1) * barMs);
  const candles: Candle[] = [];
  for (let time = first; time <= last; time += barMs) {
    const end = Math.min(time + barMs, seen);
    candles.push(fromBars(tape, time, end) ?? fromTicks(path, time, end));
  }
  return candles;
}
