import type { GridColumn } from './columns.ts';

function clean(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, ' ');
}

/** Rows as tab-separated text with a heading line: unshortened figures, ready for a spreadsheet. */
export function toTsv<Row>(columns: readonly GridColumn<Row>[], rows: readonly Row[]): string {
  const heading = columns.map((column) => clean(column.title)).join('\t');
  const lines = rows.map((row) => columns.map((column) => clean((column.raw ?? column.text)(row))).join('\t'));
  return [heading, ...lines].join('\n');
}
