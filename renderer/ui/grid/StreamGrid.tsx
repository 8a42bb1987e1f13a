import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useGridMetrics } from '#renderer/state/appearance.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { copyText } from '#renderer/ui/clipboard.ts';
import { type GridColumn, type GridGrouping, rowWidth, scaleColumns, tracksOf } from './columns.ts';
import { GridFilter } from './GridFilter.tsx';
import { GridHeading } from './GridHeading.tsx';
import { GridLine } from './GridLine.tsx';
import { type GridKeys, handleGridKey } from './grid-keys.ts';
import { handleGridClick, handleGridDoubleClick } from './grid-pointer.ts';
import type { Line, Sorting } from './lines.ts';
import style from './StreamGrid.module.css';
import { extendSelection, keysOfLine, rowsIn, type Selection, toggleKeys } from './selection.ts';
import { toTsv } from './tsv.ts';
import { useArrangement } from './use-arrangement.ts';
import { useCursor } from './use-cursor.ts';
import { useFlush } from './use-flush.ts';

const OVERSCAN = 6;
const NO_GROUPINGS: readonly never[] = [];
const never = (): boolean => false;

export interface StreamGridProps<Row> {
  /** Panel whose keys the grid answers ("/", Ctrl+C). */
  readonly panel: string;
  /** Name for screen readers and the filter: "Positions". */
  readonly label: string;
  /** Which rows there are; a new array when rows come or go. Figures inside them may change without one. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly GridColumn<Row>[];
  readonly groupings?: readonly GridGrouping<Row>[];
  readonly searchText: (row: Row) => string;
  readonly initialSorting?: Sorting | null;
  /** Says when figures changed; without it they change only with `rows`. */
  readonly subscribe?: (changed: () => void) => () => void;
  readonly isStale?: (row: Row) => boolean;
  /** Marks a whole row: "unknown". */
  readonly markOf?: (row: Row) => string | undefined;
  readonly selection: Selection;
  readonly onSelection: (selection: Selection) => void;
  /** The row under the cursor; null on a net row or in the heading. */
  readonly onCursorRow?: (row: Row | null) => void;
  /** Enter or double click on a row. */
  readonly onActivate?: (row: Row) => void;
  /** The line below the grid: totals, "incl. 2 stale", selection. Written with every flush. */
  readonly summary?: (rows: readonly Row[], selected: readonly Row[]) => string;
}

function rowsToCopy<Row>(
  lines: readonly Line<Row>[],
  keyOf: (row: Row) => string,
  selection: Selection,
  at: number,
): readonly Row[] {
  const chosen = rowsIn(lines).filter((row) => selection.has(keyOf(row)));
  const line = lines[at];
  if (chosen.length > 0 || line === undefined) return chosen;
  return line.kind === 'row' ? [line.row] : line.rows;
}

/**
 * The streaming grid: virtual rows, figures written as text at most ten times a second outside React, one tab stop
 * with the cursor cell, sorting that settles once a second and never moves the cursor's row.
 */
