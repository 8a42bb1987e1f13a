import { describe, expect, it } from 'vitest';
import { exoticValue } from '#shared/pricing/exotics/exotic.ts';
import { powerPerpetual } from '#shared/pricing/exotics/power-perpetual.ts';
import type { BarrierKind, PlainExoticTerms } from '#shared/pricing/exotics/terms.ts';
import { unwrap } from '#shared/units/result.ts';

/*
 * Barriers: E. G. Haug, "Option Pricing Formulas" (1998), table of standard barrier options: spot 100, rebate 3, half a
 * year, rate 8 %, carry 4 %; [strike, barrier, call at 25 %, call at 30 %, put at 25 %, put at 30 % vol].
 */
const HAUG: Readonly<Record<BarrierKind, readonly (readonly number[])[]>> = {
  'barrier-down-out': [
    [90, 95, 9.0246, 8.8334, 2.2798, 2.417],
    [100, 95, 6.7924, 7.0285, 2.2947, 2.4258],
    [110, 95, 4.8759, 5.4137, 2.6252, 2.6246],
    [90, 100, 3, 3, 3, 3],
    [100, 100, 3, 3, 3, 3],
    [110, 100, 3, 3, 3, 3],
  ],
  'barrier-up-out': [
    [90, 105, 2.6789, 2.6341, 3.776, 4.2293],
    [100, 105, 2.358, 2.4389, 5.4932, 5.8032],
    [110, 105, 2.3453, 2.4315, 7.5187, 7.5649],
  ],
  'barrier-down-in': [
    [90, 95, 7.7627, 9.0093, 2.9586, 3.8769],
    [100, 95, 4.0109, 5.137, 6.5677, 7.7989],
    [110, 95, 2.0576, 2.8517, 11.9752, 13.3078],
    [90, 100, 13.8333, 14.8816, 2.2845, 3.3328],
    [100, 100, 7.8494, 9.2045, 5.9085, 7.2636],
    [110, 100, 3.9795, 5.3043, 11.6465, 12.9713],
  ],
  'barrier-up-in': [
    [90, 105, 14.1112, 15.2098, 1.4653, 2.0658],
    [100, 105, 8.4482, 9.7278, 3.3721, 4.4226],
    [110, 105, 4.591, 5.835, 7.0846, 8.3686],
  ],
};

const BARRIER_CASES = Object.entries(HAUG).flatMap(([kind, rows]) =>
  rows.flatMap(([strike, barrier, ...prices]) =>
    prices.map((price, column) => ({
      kind: kind as BarrierKind,
      strike: strike ?? 0,
      barrier: barrier ?? 0,
      right: column < 2 ? ('call' as const) : ('put' as const),
      vol: column % 2 === 0 ? 0.25 : 0.3,
      price,
    })),
  ),
);

describe('barrier options: Haug (1998), Reiner & Rubinstein (1991)', () => {
  it.each(BARRIER_CASES)('$kind $right, strike $strike, barrier $barrier, vol $vol', ({ price, ...terms }) => {
    const base = { spot: 100, rebate: 3, years: 0.5, rate: 0.08, carry: 0.04 };
    // The book's normal distribution has seven digits.
    expect(Math.abs(unwrap(exoticValue({ ...base, ...terms })).price - price)).toBeLessThan(1e-4);
  });

  // M. El Babsiri & G. Noel, "Simulating path-dependent options: a new approach" (1998): five digits, no rebate.
  it.each([
    ['barrier-down-in', 90, 0.1, 0.07187],
    ['barrier-down-in', 90, 0.3, 4.50952],
    ['barrier-up-in', 110, 0.1, 4.79148],
    ['barrier-up-in', 110, 0.3, 12.98351],
  ] as const)('%s at %d, vol %d', (kind, barrier, vol, price) => {
    const terms = { right: 'call', spot: 100, strike: 100, rebate: 0, years: 1, rate: 0.05, carry: 0.03 } as const;
    expect(unwrap(exoticValue({ ...terms, kind, barrier, vol })).price).toBeCloseTo(price, 5);
  });
});

/** Haug (1998): pages 88 and 90 (digitals, the first paying 10), 96 (geometric) and 99 to 100 (arithmetic averages). */
const BOOK: readonly (readonly [PlainExoticTerms, units: number, price: number])[] = [
  [
    { kind: 'digital-cash', right: 'put', spot: 100, strike: 80, years: 0.75, rate: 0.06, carry: 0, vol: 0.35 },
    10,
    2.671,
  ],
  [
    { kind: 'digital-asset', right: 'put', spot: 70, strike: 65, years: 0.5, rate: 0.07, carry: 0.02, vol: 0.27 },
    1,
    20.2069,
  ],
  [
    { kind: 'asian-geometric', right: 'put', spot: 80, strike: 85, years: 0.25, rate: 0.05, carry: 0.08, vol: 0.2 },
    1,
    4.6922,
  ],
  [
    {
      kind: 'asian-arithmetic',
      right: 'call',
      spot: 6.8,
      strike: 6.9,
      years: 0.5,
      rate: 0.07,
      carry: -0.02,
      vol: 0.14,
    },
    1,
    0.0944,
  ],
  [
    { kind: 'asian-arithmetic', right: 'put', spot: 6.8, strike: 6.9, years: 0.5, rate: 0.07, carry: -0.02, vol: 0.14 },
    1,
    0.2237,
  ],
  ...(
    [
      [95, 0.15, 7.0544],
      [95, 0.35, 10.1213],
      [100, 0.15, 3.7845],
      [100, 0.35, 7.5038],
      [105, 0.15, 1.6729],
      [105, 0.35, 5.4071],
    ] as const
  ).map(
    ([strike, vol, price]) =>
      [
        { kind: 'asian-arithmetic', right: 'call', spot: 100, strike, years: 0.75, rate: 0.1, carry: 0.05, vol },
        1,
        price,
      ] as const,
  ),
];

describe('digitals and averages: Haug (1998)', () => {
  it.each(BOOK)('%o', (terms, units, price) => {
    expect(units * unwrap(exoticValue(terms)).price).toBeCloseTo(price, 4);
  });
});

describe('power perpetuals', () => {
  // White, Robinson et al. (2021): mark = index/(2·e^(−f·(p−1)·(2r + p·vol²)/2) − 1) for an asset without yield.
  it('has the mark of the paper', () => {
    const f = 1 / 365;
    const value = unwrap(powerPerpetual({ spot: 3000, power: 2, fundingYears: f, rate: 0.03, carry: 0.03, vol: 0.9 }));
    expect(value.index).toBe(9_000_000);
    expect(value.price).toBeCloseTo(9_000_000 / (2 * Math.exp((-f * (2 * 0.03 + 2 * 0.81)) / 2) - 1), 6);
    // Longs pay the variance and the rate: 0.81 + 0.03 a year.
    expect(value.fundingPerPeriod * 365).toBeCloseTo(0.84, 2);
  });
});
