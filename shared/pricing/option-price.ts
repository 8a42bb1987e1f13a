import type { OptionRight } from '#shared/domain/instrument.ts';
import { impliedVol } from './implied-vol.ts';
import { black76Price } from './kernel/black76.ts';
import { allocateOptions } from './kernel/columns.ts';
import { sharpenPrices } from './sharpen.ts';

/** One option, as much of it as its price needs. Forward and strike in USD, years ACT/365. */
export interface OptionTerms {
  readonly forward: number;
  readonly strike: number;
  readonly years: number;
  readonly right: OptionRight;
}

const row = allocateOptions(1);
const price = new Float64Array(1);

/** Undiscounted Black-76 price in USD per coin at `vol` (1.1 = 110 %); null where a number is outside its domain. */
export function optionPrice(terms: OptionTerms, vol: number): number | null {
  row.forward[0] = terms.forward;
  row.strike[0] = terms.strike;
  row.years[0] = terms.years;
  row.vol[0] = vol;
  row.rate[0] = 0;
  row.right[0] = terms.right === 'call' ? 1 : -1;
  if (!black76Price(1, row, price).ok) return null;
  sharpenPrices(1, row, price);
  return price[0] ?? null;
}

/** Implied vol of an undiscounted price in USD per coin; null where no vol gives it. */
export function optionVol(terms: OptionTerms, dollars: number): number | null {
  const vol = impliedVol({ ...terms, rate: 0 }, dollars);
  return vol.ok ? vol.value : null;
}
