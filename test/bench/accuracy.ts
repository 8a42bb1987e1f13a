import { black76Price } from '#shared/pricing/kernel/black76.ts';
import { impliedVols } from '#shared/pricing/kernel/implied-vol.ts';
import { sharpenPrices } from '#shared/pricing/sharpen.ts';
import { unwrap } from '#shared/units/result.ts';
import { black76Reference } from '#test/support/black76-reference.ts';
import type { Figures } from './figures.ts';

/** Prices below this share of the forward are not asked to be exact relative to themselves. */
const LEAST_PRICE = 1e-10;

/** Largest relative errors of prices and implied vols against the 60-digit values of test/fixtures/black76. */
export function accuracy(): Figures {
  const { count, options, greeks, vol } = black76Reference();
  const price = new Float64Array(count);
  unwrap(black76Price(count, options, price));
  sharpenPrices(count, options, price);
  const found = new Float64Array(count);
  impliedVols(count, { ...options, price: greeks.price }, found, new Uint8Array(count));
  let [priceError, volError] = [0, 0];
  for (let row = 0; row < count; row++) {
    const exact = greeks.price[row]!;
    if (exact > LEAST_PRICE * options.forward[row]!)
      priceError = Math.max(priceError, Math.abs(price[row]! / exact - 1));
    if (Number.isFinite(vol[row])) volError = Math.max(volError, Math.abs(found[row]! / vol[row]! - 1));
  }
  return { accuracy_price_rel: priceError, accuracy_iv_rel: volError, accuracy_rows: count };
}
