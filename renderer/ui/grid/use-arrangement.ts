import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ColumnWidths } from './columns.ts';
import { type Arrangement, type CursorPlace, type Line, linesOf, NO_CURSOR, type Sorting, sameLines } from './lines.ts';
import { useGridSettings } from './use-grid-settings.ts';

/** A sorted grid settles once a second: figures may move ten times a second, rows must not. */
const SETTLE_MS = 1_000;

export interface ArrangementState {
  readonly sorting: Sorting | null;
  readonly shut: ReadonlySet<string>;
  readonly filter: string;
  readonly widths: ColumnWidths;
}

export interface Arranged<Row> extends ArrangementState {
  readonly lines: readonly Line<Row>[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly sortBy: (column: string) => void;
  readonly toggleGroup: (key: string, open?: boolean) => void;
  readonly setFilter: (filter: string) => void;
  readonly setWidth: (column: string, width: number) => void;
  /** Grows a column that the trader has not sized to hold its widest figure. */
  readonly widen: (column: string, width: number) => void;
  /** Tells where the cursor stands, so that settling leaves it there. */
  readonly holdCursor: (place: CursorPlace) => void;
}

type Fixed<Row> = Pick<Arrangement<Row>, 'keyOf' | 'columns' | 'groupings' | 'searchText'>;

/** descending → ascending → as given. */
function nextSorting(before: Sorting | null, column: string): Sorting | null {
  if (before?.column !== column) return { column, descending: true };
  return before.descending ? { column, descending: false } : null;
}

/** Sorting, grouping, filter and widths of the grid `name`, and the lines they make of its rows. */
export function useArrangement<Row>(
  name: string,
  rows: readonly Row[],
  fixed: Fixed<Row>,
  initialSorting: Sorting | null,
  live: boolean,
): Arranged<Row> {
  const [sorting, setSorting] = useState(initialSorting);
  const [shut, setShut] = useState<ReadonlySet<string>>(() => new Set());
  const [filter, setFilter] = useState('');
  const [widths, setWidths] = useState<ColumnWidths>({});
  const [fitted, setFitted] = useState<ColumnWidths>({});
  useGridSettings(name, { widths, sorting }, (saved) => {
    setWidths(saved.widths);
    setSorting(saved.sorting);
  });
  const cursor = useRef<CursorPlace>(NO_CURSOR);
  const { keyOf, columns, groupings, searchText } = fixed;

  const build = useCallback(
    () =>
      linesOf(
        rows,
        { keyOf, columns, groupings, searchText, sorting, shut, filter: filter.trim().toLowerCase() },
        cursor.current,
      ),
    [rows, keyOf, columns, groupings, searchText, sorting, shut, filter],
  );
  const built = useMemo(build, [build]);
  // A later order of the same rows; of no use any more once something else asks for a new arrangement.
  const [settled, setSettled] = useState<{ readonly by: typeof build; readonly lines: readonly Line<Row>[] } | null>(
    null,
  );
  const lines = settled?.by === build ? settled.lines : built;
  const indexOf = useMemo(() => new Map(lines.map((line, index) => [line.key, index])), [lines]);

  useEffect(() => {
    if (sorting === null || !live) return;
    const timer = setInterval(() => {
      const now = build();
      if (!sameLines(now, lines)) setSettled({ by: build, lines: now });
    }, SETTLE_MS);
    return () => clearInterval(timer);
  }, [build, lines, sorting, live]);

  return {
    sorting,
    shut,
    filter,
    widths: useMemo(() => ({ ...fitted, ...widths }), [fitted, widths]),
    lines,
    indexOf,
    setFilter,
    sortBy: useCallback((column) => setSorting((before) => nextSorting(before, column)), []),
    toggleGroup: useCallback((key, open) => {
      setShut((before) => {
        const after = new Set(before);
        if (open ?? before.has(key)) after.delete(key);
        else after.add(key);
        return after;
      });
    }, []),
    widen: useCallback(
      (column, width) =>
        setFitted((before) => ((before[column] ?? 0) >= width ? before : { ...before, [column]: width })),
      [],
    ),
    setWidth: useCallback((column, width) => setWidths((before) => ({ ...before, [column]: width })), []),
    holdCursor: useCallback((place) => {
      cursor.current = place;
    }, []),
  };
}
