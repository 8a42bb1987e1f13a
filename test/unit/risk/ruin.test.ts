// Probability of ruin: seeded, monotone in cash and reserve, and right where the answer is known.
import { describe, expect, it } from 'vitest';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { FIXED_VOLS } from '#shared/risk/revaluation.ts';
import { DEFAULT_MARGIN_POLICY, type MarginPolicy, ruin } from '#shared/risk/ruin.ts';
import { decimal } from '#shared/units/decimal.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { demoHeld, marketAt, problemAt, reportAt } from '#test/support/risk.ts';
import { SPOT } from '#test/support/risk-moves.ts';

function longPerp(cash: string): HeldBook {
  return {
    ...demoHeld(),
    positions: [
      { account: 'options', instrument: LINEAR_PERPETUAL.id, quantity: decimal('10'), entry: decimal('7374') },
    ],
    balances: [{ account: 'options', currency: 'USDC', cash: decimal(cash) }],
  };
}

const law = { dailyVol: Float64Array.of(0.04), correlation: Float64Array.of(1), freedom: Number.POSITIVE_INFINITY };

function chances(cash: string, policy: Partial<MarginPolicy> = {}, days = 1, paths = 4_000) {
  const { problem } = problemAt(longPerp(cash), marketAt(SPOT));
  const sized = { ...law, dailyVol: new Float64Array(problem.spot.length).fill(0.04) };
  return ruin(problem, {
    paths, days, stepsPerDay: 1, seed: 8, law: sized, rule: FIXED_VOLS, policy: { ...DEFAULT_MARGIN_POLICY, ...policy },
  }); // biome-ignore format: one glance
}

/** N(x) by a published polynomial: Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))); // biome-ignore format: one glance
  return x >= 0 ? 1 - tail : tail;
}

describe('probability of liquidation and ruin', () => {
  it('of one step is that of the price ending below the liquidation price', () => {
    const [pool] = reportAt(longPerp('5000'), marketAt(SPOT)).pools;
    const exact = normalCdf(Math.log((pool?.liquidationBelow ?? Number.NaN) / SPOT) / 0.04);
    const found = chances('5000').liquidation;
    expect(exact).toBeGreaterThan(0.03);
    expect(Math.abs(found.probability - exact)).toBeLessThan(4 * found.error);
  });

  it('falls with cash and with a reserve that meets the calls; the same seed gives the same figures', () => {
    const at = ['4000', '8000', '16000'].map((cash) => chances(cash, {}, 10, 600));
    expect(at[0]?.liquidation.probability).toBeGreaterThan(at[1]?.liquidation.probability ?? 1);
    expect(at[1]?.liquidation.probability).toBeGreaterThan(at[2]?.liquidation.probability ?? 1);
    const backed = chances('4000', { reserveUsd: 20_000 }, 10, 600);
    expect(backed.liquidation.probability).toBeLessThan(at[0]?.liquidation.probability ?? 0);
    expect(chances('4000', {}, 10, 600)).toEqual(at[0]);
  });

  it('a call comes before a liquidation, and ruin is never likelier than one', () => {
    const found = chances('6000', {}, 10, 600);
    expect(found.marginCall.probability).toBeGreaterThanOrEqual(found.liquidation.probability);
    expect(found.ruin.probability).toBeLessThanOrEqual(found.liquidation.probability);
    expect(found.byPool.map((pool) => pool.probability)).toEqual([found.liquidation.probability]);
    expect(found.meanDaysToLiquidation).toBeGreaterThan(1);
  });
});
