import { describe, expect, it } from 'vitest';
import { type Chase, type ChaseView, chaseStep } from '#shared/control/router/chase.ts';
import { type Leg, planLegs } from '#shared/control/router/legs.ts';
import { outlookOf } from '#shared/control/router/outlook.ts';
import type { RoutePath } from '#shared/control/router/path.ts';
import { type Routing, routeOrder } from '#shared/control/router/router.ts';
import { childrenOf, type Schedule } from '#shared/control/router/schedule.ts';
import { unwrap } from '#shared/units/result.ts';

const IMPACT = { sigma: 400, fixedCost: 20, temporaryImpact: 5, permanentImpact: 0 };
const parts = (schedule: Schedule, coins = 1): readonly (readonly [number | null, number])[] =>
  childrenOf(schedule, coins, 0.01, IMPACT).map((one) => [one.afterMs, one.coins]);

describe('schedules', () => {
  it('an iceberg shows its tip and follows when it has filled', () => {
    expect(parts({ kind: 'iceberg', visible: 0.4 })).toEqual([[0, 0.4], [null, 0.4], [null, 0.2]]); // biome-ignore format: one glance
  });

  it('TWAP spreads lots evenly and never loses one to rounding', () => {
    const thirds = parts({ kind: 'twap', minutes: 30, slices: 3 });
    expect(thirds).toEqual([[0, 0.33], [600_000, 0.34], [1_200_000, 0.33]]); // biome-ignore format: one glance
    const many = parts({ kind: 'twap', minutes: 60, slices: 250 });
    expect(many.reduce((sum, [, coins]) => sum + coins, 0)).toBeCloseTo(1, 12);
    expect(many.every(([, coins]) => coins === 0.01)).toBe(true);
    expect(many).toHaveLength(100);
  });

  it('Almgren–Chriss is front-loaded, more so the more risk is minded, and adds up', () => {
    const first = (riskAversion: number): number =>
      parts({ kind: 'almgren-chriss', minutes: 60, slices: 6, riskAversion }, 10)[0]?.[1] ?? 0;
    expect(first(1e-9)).toBeCloseTo(10 / 6, 1);
    expect(first(1e-4)).toBeGreaterThan(first(1e-5));
    const coins = parts({ kind: 'almgren-chriss', minutes: 60, slices: 6, riskAversion: 1e-4 }, 10).map(
      ([, one]) => one,
    );
    expect(coins).toEqual([...coins].sort((a, b) => b - a));
    expect(coins.reduce((sum, one) => sum + one, 0)).toBeCloseTo(10, 12);
  });
});

const CHASE: Chase = { side: 'buy', arrival: 60_000, giveUp: 60, repegMs: 2_000, endMs: 60_000, tick: 0.5 };
const VIEW: ChaseView = { elapsedMs: 5_000, bid: 60_000, ask: 60_005, resting: null, remaining: 1 };
const step = (view: Partial<ChaseView>, chase: Partial<Chase> = {}) =>
  chaseStep({ ...CHASE, ...chase }, { ...VIEW, ...view });

describe('a chase', () => {
  it('joins the best price of its own side and follows it, not more often than allowed', () => {
    expect(step({})).toEqual({ act: 'post', price: 60_000 });
    expect(step({ resting: { price: 60_000, sinceMs: 0 } })).toEqual({ act: 'wait' });
    expect(step({ bid: 60_003, resting: { price: 60_000, sinceMs: 3_500 } })).toEqual({ act: 'wait' });
    expect(step({ bid: 60_003, resting: { price: 60_000, sinceMs: 3_000 } })).toEqual({ act: 'move', price: 60_003 });
    expect(step({}, { side: 'sell' })).toEqual({ act: 'post', price: 60_005 });
  });

  it('never crosses: a tick inside the other side at most', () => {
    expect(step({ bid: 60_010, ask: 60_010 })).toEqual({ act: 'post', price: 60_009.5 });
    expect(step({ bid: null })).toEqual({ act: 'post', price: 60_004.5 });
    expect(step({ ask: null }, { side: 'sell' })).toEqual({ act: 'post', price: 60_000.5 });
  });

  it('takes the rest at the end, within its limit; stops when the price ran away or nobody is there', () => {
    expect(step({ elapsedMs: 60_000 })).toEqual({ act: 'take', limit: expect.closeTo(60_060, 6) });
    expect(step({ elapsedMs: 60_000, ask: null })).toMatchObject({ act: 'stop', why: /nobody/ });
    expect(step({ bid: 60_070, ask: 60_075 })).toMatchObject({ act: 'stop', why: /ran more than 60 away/ });
    expect(step({ bid: 59_930, ask: 59_935 }, { side: 'sell' })).toMatchObject({ act: 'stop' });
    expect(step({ remaining: 0 })).toMatchObject({ act: 'stop', why: 'it is filled' });
    expect(step({ bid: null, ask: null })).toEqual({ act: 'wait' });
  });
});

