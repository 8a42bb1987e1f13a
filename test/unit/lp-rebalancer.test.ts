// A liquidity range: fees against loss-versus-rebalancing, by the paper and by simulation, and what is proposed.
import { describe, expect, it } from 'vitest';
import { rangeCarry } from '#shared/control/lp-carry.ts';
import { centredRange, proposeRange, type RangePolicy, type RangeQuestion } from '#shared/control/lp-rebalancer.ts';
import { liquidityOf, rangeAmounts, rangeGreeks } from '#shared/pricing/onchain/uniswap-v3.ts';
import { seeded } from '#test/bench/seeded.ts';

const PRICE = 2000;
const pool = { dailyVolume: 5_000_000, feeTier: 0.0005, activeLiquidity: 1e6 };
const policy: RangePolicy = {
  horizonDays: 7, gas: 2, swapCost: 0.001, hedgeCost: 0.0006, hedgeFunding8h: 0, riskAversion: 0, width: null, leastGain: 1,
}; // biome-ignore format: one glance
const between = (lower: number, upper: number, tokens = { base: 5, quote: 10_000 }) => ({
  lower, upper, liquidity: liquidityOf(tokens, lower, upper, PRICE),
}); // biome-ignore format: one glance
const question = (more: Partial<RangeQuestion> = {}): RangeQuestion => ({
  held: { id: '7', range: between(1800, 2222.22), owed: { base: 0, quote: 0 } }, pool, price: PRICE, vol: 0.6, policy, ...more,
}); // biome-ignore format: one glance

/** Two normals of Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('carry of a range', () => {
  it('loses σ²/8 of its value a year where it is unbounded', () => {
    // Milionis, Moallemi, Roughgarden & Zhang (2022), constant product: LVR rate over value = σ²/8.
    const range = between(1e-6, 1e12);
    const value = rangeGreeks(range, PRICE).value;
    const day = rangeCarry(range, PRICE, 0.8, 1, pool);
    expect(day.inRange).toBeCloseTo(1, 9);
    expect((day.lossVersusRebalancing * 365) / value).toBeCloseTo(0.8 ** 2 / 8, 4);
  });

  it('agrees with a simulation: time in range, and the rebalancer’s gain over the range', () => {
    const range = between(1800, 2200);
    const vol = 0.9;
    const days = 10;
    const steps = 400;
    const paths = 4000;
    const random = seeded(12);
    const dt = days / 365 / steps;
    let inside = 0;
    let loss = 0;
    for (let path = 0; path < paths; path++) {
      let price = PRICE;
      for (let step = 0; step < steps; step++) {
        const { base, quote } = rangeAmounts(range, price);
        const next = price * Math.exp(vol * Math.sqrt(dt) * normal(random) - (vol * vol * dt) / 2);
        // What holding the same tokens over the step would have made more than the range.
        const after = rangeAmounts(range, next);
        loss += base * next + quote - (after.base * next + after.quote);
        price = next;
        if (price > range.lower && price < range.upper) inside++;
      }
    }
    const found = rangeCarry(range, PRICE, vol, days, pool);
    expect(found.inRange).toBeCloseTo(inside / paths / steps, 2);
    expect(found.lossVersusRebalancing / (loss / paths)).toBeCloseTo(1, 1);
  });

  it('earns its share of the pool’s fees while it is in range', () => {
    const range = { ...between(1e-6, 1e12), liquidity: 1000 };
    // A thousandth of 5,000,000 · 0.05 % · 7 days.
    expect(rangeCarry(range, PRICE, 0.5, 7, pool).fees).toBeCloseTo(17.5, 6);
    const out = { ...between(2500, 3000), liquidity: 1000 };
    expect(rangeCarry(out, PRICE, 0.01, 1, pool)).toMatchObject({ inRange: 0, fees: 0, lossVersusRebalancing: 0 });
  });
});

describe('a range opened anew', () => {
  it('holds what the old one gave, less swap and gas, whichever token there was too much of', () => {
    for (const [lower, upper] of [
      [1000, 1500],
      [2500, 3000],
      [1500, 2100],
    ] as const) {
      // biome-ignore format: one glance
      const range = { lower, upper, liquidity: 500 };
      const held = { id: '7', range, owed: { base: 0.1, quote: 20 } };
      const before = rangeAmounts(range, PRICE);
      const value = (before.base + 0.1) * PRICE + before.quote + 20;
      const found = centredRange(held, PRICE, policy);
      const after = rangeGreeks(found.range, PRICE);
      expect(after.value).toBeCloseTo(value - found.cost, 6);
      expect(found.cost).toBeCloseTo(4 * 2 + found.swapped * 0.001, 9);
      expect(found.range.upper / found.range.lower).toBeCloseTo(upper / lower, 9);
      expect(Math.sqrt(found.range.upper * found.range.lower)).toBeCloseTo(PRICE, 6);
    }
  });
});

describe('what is proposed', () => {
  it('is to leave a range that is centred and pays', () => {
    const found = proposeRange(question({ pool: { ...pool, dailyVolume: 5e8 } }));
    expect(found.chosen).toBe('leave');
    expect(found.breakEvenVol).toBeGreaterThan(0.6);
    expect(found.reasons[0]).toMatch(/^Fees pay for/);
  });

  it('is to re-centre one that the price has left, if fees pay for it', () => {
    const held = { id: '7', range: { lower: 2300, upper: 2800, liquidity: 2000 }, owed: { base: 0, quote: 0 } };
    expect(proposeRange(question({ held, pool: { ...pool, dailyVolume: 5e8 } })).chosen).toBe('re-centre');
    const dear = { ...policy, gas: 50_000 };
    expect(proposeRange(question({ held, pool: { ...pool, dailyVolume: 5e8 }, policy: dear })).chosen).toBe('leave');
  });

  it('is to hedge where the price risk weighs more than the hedge costs', () => {
    const found = proposeRange(
      question({ pool: { ...pool, dailyVolume: 5e8 }, policy: { ...policy, riskAversion: 1e-3 } }),
    );
    expect(found.chosen).toBe('hedge');
    const [best] = found.actions;
    expect(best?.hedge).toBeCloseTo(rangeAmounts(question().held.range, PRICE).base, 9);
    expect(best?.variance).toBe(0);
  });

  it('is to withdraw where the loss is more than all fees', () => {
    const found = proposeRange(question({ pool: { ...pool, dailyVolume: 1000 }, vol: 1.5 }));
    expect(found.chosen).toBe('withdraw');
    expect(found.reasons[0]).toMatch(/do not pay for/);
  });

  it('breaks even at the vol that it names', () => {
    const { breakEvenVol } = proposeRange(question());
    const at = proposeRange(question({ vol: breakEvenVol, policy: { ...policy, horizonDays: 0.01 } }));
    const leave = at.actions.find((one) => one.choice === 'leave');
    expect(leave?.mean).toBeCloseTo(0, 4);
  });
});
