import type { GridColumn, GridGrouping } from './columns.ts';

/** What the grid shows line by line: a net row over a group, or a row. */
export type Line<Row> =
  | {
      readonly kind: 'group';
      readonly key: string;
      /** 1 for the outermost group. */
      readonly level: number;
      readonly label: string;
      readonly rows: readonly Row[];
      readonly open: boolean;
    }
  | { readonly kind: 'row'; readonly key: string; readonly level: number; readonly row: Row };

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

export interface Arrangement<Row> {
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly GridColumn<Row>[];
  readonly groupings: readonly GridGrouping<Row>[];
  readonly sorting: Sorting | null;
  /** Keys of groups that are shut. */
  readonly shut: ReadonlySet<string>;
  /** Lower-case words that a row must all contain; "" shows all. */
  readonly filter: string;
  readonly searchText: (row: Row) => string;
}

type Comparable = number | string;

function missing(value: Comparable): boolean {
  return typeof value === 'number' && Number.isNaN(value);
}

/** Ascending; unknown values last whichever way the column is sorted. */
function compareValues(a: Comparable, b: Comparable, descending: boolean): number {
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  const order = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

function sorted<Row>(rows: readonly Row[], arrangement: Arrangement<Row>): readonly Row[] {
  const { sorting, columns } = arrangement;
  const column = sorting === null ? undefined : columns.find((one) => one.id === sorting.column);
  if (sorting === null || column === undefined) return rows;
  const read = column.order ?? column.text;
  // Values are read once per row: they come from a live frame and must not differ between comparisons.
  const keyed = rows.map((row) => ({ row, value: read(row) }));
  keyed.sort((a, b) => compareValues(a.value, b.value, sorting.descending));
  return keyed.map(({ row }) => row);
}

/** Where the cursor's row stands: its key, and its place among its siblings in the last arrangement. */
export interface CursorPlace {
  readonly key: string | null;
  readonly at: number;
}

export const NO_CURSOR: CursorPlace = { key: null, at: -1 };

/** The rows with the cursor's row back in its place: sorting never moves the row under the cursor. */
function keepInPlace<Row>(rows: readonly Row[], keyOf: (row: Row) => string, cursor: CursorPlace): readonly Row[] {
  if (cursor.key === null || cursor.at < 0) return rows;
  const from = rows.findIndex((row) => keyOf(row) === cursor.key);
  if (from < 0 || from === cursor.at) return rows;
  const result = rows.slice();
  const [held] = result.splice(from, 1);
  if (held !== undefined) result.splice(Math.min(cursor.at, result.length), 0, held);
  return result;
}

interface Bucket<Row> {
  readonly key: string;
  readonly label: string;
  readonly order: Comparable;
  readonly rows: Row[];
}

function buckets<Row>(rows: readonly Row[], grouping: GridGrouping<Row>): readonly Bucket<Row>[] {
  const found = new Map<string, Bucket<Row>>();
  for (const row of rows) {
    const key = grouping.key(row);
    const bucket = found.get(key);
    if (bucket) bucket.rows.push(row);
    else found.set(key, { key, label: grouping.label(row), order: grouping.order(row), rows: [row] });
  }
  return [...found.values()].sort((a, b) => compareValues(a.order, b.order, false));
}

interface Build<Row> {
  readonly lines: Line<Row>[];
  readonly arrangement: Arrangement<Row>;
  readonly cursor: CursorPlace;
}

function pushRows<Row>(build: Build<Row>, rows: readonly Row[], level: number): void {
  const { keyOf, sorting } = build.arrangement;
  const inPlace = sorting === null ? rows : keepInPlace(rows, keyOf, build.cursor);
  for (const row of inPlace) build.lines.push({ kind: 'row', key: keyOf(row), level, row });
}

function pushGroups<Row>(build: Build<Row>, rows: readonly Row[], depth: number, level: number, path: string): void {
  const grouping = build.arrangement.groupings[depth];
  if (grouping === undefined) {
    pushRows(build, rows, level);
    return;
  }
  for (const bucket of buckets(rows, grouping)) {
    const key = `${path}/${bucket.key}`;
    if (grouping.elideSingle && bucket.rows.length === 1) {
      pushGroups(build, bucket.rows, depth + 1, level, key);
      continue;
    }
    const open = !build.arrangement.shut.has(key);
    build.lines.push({ kind: 'group', key, level, label: bucket.label, rows: bucket.rows, open });
    if (open) pushGroups(build, bucket.rows, depth + 1, level + 1, key);
  }
}

/** Lines of the grid: rows that pass the filter, sorted within their groups, with a net row over each group. */
export function linesOf<Row>(
  rows: readonly Row[],
  arrangement: Arrangement<Row>,
  cursor: CursorPlace = NO_CURSOR,
): readonly Line<Row>[] {
  const { filter, searchText } = arrangement;
  const words = filter.split(' ').filter(Boolean);
  const shown =
    words.length === 0
      ? rows
      : rows.filter((row) => {
          const text = searchText(row).toLowerCase();
          return words.every((word) => text.includes(word));
        });
  const lines: Line<Row>[] = [];
  pushGroups({ lines, arrangement, cursor }, sorted(shown, arrangement), 0, 1, '');
  return lines;
}

/** The place of line `index` among its sibling rows. */
export function placeAmongSiblings<Row>(lines: readonly Line<Row>[], index: number): CursorPlace {
  const line = lines[index];
  if (line === undefined || line.kind === 'group') return NO_CURSOR;
  let first = index;
  while (first > 0 && lines[first - 1]?.kind === 'row' && lines[first - 1]?.level === line.level) first -= 1;
  return { key: line.key, at: index - first };
}

/** True when both show the same lines in the same order. */
export function sameLines<Row>(a: readonly Line<Row>[], b: readonly Line<Row>[]): boolean {
  return a.length === b.length && a.every((line, index) => line.key === b[index]?.key);
}
