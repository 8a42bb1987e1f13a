import { cellOf, type HeatMatrix } from '#renderer/charts/heat-matrix.ts';
import { signed } from '#renderer/format/number.ts';

/** A live region speaks at most this often. */
const ANNOUNCE_EVERY_MS = 10_000;
/** Change of the worst figure below which it is not worth a word. */
const WORTH = 0.05;

/** What was last said, and when. */
export interface Announced {
  readonly at: number;
  readonly place: string;
  readonly value: number;
}

/** Where a cell is, in words: "spot −25%, vol +30v". */
export function placeOf(matrix: HeatMatrix, index: number): string {
  const cell = cellOf(matrix, index);
  const column = matrix.columns[cell.column]?.label ?? '';
  const row = matrix.rows[cell.row]?.label ?? '';
  return `${matrix.columnTitle} ${column}, ${matrix.rowTitle} ${row}`;
}

/** The sentence to say about the worst cell now, or null: too soon, or nothing worth saying has changed. */
export function worstSentence(
  matrix: HeatMatrix,
  last: Announced | null,
  now: number,
): { readonly text: string; readonly said: Announced } | null {
  if (matrix.worst === null) return null;
  const value = matrix.values[matrix.worst] ?? Number.NaN;
  const place = placeOf(matrix, matrix.worst);
  const moved = last === null || last.place !== place;
  const changed = last === null || Math.abs(value - last.value) > Math.abs(last.value) * WORTH;
  if (!moved && !changed) return null;
  if (last !== null && now - last.at < ANNOUNCE_EVERY_MS) return null;
  return { text: `Worst cell ${signed(value)} USD at ${place}.`, said: { at: now, place, value } };
}