function path(direction: 1 | -1, away: readonly number[]): RoutePath {
  return {
    venue: 'alpha', account: 'main', instrument: 'alpha:BTC', contract: 'linear', direction,
    levels: away.map((one) => ({ price: 60_000 + direction * one, size: 1 })), mid: 60_000, index: 60_000, coinsPerUnit: 1, lot: 0.01,
    minimum: 0.01, takerFee: 0, premiumCap: null, gasUsd: 0, fundingUsd: 0, basisUsd: 0, marginUsd: 0, reducibleCoins: 0, mostCoins: null,
  }; // biome-ignore format: one glance
}

function question(direction: 1 | -1, away: readonly number[], wanted: number) {
  return { paths: [path(direction, away)], unusable: [], wanted, collar: 600, maxVenues: 9, allOrNothing: false };
}

const routed = (direction: 1 | -1, away: readonly number[], wanted: number): Routing =>
  unwrap(routeOrder(question(direction, away, wanted)));

describe('the outlook of a schedule', () => {
  // Two coins at once: 10 + 30. In four parts of a half each is 0.5 · 10, and what waits is 1.5, 1 and 0.5 coins for a
  // quarter of an hour: σ = 60,000 · 0.65 / √8760 · √(0.25 · (2.25 + 1 + 0.25)).
  it('saves impact and pays for it in risk', () => {
    const routing = routed(1, [10, 30], 2);
    const schedule: Schedule = { kind: 'twap', minutes: 60, slices: 4 };
    const found = outlookOf(question(1, [10, 30], 2), routing, schedule, { spot: 60_000, vol: 0.65 });
    expect(routing.cost.total).toBeCloseTo(40, 9);
    expect(found.expectedUsd).toBeCloseTo(20, 9);
    expect(found.sigmaUsd).toBeCloseTo(((60_000 * 0.65) / Math.sqrt(8_760)) * Math.sqrt(0.25 * 3.5), 9);
  });
});

function leg(side: 'buy' | 'sell', away: readonly number[], back: Routing | null, wanted = 1): Leg {
  return {
    underlying: 'BTC', side, routing: routed(side === 'buy' ? 1 : -1, away, wanted), back, collar: 600, spot: 60_000, vol: 0.65,
  }; // biome-ignore format: one glance
}

describe('a trade of several legs', () => {
  it('sends the scarcest leg first and states what is open until the next', () => {
    const plan = planLegs([leg('buy', [5], routed(-1, [5], 1)), leg('sell', [50], routed(1, [40], 1))], 10);
    expect(plan.steps.map((one) => one.leg)).toEqual([1, 0]);
    expect(plan.steps[0]?.openCoins).toEqual({ BTC: -1 });
    // One coin for ten seconds: 60,000 · 0.65 · √(10 / 31,536,000).
    expect(plan.legRiskUsd).toBeCloseTo(60_000 * 0.65 * Math.sqrt(10 / 31_536_000), 9);
    expect(plan.steps[1]).toMatchObject({ openCoins: { BTC: 0 }, legRiskUsd: 0 });
    expect(plan.costUsd).toBeCloseTo(55, 9);
  });

  it('has a plan for the leg that does not fill: drop the first, unwind or complete the second, whichever is cheaper', () => {
    const legs = [leg('buy', [5], null), leg('sell', [50], routed(1, [40], 1))];
    const [first, second] = planLegs(legs, 10).steps;
    expect(first?.ifUnfilled).toMatchObject({ act: 'drop', costUsd: 0 });
    // Unwinding: 50 paid and 40 to take it back; completing at the collar: 600 − 5.
    expect(second?.ifUnfilled).toMatchObject({ act: 'unwind', costUsd: 90 });
    const stuck = [leg('buy', [5], null), leg('sell', [50], null)];
    expect(planLegs(stuck, 10).steps[1]?.ifUnfilled).toMatchObject({ act: 'complete', costUsd: 595 });
  });

  it('counts a leg that cannot be placed in full as the scarcest', () => {
    const thin = leg('buy', [1], null, 3);
    expect(thin.routing.unplacedCoins).toBe(2);
    expect(planLegs([leg('sell', [50], null), thin], 10).steps[0]?.leg).toBe(1);
  });
});
