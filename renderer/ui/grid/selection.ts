import type { Line } from './lines.ts';

export type Selection = ReadonlySet<string>;

/** Keys of the rows a line stands for: its own, or those of its group. */
export function keysOfLine<Row>(line: Line<Row>, keyOf: (row: Row) => string): readonly string[] {
  return line.kind === 'row' ? [line.key] : line.rows.map(keyOf);
}

/** With the keys all in: taken out; else all put in. */
export function toggleKeys(selection: Selection, keys: readonly string[]): Selection {
  const after = new Set(selection);
  const all = keys.every((key) => after.has(key));
  for (const key of keys) {
    if (all) after.delete(key);
    else after.add(key);
  }
  return after;
}

/** Rows of the lines between `from` and `to`, added to the selection. */
export function extendSelection<Row>(
  selection: Selection,
  lines: readonly Line<Row>[],
  from: number,
  to: number,
): Selection {
  const after = new Set(selection);
  for (const line of lines.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (line.kind === 'row') after.add(line.key);
  }
  return after;
}

/** The rows among the lines, in their order. */
export function rowsIn<Row>(lines: readonly Line<Row>[]): readonly Row[] {
  return lines.flatMap((line) => (line.kind === 'row' ? [line.row] : []));
}