export function StreamGrid<Row>(props: StreamGridProps<Row>) {
  const { panel, label, rows, keyOf, groupings = NO_GROUPINGS, searchText, subscribe } = props;
  const { selection, onSelection, isStale = never, markOf, onCursorRow, onActivate, summary } = props;
  const root = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const summaryElement = useRef<HTMLDivElement>(null);
  const cursorLine = useRef(-1);
  const [filtering, setFiltering] = useState(false);
  const { rowHeight, scale, fontPx, cellPad } = useGridMetrics();
  const columns = useMemo(() => scaleColumns(props.columns, scale), [props.columns, scale]);
  const fixed = { keyOf, columns, groupings, searchText };
  const arranged = useArrangement(panel, rows, fixed, props.initialSorting ?? null, subscribe !== undefined);
  const { lines } = arranged;
  const tree = groupings.length > 0;

  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollPaddingEnd: rowHeight,
    getItemKey: (index) => lines[index]?.key ?? index,
    // The cursor's line stays mounted when it is scrolled away, so that the focus is never lost.
    rangeExtractor: useCallback((range: Range) => {
      const seen = defaultRangeExtractor(range);
      const held = cursorLine.current;
      return held < 0 || held >= range.count || seen.includes(held) ? seen : [...seen, held].sort((a, b) => a - b);
    }, []),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new density changes every row's place
  useEffect(() => virtualizer.measure(), [rowHeight]);

  const cursor = useCursor(
    root,
    arranged,
    (line) => virtualizer.scrollToIndex(line, { align: 'auto' }),
    (line) => onCursorRow?.(line?.kind === 'row' ? line.row : null),
  );
  cursorLine.current = cursor.cell.line;

  const writer = useFlush(
    columns,
    isStale,
    subscribe,
    summaryElement,
    summary === undefined
      ? undefined
      : () => {
          const shown = arranged.filter === '' ? rows : rowsIn(lines);
          return summary(shown, selection.size === 0 ? [] : rows.filter((row) => selection.has(keyOf(row))));
        },
    (id, em) => {
      const width = Math.ceil(em * fontPx + 2 * cellPad + 1);
      if (width > (columns.find((column) => column.id === id)?.width ?? 0)) arranged.widen(id, width);
    },
  );

  useCommand('panel.filter', () => setFiltering(true), panel);
  useCommand('grid.copy', () => copyText(toTsv(columns, rowsToCopy(lines, keyOf, selection, cursor.cell.line))), panel);

  const keys: GridKeys<Row> = {
    columns,
    arranged,
    cursor,
    extent: {
      lines: lines.length,
      columns: columns.length,
      page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight * 10) / rowHeight) - 2),
    },
    toggle: (line) => onSelection(toggleKeys(selection, keysOfLine(line, keyOf))),
    extendTo: (line) => onSelection(extendSelection(selection, lines, cursor.cell.line, line)),
    selectAll: () => onSelection(new Set(rowsIn(lines).map(keyOf))),
    activate: (row) => onActivate?.(row),
  };

  return (
    <div ref={root} className={style.grid}>
      {filtering ? (
        <GridFilter
          label={label}
          value={arranged.filter}
          shown={rowsIn(lines).length}
          onChange={arranged.setFilter}
          onLeave={(clear) => {
            if (clear) arranged.setFilter('');
            setFiltering(!clear);
            cursor.moveTo({ line: 0, column: 0 }, true);
          }}
        />
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its role is grid or treegrid */}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take these */}
      <div
        ref={scroller}
        className={style.scroller}
        role={tree ? 'treegrid' : 'grid'}
        aria-label={label}
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable="true"
        style={
          {
            '--tracks': tracksOf(columns, arranged.widths),
            '--row-width': `${rowWidth(columns, arranged.widths)}px`,
          } as CSSProperties
        }
        data-panel-focus=""
        tabIndex={-1}
        onFocus={(event) => {
          if (event.target === scroller.current) cursor.moveTo(cursor.cell, true);
        }}
        onClick={(event) => handleGridClick(event, keys)}
        onDoubleClick={(event) => handleGridDoubleClick(event, keys)}
        onKeyDown={(event) => {
          if (handleGridKey(event, keys)) event.preventDefault();
        }}
      >
        <GridHeading
          columns={columns}
          sorting={arranged.sorting}
          widths={arranged.widths}
          cursorColumn={cursor.cell.line < 0 ? cursor.cell.column : -1}
          onSort={arranged.sortBy}
          onResize={arranged.setWidth}
          onCursor={(column) => cursor.moveTo({ line: -1, column }, true)}
        />
        {lines.length === 0 ? null : (
          // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
          <div className={style.body} role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const line = lines[item.index];
              if (line === undefined) return null;
              return (
                <GridLine
                  key={line.key}
                  line={line}
                  index={item.index}
                  top={item.start}
                  columns={columns}
                  writer={writer}
                  cursorColumn={item.index === cursor.cell.line ? cursor.cell.column : -1}
                  selected={line.kind === 'row' ? selection.has(line.key) : undefined}
                  mark={line.kind === 'row' ? markOf?.(line.row) : undefined}
                  tree={tree}
                />
              );
            })}
          </div>
        )}
      </div>
      {lines.length === 0 && arranged.filter !== '' ? (
        <p className={style.none}>No row contains “{arranged.filter}”.</p>
      ) : null}
      {summary === undefined ? null : <div ref={summaryElement} className={style.summary} />}
    </div>
  );
}
