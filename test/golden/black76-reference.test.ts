// Prices, Greeks and implied vols against 60-digit values, one-minute options at the money and far wings among them.
// Source: test/fixtures/black76 (mpmath, independent of the kernel).
import { describe, expect, it } from 'vitest';
import { black76 } from '#shared/pricing/black76.ts';
import { impliedVol } from '#shared/pricing/implied-vol.ts';
import { black76Greeks, black76Price } from '#shared/pricing/kernel/black76.ts';
import { allocateGreeks } from '#shared/pricing/kernel/columns.ts';
import { impliedVols } from '#shared/pricing/kernel/implied-vol.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { sharpenGreeks, sharpenPrices } from '#shared/pricing/sharpen.ts';
import { unwrap } from '#shared/units/result.ts';
import { black76Reference } from '#test/support/black76-reference.ts';

/** Half of what is asked for: 1e-13. */
const LIMIT = 5e-14;

const { count, group, options, greeks, vol } = black76Reference();
const rows = Array.from({ length: count }, (_, row) => row);
const { forward, strike, years, rate, right } = options;
const termsOf = (row: number) => ({
  right: right[row] === 1 ? ('call' as const) : ('put' as const),
  forward: forward[row]!,
  strike: strike[row]!,
  years: years[row]!,
  vol: options.vol[row]!,
  rate: rate[row]!,
});
/** Rows whose price is above 1e-10 of the forward. */
const priced = rows.filter((row) => greeks.price[row]! > 1e-10 * forward[row]!);
const named = (row: number): string => `row ${row + 2} of reference.csv (${group[row]})`;
const off = (found: number, exact: number): number => Math.abs(found / exact - 1);

describe('the reference', () => {
  it('holds what is easily got wrong', () => {
    const minutes = rows.filter((row) => years[row]! < 1.91e-6 && Math.abs(strike[row]! / forward[row]! - 1) < 1e-6);
    expect(minutes.length).toBeGreaterThan(10);
    expect(rows.filter((row) => greeks.price[row]! < 1e-9 * forward[row]!).length).toBeGreaterThan(30);
    expect(Math.min(...options.vol)).toBeLessThanOrEqual(1e-4);
    expect(Math.max(...options.vol)).toBeGreaterThan(9);
    expect(priced.length).toBeGreaterThan(400);
  });
});

describe('price', () => {
  it('is exact relative to itself wherever it exceeds 1e-10 of the forward', () => {
    const price = new Float64Array(count);
    unwrap(black76Price(count, options, price));
    sharpenPrices(count, options, price);
    for (const row of priced) expect(off(price[row]!, greeks.price[row]!), named(row)).toBeLessThan(LIMIT);
  });

  it('is the same one at a time', () => {
    for (const row of priced) {
      const terms = termsOf(row);
      expect(off(unwrap(black76(terms)).price, greeks.price[row]!), named(row)).toBeLessThan(LIMIT);
      if (terms.rate !== 0) continue;
      const dollars = optionPrice(terms, terms.vol) ?? Number.NaN;
      expect(off(dollars, greeks.price[row]!), named(row)).toBeLessThan(LIMIT);
    }
  });

  it('of the kernel alone is exact to 1.5e-15 of the forward', () => {
    const price = new Float64Array(count);
    unwrap(black76Price(count, options, price));
    for (const row of rows)
      expect(Math.abs(price[row]! - greeks.price[row]!) / forward[row]!, named(row)).toBeLessThan(1.5e-15);
  });
});

describe('Greeks', () => {
  it('are exact to 1e-14 of the largest value each takes over forwards', () => {
    const found = allocateGreeks(count);
    unwrap(black76Greeks(count, options, found));
    sharpenGreeks(count, options, found);
    for (const row of rows) {
      const { forward: f, years: t, vol: v } = termsOf(row);
      const most = Math.max(f, strike[row]!);
      const root = Math.sqrt(t);
      const scale = {
        price: most,
        delta: 1,
        gamma: 1 / (f * v * root),
        vega: f * root,
        theta: (f * v) / root,
        rho: most * t,
        vanna: 1 / v,
        volga: (f * root) / v,
        charm: 1 / t,
      };
      for (const name of Object.keys(scale) as (keyof typeof scale)[]) {
        const error = Math.abs(found[name][row]! - greeks[name][row]!) / scale[name];
        expect(error, `${name}, ${named(row)}`).toBeLessThan(1e-14);
      }
    }
  });
});

describe('implied vol', () => {
  const solvable = rows.filter((row) => Number.isFinite(vol[row]!));

  it('is exact relative to itself down to prices of 1e-13 of the forward', () => {
    expect(Math.min(...solvable.map((row) => greeks.price[row]! / forward[row]!))).toBeLessThan(1e-12);
    for (const row of solvable) {
      const found = unwrap(impliedVol(termsOf(row), greeks.price[row]!));
      expect(off(found, vol[row]!), named(row)).toBeLessThan(LIMIT);
    }
  });

  it('is so in columns too', () => {
    const found = new Float64Array(count);
    impliedVols(count, { ...options, price: greeks.price }, found, new Uint8Array(count));
    for (const row of solvable) expect(off(found[row]!, vol[row]!), named(row)).toBeLessThan(LIMIT);
  });
});
