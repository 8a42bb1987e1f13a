import { describe, expect, it } from 'vitest';
import { impliedVol, impliedVolOfCoinPrice } from '#shared/pricing/implied-vol.ts';
import { unwrap } from '#shared/units/result.ts';

/**
 * right, forward, strike, years, vol, price: undiscounted, the closed formula evaluated in 60 digits (mpmath 1.3),
 * rounded to a double. From at the money over one minute to prices of 1e-250 of the forward.
 */
const REFERENCE = [
  ['call', 9250.0, 10000.0, 0.25, 0.65, 902.713851204498],
  ['put', 9250.0, 9250.0, 1.902587519025875e-6, 0.8, 4.072059219231112],
  ['call', 9250.0, 9251.0, 1.902587519025875e-6, 0.8, 3.591804973692354],
  ['put', 9250.0, 4000.0, 0.019178082191780823, 1.1, 2.9513307029296583e-6],
  ['call', 9250.0, 20000.0, 0.019178082191780823, 0.9, 8.002552372504257e-8],
  ['call', 100.0, 200.0, 0.1, 0.07, 1.5392050220051273e-216],
  ['put', 60000.0, 20000.0, 0.0027397260273972603, 1.5, 1.662115817013172e-42],
  ['call', 60000.0, 90000.0, 2.0, 3.0, 57517.91239405825],
  ['put', 100000.0, 100000.0, 5.0, 1.2, 82028.75051210001],
  ['call', 1.0, 1.0000001, 1e-6, 0.3, 0.00011963269630476227],
  ['put', 3000.0, 2999.99, 0.0001, 0.01, 0.11474896893425353],
] as const;

describe('implied vol against 60-digit prices', () => {
  it.each(REFERENCE)('finds the vol of a %s on %d, strike %d', (right, forward, strike, years, vol, price) => {
    const found = unwrap(impliedVol({ right, forward, strike, years, rate: 0 }, price));
    expect(Math.abs(found / vol - 1)).toBeLessThan(1e-14);
  });

  it('reads a coin price as a share of the forward', () => {
    const [right, forward, strike, years, vol, price] = REFERENCE[0];
    const found = unwrap(impliedVolOfCoinPrice({ right, forward, strike, years }, price / forward));
    expect(Math.abs(found / vol - 1)).toBeLessThan(1e-14);
  });
});
