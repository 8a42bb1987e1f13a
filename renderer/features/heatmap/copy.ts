import type { HeatMatrix } from '#renderer/charts/heat-matrix.ts';

/** A map as tab-separated text with its axes: raw figures, for a spreadsheet. */
export function toTsv(matrix: HeatMatrix): string {
  const head = [`${matrix.rowTitle} \\ ${matrix.columnTitle}`, ...matrix.columns.map((column) => column.value)];
  const rows = matrix.rows.map((row, at) => {
    const from = at * matrix.columns.length;
    const values = matrix.values.subarray(from, from + matrix.columns.length);
    return [row.value, ...Array.from(values, (value) => (Number.isFinite(value) ? value : ''))];
  });
  return [head, ...rows].map((cells) => cells.join('\t')).join('\n');
}
