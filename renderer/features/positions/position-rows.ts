import { useTerminal } from '#renderer/state/terminal.ts';
import { type DirectoryFrame, POSITION_COLUMNS, type PositionColumn, type RowIdentity } from '#shared/ipc/frames.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';

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

const NOTHING = new Float64Array(0);

/** Cells of the last frame; empty when there is none or it belongs to another directory. */
function cells(): Float64Array {
  const { positions, directory } = useTerminal.getState();
  return positions === null || positions.directory !== directory.directory ? NOTHING : positions.values;
}

/** The figure in the last frame; NaN when there is none. */
export function figureOf(row: PositionRow, column: PositionColumn): number {
  return cells()[row.index * WIDTH + PLACES[column]] ?? Number.NaN;
}

/** Valued on a quote older than the staleness limit. */
export function isStale(row: PositionRow): boolean {
  return figureOf(row, 'ageMs') < 0;
}

/**
 * Sum over rows, stale ones at their last value: the risk is still there when a feed is dark. Figures that do not apply
 * count as nothing; NaN when none applies.
 */
export function netOf(rows: readonly PositionRow[], column: PositionColumn): number {
  const values = cells();
  const place = PLACES[column];
  let sum = 0;
  let any = false;
  // Ten thousand rows, eight columns, ten times a second: straight over the block, no calls.
  for (let at = 0; at < rows.length; at += 1) {
    const start = (rows[at]?.index ?? 0) * WIDTH;
    const value = values[start + place] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    any = true;
  }
  return any ? sum : Number.NaN;
}

export function staleCount(rows: readonly PositionRow[]): number {
  const values = cells();
  let count = 0;
  for (let at = 0; at < rows.length; at += 1) {
    if ((values[(rows[at]?.index ?? 0) * WIDTH + PLACES.ageMs] ?? 0) < 0) count += 1;
  }
  return count;
}

const parted = new WeakMap<readonly PositionRow[], ReadonlyMap<UnderlyingId, readonly PositionRow[]>>();

/** The rows by underlying; remembered for as long as the list lives. */
export function byUnderlying(rows: readonly PositionRow[]): ReadonlyMap<UnderlyingId, readonly PositionRow[]> {
  const known = parted.get(rows);
  if (known !== undefined) return known;
  const parts = new Map<UnderlyingId, PositionRow[]>();
  for (const row of rows) {
    const part = parts.get(row.identity.underlying);
    if (part) part.push(row);
    else parts.set(row.identity.underlying, [row]);
  }
  parted.set(rows, parts);
  return parts;
}

/** Calls `changed` with every positions frame. */
export function onPositions(changed: () => void): () => void {
  return useTerminal.subscribe((now, before) => {
    if (now.positions !== before.positions) changed();
  });
}
