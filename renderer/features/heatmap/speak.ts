import { type Cell, indexOf } from '#renderer/charts/heat-matrix.ts';
import type { Figures } from './figures.ts';
import { liquidatedIn, type MapPart } from './model.ts';

/** A cell as a sentence for a screen reader: where, what, who is liquidated. */
export function speakCell(part: MapPart, cell: Cell, figures: Figures, pools: readonly string[]): string {
  const { matrix } = part;
  const index = indexOf(matrix, cell);
  const value = matrix.values[index] ?? Number.NaN;
  const column = matrix.columns[cell.column]?.label ?? '';
  const row = matrix.rows[cell.row]?.label ?? '';
  const gone = liquidatedIn(pools, matrix.breaches?.[index] ?? 0);
  const parts = [
    `${matrix.columnTitle} ${column}, ${matrix.rowTitle} ${row}`,
    Number.isFinite(value) ? `${figures.write(value)} ${figures.unit}` : 'nothing held',
    gone.length === 0 ? '' : `liquidated: ${gone.join(', ')}`,
    index === matrix.market ? 'the market now' : '',
    index === matrix.worst ? 'worst cell' : '',
  ];
  return parts.filter((one) => one !== '').join('; ');
}
