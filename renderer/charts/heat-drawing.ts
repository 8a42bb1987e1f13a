import { boxOf, type HeatLayout, isWritten } from './heat-layout.ts';
import { brackets, crosshair, diamond, outline } from './heat-marks.ts';
import { type Cell, cellOf, type HeatMatrix, indexOf } from './heat-matrix.ts';
import type { Palette } from './palette.ts';
import { rampStep } from './ramp.ts';

/** What is drawn over the map. */
export interface HeatMarks {
  readonly cursor: Cell | null;
  readonly pinned: Cell | null;
  /** Colours end at ±limit. */
  readonly limit: number;
  /** A cell's figure. */
  readonly write: (value: number) => string;
  /** Frame around a map that shows what is not the book but a question about it. */
  readonly tint: string | null;
}

const TEXT = 11;
const HATCH = 7;

/** Widths of figures by their pattern ("−00.0"): measuring each of them anew would cost more than drawing them. */
const widths = new Map<string, number>();

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const pattern = text.replace(/[1-9]/g, '0');
  const known = widths.get(pattern);
  if (known !== undefined) return known;
  const width = context.measureText(pattern).width;
  // Before the text face is loaded another one is measured: nothing is kept until it is there.
  if (document.fonts.status === 'loaded') widths.set(pattern, width);
  return width;
}

function fillCells(
  context: CanvasRenderingContext2D,
  matrix: HeatMatrix,
  layout: HeatLayout,
  marks: HeatMarks,
  palette: Palette,
) {
  const columns = matrix.columns.length;
  for (let index = 0; index < matrix.values.length; index += 1) {
    const value = matrix.values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const box = boxOf(layout, { row: Math.floor(index / columns), column: index % columns });
    context.fillStyle = palette.ramp.fills[rampStep(value, marks.limit)] ?? palette.raised;
    context.fillRect(box.x, box.y, box.width, box.height);
  }
}

