/** A cell of the grid: line −1 is the heading row. */
export interface Cell {
  readonly line: number;
  readonly column: number;
}

export interface Extent {
  readonly lines: number;
  readonly columns: number;
  /** Whole lines in sight: what Page Up and Page Down move by. */
  readonly page: number;
}

export type NavigationKey = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>;

function clamp(cell: Cell, extent: Extent): Cell {
  return {
    line: Math.max(-1, Math.min(extent.lines - 1, cell.line)),
    column: Math.max(0, Math.min(extent.columns - 1, cell.column)),
  };
}

/** Where a key moves the cursor (WAI-ARIA grid pattern), or null when it is no movement. */
export function moveCursor(cell: Cell, press: NavigationKey, extent: Extent): Cell | null {
  const { line, column } = cell;
  const whole = press.ctrlKey || press.metaKey;
  switch (press.key) {
    case 'ArrowUp':
      return clamp({ line: line - 1, column }, extent);
    case 'ArrowDown':
      return clamp({ line: line + 1, column }, extent);
    case 'ArrowLeft':
      return clamp({ line, column: column - 1 }, extent);
    case 'ArrowRight':
      return clamp({ line, column: column + 1 }, extent);
    case 'Home':
      return clamp(whole ? { line: 0, column: 0 } : { line, column: 0 }, extent);
    case 'End':
      return clamp(
        whole ? { line: extent.lines - 1, column: extent.columns - 1 } : { line, column: extent.columns - 1 },
        extent,
      );
    case 'PageUp':
      return clamp({ line: Math.max(0, line - extent.page), column }, extent);
    case 'PageDown':
      return clamp({ line: line + extent.page, column }, extent);
    default:
      return null;
  }
}
