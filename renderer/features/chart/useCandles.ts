import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { createLatest, type Latest } from '#renderer/state/latest.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import type { Answer } from '#shared/ipc/contract.ts';
import type { Candle, CandleFrame } from '#shared/ipc/frames.ts';
import type { Fault } from '#shared/units/result.ts';
import { cleanCandles, growSeries, leavesGap, type Series, seriesOf } from './candles.ts';

const BARS = 1_500;
const GAP_MS = 1_000;
const NO_CANDLES: readonly Candle[] = [];

interface Question {
  readonly underlying: string;
  readonly barMs: number;
}

interface Loaded {
  /** Counts loads: another number, another series. */
  readonly load: number;
  readonly question: Question;
  readonly series: Series | null;
  readonly fault: Fault | null;
}

export interface Candles {
  /** Ascending; the last one is forming. */
  readonly candles: readonly Candle[];
  /** Changes when another series was loaded, not when this one grows. */
  readonly load: number;
  readonly loaded: boolean;
  readonly fault: Fault | null;
  readonly reload: () => void;
}

function sameQuestion(a: Question | undefined, b: Question): boolean {
  return a?.underlying === b.underlying && a.barMs === b.barMs;
}

/** Candles of an underlying: loaded when bar size or session change, then grown by the stream. */
export function useCandles(underlying: string, barMs: number): Candles {
  const session = useTerminal((terminal) => terminal.status?.session ?? null);
  const frame = useTerminal((terminal) => terminal.candle);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const latest = useRef<Latest<Question> | null>(null);

  useEffect(() => {
    const asking = createLatest<Question, Answer<readonly Candle[]>>(
      (question) => call('chart.candles', { ...question, count: BARS }),
      (answer, question) =>
        setLoaded((before) => ({
          load: (before?.load ?? 0) + 1,
          question,
          series: answer.ok ? seriesOf(cleanCandles(answer.value)) : null,
          fault: answer.ok ? null : answer.error,
        })),
      GAP_MS,
    );
    latest.current = asking;
    return () => asking.stop();
  }, []);

  const reload = useCallback(() => latest.current?.ask({ underlying, barMs }), [underlying, barMs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another session has other candles
  useEffect(reload, [reload, session]);

  useEffect(() => {
    if (frame !== null && frame.underlying === underlying) take(frame, { underlying, barMs }, setLoaded, reload);
  }, [frame, underlying, barMs, reload]);

  const here = sameQuestion(loaded?.question, { underlying, barMs }) ? loaded : null;
  return {
    candles: here?.series?.candles ?? NO_CANDLES,
    load: here?.load ?? 0,
    loaded: here !== null,
    fault: here?.fault ?? null,
    reload,
  };
}

function take(
  frame: CandleFrame,
  question: Question,
  setLoaded: (change: (before: Loaded | null) => Loaded | null) => void,
  reload: () => void,
): void {
  setLoaded((before) => {
    if (before === null || !sameQuestion(before.question, question)) return before;
    if (before.series === null || leavesGap(before.series, frame, question.barMs)) {
      queueMicrotask(reload);
      return before;
    }
    const series = growSeries(before.series, frame, question.barMs);
    // The tape knows more of a bar that is over than the stream told of it: its volume.
    if (series.tail.bar.time > before.series.tail.bar.time) queueMicrotask(reload);
    return series === before.series ? before : { ...before, series };
  });
}
