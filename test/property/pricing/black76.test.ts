import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Black76Terms, black76, type OptionGreeks } from '#shared/pricing/black76.ts';
import { black76Greeks, black76Price } from '#shared/pricing/kernel/black76.ts';
import { allocateGreeks, type GreekColumns } from '#shared/pricing/kernel/columns.ts';
import { preciseNormalCdf } from '#shared/pricing/kernel/normal-table.ts';
import { sharpenGreeks, sharpenPrices } from '#shared/pricing/sharpen.ts';
import { unwrap } from '#shared/units/result.ts';
import { anyTerms, columnsOf, marketTerms } from './samples.ts';

const greeksOf = (terms: Black76Terms): OptionGreeks => unwrap(black76(terms));
const discount = ({ rate, years }: Black76Terms): number => Math.exp(-rate * years);
/** Largest size of a price for these terms, as a scale of rounding errors. */
const scaleOf = (terms: Black76Terms): number => discount(terms) * Math.max(terms.forward, terms.strike);

/** The textbook formula over another normal distribution function. */
function textbookPrice(terms: Black76Terms): number {
  const c = terms.right === 'call' ? 1 : -1;
  const s = terms.vol * Math.sqrt(terms.years);
  const d1 = Math.log(terms.forward / terms.strike) / s + 0.5 * s;
  const gained = terms.forward * preciseNormalCdf(c * d1) - terms.strike * preciseNormalCdf(c * (d1 - s));
  return discount(terms) * c * gained;
}

describe('Black (1976) over the markets a trader meets', () => {
  it('agrees with the textbook formula', () => {
    fc.assert(
      fc.property(marketTerms, (terms) => {
        expect(Math.abs(greeksOf(terms).price - textbookPrice(terms))).toBeLessThan(4e-15 * scaleOf(terms));
      }),
    );
  });

  it('keeps put-call parity: C − P = discount · (F − K)', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        const call = greeksOf({ ...terms, right: 'call' });
        const put = greeksOf({ ...terms, right: 'put' });
        const factor = terms.years > 0 ? discount(terms) : 1;
        const parity = factor * (terms.forward - terms.strike);
        expect(Math.abs(call.price - put.price - parity)).toBeLessThan(4e-15 * factor * (terms.forward + terms.strike));
        expect(call.delta - put.delta).toBeCloseTo(factor, 12);
        expect(call.gamma).toBeCloseTo(put.gamma, 12);
      }),
    );
  });

  it('never gives less than intrinsic value nor more than the bound', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        const factor = terms.years > 0 ? discount(terms) : 1;
        const c = terms.right === 'call' ? 1 : -1;
        const { price } = greeksOf(terms);
        const slack = 4e-15 * factor * Math.max(terms.forward, terms.strike);
        expect(price).toBeGreaterThanOrEqual(factor * Math.max(c * (terms.forward - terms.strike), 0) - slack);
        expect(price).toBeLessThanOrEqual(factor * (c > 0 ? terms.forward : terms.strike) + slack);
      }),
    );
  });

  it('rises with the forward for calls, falls for puts, rises with vol, and is convex in the strike', () => {
    fc.assert(
      fc.property(marketTerms, fc.double({ min: 1.001, max: 1.5, noNaN: true }), (terms, factor) => {
        const c = terms.right === 'call' ? 1 : -1;
        const slack = 1e-14 * scaleOf(terms) * factor;
        const { price } = greeksOf(terms);
        expect(c * (greeksOf({ ...terms, forward: terms.forward * factor }).price - price)).toBeGreaterThan(-slack);
        expect(greeksOf({ ...terms, vol: terms.vol * factor }).price - price).toBeGreaterThan(-slack);
        const [low, high] = [terms.strike / factor, terms.strike * factor];
        const share = (high - terms.strike) / (high - low);
        const chord =
          share * greeksOf({ ...terms, strike: low }).price + (1 - share) * greeksOf({ ...terms, strike: high }).price;
        expect(chord - price).toBeGreaterThan(-slack);
      }),
    );
  });

  it('is homogeneous: forward and strike twice as high double price and vega, keep delta, halve gamma', () => {
    fc.assert(
      fc.property(marketTerms, fc.integer({ min: -40, max: 40 }), (terms, power) => {
        const factor = 2 ** power;
        const one = greeksOf(terms);
        const many = greeksOf({ ...terms, forward: terms.forward * factor, strike: terms.strike * factor });
        expect(many.price).toBe(one.price * factor);
        expect(many.vega).toBe(one.vega * factor);
        expect(many.delta).toBe(one.delta);
        expect(many.gamma).toBe(one.gamma / factor);
      }),
    );
  });
});

