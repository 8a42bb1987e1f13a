import type { Cell, HeatMatrix } from './heat-matrix.ts';

/** Where everything of a heat map stands, CSS pixels from the canvas' corner. */
export interface HeatLayout {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** columns + 1 whole numbers from `left` to `right`. */
  readonly columnEdges: readonly number[];
  /** rows + 1 whole numbers from `top` to `bottom`. */
  readonly rowEdges: readonly number[];
  /** Every n-th column and row, counted from the anchor, is written on the axis and carries its figure. */
  readonly columnStride: number;
  readonly rowStride: number;
  readonly anchor: Cell;
}

/** A cell narrower than this does not carry its own figure: figures would collide (measured in the interface study). */
const LABEL_WIDTH = 30;
const LABEL_HEIGHT = 14;
/** Space between figures where only some cells carry one. */
const SPARSE_WIDTH = 36;
const SPARSE_HEIGHT = 26;
/** Room for the axes: half an axis label hangs over the last column. */
const GUTTER = { top: 20, right: 16, bottom: 2 } as const;
const LEAST_LEFT = 44;
/** About the width of a character at 11 px, and the room beside a row's label. */
const CHARACTER = 6.4;
const BESIDE = 12;

function edges(from: number, to: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, index) => Math.round(from + ((to - from) * index) / count));
}

/** Smallest stride of 1, 2, 4, 8, 16 that leaves `room` pixels from one figure to the next: steps of 5, 10, 20 % stay round. */
export function strideFor(cell: number, own: number, room: number): number {
  if (cell >= own) return 1;
  return [2, 4, 8].find((stride) => stride * cell >= room) ?? 16;
}

/** Lays a matrix out in a canvas of the given size; null while there is no room for a map. */
export function layoutHeat(matrix: HeatMatrix, width: number, height: number): HeatLayout | null {
  const longest = Math.max(0, ...matrix.rows.map((row) => row.label.length));
  const left = Math.max(LEAST_LEFT, Math.ceil(longest * CHARACTER + BESIDE));
  const { top } = GUTTER;
  const right = Math.floor(width - GUTTER.right);
  const bottom = Math.floor(height - GUTTER.bottom);
  const columns = matrix.columns.length;
  const rows = matrix.rows.length;
  if (columns === 0 || rows === 0 || right - left < columns * 2 || bottom - top < rows * 2) return null;
  const market = matrix.market ?? 0;
  const columnStride = strideFor((right - left) / columns, LABEL_WIDTH, SPARSE_WIDTH);
  // Where columns are thinned out, rows are too: a few figures that can be read instead of stripes of them.
  const ownHeight = columnStride === 1 ? LABEL_HEIGHT : SPARSE_HEIGHT;
  return {
    left,
    top,
    right,
    bottom,
    columnEdges: edges(left, right, columns),
    rowEdges: edges(top, bottom, rows),
    columnStride,
    rowStride: strideFor((bottom - top) / rows, ownHeight, SPARSE_HEIGHT),
    anchor: { row: Math.floor(market / columns), column: market % columns },
  };
}

/** True where a column (or row) is written on the axis. */
export function isWritten(index: number, anchor: number, stride: number): boolean {
  return Math.abs(index - anchor) % stride === 0;
}

function slot(edgesOf: readonly number[], at: number): number | null {
  const count = edgesOf.length - 1;
  if (at < (edgesOf[0] ?? 0) || at >= (edgesOf[count] ?? 0)) return null;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edgesOf[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The cell under a point; null in the gutters. */
export function cellAt(layout: HeatLayout, x: number, y: number): Cell | null {
  const column = slot(layout.columnEdges, x);
  const row = slot(layout.rowEdges, y);
  return column === null || row === null ? null : { row, column };
}

/** Corner and size of a cell. */
export function boxOf(
  layout: HeatLayout,
  cell: Cell,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const x = layout.columnEdges[cell.column] ?? 0;
  const y = layout.rowEdges[cell.row] ?? 0;
  return {
    x,
    y,
    width: (layout.columnEdges[cell.column + 1] ?? x) - x,
    height: (layout.rowEdges[cell.row + 1] ?? y) - y,
  };
}
