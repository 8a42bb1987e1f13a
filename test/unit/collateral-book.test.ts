// Margin pools as places of collateral: the same surplus as their own rules, in every scenario.
import { describe, expect, it } from 'vitest';
import { type CollateralProblem, surpluses } from '#shared/control/collateral.ts';
import { collateralPlace } from '#shared/control/collateral-book.ts';
import { RULES } from '#shared/risk/margin/rules.ts';
import { createMover, evenMove } from '#shared/risk/market-move.ts';
import { type HeldPool, poolBook } from '#shared/risk/pool-book.ts';
import { poolUsd } from '#shared/risk/pool-states.ts';
import { demoHeld, marketAt, problemAt } from '#test/support/risk.ts';

const scenarios = [0, -0.3, 0.25].map((move, s) => ({ id: `s${s}`, moves: new Map([['BTC', move]]) }));
const problemOf = (prices: ReadonlyMap<string, number>): CollateralProblem => ({
  prices, places: [], routes: [],
  policy: {
    scenarios, buffer: 0, horizonDays: 1, delayPerHour: 0, latestMinutes: 1,
    caps: { movedUsd: 0, perTransferUsd: 0, costUsd: 0, perPlaceUsd: 0 },
  },
}); // biome-ignore format: one glance

describe('a margin pool as a place of collateral', () => {
  it('has the surplus of a full revaluation of the book in every scenario', () => {
    const assembled = problemAt(demoHeld(), marketAt(7380));
    const mover = createMover(assembled.problem);
    poolBook(assembled).pools.forEach((held, p) => {
      const place = collateralPlace(held, 'venue', scenarios);
      const found = surpluses(place, problemOf(new Map([['BTC', 7380], ['USDC', 1]]))); // biome-ignore format: one glance
      scenarios.forEach((scenario, s) => {
        const factor = 1 + (scenario.moves.get('BTC') ?? 0);
        const { surplusUsd } = poolUsd(mover.at(evenMove(assembled.problem, { factor })), p);
        // The pools keep each option's distance from its model price, the mover does not.
        expect(Math.abs(found[s]! - surplusUsd)).toBeLessThan(2);
      });
    });
  });

  it('takes Aave’s threshold for a haircut and debt at its full value', () => {
    const held: HeldPool = {
      key: 'loan|USD',
      account: { id: 'loan', venue: 'aave', name: 'Loan', rules: 'aave-v3' },
      currency: 'USD',
      rules: RULES['aave-v3'],
      instruments: [],
      pool: {
        currency: 'USD', currencyUsd: 1, cash: 0, positions: [], leverage: 0,
        assets: [{ currency: 'WETH', quantity: 10, price: 3500 }, { currency: 'USDC', quantity: -30_000, price: 1 }],
      },
    }; // biome-ignore format: one glance
    const place = collateralPlace(held, 'ethereum', scenarios);
    expect(place.haircuts.get('WETH')).toBeCloseTo(0.17, 9);
    expect(place.debts).toEqual(new Map([['USDC', 30_000]]));
    expect(place.requirementUsd[0]).toBeCloseTo(0, 6);
    const [now] = surpluses(place, problemOf(new Map([['WETH', 3500], ['USDC', 1], ['BTC', 1]]))); // biome-ignore format: one glance
    expect(now).toBeCloseTo(35_000 * 0.83 - 30_000, 6);
  });
});
