import { boxOf, type HeatLayout, isWritten } from './heat-layout.ts';
import { type Cell, cellOf, type HeatMatrix } from './heat-matrix.ts';
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
    figure(context, layout, cell, marks.write(value), palette, rampStep(value, marks.limit));
  }
}

/**
 * A figure on a plate of its own cell's colour, so that neither neighbours nor hatching reach its ink. One that would
 * hang over the edge of the map is left out: moved inwards it would touch the next.
 */
function figure(
  context: CanvasRenderingContext2D,
  layout: HeatLayout,
  cell: Cell,
  text: string,
  palette: Palette,
  step: number,
): void {
  const box = boxOf(layout, cell);
  const width = context.measureText(text).width + 4;
  const middle = box.x + box.width / 2;
  if (middle - width / 2 < layout.left || middle + width / 2 > layout.right) return;
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

function outline(
  context: CanvasRenderingContext2D,
  layout: HeatLayout,
  cell: Cell,
  ink: string,
  under: string,
  width: number,
) {
  const box = boxOf(layout, cell);
  context.strokeStyle = under;
  context.lineWidth = width + 2;
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.strokeRect(box.x, box.y, box.width, box.height);
}

/** A diamond: the worst cell. */
function diamond(context: CanvasRenderingContext2D, layout: HeatLayout, cell: Cell, palette: Palette): void {
  const box = boxOf(layout, cell);
  const size = 5;
  const x = Math.min(Math.max(box.x + box.width / 2, layout.left + size + 1), layout.right - size - 1);
  const y = Math.min(Math.max(box.y + box.height / 2, layout.top + size + 1), layout.bottom - size - 1);
  context.beginPath();
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
  context.fillStyle = palette.critical;
  context.strokeStyle = palette.panel;
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}

/** Lines through the middle of the cell, left out around it. */
function crosshair(context: CanvasRenderingContext2D, layout: HeatLayout, cell: Cell, palette: Palette): void {
  const box = boxOf(layout, cell);
  const x = Math.floor(box.x + box.width / 2) + 0.5;
  const y = Math.floor(box.y + box.height / 2) + 0.5;
  const gap = 6;
  context.strokeStyle = palette.text1;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  for (const [from, to] of [
    [layout.top, box.y - gap],
    [box.y + box.height + gap, layout.bottom],
  ] as const) {
    if (to > from) {
      context.moveTo(x, from);
      context.lineTo(x, to);
    }
  }
  for (const [from, to] of [
    [layout.left, box.x - gap],
    [box.x + box.width + gap, layout.right],
  ] as const) {
    if (to > from) {
      context.moveTo(from, y);
      context.lineTo(to, y);
    }
  }
  context.stroke();
  context.setLineDash([]);
}

/** Corners of a square around the pinned cell. */
function brackets(context: CanvasRenderingContext2D, layout: HeatLayout, cell: Cell, palette: Palette): void {
  const box = boxOf(layout, cell);
  const reach = 4;
  const [x0, y0, x1, y1] = [box.x - 3, box.y - 3, box.x + box.width + 3, box.y + box.height + 3];
  context.beginPath();
  for (const [x, y, dx, dy] of [
    [x0, y0, reach, reach],
    [x1, y0, -reach, reach],
    [x0, y1, reach, -reach],
    [x1, y1, -reach, -reach],
  ] as const) {
    context.moveTo(x + dx, y);
    context.lineTo(x, y);
    context.lineTo(x, y + dy);
  }
  context.strokeStyle = palette.panel;
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = palette.text1;
  context.lineWidth = 2;
  context.stroke();
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
