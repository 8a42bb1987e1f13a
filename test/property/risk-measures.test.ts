// Properties of scenario moves, VaR and backtests that hold whatever the numbers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMover } from '#shared/risk/market-move.ts';
import type { ReturnSample } from '#shared/risk/returns.ts';
import { SURFACE_RULE } from '#shared/risk/revaluation.ts';
import { valueAtRisk } from '#shared/risk/var.ts';
import { independence, kupiec, transitionsOf } from '#shared/risk/var-backtest.ts';
import { demoAssembled, moveAll } from '#test/support/risk-moves.ts';

const { problem } = demoAssembled();
const returns = fc.array(fc.double({ min: -0.4, max: 0.4, noNaN: true }), { minLength: 20, maxLength: 60 });
const sampleOf = (values: readonly number[]): ReturnSample => ({
  count: values.length,
  columns: 1,
  days: 1,
  values: Float64Array.from(values),
});

describe('VaR and ES', () => {
  it('ES is at least VaR, the worst at least ES, and more confidence never means less', () => {
    fc.assert(
      fc.property(returns, (values) => {
        const at = (level: number) =>
          valueAtRisk(problem, sampleOf(values), { level, rule: SURFACE_RULE, split: false });
        const [low, high] = [at(0.8), at(0.95)];
        expect(high.varUsd).toBeGreaterThanOrEqual(low.varUsd);
        expect(high.esUsd).toBeGreaterThanOrEqual(low.esUsd - 1e-6);
        expect(low.esUsd).toBeGreaterThanOrEqual(low.varUsd - 1e-6);
        expect(low.worstUsd).toBeGreaterThanOrEqual(low.esUsd - 1e-6);
      }),
      { numRuns: 50 },
    );
  });

  it('contributions add up to the total whatever the sample', () => {
    fc.assert(
      fc.property(returns, (values) => {
        const found = valueAtRisk(problem, sampleOf(values), { level: 0.9, rule: SURFACE_RULE });
        const total = found.contributions.reduce((sum, one) => sum + one.esUsd, 0);
        expect(total).toBeCloseTo(found.esUsd, 5);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a moved market', () => {
  it('gives the same P&L whatever was asked before', () => {
    const move = fc.record({
      factor: fc.double({ min: 0.1, max: 4, noNaN: true }),
      volFactor: fc.double({ min: 0.2, max: 4, noNaN: true }),
      skew: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      termPower: fc.double({ min: 0, max: 0.6, noNaN: true }),
    });
    const used = createMover(problem);
    fc.assert(
      fc.property(move, fc.double({ min: 0, max: 40, noNaN: true }), (one, days) => {
        const fresh = createMover(problem).pnl(moveAll(problem, one, days));
        expect(used.pnl(moveAll(problem, one, days))).toBe(fresh);
        expect(Number.isFinite(fresh)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('backtests', () => {
  it('likelihood ratios are never negative, p-values within 0 and 1, and exact coverage costs nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 300 }), (failed) => {
        const coverage = kupiec(failed.length, failed.filter(Boolean).length, 0.95);
        const independent = independence(transitionsOf(failed));
        for (const { ratio, pValue } of [coverage, independent]) {
          expect(ratio).toBeGreaterThanOrEqual(0);
          expect(pValue).toBeGreaterThanOrEqual(0);
          expect(pValue).toBeLessThanOrEqual(1);
        }
      }),
    );
    expect(kupiec(200, 10, 0.95).ratio).toBeCloseTo(0, 12);
  });
});
