import type { Candle, CandleFrame } from '#shared/ipc/frames.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';

/** Minutes kept of each underlying: more than a chart shows. */
const KEPT = 5_000;

/** Two neighbours as one candle that opens at `time`. */
function joined(time: EpochMs, first: Candle, then: Candle): Candle {
  return {
    time,
    open: first.open,
    high: Math.max(first.high, then.high),
    low: Math.min(first.low, then.low),
    close: then.close,
    volume: first.volume + then.volume,
  };
}

/** One-minute candles of each underlying from its index, the forming one last. On a tape the history is the tape's. */
export class CandleTracker {
  readonly #minutes = new Map<UnderlyingId, Candle[]>();

  take(underlying: UnderlyingId, index: number, at: EpochMs): Omit<CandleFrame, 'kind'> {
    const time = Math.floor(at / MINUTE) * MINUTE;
    const minutes = this.#minutes.get(underlying) ?? [];
    this.#minutes.set(underlying, minutes);
    const last = minutes.at(-1);
    const open = last?.close ?? index;
    const [high, low] = [Math.max(open, index), Math.min(open, index)];
    const now: Candle = { time, open, high, low, close: index, volume: 0 };
    const candle = last?.time === time ? joined(time, last, now) : now;
    if (last?.time === time) minutes.pop();
    minutes.push(candle);
    if (minutes.length > KEPT) minutes.shift();
    return { underlying, barMs: MINUTE, candle };
  }

  /** Candles of `barMs`, whole minutes, since the tracker began; none for an underlying it has not seen. */
  bars(underlying: UnderlyingId, barMs: DurationMs): readonly Candle[] {
    const bars: Candle[] = [];
    for (const minute of this.#minutes.get(underlying) ?? []) {
      const time = Math.floor(minute.time / barMs) * barMs;
      const last = bars.at(-1);
      if (last?.time === time) bars[bars.length - 1] = joined(time, last, minute);
      else bars.push({ ...minute, time });
    }
    return bars;
  }
}
