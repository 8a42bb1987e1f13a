import type { EpochMs } from '#shared/units/time.ts';
import { cell, time } from './csv-cell.ts';

/**
 * What a column holds. text: names, quoted and made harmless for spreadsheets. exact: a decimal in its one spelling.
 * figure: float64. whole: an integer. time: EpochMs. day: the UTC day of an EpochMs.
 */
export type ColumnKind = 'text' | 'exact' | 'figure' | 'whole' | 'time' | 'day';

export interface ExportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

export type ExportCell = string | number | null;

/** Rows that are made while they are written: a history may be larger than memory. Empty cells are null. */
export interface ExportTable {
  readonly columns: readonly ExportColumn[];
  readonly rows: Iterable<readonly ExportCell[]>;
}

/** "time:time quantity:exact …" as columns; what names no kind is text. */
export function columns(text: string): readonly ExportColumn[] {
  return text.split(/\s+/).map((one) => {
    const [name = '', kind = 'text'] = one.split(':');
    return { name, kind: kind as ColumnKind };
  });
}

/** Decimals of a figure in text formats: a millionth of a dollar. */
const FIGURE_PLACES = 6;

/** A cell as text; empty where there is none. */
export function cellText(kind: ColumnKind, value: ExportCell): string {
  if (value === null) return '';
  if (kind === 'time' || kind === 'day')
    return time(Number(value) as EpochMs).slice(0, kind === 'day' ? 10 : undefined);
  return kind === 'figure' ? Number(value).toFixed(FIGURE_PLACES) : String(value);
}

/** A table as CSV, line by line. */
export function* csvOf({ columns: heads, rows }: ExportTable): Generator<string> {
  yield `${heads.map((one) => one.name).join(',')}\n`;
  for (const row of rows) {
    const cells = heads.map(({ kind }, at) => {
      const text = cellText(kind, row[at] ?? null);
      return kind === 'text' ? cell(text) : text;
    });
    yield `${cells.join(',')}\n`;
  }
}

function jsonCell(kind: ColumnKind, value: ExportCell): ExportCell {
  if (value === null || kind === 'whole' || kind === 'figure') return value;
  return cellText(kind, value);
}

/** A table as JSON lines; decimals are strings, so that they stay exact. */
export function* jsonLinesOf({ columns: heads, rows }: ExportTable): Generator<string> {
  for (const row of rows) {
    const fields = heads.map(({ name, kind }, at) => [name, jsonCell(kind, row[at] ?? null)] as const);
    yield `${JSON.stringify(Object.fromEntries(fields))}\n`;
  }
}
