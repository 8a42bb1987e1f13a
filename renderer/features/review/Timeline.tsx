import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { openCanvas, useSurface } from '#renderer/charts/canvas.ts';
import { usePalette } from '#renderer/charts/palette.ts';
import { utcStamp } from '#renderer/format/time.ts';
import type { ReviewRun } from '#shared/ipc/review.ts';
import { rowAt } from '#shared/risk/run-explained.ts';
import { drawTimeline, type TimelineMark, timeAt } from './lane-drawing.ts';
import type { Lane } from './lanes.ts';
import style from './ReviewPanel.module.css';

export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface TimelineProps {
  readonly run: ReviewRun;
  readonly lanes: readonly Lane[];
  readonly time: number;
  readonly onTime: (time: number) => void;
  /** What P&L is explained over. */
  readonly interval: Interval;
  /** A drag with Shift, from one time to the other. */
  readonly onInterval: (interval: Interval) => void;
  /** An arrow key: to the next event, or with Shift to the next trade. */
  readonly onStep: (step: 1 | -1, tradesOnly: boolean) => void;
}

const ARROWS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowLeft: -1 };
const PLACES: Readonly<Record<string, (time: number, from: number, to: number) => number>> = {
  Home: (_time, from) => from,
  End: (_time, _from, to) => to,
  PageUp: (time, from, to) => time + (to - from) / 20,
  PageDown: (time, from, to) => time - (to - from) / 20,
};
const GRAVE: ReadonlySet<string> = new Set(['liquidation', 'denied', 'alarm']);
const QUIET: ReadonlySet<string> = new Set(['note', 'state', 'funding', 'hedge']);

function marksOf({ log }: ReviewRun): readonly TimelineMark[] {
  return log.flatMap(({ at, kind }) => (QUIET.has(kind) ? [] : [{ at, look: GRAVE.has(kind) ? 'grave' : 'trade' }]));
}

/** The run over time, all curves under one cursor: a slider whose arrow keys go from event to event. */
export function Timeline({ run, lanes, time, interval, onTime, onInterval, onStep }: TimelineProps) {
  const palette = usePalette();
  const { ref, size } = useSurface<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const anchor = useRef<number | null>(null);
  const marks = useMemo(() => marksOf(run), [run]);
  const { at } = run.samples;
  const [from, to] = [at[0] ?? 0, at.at(-1) ?? 1];
  const frame = { width: size.width, height: size.height, from, to };

  useEffect(() => {
    const context = canvas.current === null ? null : openCanvas(canvas.current, size);
    if (context === null) return;
    drawTimeline(context, { ...size, from, to }, { at, lanes, marks, row: rowAt(at, time), time, interval }, palette);
  }, [size, from, to, at, lanes, marks, time, interval, palette]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = ARROWS[event.key];
    const place = PLACES[event.key];
    if (event.altKey || event.metaKey || event.ctrlKey || (step === undefined && place === undefined)) return;
    if (step !== undefined) onStep(step, event.shiftKey);
    else if (place !== undefined) onTime(place(time, from, to));
    event.preventDefault();
  };
  const onPointer = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.type === 'pointermove' && event.buttons === 0) return;
    const here = timeAt(frame, event.clientX - event.currentTarget.getBoundingClientRect().left);
    if (event.type === 'pointerdown') anchor.current = event.shiftKey ? here : null;
    if (anchor.current !== null)
      onInterval({ from: Math.min(anchor.current, here), to: Math.max(anchor.current, here) });
    onTime(here);
  };

  return (
    <div
      ref={ref}
      className={style.timeline}
      role="slider"
      tabIndex={0}
      data-panel-focus=""
      aria-label="Timeline of the run"
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={time}
      aria-valuetext={utcStamp(time)}
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
    >
      <canvas ref={canvas} className={style.canvas} />
    </div>
  );
}