/** Lines of 45° over every breached cell; they run on from cell to cell because all start from one origin. */
function hatch(context: CanvasRenderingContext2D, matrix: HeatMatrix, layout: HeatLayout, palette: Palette): void {
  const breaches = matrix.breaches;
  if (!breaches?.some((bits) => bits !== 0)) return;
  context.save();
  context.beginPath();
  breaches.forEach((bits, index) => {
    if (bits === 0) return;
    const box = boxOf(layout, cellOf(matrix, index));
    context.rect(box.x, box.y, box.width, box.height);
  });
  context.clip();
  const height = layout.bottom - layout.top;
  context.beginPath();
  for (let x = layout.left - height; x < layout.right; x += HATCH) {
    context.moveTo(x, layout.bottom);
    context.lineTo(x + height, layout.top);
  }
  context.strokeStyle = palette.panel;
  context.lineWidth = 2.5;
  context.stroke();
  context.strokeStyle = palette.text1;
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

/** The border between cells where nothing is liquidated and cells where something is. */
function frontier(context: CanvasRenderingContext2D, matrix: HeatMatrix, layout: HeatLayout, palette: Palette): void {
  const breaches = matrix.breaches;
  if (!breaches) return;
  const columns = matrix.columns.length;
  const broken = (row: number, column: number): boolean => (breaches[row * columns + column] ?? 0) !== 0;
  context.beginPath();
  matrix.rows.forEach((_, row) => {
    matrix.columns.forEach((_stop, column) => {
      const box = boxOf(layout, { row, column });
      if (column + 1 < columns && broken(row, column) !== broken(row, column + 1)) {
        context.moveTo(box.x + box.width, box.y);
        context.lineTo(box.x + box.width, box.y + box.height);
      }
      if (row + 1 < matrix.rows.length && broken(row, column) !== broken(row + 1, column)) {
        context.moveTo(box.x, box.y + box.height);
        context.lineTo(box.x + box.width, box.y + box.height);
      }
    });
  });
  context.strokeStyle = palette.critical;
  context.lineWidth = 2;
  context.stroke();
}

/** True where a mark stands in a cell too small for a figure beside it. */
function isMarked(matrix: HeatMatrix, layout: HeatLayout, index: number): boolean {
  return layout.columnStride > 1 && (index === matrix.worst || index === matrix.market);
}

function figures(
  context: CanvasRenderingContext2D,
  matrix: HeatMatrix,
  layout: HeatLayout,
  marks: HeatMarks,
  palette: Palette,
): void {
  context.font = `${TEXT}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let index = 0; index < matrix.values.length; index += 1) {
    const value = matrix.values[index] ?? Number.NaN;
    const cell = cellOf(matrix, index);
    const written =
      isWritten(cell.column, layout.anchor.column, layout.columnStride) &&
      isWritten(cell.row, layout.anchor.row, layout.rowStride);
    if (!written || !Number.isFinite(value) || isMarked(matrix, layout, index)) continue;
    figure(context, matrix, layout, cell, marks.write(value), palette, rampStep(value, marks.limit));
  }
}

/** True where a figure of this width would lie on the border of what is liquidated. */
function crossesFrontier(matrix: HeatMatrix, layout: HeatLayout, cell: Cell, width: number): boolean {
  const { breaches } = matrix;
  if (breaches === null) return false;
  const box = boxOf(layout, cell);
  const reach = Math.max(Math.ceil((width - box.width) / 2 / Math.max(box.width, 1)), 0);
  const broken = (column: number): boolean => (breaches[indexOf(matrix, { row: cell.row, column })] ?? 0) !== 0;
  const own = broken(cell.column);
  for (let column = cell.column - reach; column <= cell.column + reach; column += 1) {
    if (column >= 0 && column < matrix.columns.length && broken(column) !== own) return true;
  }
  return false;
}

/**
 * A figure on a plate of its own cell's colour, so that neither neighbours nor hatching reach its ink. One that would
 * hang over the edge of the map is left out: moved inwards it would touch the next.
 */
function figure(
  context: CanvasRenderingContext2D,
  matrix: HeatMatrix,
  layout: HeatLayout,
  cell: Cell,
  text: string,
  palette: Palette,
  step: number,
): void {
  const box = boxOf(layout, cell);
  const width = widthOf(context, text) + 4;
  const middle = box.x + box.width / 2;
  if (middle - width / 2 < layout.left || middle + width / 2 > layout.right) return;
  if (crossesFrontier(matrix, layout, cell, width)) return;
  const centre = box.y + box.height / 2;
  context.fillStyle = palette.ramp.fills[step] ?? palette.raised;
  context.fillRect(middle - width / 2, centre - TEXT / 2 - 1, width, TEXT + 2);
  context.fillStyle = palette.ramp.inks[step] ?? palette.text1;
  context.fillText(text, middle, centre + 0.5);
}

function axes(
  context: CanvasRenderingContext2D,
  matrix: HeatMatrix,
  layout: HeatLayout,
  marks: HeatMarks,
  palette: Palette,
) {
  context.font = `${TEXT}px ${palette.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  matrix.columns.forEach((stop, column) => {
    const chosen = marks.cursor?.column === column;
    if (!chosen && !isWritten(column, layout.anchor.column, layout.columnStride)) return;
    if (!chosen && marks.cursor && Math.abs(marks.cursor.column - column) < layout.columnStride) return;
    const box = boxOf(layout, { row: 0, column });
    context.fillStyle = chosen ? palette.text1 : palette.text2;
    context.fillText(stop.label, box.x + box.width / 2, layout.top / 2 + 1);
  });
  context.textAlign = 'right';
  matrix.rows.forEach((stop, row) => {
    const chosen = marks.cursor?.row === row;
    if (!chosen && !isWritten(row, layout.anchor.row, layout.rowStride)) return;
    if (!chosen && marks.cursor && Math.abs(marks.cursor.row - row) < layout.rowStride) return;
    const box = boxOf(layout, { row, column: 0 });
    context.fillStyle = chosen ? palette.text1 : palette.text2;
    context.fillText(stop.label, layout.left - 6, box.y + box.height / 2 + 0.5);
  });
}

/** Draws a heat map with its axes and marks. */
export function drawHeat(
  context: CanvasRenderingContext2D,
  matrix: HeatMatrix,
  layout: HeatLayout,
  marks: HeatMarks,
  palette: Palette,
): void {
  fillCells(context, matrix, layout, marks, palette);
  hatch(context, matrix, layout, palette);
  if (marks.cursor) crosshair(context, layout, marks.cursor, palette);
  figures(context, matrix, layout, marks, palette);
  frontier(context, matrix, layout, palette);
  axes(context, matrix, layout, marks, palette);
  if (matrix.worst !== null) diamond(context, layout, cellOf(matrix, matrix.worst), palette);
  if (matrix.market !== null) outline(context, layout, cellOf(matrix, matrix.market), palette.focus, palette.panel, 2);
  if (marks.cursor) outline(context, layout, marks.cursor, palette.text1, palette.panel, 1);
  if (marks.pinned) brackets(context, layout, marks.pinned, palette);
  if (marks.tint) {
    context.strokeStyle = marks.tint;
    context.lineWidth = 2;
    context.strokeRect(layout.left + 1, layout.top + 1, layout.right - layout.left - 2, layout.bottom - layout.top - 2);
  }
}
