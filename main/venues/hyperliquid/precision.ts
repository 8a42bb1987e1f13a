import { type Decimal, decimal, type Price, roundToStep } from '#shared/units/decimal.ts';

/** Prices carry this many significant figures; whole ones are always good (docs, "Tick and lot size"). */
const FIGURES = 5;
/** Most decimal places of a price, less the places of the size. */
export const PLACES = { perpetual: 6, spot: 8 } as const;

/** 10^−places. */
export function stepOf(places: number): Decimal {
  return decimal(`1e-${Math.max(places, 0)}`);
}

/** Power of ten of the first significant figure: 97,123 → 4, 0.0012 → −3. */
function magnitudeOf(price: Price): number {
  const [whole = '', fraction = ''] = price.replace('-', '').split('.');
  if (whole !== '0') return whole.length - 1;
  return -1 - fraction.search(/[1-9]/);
}

/**
 * A price the venue takes: no more than 5 significant figures and `places` decimals. `down` is below the given price or
 * equal to it, `up` above it or equal.
 */
export function onTick(price: Price, places: number, rounding: 'down' | 'up'): Price {
  if (price === '0') return price;
  const wanted = Math.max(FIGURES - 1 - magnitudeOf(price), 0);
  return roundToStep(price, stepOf(Math.min(wanted, places)), rounding);
}
