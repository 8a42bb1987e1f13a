import { percent, plain } from '#renderer/format/number.ts';
import type { Palette } from './palette.ts';

/** One strike of a smile, vols as fractions. */
export interface SmileMark {
  readonly strike: number;
  readonly bidVol: number | null;
  readonly askVol: number | null;
  readonly fittedVol: number;
  /** Signed; 0 where nothing is held. */
  readonly held: number;
}

export interface SmileFigure {
  readonly forward: number;
  readonly curve: { readonly strikes: readonly number[]; readonly vols: readonly number[] };
  readonly marks: readonly SmileMark[];
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Where the plot's inside lies and how figures fall into it. */
export interface SmileFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly strikes: Range;
  readonly vols: Range;
}

const FONT = 11;
const MARGIN = { left: 44, right: 12, top: 10, bottom: 22 } as const;
const DIAMOND = 5;

function rangeOf(values: readonly number[], room: number): Range {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = Math.max(high - low, 1e-9);
  return { low: low - room * span, high: high + room * span };
}

export function smileFrame(size: { readonly width: number; readonly height: number }, figure: SmileFigure): SmileFrame {
  const quoted = figure.marks.flatMap(({ bidVol, askVol }) => [bidVol, askVol].filter((one) => one !== null));
  return {
    left: MARGIN.left,
    right: size.width - MARGIN.right,
    top: MARGIN.top,
    bottom: size.height - MARGIN.bottom,
    strikes: rangeOf(figure.curve.strikes, 0),
    vols: rangeOf([...figure.curve.vols, ...quoted], 0.08),
  };
}

export function xOf({ left, right, strikes }: SmileFrame, strike: number): number {
  return left + ((strike - strikes.low) / (strikes.high - strikes.low)) * (right - left);
}

export function yOf({ top, bottom, vols }: SmileFrame, vol: number): number {
  return bottom - ((vol - vols.low) / (vols.high - vols.low)) * (bottom - top);
}

/** Round values inside the range, no closer than a `count`-th of it. */
export function roundSteps({ low, high }: Range, count: number): readonly number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(Math.floor(high / step) - first + 1, 0) }, (_, at) => (first + at) * step);
}

type Context = CanvasRenderingContext2D;

function line(context: Context, from: readonly [number, number], to: readonly [number, number]): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

function drawAxes(context: Context, frame: SmileFrame, palette: Palette): void {
  context.font = `${FONT}px ${palette.font}`;
  context.fillStyle = palette.text2;
  context.strokeStyle = palette.border;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const vol of roundSteps(frame.vols, Math.max((frame.bottom - frame.top) / 36, 2))) {
    const y = Math.round(yOf(frame, vol)) + 0.5;
    line(context, [frame.left, y], [frame.right, y]);
    context.fillText(percent(vol, 0), frame.left - 4, y);
  }
  context.textAlign = 'center';
  for (const strike of roundSteps(frame.strikes, Math.max((frame.right - frame.left) / 80, 2))) {
    const x = Math.round(xOf(frame, strike)) + 0.5;
    line(context, [x, frame.top], [x, frame.bottom]);
    context.fillText(plain(strike), x, frame.bottom + MARGIN.bottom / 2);
  }
}

function drawForward(context: Context, frame: SmileFrame, forward: number, palette: Palette): void {
  const x = Math.round(xOf(frame, forward)) + 0.5;
  context.strokeStyle = palette.control;
  context.setLineDash([4, 3]);
  line(context, [x, frame.top], [x, frame.bottom]);
  context.setLineDash([]);
  context.fillStyle = palette.text2;
  context.textAlign = 'left';
  context.fillText(`forward ${plain(forward)}`, x + 4, frame.top + FONT / 2);
}

function drawQuotes(context: Context, frame: SmileFrame, marks: readonly SmileMark[], palette: Palette): void {
  context.strokeStyle = palette.text3;
  context.lineWidth = 1.5;
  for (const { strike, bidVol, askVol } of marks) {
    const x = xOf(frame, strike);
    const ends = [bidVol, askVol].flatMap((vol) => (vol === null ? [] : [yOf(frame, vol)]));
    for (const y of ends) line(context, [x - 3, y], [x + 3, y]);
    const [bid, ask] = ends;
    if (bid !== undefined && ask !== undefined) line(context, [x, bid], [x, ask]);
  }
}

function drawCurve(context: Context, frame: SmileFrame, { strikes, vols }: SmileFigure['curve'], palette: Palette) {
  context.strokeStyle = palette.text1;
  context.lineWidth = 2;
  context.beginPath();
  for (const [at, strike] of strikes.entries()) context.lineTo(xOf(frame, strike), yOf(frame, vols[at] ?? Number.NaN));
  context.stroke();
}

/** A diamond on the smile, filled where long and open where short: colour alone says nothing. */
function drawHeld(context: Context, frame: SmileFrame, marks: readonly SmileMark[], palette: Palette): void {
  context.lineWidth = 2;
  for (const { strike, fittedVol, held } of marks) {
    if (held === 0) continue;
    const [x, y] = [xOf(frame, strike), yOf(frame, fittedVol)];
    context.beginPath();
    context.moveTo(x, y - DIAMOND);
    context.lineTo(x + DIAMOND, y);
    context.lineTo(x, y + DIAMOND);
    context.lineTo(x - DIAMOND, y);
    context.closePath();
    context.strokeStyle = held > 0 ? palette.up : palette.down;
    context.fillStyle = held > 0 ? palette.up : palette.panel;
    context.fill();
    context.stroke();
  }
}

/** Draws one smile: quotes as whiskers from bid to ask, the fit through them, own positions as diamonds. */
export function drawSmile(
  context: Context,
  size: { readonly width: number; readonly height: number },
  figure: SmileFigure,
  at: number,
  palette: Palette,
): void {
  const frame = smileFrame(size, figure);
  drawAxes(context, frame, palette);
  drawForward(context, frame, figure.forward, palette);
  drawQuotes(context, frame, figure.marks, palette);
  drawCurve(context, frame, figure.curve, palette);
  drawHeld(context, frame, figure.marks, palette);
  const chosen = figure.marks[at];
  if (chosen === undefined) return;
  context.strokeStyle = palette.text1;
  context.lineWidth = 1;
  context.setLineDash([1, 2]);
  const x = Math.round(xOf(frame, chosen.strike)) + 0.5;
  line(context, [x, frame.top], [x, frame.bottom]);
  context.setLineDash([]);
}
