// What a miss costs decides what a surface passes through: the slopes belong to the costs, and far misses stay bounded.
import { describe, expect, it } from 'vitest';
import { insideMisfit, type MisfitRule, misfit, robustMisfit } from '#shared/pricing/surface-fit/misfit.ts';

function at(rule: MisfitRule, miss: number) {
  const out = misfit();
  rule(miss, out);
  return out;
}

const MISSES = [-40, -3, -1.51, -1.2, -0.9, -0.3, 0, 0.1, 0.79, 0.81, 1.1, 1.49, 2, 100];

describe.each([
  ['robust', robustMisfit],
  ['inside', insideMisfit],
] as const)('the %s cost of a miss', (_name, rule) => {
  it('has the slope of its differences and a curvature above 0', () => {
    for (const miss of MISSES) {
      const step = 1e-5;
      const slope = (at(rule, miss + step).cost - at(rule, miss - step).cost) / (2 * step);
      expect(at(rule, miss).slope).toBeCloseTo(slope, 7);
      expect(at(rule, miss).curvature).toBeGreaterThan(0);
    }
  });

  it('is the same on both sides, 0 in the middle, and grows outwards', () => {
    expect(at(rule, 0)).toMatchObject({ cost: 0, slope: 0 });
    for (let miss = 0.05; miss < 50; miss *= 1.3) {
      expect(at(rule, -miss).cost).toBe(at(rule, miss).cost);
      expect(at(rule, miss * 1.3).cost).toBeGreaterThan(at(rule, miss).cost);
    }
  });
});

describe('what the two rules want', () => {
  it('robust: Huber’s ½m² up to 1.5 half spreads, then linear', () => {
    expect(at(robustMisfit, 1.5).cost).toBeCloseTo(1.125, 14);
    expect(at(robustMisfit, 11.5).cost).toBeCloseTo(1.125 + 15, 12);
  });

  it('inside: three quotes at 0.7 rather than one at 1.2, and one far out rather than three just outside', () => {
    const cost = (misses: readonly number[]) => misses.reduce((sum, miss) => sum + at(insideMisfit, miss).cost, 0);
    expect(cost([0.7, 0.7, 0.7])).toBeLessThan(cost([1.2, 0, 0]));
    expect(cost([2.5, 0.5, 0.5])).toBeLessThan(cost([1.2, 1.2, 1.2]));
  });
});
