// VaR and ES: full revaluation, the right order statistic, contributions that add up, and samples that are what they say.
import { describe, expect, it } from 'vitest';
import { seededStream } from '#shared/market/seeded.ts';
import { createMover } from '#shared/risk/market-move.ts';
import { cholesky, correlationOf, lawOf, monteCarloSample } from '#shared/risk/monte-carlo.ts';
import {
  columnOf, EWMA_DAILY, filteredSample, fitGarch, historicalSample, type ReturnHistory, type ReturnSample, returnsOf, variances,
} from '#shared/risk/returns.ts'; // biome-ignore format: one glance
import { FIXED_VOLS, revalue, ruleVolFactor, SURFACE_RULE } from '#shared/risk/revaluation.ts';
import { valueAtRisk } from '#shared/risk/var.ts';
import { demoAssembled, moveAll } from '#test/support/risk-moves.ts';

/** A random walk whose vol changes between two halves. */
function twoRegimes(days: number, first: number, second: number): ReturnHistory {
  const draw = seededStream(11, 0);
  const values = Float64Array.from({ length: days }, (_, day) => draw.normal() * (day < days / 2 ? first : second));
  return { days, columns: 1, values };
}

const SAMPLE: ReturnSample = {
  count: 400,
  columns: 1,
  days: 1,
  values: Float64Array.from({ length: 400 }, (_, s) => -0.2 + s / 1000),
};

describe('revaluation over a sample', () => {
  it('gives each scenario what the mover gives it, option by option', () => {
    const { problem } = demoAssembled();
    const { pnl } = revalue(problem, SAMPLE, SURFACE_RULE);
    const mover = createMover(problem);
    for (const s of [0, 57, 200, 399]) {
      const r = SAMPLE.values[s] ?? 0;
      const move = {
        factor: Math.exp(r),
        volFactor: ruleVolFactor(SURFACE_RULE, r),
        termPower: SURFACE_RULE.termPower,
      };
      expect(pnl[s], `return ${r}`).toBeCloseTo(mover.pnl(moveAll(problem, move, 1)), 6);
    }
  });

  it('splits a scenario over the holdings without rest', () => {
    const { problem } = demoAssembled();
    const book = revalue(problem, SAMPLE, SURFACE_RULE);
    const before = book.pnl.slice();
    for (const s of [3, 200, 390]) {
      expect(book.byHolding(s).reduce((sum, one) => sum + one, 0)).toBeCloseTo(before[s] ?? Number.NaN, 7);
    }
    expect(book.pnl).toEqual(before);
  });
});

describe('VaR and ES', () => {
  const { problem } = demoAssembled();
  const result = valueAtRisk(problem, SAMPLE, { level: 0.99, rule: SURFACE_RULE });
  const losses = [...revalue(problem, SAMPLE, SURFACE_RULE).pnl].map((pnl) => -pnl).sort((a, b) => b - a);

  it('are the loss of the rank of the level and the mean of it and the worse ones', () => {
    expect(result.varUsd).toBe(losses[3]);
    expect(result.esUsd).toBeCloseTo(losses.slice(0, 4).reduce((sum, one) => sum + one, 0) / 4, 8);
    expect(result.worstUsd).toBe(losses[0]);
  });

  it('are the sum of what each holding contributes', () => {
    const total = (pick: (one: (typeof result.contributions)[number]) => number) =>
      result.contributions.reduce((sum, one) => sum + pick(one), 0);
    expect(total((one) => one.varUsd)).toBeCloseTo(result.varUsd, 6);
    expect(total((one) => one.esUsd)).toBeCloseTo(result.esUsd, 6);
    expect(total((one) => one.marginalVar * (problem.holdings.quantity[one.holding] ?? 0))).toBeCloseTo(
      result.varUsd,
      6,
    );
  });

  it('grow by a holding’s share of them as the holding grows: Euler, by finite differences', () => {
    const step = 1e-6;
    for (const one of result.contributions) {
      const grown = (by: number) => {
        const quantity = problem.holdings.quantity.with(
          one.holding,
          (problem.holdings.quantity[one.holding] ?? 0) * (1 + by),
        );
        const held = { ...problem, holdings: { ...problem.holdings, quantity } };
        return valueAtRisk(held, SAMPLE, { level: 0.99, rule: SURFACE_RULE, split: false });
      };
      const slope = (grown(step).esUsd - grown(-step).esUsd) / (2 * step);
      expect(one.esUsd, `holding ${one.holding}`).toBeCloseTo(slope, 2);
    }
  });

  it('scale with the book', () => {
    const holdings = { ...problem.holdings, quantity: problem.holdings.quantity.map((quantity) => 3 * quantity) };
    const tripled = valueAtRisk({ ...problem, holdings }, SAMPLE, { level: 0.99, rule: SURFACE_RULE });
    expect(tripled.varUsd / result.varUsd).toBeCloseTo(3, 9);
    expect(tripled.esUsd / result.esUsd).toBeCloseTo(3, 9);
  });

  it('refuse a level without a tail in the sample', () => {
    expect(() => valueAtRisk(problem, SAMPLE, { level: 0.999, rule: FIXED_VOLS })).toThrow('at least 1000 scenarios');
    expect(() => valueAtRisk(problem, SAMPLE, { level: 1.2, rule: FIXED_VOLS })).toThrow('between 0.5 and 1');
  });

  it('of coin cash alone under normal returns is the quantile of the log-normal', () => {
    const coin = {
      ...problem,
      instruments: { ...problem.instruments, count: 0 },
      holdings: {
        count: 1, instrument: Int32Array.of(-1), account: Uint16Array.of(0), underlying: Uint16Array.of(0),
        quantity: Float64Array.of(2), entry: Float64Array.of(Number.NaN), dayOffsetUsd: Float64Array.of(0), lent: new Map(),
      }, // biome-ignore format: one glance
      pools: [],
    };
    const law = { dailyVol: Float64Array.of(0.04), correlation: Float64Array.of(1), freedom: Number.POSITIVE_INFINITY };
    const sample = monteCarloSample(law, { paths: 40_000, days: 1, seed: 5 });
    const found = valueAtRisk(coin, sample, { level: 0.99, rule: FIXED_VOLS });
    const exact = 2 * 7380 * (1 - Math.exp(-0.04 * 2.3263478740408408));
    expect(Math.abs(found.varUsd - exact)).toBeLessThan(4 * found.varErrorUsd);
    expect(found.varErrorUsd / exact).toBeLessThan(0.02);
  });
});

