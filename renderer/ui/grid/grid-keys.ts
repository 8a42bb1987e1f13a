import type { KeyboardEvent } from 'react';
import { clampWidth, type GridColumn, RESIZE_STEP, widthOf } from './columns.ts';
import { type Extent, moveCursor } from './cursor.ts';
import type { Line } from './lines.ts';
import type { Arranged } from './use-arrangement.ts';
import type { GridCursor } from './use-cursor.ts';

export interface GridKeys<Row> {
  readonly columns: readonly GridColumn<Row>[];
  readonly arranged: Arranged<Row>;
  readonly cursor: GridCursor;
  readonly extent: Extent;
  readonly toggle: (line: Line<Row>) => void;
  readonly extendTo: (line: number) => void;
  readonly selectAll: () => void;
  readonly activate: (row: Row) => void;
}

function headingKey<Row>(event: KeyboardEvent, keys: GridKeys<Row>): boolean {
  const column = keys.columns[keys.cursor.cell.column];
  if (column === undefined) return false;
  const resize = event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight');
  if (resize) {
    const step = event.key === 'ArrowLeft' ? -RESIZE_STEP : RESIZE_STEP;
    keys.arranged.setWidth(column.id, clampWidth(widthOf(column, keys.arranged.widths) + step));
    return true;
  }
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  keys.arranged.sortBy(column.id);
  return true;
}

/** Right opens and left shuts a group from its first cell, as in a tree. */
function groupKey<Row>(event: KeyboardEvent, line: Line<Row>, keys: GridKeys<Row>): boolean {
  if (line.kind !== 'group') return false;
  if (event.key === 'Enter') {
    keys.arranged.toggleGroup(line.key);
    return true;
  }
  if (keys.cursor.cell.column !== 0) return false;
  if (event.key === 'ArrowRight' && !line.open) keys.arranged.toggleGroup(line.key, true);
  else if (event.key === 'ArrowLeft' && line.open) keys.arranged.toggleGroup(line.key, false);
  else return false;
  return true;
}

function lineKey<Row>(event: KeyboardEvent, keys: GridKeys<Row>): boolean {
  const line = keys.arranged.lines[keys.cursor.cell.line];
  if (line === undefined) return false;
  if (groupKey(event, line, keys)) return true;
  if (event.key === ' ') {
    keys.toggle(line);
    return true;
  }
  if (event.key !== 'Enter' || line.kind !== 'row') return false;
  keys.activate(line.row);
  return true;
}

function movementKey<Row>(event: KeyboardEvent, keys: GridKeys<Row>): boolean {
  const next = moveCursor(keys.cursor.cell, event, keys.extent);
  if (next === null || event.altKey) return false;
  keys.cursor.moveTo(next, true);
  if (event.shiftKey && next.line >= 0) keys.extendTo(next.line);
  return true;
}

/** Keys of the grid (WAI-ARIA grid and treegrid). True when the press was used. */
export function handleGridKey<Row>(event: KeyboardEvent, keys: GridKeys<Row>): boolean {
  const all = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a';
  if (all) {
    keys.selectAll();
    return true;
  }
  const own = keys.cursor.cell.line < 0 ? headingKey(event, keys) : lineKey(event, keys);
  return own || movementKey(event, keys);
}
