// Leaving a lending account and a liquidity range, transaction by transaction.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExitTerms, exitLoan } from '#shared/control/loan-exit.ts';
import { exitRange } from '#shared/control/lp-exit.ts';
import { liquidityOf, rangeAmounts } from '#shared/pricing/onchain/uniswap-v3.ts';
import { aaveV3 } from '#shared/risk/margin/aave-v3.ts';
import type { MarginPool } from '#shared/risk/margin/model.ts';

const terms: ExitTerms = { leastHealth: 1.1, swapCost: 0.003, gasUsd: 2 };

/** WETH (threshold 83 %) at 4,000 against USDC. */
function loan(weth: number, usdc: number): MarginPool {
  return {
    currency: 'USD', currencyUsd: 1, cash: 0, positions: [], leverage: 0,
    assets: [{ currency: 'WETH', quantity: weth, price: 4000 }, { currency: 'USDC', quantity: -usdc, price: 1 }],
  }; // biome-ignore format: one glance
}

describe('leaving a loan', () => {
  it('goes round until the debt is gone, then takes everything out; only swaps cost', () => {
    // 40,000 against 25,000: health 1.328. A round frees (33,200 − 27,500) / 0.83 = 6,867 at first.
    const exit = exitLoan(loan(10, 25_000), [], terms);
    expect(exit.blocked).toBeNull();
    expect(exit.steps[0]).toMatchObject({ action: 'withdraw', currency: 'WETH' });
    expect(exit.steps[0]).toHaveProperty('quantity', expect.closeTo((33_200 - 27_500) / 0.83 / 4000, 9));
    expect(exit.lowestHealth).toBeGreaterThanOrEqual(1.1 - 1e-9);
    // What is swapped is the debt over 1 − cost, however many rounds it takes.
    const swapped = 25_000 / (1 - 0.003);
    expect(exit.swapUsd).toBeCloseTo(swapped * 0.003, 6);
    expect(exit.wallet.get('WETH')).toBeCloseTo(10 - swapped / 4000, 9);
    expect(exit.wallet.get('USDC') ?? 0).toBeCloseTo(0, 6);
    expect(exit.pool.assets).toEqual([]);
    expect(exit.gasUsd).toBe(exit.steps.length * 2);
  });

  it('repays from the wallet first, and needs no swap where that is enough', () => {
    const exit = exitLoan(loan(10, 25_000), [{ currency: 'USDC', quantity: 26_000, price: 1 }], terms);
    expect(exit.steps.map((one) => one.action)).toEqual(['repay', 'withdraw']);
    expect(exit.wallet).toEqual(new Map([['USDC', 1000], ['WETH', 10]])); // biome-ignore format: one glance
  });

  it('does not start below its least health, and says what it would take', () => {
    const exit = exitLoan(loan(10, 31_000), [], terms);
    expect(exit.steps).toEqual([]);
    expect(exit.blocked).toMatch(/31000\.00 USD of debt stay: at a health factor of 1\.071/);
  });

  it('asked again after any step gives the rest, with the same end', () => {
    const whole = exitLoan(loan(10, 25_000), [], terms);
    const wallet = new Map<string, number>();
    let pool = loan(10, 25_000);
    for (const step of whole.steps) {
      if (step.action === 'swap') {
        wallet.set(step.from, (wallet.get(step.from) ?? 0) - step.quantity);
        wallet.set(step.to, (wallet.get(step.to) ?? 0) + step.received);
        continue;
      }
      const sign = step.action === 'repay' ? 1 : -1;
      const change = (one: MarginPool['assets'][number]) =>
        one.currency === step.currency ? { ...one, quantity: one.quantity + sign * step.quantity } : one;
      pool = { ...pool, assets: pool.assets.map(change).filter((one) => Math.abs(one.quantity) > 1e-9) };
      wallet.set(step.currency, (wallet.get(step.currency) ?? 0) - sign * step.quantity);
      const spendable = [...wallet].flatMap(([currency, quantity]) =>
        quantity > 1e-9 ? [{ currency, quantity, price: currency === 'WETH' ? 4000 : 1 }] : [],
      );
      const after = exitLoan(pool, spendable, terms);
      const worth = (from: ReadonlyMap<string, number>): number =>
        (from.get('WETH') ?? 0) * 4000 + (from.get('USDC') ?? 0);
      expect(after.blocked).toBeNull();
      expect(worth(after.wallet)).toBeCloseTo(worth(whole.wallet), 5);
    }
  });

  it('never goes below the least health on the way, and health only by the protocol’s own arithmetic', () => {
    const debts = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(debts, fc.double({ min: 1.01, max: 1.5, noNaN: true }), (share, leastHealth) => {
        const pool = loan(10, share * 33_200);
        const exit = exitLoan(pool, [], { ...terms, leastHealth });
        const start = aaveV3(pool).details.healthFactor ?? 0;
        expect(exit.lowestHealth).toBeGreaterThanOrEqual(Math.min(leastHealth, start) - 1e-9);
        if (start > leastHealth * 1.02) expect(exit.blocked).toBeNull();
      }),
    );
  });
});

describe('leaving a range', () => {
  const range = { lower: 1800, upper: 2200, liquidity: liquidityOf({ base: 3, quote: 6000 }, 1800, 2200, 2000) };
  const owed = { base: 0.01, quote: 30 };

  it('takes liquidity out, collects it with its fees, burns; the guard is the least within the slippage', () => {
    const exit = exitRange({ id: '77', range, owed }, 2000, { slippage: 0.005, gasUsd: 3 });
    expect(exit.steps.map((one) => one.action)).toEqual(['decrease-liquidity', 'collect', 'burn']);
    const all = Array.from({ length: 201 }, (_, k) => rangeAmounts(range, 2000 * (0.995 + (0.01 * k) / 200)));
    const [first] = exit.steps;
    expect(first).toMatchObject({
      least: {
        base: expect.closeTo(Math.min(...all.map((one) => one.base)), 9),
        quote: expect.closeTo(Math.min(...all.map((one) => one.quote)), 9),
      },
    });
    const held = rangeAmounts(range, 2000);
    expect(exit.value).toBeCloseTo((held.base + 0.01) * 2000 + held.quote + 30, 9);
    expect(exit.gasUsd).toBe(9);
  });

  it('goes on after a crash: without liquidity it collects, without anything it burns', () => {
    const empty = { ...range, liquidity: 0 };
    const rest = exitRange({ id: '77', range: empty, owed }, 2000, { slippage: 0.005, gasUsd: 3 });
    expect(rest.steps.map((one) => one.action)).toEqual(['collect', 'burn']);
    const last = exitRange({ id: '77', range: empty, owed: { base: 0, quote: 0 } }, 2000, { slippage: 0, gasUsd: 3 });
    expect(last.steps.map((one) => one.action)).toEqual(['burn']);
  });
});
