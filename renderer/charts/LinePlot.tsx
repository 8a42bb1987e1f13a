import './locale.ts';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { plain, scaled } from '#renderer/format/number.ts';
import 'uplot/dist/uPlot.min.css';
import { useSurface } from './canvas.ts';
import style from './LinePlot.module.css';
import { type Palette, usePalette } from './palette.ts';
import { drawMarks, type PlotMarks, signStroke } from './plot-marks.ts';
import { type Curve, extentWithZero, stepIndex, type Upright } from './plot-parts.ts';

export interface LinePlotProps {
  readonly label: string;
  /** Ascending. */
  readonly xs: Float64Array;
  readonly curves: readonly Curve[];
  readonly uprights: readonly Upright[];
  /** x values where the main curve crosses zero. */
  readonly crossings: readonly number[];
  /** Index of the sample the readout is for. */
  readonly index: number;
  /** The sample at the index as a sentence. */
  readonly speech: string;
  readonly onIndex: (index: number, by: 'key' | 'pointer') => void;
}

function axis(palette: Palette, side: 'x' | 'y'): uPlot.Axis {
  const write =
    side === 'x' ? (value: number) => plain(value) : (value: number) => scaled(value).replace(/\.0+(?=[kMB])/, '');
  return {
    stroke: palette.text2,
    font: `11px ${palette.font}`,
    grid: { stroke: palette.border, width: 1 },
    ticks: { show: false },
    gap: 4,
    size: side === 'x' ? 22 : 52,
    space: side === 'x' ? 64 : 32,
    values: (_plot, splits) => splits.map(write),
  };
}

function optionsFor(
  size: { readonly width: number; readonly height: number },
  curves: readonly Curve[],
  palette: Palette,
  marks: { readonly current: PlotMarks },
): uPlot.Options {
  return {
    width: size.width,
    height: size.height,
    padding: [6, 10, 0, 0],
    legend: { show: false },
    cursor: { x: true, y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false }, y: { range: () => scaleOf(marks.current.curves) } },
    axes: [axis(palette, 'x'), axis(palette, 'y')],
    series: [
      {},
      ...curves.map(
        (curve, at): uPlot.Series => ({
          label: curve.name,
          width: at === 0 ? 2 : 1.5,
          dash: [...curve.dash],
          points: { show: false },
          stroke: (plot) => signStroke(plot, palette),
        }),
      ),
    ],
    hooks: { draw: [(plot) => drawMarks(plot, marks.current, palette)] },
  };
}

function scaleOf(curves: readonly Curve[]): [number, number] {
  const { low, high } = extentWithZero(curves);
  return [low, high];
}

/** Curves over one x axis (uPlot). The cursor is a slider: arrow keys move it, its value is read out as a sentence. */
export function LinePlot(props: LinePlotProps) {
  const { label, xs, curves, uprights, crossings, index, speech, onIndex } = props;
  const palette = usePalette();
  const { ref, size } = useSurface<HTMLDivElement>();
  const plot = useRef<uPlot | null>(null);
  const marks = useRef<PlotMarks>({ uprights, crossings, curves });
  marks.current = { uprights, crossings, curves };
  const shape = curves.map((curve) => `${curve.name}/${curve.dash.join(',')}`).join('|');
  const moved = useRef(onIndex);
  moved.current = onIndex;
  const shown = size.width > 40 && size.height > 40;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the curves' names and dashes
  useEffect(() => {
    const place = ref.current;
    if (!place || !shown) return;
    const made = new uPlot(optionsFor(size, marks.current.curves, palette, marks), [[]], place);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [shown, size.width, size.height, size.ratio, palette, shape]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot or new marks are drawn with the data
  useEffect(() => {
    plot.current?.setData([xs, ...curves.map((curve) => curve.values)]);
  }, [xs, curves, uprights, crossings, palette, size, shape]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot has no cursor yet
  useEffect(() => {
    const made = plot.current;
    const x = xs[index];
    if (made && x !== undefined) made.setCursor({ left: made.valToPos(x, 'x'), top: -10 }, false);
  }, [index, xs, palette, size, shape]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.metaKey) return;
    const next = stepIndex(index, xs.length, event.key, event.shiftKey || event.ctrlKey);
    if (next === null) return;
    event.preventDefault();
    onIndex(next, 'key');
  };
  const onPointerMove = (event: React.PointerEvent<HTMLDivElement>): void => {
    const made = plot.current;
    if (!made) return;
    const left = event.clientX - made.over.getBoundingClientRect().left;
    if (left >= 0 && left <= made.over.clientWidth) onIndex(made.posToIdx(left), 'pointer');
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
      aria-valuemax={Math.max(xs.length - 1, 0)}
      aria-valuenow={index}
      aria-valuetext={speech}
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
      onPointerMove={onPointerMove}
    />
  );
}
