// The router against everything: on small books every combination of lots is tried, on large ones no lot may be moved.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from '#shared/control/router/allocate.ts';
import { choiceOf } from '#shared/control/router/choice.ts';
import { COST_PARTS } from '#shared/control/router/cost-split.ts';
import type { RoutePath } from '#shared/control/router/path.ts';
import { cheapestReallocation } from '#shared/control/router/reallocation.ts';
import { routeOrder } from '#shared/control/router/router.ts';
import { unwrap } from '#shared/units/result.ts';
import { seeded } from '#test/bench/seeded.ts';
import { exactOptimum } from '#test/support/router/brute-force.ts';
import { type Difficulty, smallOrder } from '#test/support/router/small-orders.ts';
import { trials } from '#test/support/trials.ts';

const BOOKS = trials(2_000);

describe.each<Difficulty>(['convex', 'fixed-costs', 'mixed-lots'])('on small books, %s', (difficulty) => {
  it('costs what the best of all combinations costs, and its lower bound is one', () => {
    for (let seed = 0; seed < BOOKS; seed++) {
      const order = smallOrder(seed, difficulty);
      const choice = choiceOf(order.paths, order);
      const rest = order.collar * (order.wanted - choice.wanted);
      const found = allocate(choice);
      const exact = exactOptimum(order);
      expect(found.complete, `seed ${seed}`).toBe(true);
      expect(Math.abs(found.usd + rest - exact), `seed ${seed}`).toBeLessThan(2e-6 * order.collar * order.wanted);
      expect(found.lowerBound + rest, `seed ${seed}`).toBeLessThanOrEqual(exact + 1e-9);
    }
  });
});

describe('the routing of a small order', () => {
  it('has parts that add up to what the allocation counted, slices within depth and lots, and no saving move', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const order = smallOrder(seed, 'fixed-costs');
        const routing = unwrap(routeOrder({ ...order, unusable: [], allOrNothing: false }));
        const { cost, proof, slices } = routing;
        expect(COST_PARTS.reduce((sum, part) => sum + cost[part], 0)).toBeCloseTo(cost.total, 9);
        // The proof counts in steps of a lot: what no lot can fill is left out of it.
        const step = Math.min(...order.paths.map((path) => path.lot * path.coinsPerUnit));
        const charged = order.collar * (Math.floor(order.wanted / step + 1e-9) * step - routing.placedCoins);
        expect(cost.total + charged).toBeCloseTo(proof.costUsd, 9);
        expect(proof.lowerBoundUsd).toBeLessThanOrEqual(proof.costUsd + 1e-12);
        expect(proof.reallocation?.changeUsd ?? 0).toBeGreaterThan(-1e-9);
        expect(new Set(slices.map((one) => one.venue)).size).toBeLessThanOrEqual(order.maxVenues);
        for (const slice of slices) {
          const path = order.paths.find((one) => one.instrument === slice.instrument);
          const depth = (path?.levels ?? []).reduce((sum, level) => sum + level.size, 0);
          expect(Number(slice.quantity)).toBeLessThanOrEqual(depth + 1e-9);
          expect(Number(slice.quantity)).toBeGreaterThanOrEqual((path?.minimum ?? 0) - 1e-9);
        }
        for (const other of routing.alternatives)
          expect(other.moreUsd).toBeGreaterThan(-2e-6 * order.collar * order.wanted);
      }),
      { numRuns: 300 },
    );
  });
});

/** Twenty deep books with lots of one size, or of sizes that have no common multiple. */
function deepPaths(lots: readonly number[]): readonly RoutePath[] {
  const random = seeded(11);
  return Array.from({ length: 20 }, (_, at) => {
    const lot = lots[at % lots.length] ?? 0.001;
    let price = 60_000 + random() * 10;
    const levels = Array.from({ length: 400 }, () => {
      price += random() * 3;
      return { price, size: lot * (1 + Math.floor((random() * 2) / lot)) };
    });
    return {
      venue: `venue-${at}`, account: 'main', instrument: `book-${at}`, contract: 'linear', direction: 1, levels, mid: 60_000, index: 60_000,
      coinsPerUnit: 1, lot, minimum: lot, takerFee: 0.0002 + random() * 0.0003, premiumCap: null, gasUsd: 0, fundingUsd: 0, basisUsd: 0,
      marginUsd: 0, reducibleCoins: 0, mostCoins: null,
    }; // biome-ignore format: one glance
  });
}

describe('on twenty deep books', () => {
  it.each([[[0.001]], [[0.001, 0.01, 0.0003, 0.1, 0.00017]]])('no lot can be moved at a saving, lots %j', (lots) => {
    const choice = choiceOf(deepPaths(lots), { wanted: 900.1234, collar: 600, maxVenues: 20 });
    const found = allocate(choice);
    expect(found.nodes).toBe(1);
    expect(found.usd - found.lowerBound).toBeLessThan(1e-6 * 600 * 900);
    // A move may only tie, within the rounding of a sum of fifty million.
    expect(cheapestReallocation(choice, found.lots)?.changeUsd ?? 0).toBeGreaterThan(-1e-6);
  });

  it('keeps to the number of venues, and is then still within its bound', () => {
    const choice = choiceOf(deepPaths([0.001]), { wanted: 900, collar: 600, maxVenues: 3 });
    const found = allocate(choice);
    expect([...found.lots].filter((lots) => lots > 0).length).toBeLessThanOrEqual(3);
    expect(found.complete).toBe(true);
  });
});
