import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef } from 'react';
import { openCanvas, useSurface } from './canvas.ts';
import style from './HeatMap.module.css';
import { drawHeat } from './heat-drawing.ts';
import { cellAt, layoutHeat } from './heat-layout.ts';
import { type Cell, type HeatMatrix, walk } from './heat-matrix.ts';
import { usePalette } from './palette.ts';

export interface HeatMapProps {
  /** What the map is, for people who cannot see it. */
  readonly label: string;
  readonly matrix: HeatMatrix;
  /** Colours end at ±limit. */
  readonly limit: number;
  readonly write: (value: number) => string;
  /** A cell as a sentence. */
  readonly speak: (cell: Cell) => string;
  readonly cursor: Cell | null;
  readonly pinned: Cell | null;
  /** Null: the pointer left the map. */
  readonly onCursor: (cell: Cell | null, by: 'key' | 'pointer') => void;
  readonly onPick: (cell: Cell) => void;
  /** Colour of the frame around a map that answers a question instead of showing the book. */
  readonly tint?: string | null;
}

function chosen(matrix: HeatMatrix, cursor: Cell | null): Cell {
  const market = matrix.market ?? 0;
  const cell = cursor ?? { row: Math.floor(market / matrix.columns.length), column: market % matrix.columns.length };
  return {
    row: Math.min(cell.row, matrix.rows.length - 1),
    column: Math.min(cell.column, matrix.columns.length - 1),
  };
}

/** A heat map on a canvas that is walked with the arrow keys like a grid; only the cell at the cursor is in the page. */
export function HeatMap(props: HeatMapProps) {
  const { label, matrix, limit, write, speak, cursor, pinned, onCursor, onPick, tint = null } = props;
  const id = useId();
  const palette = usePalette();
  const { ref, size } = useSurface<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const layout = useMemo(() => layoutHeat(matrix, size.width, size.height), [matrix, size]);
  const at = chosen(matrix, cursor);

  useEffect(() => {
    const context = canvas.current === null ? null : openCanvas(canvas.current, size);
    if (context && layout) drawHeat(context, matrix, layout, { cursor, pinned, limit, write, tint }, palette);
  }, [matrix, layout, size, cursor, pinned, limit, write, tint, palette]);

  const underPointer = (event: PointerEvent<HTMLDivElement>): Cell | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return layout === null ? null : cellAt(layout, event.clientX - box.left, event.clientY - box.top);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.metaKey) return;
    const next = walk(matrix, at, event.key, event.ctrlKey || event.shiftKey);
    if (next === null) return;
    event.preventDefault();
    onCursor(next, 'key');
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing cannot be a table; the table view is one
    <div
      ref={ref}
      className={style.map}
      role="grid"
      tabIndex={0}
      data-panel-focus=""
      aria-label={label}
      aria-rowcount={matrix.rows.length}
      aria-colcount={matrix.columns.length}
      aria-activedescendant={`${id}-cell`}
      data-heatmap=""
      onKeyDown={onKeyDown}
      onFocus={() => onCursor(at, 'key')}
      onPointerMove={(event) => onCursor(underPointer(event), 'pointer')}
      onPointerLeave={() => onCursor(null, 'pointer')}
      onPointerUp={(event) => {
        const cell = underPointer(event);
        if (cell && event.button === 0) onPick(cell);
      }}
    >
      <canvas ref={canvas} className={style.canvas} />
      <CellInPage id={`${id}-cell`} cell={at} text={speak(at)} />
    </div>
  );
}

/** The cell at the cursor: the only one in the page, active while the map has the focus. */
function CellInPage({ id, cell, text }: { readonly id: string; readonly cell: Cell; readonly text: string }) {
  return (
    // biome-ignore lint/a11y: parts of the drawn grid; the focus stays on the grid and points here
    <div role="row" aria-rowindex={cell.row + 1} className="visually-hidden">
      {/* biome-ignore lint/a11y: as above */}
      <div role="gridcell" id={id} aria-colindex={cell.column + 1} aria-selected="true">
        {text}
      </div>
    </div>
  );
}
