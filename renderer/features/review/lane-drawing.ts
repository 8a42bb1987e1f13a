import type { Palette } from '#renderer/charts/palette.ts';
import { plain } from '#renderer/format/number.ts';
import type { Lane } from './lanes.ts';

/** Where lanes begin and end, CSS pixels. */
export interface LaneBox {
  readonly top: number;
  readonly height: number;
}

export interface LaneFrame {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
}

const LEFT = 8;
const RIGHT = 8;
const HEAD = 15;
const GAP = 6;
const TICKS = 10;

export function xOf({ width, from, to }: LaneFrame, time: number): number {
  return LEFT + ((width - LEFT - RIGHT) * (time - from)) / Math.max(to - from, 1);
}

/** The time under a pointer, within the record. */
export function timeAt({ width, from, to }: LaneFrame, x: number): number {
  const share = (x - LEFT) / Math.max(width - LEFT - RIGHT, 1);
  return from + Math.min(Math.max(share, 0), 1) * (to - from);
}

/** Lanes below one another by their weights, room for the events' ticks at the foot. */
export function laneBoxes(lanes: readonly Lane[], height: number): readonly LaneBox[] {
  const room = height - TICKS - GAP * lanes.length;
  const whole = lanes.reduce((sum, one) => sum + one.weight, 0);
  let top = 0;
  return lanes.map(({ weight }) => {
    const box = { top, height: Math.max((room * weight) / whole, HEAD + 8) };
    top += box.height + GAP;
    return box;
  });
}

function extentOf({ values, other }: Lane): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of other === null ? [values] : [values, other]) {
    for (const value of column) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low < high) return { low, high };
  return Number.isFinite(low) ? { low: low - 1, high: low + 1 } : { low: 0, high: 1 };
}

function curve(
  context: CanvasRenderingContext2D,
  xs: Float64Array,
  values: Float64Array,
  yOf: (value: number) => number,
): void {
  context.beginPath();
  let drawn = false;
  for (let row = 0; row < xs.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (drawn) context.lineTo(xs[row] ?? 0, yOf(value));
    else context.moveTo(xs[row] ?? 0, yOf(value));
    drawn = true;
  }
  context.stroke();
}

function words(lane: Lane, row: number): string {
  const own = plain(lane.values[row] ?? Number.NaN, lane.decimals);
  const other = lane.other === null ? '' : ` · other ${plain(lane.other[row] ?? Number.NaN, lane.decimals)}`;
  return `${own}${other} ${lane.unit}`;
}

/** What all lanes of a drawing share. */
interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly xs: Float64Array;
  readonly row: number;
  readonly palette: Palette;
  readonly width: number;
}

function drawLane({ context, xs, row, palette, width }: Drawing, lane: Lane, box: LaneBox): void {
  const { low, high } = extentOf(lane);
  const yOf = (value: number): number => box.top + HEAD + (box.height - HEAD - 2) * (1 - (value - low) / (high - low));
  context.fillStyle = palette.raised;
  context.fillRect(0, box.top, width, box.height);
  context.strokeStyle = palette.border;
  context.lineWidth = 1;
  if (low < 0 && high > 0) curve(context, Float64Array.of(LEFT, width - RIGHT), Float64Array.of(0, 0), yOf);
  if (lane.other !== null) {
    context.setLineDash([4, 3]);
    context.strokeStyle = palette.whatIf;
    curve(context, xs, lane.other, yOf);
    context.setLineDash([]);
  }
  context.strokeStyle = palette.text1;
  context.lineWidth = 1.25;
  curve(context, xs, lane.values, yOf);
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'top';
  context.fillStyle = palette.text2;
  context.textAlign = 'left';
  context.fillText(lane.name, LEFT, box.top + 2);
  context.fillStyle = palette.text1;
  context.textAlign = 'right';
  context.fillText(words(lane, row), width - RIGHT, box.top + 2);
}

export interface TimelineMark {
  readonly at: number;
  readonly look: 'trade' | 'grave';
}

/** The whole timeline: lanes, ticks of events at the foot, and the cursor through all of them. */
export function drawTimeline(
  context: CanvasRenderingContext2D,
  frame: LaneFrame,
  drawn: {
    readonly at: Float64Array;
    readonly lanes: readonly Lane[];
    readonly marks: readonly TimelineMark[];
    readonly row: number;
    readonly time: number;
    readonly interval: { readonly from: number; readonly to: number };
  },
  palette: Palette,
): void {
  const { at, lanes, marks, row, time, interval } = drawn;
  const xs = at.map((one) => xOf(frame, one));
  const boxes = laneBoxes(lanes, frame.height);
  for (const [k, lane] of lanes.entries()) {
    const box = boxes[k];
    if (box !== undefined) drawLane({ context, xs, row, palette, width: frame.width }, lane, box);
  }
  for (const mark of marks) {
    context.fillStyle = mark.look === 'grave' ? palette.critical : palette.text3;
    const tall = mark.look === 'grave' ? TICKS : TICKS - 4;
    context.fillRect(xOf(frame, mark.at), frame.height - tall, 1, tall);
  }
  const [first, last] = [xOf(frame, interval.from), xOf(frame, interval.to)];
  context.fillStyle = palette.whatIf;
  context.fillRect(first, frame.height - 2, Math.max(last - first, 1), 2);
  if (interval.from > frame.from) context.fillRect(Math.round(first), 0, 1, frame.height);
  if (interval.to < frame.to) context.fillRect(Math.round(last), 0, 1, frame.height);
  context.fillStyle = palette.focus;
  context.fillRect(Math.round(xOf(frame, time)), 0, 1, frame.height);
}
