import type { PointerEvent as ReactPointerEvent } from 'react';
import { classNames } from '#renderer/ui/class-names.ts';
import { type ColumnWidths, clampWidth, type GridColumn, widthOf } from './columns.ts';
import type { Sorting } from './lines.ts';
import style from './StreamGrid.module.css';

export interface GridHeadingProps<Row> {
  readonly columns: readonly GridColumn<Row>[];
  readonly sorting: Sorting | null;
  readonly widths: ColumnWidths;
  /** Column under the cursor while it stands in the heading row, else −1. */
  readonly cursorColumn: number;
  readonly onSort: (column: string) => void;
  readonly onResize: (column: string, width: number) => void;
  readonly onCursor: (column: number) => void;
}

function sortWord(sorting: Sorting | null, column: string): 'ascending' | 'descending' | undefined {
  if (sorting?.column !== column) return undefined;
  return sorting.descending ? 'descending' : 'ascending';
}

/** Follows the pointer from a press on a heading's edge until it is let go. */
function followResize(event: ReactPointerEvent, width: number, onWidth: (width: number) => void): void {
  event.preventDefault();
  event.stopPropagation();
  const handle = event.currentTarget;
  const from = event.clientX;
  const move = (moved: Event): void => {
    if (moved instanceof PointerEvent) onWidth(clampWidth(width + moved.clientX - from));
  };
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener('pointermove', move);
  handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
}

export function GridHeading<Row>(props: GridHeadingProps<Row>) {
  const { columns, sorting, widths, cursorColumn, onSort, onResize, onCursor } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
    <div className={style.heading} role="rowgroup">
      {/* biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus */}
      <div className={style.row} role="row" aria-rowindex={1}>
        {columns.map((column, index) => {
          const sort = sortWord(sorting, column.id);
          return (
            // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles keys for all cells
            <div
              key={column.id}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={sort}
              aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight"
              title={column.meaning}
              tabIndex={index === cursorColumn ? 0 : -1}
              data-head={index}
              className={classNames(style.head, column.align === 'start' && style.start, column.pinned && style.pinned)}
              onClick={() => {
                onCursor(index);
                onSort(column.id);
              }}
            >
              {column.title}
              {sort === undefined ? null : (
                <span className={style.arrow} aria-hidden="true">
                  {sort === 'ascending' ? '▲' : '▼'}
                </span>
              )}
              <span
                className={style.handle}
                aria-hidden="true"
                onClick={(event) => event.stopPropagation()}
                onPointerDown={(event) =>
                  followResize(event, widthOf(column, widths), (width) => onResize(column.id, width))
                }
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
