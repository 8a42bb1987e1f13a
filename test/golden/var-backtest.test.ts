// Backtests of VaR and ES against figures printed elsewhere, and against the real daily series of BTC.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';
import { columnOf, returnsOf } from '#shared/risk/returns.ts';
import { rollingForecasts } from '#shared/risk/rolling-var.ts';
import {
  acerbiSzekely1,
  acerbiSzekely2,
  type BacktestDay,
  backtest,
  conditionalCoverage,
  independence,
  kupiec,
  normalZ2,
  transitionsOf,
} from '#shared/risk/var-backtest.ts';

describe('figures of the literature', () => {
  // MathWorks, Risk Management Toolbox, varbacktest.pof, .cci and .cc: EquityIndex against Normal95, 1,043 days, 57 failures.
  it('Kupiec and Christoffersen: LR 0.46147 (p 0.49694), 0.25866 (0.61104), 0.72013 (0.69763)', () => {
    const coverage = kupiec(1043, 57, 0.95);
    expect(coverage.ratio).toBeCloseTo(0.46147, 5);
    expect(coverage.pValue).toBeCloseTo(0.49694, 5);
    const independent = independence({ n00: 932, n10: 53, n01: 53, n11: 4 });
    expect(independent.ratio).toBeCloseTo(0.25866, 5);
    expect(independent.pValue).toBeCloseTo(0.61104, 5);
    const both = conditionalCoverage(coverage, independent);
    expect(both.ratio).toBeCloseTo(0.72013, 5);
    expect(both.pValue).toBeCloseTo(0.69763, 5);
  });

  // Kupiec (1995), table of non-rejection regions at 95 % (also Jorion, Value at Risk, table 6-2): VaR 99 %, 255 days:
  // fewer than 7 failures; 510 days: 1 to 11; 1,000 days: 4 to 17. VaR 95 %, 255 days: 6 to 21.
  it.each([
    [255, 0.99, 0, 7],
    [510, 0.99, 1, 11],
    [1000, 0.99, 4, 17],
    [255, 0.95, 6, 21],
  ])('accepts %i days at %f between %i and %i failures, both excluded', (days, level, low, high) => {
    const accepted = (failures: number): boolean => kupiec(days, failures, level).ratio < 3.841459;
    expect(accepted(high)).toBe(false);
    expect(accepted(high - 1)).toBe(true);
    if (low > 0) expect([accepted(low), accepted(low + 1)]).toEqual([false, true]);
  });

  // Acerbi and Székely (2014), table 4: Z₂ at 2.5 %, 250 days, normal: −0.70 at 5 % significance.
  // MathWorks esbacktest.unconditionalNormal: 1,966 days, 97.5 %, 1 % significance: −0.34639.
  it('critical values of Z₂ of a right normal model', () => {
    const year = normalZ2(250, 0.975, 8_000, 7);
    expect(year[400]).toBeCloseTo(-0.7, 1);
    const long = normalZ2(1966, 0.975, 4_000, 7);
    expect(Math.abs((long[40] ?? 0) + 0.34639)).toBeLessThan(0.03);
  });
});

describe('Z₁ and Z₂ by hand', () => {
  const day = (pnl: number): BacktestDay => ({ pnl, valueAtRisk: 10, shortfall: 15 });
  const days = [day(-18), ...Array.from({ length: 18 }, () => day(1)), day(-12)];

  it('mean of failures over the ES, and their sum over the expected number', () => {
    expect(acerbiSzekely1(days)).toBeCloseTo(1 - (18 + 12) / 15 / 2, 12);
    expect(acerbiSzekely2(days, 0.95)).toBeCloseTo(1 - (18 + 12) / 15 / (20 * 0.05), 12);
  });

  it('counts transitions between days', () => {
    expect(transitionsOf([true, true, false, false, true])).toEqual({ n00: 1, n01: 1, n10: 1, n11: 1 });
  });

  it('names a day that cannot be judged', () => {
    expect(() => backtest([day(1), { pnl: 1, valueAtRisk: -1, shortfall: 1 }], 0.95)).toThrow('day 2');
  });
});

describe('on the daily series of BTC since 2018', () => {
  const lines = readFileSync(join(ROOT, 'resources/scenarios/history-btc.csv'), 'utf8').trim().split('\n').slice(1);
  const returns = columnOf(returnsOf(lines.map((line) => [Number(line.split(',')[1])])), 0);
  const judged = (method: 'historical' | 'filtered', level: number) =>
    backtest(rollingForecasts(returns, { window: 500, level, method }), level);

  it('filtered historical VaR has the right number of failures, without memory', () => {
    for (const level of [0.95, 0.99]) {
      const found = judged('filtered', level);
      expect(found.kupiec.observations).toBeGreaterThan(2_400);
      expect(found.kupiec.pValue, `coverage at ${level}`).toBeGreaterThan(0.01);
      expect(found.conditionalCoverage.pValue, `memory at ${level}`).toBeGreaterThan(0.01);
    }
  });

  it('the ES test tells ES that is half as large from the ES that was foreseen', () => {
    const days = rollingForecasts(returns, { window: 500, level: 0.975, method: 'filtered' });
    const honest = backtest(days, 0.975);
    const halved = backtest(
      days.map((one) => ({ ...one, valueAtRisk: one.valueAtRisk / 2, shortfall: one.shortfall / 2 })),
      0.975,
    );
    expect(honest.acerbiSzekely2).toBeGreaterThan(-0.35);
    expect(halved.acerbiSzekely2).toBeLessThan(-3);
    expect(halved.acerbiSzekely2PValue).toBe(0);
  });
});
