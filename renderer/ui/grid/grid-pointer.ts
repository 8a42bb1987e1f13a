import type { MouseEvent } from 'react';
import type { Cell } from './cursor.ts';
import type { GridKeys } from './grid-keys.ts';

/** The cell of the body under the pointer, or null. */
function cellAt<Row>(event: MouseEvent, keys: GridKeys<Row>): Cell | null {
  if (!(event.target instanceof Element)) return null;
  const row = event.target.closest<HTMLElement>('[data-line]');
  const line = keys.arranged.indexOf.get(row?.dataset.line ?? '');
  if (row === null || line === undefined) return null;
  const cell = event.target.closest('[aria-colindex]');
  return { line, column: Math.max(0, cell === null ? 0 : [...row.children].indexOf(cell)) };
}

/** Click: cursor; with Ctrl: select; with Shift: select from the cursor to here. A click on a net row's name folds it. */
export function handleGridClick<Row>(event: MouseEvent, keys: GridKeys<Row>): void {
  const cell = cellAt(event, keys);
  const line = cell === null ? undefined : keys.arranged.lines[cell.line];
  if (cell === null || line === undefined) return;
  if (event.shiftKey) keys.extendTo(cell.line);
  else if (event.ctrlKey || event.metaKey) keys.toggle(line);
  else if (line.kind === 'group' && cell.column === 0) keys.arranged.toggleGroup(line.key);
  keys.cursor.moveTo(cell, true);
}

export function handleGridDoubleClick<Row>(event: MouseEvent, keys: GridKeys<Row>): void {
  const cell = cellAt(event, keys);
  const line = cell === null ? undefined : keys.arranged.lines[cell.line];
  if (line?.kind === 'row') keys.activate(line.row);
}
