import { describe, expect, it } from 'vitest';
import { candlesUntil } from '#main/venues/paper/candles.ts';
import { barPath, tapePath } from '#main/venues/paper/path.ts';
import { HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { BAR, march2020, START, steppedTape } from '#test/fixtures/paper/market.ts';

const { tape } = march2020();
const path = tapePath(tape, 1);

// The path is the market: it must pass through the recorded prices, whoever asks and when.
describe('path of a tape', () => {
  it('opens and closes each bar at its own prices and touches its high and low', () => {
    for (const bar of [30, 37, 60]) {
      const from = tape.from + bar * tape.barMs;
      const ticks = Array.from({ length: tape.barMs / SECOND }, (_, i) => path.index(from + i * SECOND));
      const { open, high, low, close } = tape.bars[bar]!;
      expect([ticks[0], Math.max(...ticks), Math.min(...ticks), ticks.at(-1)]).toEqual([open, high, low, close]);
    }
  });

  it('is the same in any order of asking', () => {
    const other = tapePath(tape, 1);
    const times = [50, 3, 70, 4, 69].map((bar) => tape.from + bar * tape.barMs + 777 * SECOND);
    const forwards = times.map((at) => path.index(at));
    expect([...times].reverse().map((at) => other.index(at))).toEqual([...forwards].reverse());
  });

  it('differs by seed and stands still between ticks and outside of the tape', () => {
    const at = tape.from + 10 * MINUTE;
    expect(tapePath(tape, 2).index(at)).not.toBe(path.index(at));
    expect(path.index(at + 999)).toBe(path.index(at));
    expect(path.index(tape.from - HOUR)).toBe(tape.bars[0]!.open);
    expect(path.index(tape.to + HOUR)).toBe(tape.bars.at(-1)!.close);
  });

  it('averages ticks, the later end excluded', () => {
    const steps = tapePath(steppedTape([100, 200]), 1);
    expect(steps.average(START + BAR - 2 * SECOND, START + BAR + 2 * SECOND)).toBe(150);
  });

  it('works on the shortest bar', () => {
    const ticks = barPath(3, 0, { open: 10, high: 12, low: 9, close: 11, volume: 1 }, 60);
    expect([Math.max(...ticks), Math.min(...ticks), ticks[0], ticks[59]]).toEqual([12, 9, 10, 11]);
  });
});

// The chart may show history, never the future.
describe('candles', () => {
  it('are the tape bars where they are over', () => {
    const until = tape.startAt;
    const candles = candlesUntil(tape, path, HOUR, until);
    const first = tape.bars.slice(0, 4);
    expect(candles[0]).toEqual({
      time: tape.from,
      open: first[0]!.open,
      high: Math.max(...first.map((bar) => bar.high)),
      low: Math.min(...first.map((bar) => bar.low)),
      close: first[3]!.close,
      volume: first.reduce((sum, bar) => sum + bar.volume, 0),
    });
    expect(candles.at(-1)!.time).toBe(until);
  });

  it('end with the one in progress, which knows nothing later', () => {
    const until = tape.startAt + 10 * MINUTE;
    const last = candlesUntil(tape, path, HOUR, until).at(-1)!;
    const ticks = Array.from({ length: 601 }, (_, i) => path.index(tape.startAt + i * SECOND));
    expect(last).toMatchObject({
      time: tape.startAt,
      high: Math.max(...ticks),
      low: Math.min(...ticks),
      close: ticks[600],
    });
  });
});
