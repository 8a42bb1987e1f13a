// Statistics that a sceptic asks of a backtest, against the figures of the papers they come from and against brute force.
import { describe, expect, it } from 'vitest';
import { seededStream } from '#shared/market/seeded.ts';
import { overfitting, walkForward } from '#shared/risk/overfitting.ts';
import {
  deepestDrawdown,
  deflatedSharpe,
  drawdowns,
  expectedBestSharpe,
  expectedShortfall,
  type Moments,
  momentsOf,
  probabilisticSharpe,
  sharpeOf,
  worstStretch,
} from '#shared/risk/performance.ts';

const moments = (count: number, ratio: number, skewness: number, kurtosis: number): Moments => ({
  ...{ count, mean: ratio, deviation: 1, skewness, kurtosis },
});

describe('Sharpe ratio', () => {
  // Bailey & López de Prado (2012), "The Sharpe ratio efficient frontier": 24 months, annual ratio 1.59 (monthly 0.458).
  it('is believed less with skew and fat tails', () => {
    expect(probabilisticSharpe(moments(24, 0.458, 0, 3), 0)).toBeCloseTo(0.982, 3);
    expect(probabilisticSharpe(moments(24, 0.458, -2.448, 10.164), 0)).toBeCloseTo(0.913, 3);
  });

  // Bailey & López de Prado (2014), "The deflated Sharpe ratio", numerical example: daily data of five years, annual
  // ratio 2.5, skew −3, kurtosis 10, 100 trials whose annual ratios vary with 1/2: threshold 0.1132, DSR 0.9004.
  it('is deflated by the number of trials', () => {
    const best = moments(1250, 2.5 / Math.sqrt(250), -3, 10);
    expect(expectedBestSharpe(100, 0.5 / 250)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(best, 100, 0.5 / 250)).toBeCloseTo(0.9004, 4);
    // The same with 46 trials: 0.9505.
    expect(deflatedSharpe(best, 46, 0.5 / 250)).toBeCloseTo(0.9505, 3);
  });

  // Lo (2002): for normal returns the standard error is √((1 + SR²/2)/n). Against 4,000 simulated years of days.
  it('has the standard error that repetition shows', () => {
    const draw = seededStream(7, 1);
    const [days, years] = [250, 4_000];
    const ratios = Float64Array.from({ length: years }, () => {
      return sharpeOf(momentsOf(Float64Array.from({ length: days }, () => 0.1 + draw.normal()))).ratio;
    });
    const told = sharpeOf(moments(days, 0.1, 0, 3)).error;
    expect(momentsOf(ratios).deviation / told).toBeGreaterThan(0.96);
    expect(momentsOf(ratios).deviation / told).toBeLessThan(1.04);
  });
});

describe('falls and tails', () => {
  it('finds the deepest fall, the way down row by row and the worst stretch', () => {
    const equity = Float64Array.of(100, 120, 90, 110, 60, 130, 125);
    expect(deepestDrawdown(equity)).toEqual({ depth: 60, share: 0.5, from: 1, to: 4 });
    expect([...drawdowns(equity)]).toEqual([0, 0, -30, -10, -60, 0, -5]);
    expect(worstStretch(equity, 1)).toEqual({ row: 4, change: -50 });
    expect(worstStretch(equity, 3)).toEqual({ row: 4, change: -60 });
  });

  it('takes the border value by its part', () => {
    // Worst 25 % of six values: the worst whole and half of the next, −(−10 − 4/2)/1.5 = 8.
    expect(expectedShortfall(Float64Array.of(5, -10, 3, -4, 0, 1), 0.25)).toBeCloseTo(8, 12);
  });
});

/** The definition word by word, with arrays of returns instead of sums of blocks. */
function slowly(returns: readonly Float64Array[], blocks: number): number {
  const size = Math.floor(returns[0]!.length / blocks);
  const sets = Array.from({ length: 2 ** blocks }, (_, set) =>
    Array.from({ length: blocks }, (_, k) => k).filter((k) => Math.floor(set / 2 ** k) % 2 === 1),
  ).filter((set) => set.length === blocks / 2);
  const ratio = (column: Float64Array, set: readonly number[]): number => {
    const rows = set.flatMap((k) => [...column.slice(k * size, (k + 1) * size)]);
    const mean = rows.reduce((a, b) => a + b, 0) / rows.length;
    return mean / Math.sqrt(rows.reduce((a, b) => a + (b - mean) ** 2, 0) / rows.length);
  };
  const below = sets.filter((inside) => {
    const outside = Array.from({ length: blocks }, (_, k) => k).filter((k) => !inside.includes(k));
    const best = returns.reduce((a, b) => (ratio(b, inside) > ratio(a, inside) ? b : a));
    const beaten = returns.filter((one) => ratio(one, outside) < ratio(best, outside)).length;
    return (beaten + 1) / (returns.length + 1) <= 0.5;
  });
  return below.length / sets.length;
}

describe('probability of backtest overfitting', () => {
  const noise = (seed: number, drift: number): Float64Array => {
    const draw = seededStream(seed, 2);
    return Float64Array.from({ length: 320 }, () => drift + draw.normal());
  };

  it('equals the definition', () => {
    const returns = [1, 2, 3, 4, 5].map((seed) => noise(seed, seed === 3 ? 0.05 : 0));
    expect(overfitting(returns, 8).probability).toBeCloseTo(slowly(returns, 8), 12);
    expect(overfitting(returns, 8).logits).toHaveLength(70);
  });

  it('is near a half for noise on the mean, and nothing for real skill', () => {
    const probabilities = Array.from({ length: 20 }, (_, k) => {
      return overfitting(Array.from({ length: 11 }, (_, n) => noise(100 * k + n, 0)), 10).probability; // biome-ignore format: one glance
    });
    const mean = probabilities.reduce((a, b) => a + b, 0) / probabilities.length;
    expect(mean).toBeGreaterThan(0.35);
    expect(mean).toBeLessThan(0.65);
    expect(overfitting([noise(1, 0), noise(2, 0), noise(3, 1)], 10).probability).toBe(0);
  });
});

describe('walk forward', () => {
  it('never judges by what was fitted on, nor twice by the same rows', () => {
    const splits = walkForward(100, { train: 30, test: 10, embargo: 2 });
    expect(splits).toHaveLength(6);
    expect(splits[0]).toEqual({ train: { from: 0, until: 30 }, test: { from: 32, until: 42 } });
    expect(splits.at(-1)?.test).toEqual({ from: 82, until: 92 });
    expect(splits.every((one, k) => one.test.from === (splits[k - 1]?.test.until ?? 32))).toBe(true);
    expect(walkForward(100, { train: 30, test: 10, anchored: true }).every((one) => one.train.from === 0)).toBe(true);
  });
});
