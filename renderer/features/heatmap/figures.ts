import { decimalsFor, signed } from '#renderer/format/number.ts';
import type { Greek } from './matrix.ts';
import { GREEK_WORDS } from './matrix.ts';

/** How a map's cells are written: the unit stands in the title, not in the cells. */
export interface Figures {
  readonly unit: string;
  readonly write: (value: number) => string;
}

/** Profit and loss: whole dollars below 10,000, thousands with one decimal below 100,000, whole thousands above. */
export function pnlFigures(limit: number): Figures {
  if (limit < 9_999.5) return { unit: 'USD', write: (value) => signed(value) };
  const decimals = limit < 99_950 ? 1 : 0;
  return { unit: 'kUSD', write: (value) => signed(value / 1000, decimals) };
}

/** A Greek, with about three digits of the largest cell. */
export function greekFigures(greek: Greek, limit: number): Figures {
  const decimals = decimalsFor(limit, 3);
  return { unit: GREEK_WORDS[greek].unit, write: (value) => signed(value, decimals) };
}
