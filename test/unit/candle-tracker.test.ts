// Candles of a session that has no tape: formed from the index, minute by minute, and joined to longer ones.
import { describe, expect, it } from 'vitest';
import { CandleTracker } from '#main/session/candle-tracker.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';

const T0 = 1_584_003_600_000;

describe('candles from the index', () => {
  it('open where the last one closed, and form until their minute is over', () => {
    const tracker = new CandleTracker();
    for (const [after, index] of [0, 10, 30, 61, 130].map((at, n) => [at, [100, 104, 98, 101, 90][n] ?? 0] as const)) {
      tracker.take('BTC', index, T0 + after * SECOND);
    }
    expect(tracker.bars('BTC', MINUTE)).toEqual([
      { time: T0, open: 100, high: 104, low: 98, close: 98, volume: 0 },
      { time: T0 + MINUTE, open: 98, high: 101, low: 98, close: 101, volume: 0 },
      { time: T0 + 2 * MINUTE, open: 101, high: 101, low: 90, close: 90, volume: 0 },
    ]);
  });

  it('join to longer ones with the extremes of all', () => {
    const tracker = new CandleTracker();
    for (let minute = 0; minute < 10; minute += 1) tracker.take('BTC', 100 + minute * minute, T0 + minute * MINUTE);
    const [first, second] = tracker.bars('BTC', 5 * MINUTE);
    expect(first).toMatchObject({ time: T0, open: 100, low: 100, high: 116, close: 116 });
    expect(second).toMatchObject({ time: T0 + 5 * MINUTE, open: 116, high: 181, close: 181 });
    expect(tracker.bars('ETH', MINUTE)).toEqual([]);
  });
});
