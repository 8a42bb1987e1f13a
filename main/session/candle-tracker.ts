import type { Candle, CandleFrame } from '#shared/ipc/frames.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type EpochMs, MINUTE } from '#shared/units/time.ts';

/** Builds the forming one-minute candle of each underlying from its index; history comes from the tape. */
export class CandleTracker {
  readonly #forming = new Map<UnderlyingId, Candle>();

  take(underlying: UnderlyingId, index: number, at: EpochMs): Omit<CandleFrame, 'kind'> {
    const time = Math.floor(at / MINUTE) * MINUTE;
    const before = this.#forming.get(underlying);
    const candle: Candle =
      before?.time === time
        ? { ...before, high: Math.max(before.high, index), low: Math.min(before.low, index), close: index }
        : { time, open: before?.close ?? index, high: index, low: index, close: index, volume: 0 };
    this.#forming.set(underlying, candle);
    return { underlying, barMs: MINUTE, candle };
  }
}
