import { describe, expect, it } from 'vitest';
import { sviTotalVariance, sviVol } from '#shared/pricing/svi.ts';

describe('raw SVI', () => {
  const parameters = { a: 0.03, b: 0.1, rho: 0.1, m: 0, sigma: 0.1 };

  it('has the total variance of the worked example', () => {
    // w = 0.03 + 0.1·(±0.01 + √0.02), by hand from Gatheral & Jacquier (2014), eq. 3.1.
    expect(sviTotalVariance(parameters, -0.1)).toBeCloseTo(0.04314213562373095, 15);
    expect(sviTotalVariance(parameters, 0.1)).toBeCloseTo(0.04514213562373095, 15);
  });

  it('is vol squared times years', () => {
    expect(sviVol(parameters, 0.25, 0.1) ** 2 * 0.25).toBeCloseTo(0.04514213562373095, 15);
  });
});
