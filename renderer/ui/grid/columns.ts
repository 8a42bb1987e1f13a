import type { ReactNode } from 'react';

/** How a cell is coloured: by sign, by severity, or held back. */
export type Tone = 'up' | 'down' | 'flat' | 'muted' | 'watch' | 'critical' | 'ok';

export interface GridColumn<Row> {
  readonly id: string;
  /** Short, with the unit where there is one: "Vega". */
  readonly title: string;
  /** What it means, for the tooltip of the heading. */
  readonly meaning: string;
  readonly width: number;
  readonly align: 'start' | 'end';
  /** Stays in sight when the rest is scrolled sideways; only the first column. */
  readonly pinned?: boolean;
  /** Takes the space that is left over. */
  readonly grow?: boolean;
  /** What the cell shows. Called on every flush for rows in sight: no allocation beyond the text. */
  readonly text: (row: Row) => string;
  /** What sorting compares; the text when absent. NaN sorts last. */
  readonly order?: (row: Row) => number | string;
  /** What is copied: an unshortened figure. The text when absent. */
  readonly raw?: (row: Row) => string;
  readonly tone?: (row: Row) => Tone;
  /** Never changes for a row: drawn by React once instead of being written as text. */
  readonly content?: (row: Row) => ReactNode;
  /** Text of the column on a net row over `rows`; absent columns stay empty. */
  readonly net?: (rows: readonly Row[]) => { readonly text: string; readonly tone: Tone };
  /** Tints the cell for 300 ms when its figure changes. */
  readonly flash?: boolean;
}

/** One level of grouping. */
export interface GridGrouping<Row> {
  readonly key: (row: Row) => string;
  readonly label: (row: Row) => string;
  /** Where the group stands among its siblings; smaller first. */
  readonly order: (row: Row) => number | string;
  /** Only worth a net row when it holds more than one row. */
  readonly elideSingle?: boolean;
}

const MIN_COLUMN_WIDTH = 40;
const MAX_COLUMN_WIDTH = 600;
export const RESIZE_STEP = 8;

/** Columns drawn larger: in a comfortable density the type and the padding grow. */
export function scaleColumns<Row>(columns: readonly GridColumn<Row>[], scale: number): readonly GridColumn<Row>[] {
  return scale === 1 ? columns : columns.map((column) => ({ ...column, width: Math.round(column.width * scale) }));
}

/** Widths by column id that differ from the column's own. */
export type ColumnWidths = Readonly<Record<string, number>>;

export function widthOf<Row>(column: GridColumn<Row>, widths: ColumnWidths): number {
  return widths[column.id] ?? column.width;
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(MAX_COLUMN_WIDTH, Math.max(MIN_COLUMN_WIDTH, width)));
}

/** Least width of a row: the grid scrolls sideways below it. */
export function rowWidth<Row>(columns: readonly GridColumn<Row>[], widths: ColumnWidths): number {
  return columns.reduce((sum, column) => sum + widthOf(column, widths), 0);
}

/** CSS grid tracks of a row. */
export function tracksOf<Row>(columns: readonly GridColumn<Row>[], widths: ColumnWidths): string {
  return columns
    .map((column) => {
      const width = widthOf(column, widths);
      return column.grow && widths[column.id] === undefined ? `minmax(${width}px, 1fr)` : `${width}px`;
    })
    .join(' ');
}