/** Central difference of `of` over a relative step of one input. */
function slope(
  terms: Black76Terms,
  field: 'forward' | 'years' | 'vol' | 'rate',
  step: number,
  of: keyof OptionGreeks,
): number {
  const up = greeksOf({ ...terms, [field]: terms[field] + step })[of];
  const down = greeksOf({ ...terms, [field]: terms[field] - step })[of];
  return (up - down) / (2 * step);
}

describe('Greeks against finite differences', () => {
  it('has every Greek equal the slope it stands for', () => {
    fc.assert(
      fc.property(marketTerms, (terms) => {
        const { forward: F, vol, years } = terms;
        const root = Math.sqrt(years);
        const s = vol * root;
        const greeks = greeksOf(terms);
        // Beside the scale of the figure itself: what rounding two prices does to the slope between them.
        const rounding = (step: number) => 2e-10 * (scaleOf(terms) / step);
        const near = (found: number, expected: number, scale: number, what: string) =>
          expect(Math.abs(found - expected) / scale, what).toBeLessThan(2e-6);
        const dF = F * s * 1e-4;
        const dVol = vol * 1e-4;
        const dT = years * 1e-4;
        const perYear = (F * vol) / root + scaleOf(terms) * Math.abs(terms.rate);
        near(slope(terms, 'forward', dF, 'price'), greeks.delta, 1 + rounding(dF), 'delta');
        near(slope(terms, 'forward', dF, 'delta'), greeks.gamma, 1 / (F * s), 'gamma');
        near(slope(terms, 'vol', dVol, 'price'), greeks.vega, F * root + rounding(dVol), 'vega');
        near(-slope(terms, 'years', dT, 'price'), greeks.theta, perYear + rounding(dT), 'theta');
        near(slope(terms, 'rate', 1e-4, 'price'), greeks.rho, F * years + greeks.price * years, 'rho');
        near(slope(terms, 'vol', dVol, 'delta'), greeks.vanna, 1 / vol, 'vanna');
        near(slope(terms, 'vol', dVol, 'vega'), greeks.volga, (F * root) / vol, 'volga');
        near(-slope(terms, 'years', dT, 'delta'), greeks.charm, 1 / years, 'charm');
      }),
    );
  });
});

describe('columns', () => {
  it('gives each row what it would get alone, expired and still ones among them', () => {
    fc.assert(
      fc.property(fc.array(anyTerms, { minLength: 1, maxLength: 600 }), (rows) => {
        const out = allocateGreeks(rows.length);
        const price = new Float64Array(rows.length);
        unwrap(black76Greeks(rows.length, columnsOf(rows), out));
        unwrap(black76Price(rows.length, columnsOf(rows), price));
        expect(price).toEqual(out.price);
        sharpenGreeks(rows.length, columnsOf(rows), out);
        sharpenPrices(rows.length, columnsOf(rows), price);
        expect(price).toEqual(out.price);
        rows.forEach((terms, i) => {
          const alone = greeksOf(terms);
          for (const name of Object.keys(out) as (keyof GreekColumns)[]) expect(out[name][i]).toBe(alone[name]);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('never lets a NaN or an infinity out', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        for (const value of Object.values(greeksOf(terms))) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });
});
