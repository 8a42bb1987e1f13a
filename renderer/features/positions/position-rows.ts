import { type DirectoryFrame, POSITION_COLUMNS, type PositionColumn, type RowIdentity } from '#shared/ipc/frames.ts';
import { useTerminal } from '#renderer/state/terminal.ts';

/** A row of the directory and its place in the positions frame. */
export interface PositionRow {
  readonly identity: RowIdentity;
  readonly index: number;
}

const WIDTH = POSITION_COLUMNS.length;
const PLACES = Object.fromEntries(POSITION_COLUMNS.map((name, index) => [name, index])) as Readonly<
  Record<PositionColumn, number>
>;

export function rowsOf(directory: DirectoryFrame): readonly PositionRow[] {
  return directory.rows.map((identity, index) => ({ identity, index }));
}

/** The figure in the last frame; NaN when there is none or it belongs to another directory. */
export function figureOf(row: PositionRow, column: PositionColumn): number {
  const { positions, directory } = useTerminal.getState();
  if (positions === null || positions.directory !== directory.directory) return Number.NaN;
  return positions.values[row.index * WIDTH + PLACES[column]] ?? Number.NaN;
}

/** Valued on a quote older than the staleness limit. */
export function isStale(row: PositionRow): boolean {
  return figureOf(row, 'ageMs') < 0;
}

/** Sum over rows that are not stale; figures that do not apply count as nothing. NaN when none applies. */
export function netOf(rows: readonly PositionRow[], column: PositionColumn): number {
  let sum = 0;
  let any = false;
  for (const row of rows) {
    const value = figureOf(row, column);
    if (Number.isNaN(value) || isStale(row)) continue;
    sum += value;
    any = true;
  }
  return any ? sum : Number.NaN;
}

export function staleCount(rows: readonly PositionRow[]): number {
  let count = 0;
  for (const row of rows) if (isStale(row)) count += 1;
  return count;
}

/** Calls `changed` with every positions frame. */
export function onPositions(changed: () => void): () => void {
  return useTerminal.subscribe((now, before) => {
    if (now.positions !== before.positions) changed();
  });
}
