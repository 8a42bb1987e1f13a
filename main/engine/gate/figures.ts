import { type Decimal, decimal, placesOf, roundToStep } from '#shared/units/decimal.ts';

const CENT = decimal('0.01');

function grouped(value: Decimal): string {
  const [whole = '0', fraction] = value.split('.');
  const groups = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** "812,000 USD". Cents are shown where there are any; the details of a denial hold every digit. */
export function usd(value: Decimal): string {
  return `${grouped(placesOf(value) > 2 ? roundToStep(value, CENT, 'nearest') : value)} USD`;
}

/** "7,321.5", every digit. */
export function figure(value: Decimal): string {
  return grouped(value);
}
