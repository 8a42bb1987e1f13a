import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Cell } from './cursor.ts';
import { type Line, placeAmongSiblings } from './lines.ts';
import type { Arranged } from './use-arrangement.ts';

/** The cursor by line key, so that it stays on its line whatever moves around it. Null key: the heading row. */
interface CursorState {
  readonly key: string | null;
  readonly column: number;
  /** Where the line was last seen, for when it is gone. */
  readonly line: number;
}

export interface GridCursor {
  /** Line −1 is the heading row. */
  readonly cell: Cell;
  readonly moveTo: (cell: Cell, focus: boolean) => void;
}

function cellOf<Row>(state: CursorState, arranged: Arranged<Row>): Cell {
  if (state.key === null && state.line < 0) return { line: -1, column: state.column };
  const index = state.key === null ? undefined : arranged.indexOf.get(state.key);
  const line = index ?? Math.min(Math.max(0, state.line), arranged.lines.length - 1);
  return { line, column: state.column };
}

function focusCell(root: HTMLElement | null, key: string | undefined, cell: Cell): void {
  const row = key === undefined ? null : root?.querySelector(`[data-line="${CSS.escape(key)}"]`);
  const target = cell.line < 0 ? root?.querySelector(`[data-head="${cell.column}"]`) : row?.children[cell.column];
  if (target instanceof HTMLElement && target !== document.activeElement) target.focus({ preventScroll: true });
}

/** One tab stop for the whole grid: the cell under the cursor. Keeps the DOM focus on it while rows come and go. */
export function useCursor<Row>(
  root: RefObject<HTMLElement | null>,
  arranged: Arranged<Row>,
  scrollTo: (line: number) => void,
  onCursor: ((line: Line<Row> | null) => void) | undefined,
): GridCursor {
  const [state, setState] = useState<CursorState>({ key: null, column: 0, line: 0 });
  const wantsFocus = useRef(false);
  const hadFocus = useRef(false);
  const { lines, holdCursor } = arranged;
  const cell = cellOf(state, arranged);
  const line = lines[cell.line];

  useEffect(() => {
    holdCursor(placeAmongSiblings(lines, cell.line));
  }, [lines, cell.line, holdCursor]);

  const lineKey = line?.key ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once per change of line, not per render
  useEffect(() => onCursor?.(line ?? null), [lineKey]);

  useEffect(() => {
    const note = (): void => {
      hadFocus.current = root.current?.contains(document.activeElement) ?? false;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, [root]);

  useLayoutEffect(() => {
    // A re-ordered row loses the DOM focus to the body: the cursor takes it back.
    const lost = hadFocus.current && document.activeElement === document.body;
    if (!wantsFocus.current && !lost) return;
    if (wantsFocus.current && cell.line >= 0) scrollTo(cell.line);
    wantsFocus.current = false;
    focusCell(root.current, line?.key, cell);
  });

  const moveTo = useCallback(
    (next: Cell, focus: boolean) => {
      wantsFocus.current = focus;
      setState({ key: lines[next.line]?.key ?? null, column: next.column, line: next.line });
    },
    [lines],
  );
  return { cell, moveTo };
}
