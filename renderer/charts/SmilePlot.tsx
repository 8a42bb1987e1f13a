import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react';
import { openCanvas, useSurface } from './canvas.ts';
import { usePalette } from './palette.ts';
import { stepIndex } from './plot-parts.ts';
import style from './SmilePlot.module.css';
import { drawSmile, type SmileFigure, smileFrame, xOf } from './smile-drawing.ts';

export interface SmilePlotProps {
  readonly label: string;
  readonly figure: SmileFigure;
  /** Index of the strike the readout is for. */
  readonly index: number;
  /** That strike as a sentence. */
  readonly speech: string;
  readonly onIndex: (index: number) => void;
  /** Up and down: the next or previous expiry. */
  readonly onExpiry: (step: 1 | -1) => void;
}

/** One smile on a canvas. Left and right walk over its strikes, up and down over the expiries. */
export function SmilePlot({ label, figure, index, speech, onIndex, onExpiry }: SmilePlotProps) {
  const palette = usePalette();
  const { ref, size } = useSurface<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const count = figure.marks.length;

  useEffect(() => {
    const context = canvas.current === null ? null : openCanvas(canvas.current, size);
    if (context !== null) drawSmile(context, size, figure, index, palette);
  }, [figure, index, palette, size]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.metaKey) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      onExpiry(event.key === 'ArrowDown' ? 1 : -1);
      return;
    }
    const next = stepIndex(index, count, event.key, event.shiftKey || event.ctrlKey);
    if (next === null) return;
    event.preventDefault();
    onIndex(next);
  };

  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const frame = smileFrame(size, figure);
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const distances = figure.marks.map(({ strike }) => Math.abs(xOf(frame, strike) - x));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest >= 0 && nearest !== index) onIndex(nearest);
  };

  return (
    <div
      ref={ref}
      className={style.plot}
      role="slider"
      tabIndex={0}
      data-panel-focus=""
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(count - 1, 0)}
      aria-valuenow={index}
      aria-valuetext={speech}
      onKeyDown={onKeyDown}
      onPointerMove={onPointerMove}
    >
      <canvas ref={canvas} className={style.canvas} />
    </div>
  );
}