describe('samples', () => {
  it('historical: overlapping runs of days as they were', () => {
    const history = returnsOf([[100], [110], [99], [120]]);
    const two = historicalSample(history, 2);
    expect([...two.values]).toEqual([Math.log(0.99), Math.log(120 / 110)].map((one) => expect.closeTo(one, 12)));
    expect(() => returnsOf([[100], [0]])).toThrow('day 2');
  });

  it('filtered: past days at the vol of today', () => {
    const calm = twoRegimes(2_000, 0.06, 0.02);
    const deviation = (values: Float64Array) =>
      Math.sqrt(values.reduce((sum, one) => sum + one * one, 0) / values.length);
    const sample = filteredSample(calm, () => EWMA_DAILY, { paths: 0, days: 1, seed: 1 });
    const today = Math.sqrt(variances(columnOf(calm, 0), EWMA_DAILY).at(-1) ?? 0);
    expect(deviation(calm.values)).toBeGreaterThan(0.04);
    expect(deviation(sample.values) / today).toBeGreaterThan(0.95);
    expect(deviation(sample.values) / today).toBeLessThan(1.1);
  });

  it('filtered over days: seeded, and as wide as the horizon asks', () => {
    const steady = twoRegimes(2_000, 0.03, 0.03);
    const plan = { paths: 4_000, days: 10, seed: 9 };
    const one = filteredSample(steady, () => EWMA_DAILY, plan);
    expect(filteredSample(steady, () => EWMA_DAILY, plan).values).toEqual(one.values);
    const variance = one.values.reduce((sum, r) => sum + r * r, 0) / one.count;
    const today = variances(columnOf(steady, 0), EWMA_DAILY).at(-1) ?? 0;
    expect(variance / (10 * today)).toBeGreaterThan(0.85);
    expect(variance / (10 * today)).toBeLessThan(1.3);
  });

  it('Monte Carlo: vols, correlation and tails as asked for', () => {
    const law = { dailyVol: Float64Array.of(0.03, 0.05), correlation: Float64Array.of(1, 0.7, 0.7, 1), freedom: 5 };
    const { values, count } = monteCarloSample(law, { paths: 60_000, days: 1, seed: 3 });
    const history = { days: count, columns: 2, values };
    expect(correlationOf(history)[1]).toBeCloseTo(0.7, 1);
    const first = columnOf(history, 0);
    const moment = (power: number) => first.reduce((sum, r) => sum + r ** power, 0) / count;
    expect(Math.sqrt(moment(2))).toBeCloseTo(0.03, 3);
    expect(moment(4) / moment(2) ** 2).toBeGreaterThan(4.5);
    expect(lawOf(history, () => EWMA_DAILY, 5).correlation[2]).toBeCloseTo(0.7, 1);
  });

  it('Cholesky gives the correlations back and refuses impossible ones', () => {
    const correlation = Float64Array.of(1, 0.5, 0.2, 0.5, 1, -0.3, 0.2, -0.3, 1);
    const lower = cholesky(correlation, 3);
    correlation.forEach((value, at) => {
      const [i, j] = [Math.floor(at / 3), at % 3];
      const product = [0, 1, 2].reduce((sum, k) => sum + (lower[i * 3 + k] ?? 0) * (lower[j * 3 + k] ?? 0), 0);
      expect(product).toBeCloseTo(value, 12);
    });
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow('positive semi-definite');
  });

  it('GARCH is found again in a series that was made by it', () => {
    const draw = seededStream(4, 0);
    let variance = 1e-4;
    const values = Float64Array.from({ length: 6_000 }, () => {
      const r = Math.sqrt(variance) * draw.normal();
      variance = 0.05 * 1e-4 + 0.1 * r * r + 0.85 * variance;
      return r;
    });
    const model = fitGarch(values);
    if (model.kind !== 'garch') throw new Error('not a GARCH model');
    expect(model.alpha).toBeGreaterThan(0.07);
    expect(model.alpha).toBeLessThan(0.13);
    expect(model.alpha + model.beta).toBeGreaterThan(0.92);
    expect(model.alpha + model.beta).toBeLessThan(0.98);
    expect(() => fitGarch(values.subarray(0, 50))).toThrow('at least 100');
  });
});
