import type uPlot from 'uplot';
import type { Palette } from './palette.ts';
import { type Curve, stackLabels, type Upright } from './plot-parts.ts';

const TEXT = 11;
const LINE = 14;

/** What is drawn over the curves. */
export interface PlotMarks {
  readonly uprights: readonly Upright[];
  readonly crossings: readonly number[];
  readonly curves: readonly Curve[];
}

/** A stroke that is the colour of gain above zero and of loss below, without breaking the line's dashes. */
export function signStroke(plot: uPlot, palette: Palette): CanvasGradient | string {
  const { top, height } = plot.bbox;
  const zero = Math.round(plot.valToPos(0, 'y', true));
  if (!Number.isFinite(zero) || height === 0) return palette.text1;
  if (zero <= top) return palette.down;
  if (zero >= top + height) return palette.up;
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
  const share = (zero - top) / height;
  gradient.addColorStop(0, palette.up);
  gradient.addColorStop(share, palette.up);
  gradient.addColorStop(share, palette.down);
  gradient.addColorStop(1, palette.down);
  return gradient;
}

function openContext(plot: uPlot): { readonly context: CanvasRenderingContext2D; readonly ratio: number } {
  const ratio = plot.ctx.canvas.width / Math.max(plot.width, 1);
  plot.ctx.save();
  return { context: plot.ctx, ratio };
}

function drawZero(plot: uPlot, context: CanvasRenderingContext2D, ratio: number, palette: Palette): void {
  const y = Math.round(plot.valToPos(0, 'y', true)) + 0.5;
  context.strokeStyle = palette.control;
  context.lineWidth = ratio;
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(plot.bbox.left, y);
  context.lineTo(plot.bbox.left + plot.bbox.width, y);
  context.stroke();
}

function drawUprights(
  plot: uPlot,
  context: CanvasRenderingContext2D,
  ratio: number,
  marks: PlotMarks,
  palette: Palette,
) {
  const { left, top, width, height } = plot.bbox;
  context.font = `${TEXT * ratio}px ${palette.font}`;
  context.textBaseline = 'middle';
  const inView = marks.uprights
    .map((upright) => ({ upright, x: Math.round(plot.valToPos(upright.x, 'x', true)) }))
    .filter(({ x }) => x >= left && x <= left + width);
  const boxes = inView.map(({ upright, x }) => {
    const wide = context.measureText(upright.label).width + 8 * ratio;
    const start = x + wide > left + width ? x - wide : x;
    return { left: start, right: start + wide };
  });
  const lines = stackLabels(boxes, 4 * ratio);
  inView.forEach(({ upright, x }, index) => {
    const spot = upright.look === 'spot';
    const ink = spot ? palette.text1 : palette.critical;
    context.strokeStyle = ink;
    context.lineWidth = ratio;
    context.setLineDash(spot ? [] : [6 * ratio, 3 * ratio, ratio, 3 * ratio]);
    context.beginPath();
    context.moveTo(x + 0.5, top);
    context.lineTo(x + 0.5, top + height);
    context.stroke();
    const box = boxes[index];
    if (!box) return;
    const y = top + ((lines[index] ?? 0) + 0.5) * LINE * ratio;
    context.fillStyle = palette.panel;
    context.fillRect(box.left + ratio, y - (LINE / 2) * ratio, box.right - box.left - 2 * ratio, LINE * ratio);
    context.fillStyle = ink;
    context.textAlign = 'left';
    context.fillText(upright.label, box.left + 4 * ratio, y);
  });
}

function drawCrossings(
  plot: uPlot,
  context: CanvasRenderingContext2D,
  ratio: number,
  marks: PlotMarks,
  palette: Palette,
) {
  const y = plot.valToPos(0, 'y', true);
  context.setLineDash([]);
  context.lineWidth = 1.5 * ratio;
  context.strokeStyle = palette.text1;
  context.fillStyle = palette.panel;
  for (const at of marks.crossings) {
    const x = plot.valToPos(at, 'x', true);
    context.beginPath();
    context.arc(x, y, 3.5 * ratio, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** Highest and lowest place of a curve over the last `width` pixels. */
function reachAtEnd(plot: uPlot, curve: Curve, width: number): { readonly high: number; readonly low: number } {
  const from = plot.posToIdx(plot.over.clientWidth - width);
  const places = Array.from(curve.values.subarray(from), (value) => plot.valToPos(value, 'y', true));
  return { high: Math.min(...places), low: Math.max(...places) };
}

/** Names the curves at their right ends: the upper one above its line, the others below theirs. */
function drawNames(
  plot: uPlot,
  context: CanvasRenderingContext2D,
  ratio: number,
  marks: PlotMarks,
  palette: Palette,
): void {
  const { left, top, width, height } = plot.bbox;
  const ends = marks.curves
    .map((curve) => ({ curve, y: plot.valToPos(curve.values.at(-1) ?? 0, 'y', true) }))
    .sort((a, b) => a.y - b.y);
  const half = (LINE / 2) * ratio;
  context.font = `${TEXT * ratio}px ${palette.font}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  ends.forEach(({ curve }, index) => {
    const reach = reachAtEnd(plot, curve, context.measureText(curve.name).width / ratio + 8);
    const wanted = index === 0 && ends.length > 1 ? reach.high - half : reach.low + half;
    const place = Math.min(Math.max(wanted, top + half), top + height - half);
    context.fillStyle = palette.text1;
    context.fillText(curve.name, left + width - 4 * ratio, place);
  });
}

/** Draws zero line, uprights with their words, break-evens and the curves' names over a finished plot. */
export function drawMarks(plot: uPlot, marks: PlotMarks, palette: Palette): void {
  const { context, ratio } = openContext(plot);
  drawZero(plot, context, ratio, palette);
  drawUprights(plot, context, ratio, marks, palette);
  drawCrossings(plot, context, ratio, marks, palette);
  drawNames(plot, context, ratio, marks, palette);
  context.restore();
}
