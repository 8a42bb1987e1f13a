import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Black76Terms, black76 } from '#shared/pricing/black76.ts';
import { impliedVol } from '#shared/pricing/implied-vol.ts';
import { impliedVols } from '#shared/pricing/kernel/implied-vol.ts';
import { unwrap } from '#shared/units/result.ts';
import { columnsOf, marketTerms } from './samples.ts';

/** The option of the pair that is out of the money: its price is all time value. */
const outside = (terms: Black76Terms): Black76Terms => ({
  ...terms,
  right: terms.strike >= terms.forward ? 'call' : 'put',
});

const priceOf = (terms: Black76Terms): number => unwrap(black76(terms)).price;

/** How many rounding errors of the price one of vol is worth. */
function condition(terms: Black76Terms): number {
  const { price, vega } = unwrap(black76(terms));
  return Math.max(terms.forward, price) / (vega * terms.vol);
}

describe('implied vol', () => {
  it('finds back the vol a price was made with', () => {
    fc.assert(
      fc.property(marketTerms.map(outside), (terms) => {
        const found = unwrap(impliedVol(terms, priceOf(terms)));
        expect(Math.abs(found / terms.vol - 1)).toBeLessThan(4e-15 * (1 + condition(terms)));
      }),
    );
  });

  it('gives a price that prices back, in the money too', () => {
    fc.assert(
      fc.property(marketTerms, (terms) => {
        const price = priceOf(terms);
        const found = impliedVol(terms, price);
        // In the money by so much that the time value is lost in the price there is nothing to find.
        if (found.ok) {
          const again = priceOf({ ...terms, vol: found.value });
          expect(Math.abs(again - price)).toBeLessThan(8e-15 * (terms.forward + terms.strike));
        } else {
          expect(found.error.code).toBe('below-intrinsic');
        }
      }),
    );
  });

  it('gives columns what single options get', () => {
    fc.assert(
      fc.property(fc.array(marketTerms.map(outside), { minLength: 1, maxLength: 600 }), (rows) => {
        const price = Float64Array.from(rows, priceOf);
        const vol = new Float64Array(rows.length);
        const status = new Uint8Array(rows.length);
        expect(impliedVols(rows.length, { ...columnsOf(rows), price }, vol, status)).toBe(0);
        rows.forEach((terms, i) => {
          const alone = unwrap(impliedVol(terms, price[i]!));
          expect(Math.abs(vol[i]! / alone - 1)).toBeLessThan(2e-13);
        });
      }),
      { numRuns: 20 },
    );
  });
});
