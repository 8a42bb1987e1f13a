/** One row or column of a heat map. */
export interface AxisStop {
  readonly value: number;
  /** As written on the axis: "−5 %". */
  readonly label: string;
}

/** What a heat map shows, in display order: first row on top. Index = row · columns.length + column. */
export interface HeatMatrix {
  readonly columnTitle: string;
  readonly rowTitle: string;
  readonly columns: readonly AxisStop[];
  readonly rows: readonly AxisStop[];
  /** NaN = nothing there. */
  readonly values: Float64Array;
  /** Bit i set: margin pool i is liquidated in that cell. Null where the view knows none. */
  readonly breaches: Uint32Array | null;
  /** Index of the cell that is the market now; null when it is out of view. */
  readonly market: number | null;
  /** Index of the lowest figure; null when there is none. */
  readonly worst: number | null;
}

/** Place of a cell. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export function cellOf(matrix: HeatMatrix, index: number): Cell {
  return { row: Math.floor(index / matrix.columns.length), column: index % matrix.columns.length };
}

export function indexOf(matrix: HeatMatrix, cell: Cell): number {
  return cell.row * matrix.columns.length + cell.column;
}

/** Index of the lowest finite value; null when there is none. */
export function lowest(values: Float64Array): number | null {
  let best: number | null = null;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isFinite(value) && (best === null || value < (values[best] ?? 0))) best = index;
  }
  return best;
}

/** Index of the stop nearest to `value`; null for an empty axis. */
export function nearest(stops: readonly AxisStop[], value: number): number | null {
  let best: number | null = null;
  let distance = Number.POSITIVE_INFINITY;
  stops.forEach((stop, index) => {
    const away = Math.abs(stop.value - value);
    if (away < distance) {
      distance = away;
      best = index;
    }
  });
  return best;
}

/** Keys that walk a map, and the cell they lead to. Null: not such a key. */
export function walk(matrix: HeatMatrix, from: Cell, key: string, far: boolean): Cell | null {
  const rows = matrix.rows.length;
  const columns = matrix.columns.length;
  const step = far ? 5 : 1;
  const to = (row: number, column: number): Cell => ({
    row: Math.min(Math.max(row, 0), rows - 1),
    column: Math.min(Math.max(column, 0), columns - 1),
  });
  switch (key) {
    case 'ArrowLeft':
      return to(from.row, from.column - step);
    case 'ArrowRight':
      return to(from.row, from.column + step);
    case 'ArrowUp':
      return to(from.row - step, from.column);
    case 'ArrowDown':
      return to(from.row + step, from.column);
    case 'Home':
      return to(far ? 0 : from.row, 0);
    case 'End':
      return to(far ? rows - 1 : from.row, columns - 1);
    case 'PageUp':
      return to(0, from.column);
    case 'PageDown':
      return to(rows - 1, from.column);
    default:
      return null;
  }
}
