// The optimal allocation of collateral: against a grid, every choice of routes, and the dual; and what it never does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { highsSolver } from '#main/risk/highs-solver.ts';
import { ROOT } from '#scripts/checkout.mjs';
import {
  type CollateralPlace,
  type CollateralProblem,
  type CollateralRoute,
  surpluses,
} from '#shared/control/collateral.ts';
import { allocateCollateral, type CollateralPlan } from '#shared/control/collateral-manager.ts';
import { allScenarios, collateralProgram, tellingScenarios } from '#shared/control/collateral-program.ts';
import { plainAllocation } from '#shared/control/collateral-single.ts';
import type { SolveLinear } from '#shared/control/linear-program.ts';
import { collateralAccountsFor, collateralFrom, collateralPolicyFile } from '#shared/ipc/collateral-file.ts';
import { unwrap } from '#shared/units/result.ts';
import { seeded } from '#test/bench/seeded.ts';
import { collateralCase } from '#test/support/collateral-case.ts';
import { dualOf, relaxed } from '#test/support/linear-dual.ts';

const COVERED = { rule: 'capped', most: new Map() } as const;
let solve: SolveLinear;
beforeAll(async () => {
  solve = await highsSolver();
});

const allocate = (problem: CollateralProblem): CollateralPlan => unwrap(allocateCollateral(problem, solve));

/** Holdings and debts after the transfers, booked anew; places by id. */
function booked(problem: CollateralProblem, plan: CollateralPlan): CollateralProblem {
  const places = new Map(
    problem.places.map((one) => [one.id, { ...one, holdings: new Map(one.holdings), debts: new Map(one.debts) }]),
  );
  for (const { from, to, asset, quantity, kind, cost, usd } of plan.transfers) {
    const source = places.get(from)!.holdings;
    source.set(asset, (source.get(asset) ?? 0) - quantity);
    expect(source.get(asset)).toBeGreaterThanOrEqual(-1e-6);
    const lands = quantity * (1 - cost.fees / usd);
    const target = kind === 'repay' ? places.get(to)!.debts : places.get(to)!.holdings;
    target.set(asset, (target.get(asset) ?? 0) + (kind === 'repay' ? -lands : lands));
  }
  return { ...problem, places: [...places.values()] };
}

/** Cost of the cheapest choice of routes, each choice solved without whole numbers; infinite where none covers. */
function cheapestChoice(problem: CollateralProblem): number {
  const { program, used } = collateralProgram(problem, COVERED, allScenarios(problem));
  const gated = used.filter((column) => column >= 0);
  expect(gated.length).toBeLessThan(9);
  const costs = Array.from({ length: 1 << gated.length }, (_, choice) => {
    const columns = program.columns.map((one, j) => {
      const use = (choice >> gated.indexOf(j)) & 1;
      return gated.includes(j) ? { ...one, integer: false, lower: use, upper: use } : one;
    });
    const found = solve({ ...program, columns });
    return found.status === 'optimal' ? found.objective : Number.POSITIVE_INFINITY;
  });
  return Math.min(...costs);
}

describe('the program', () => {
  it('has the optimum of its dual, which is built and solved on its own', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const problem = collateralCase(seeded(seed), { pools: 6, assets: 5, scenarios: 8, chains: 2 });
      const program = relaxed(collateralProgram(problem, COVERED, allScenarios(problem)).program);
      const primal = solve(program);
      const dual = solve(dualOf(program));
      // No primal without bound here: infeasible on one side is unbounded or infeasible on the other.
      expect(dual.status === 'optimal').toBe(primal.status === 'optimal');
      if (primal.status === 'optimal' && dual.status === 'optimal') {
        expect(-dual.objective).toBeCloseTo(primal.objective, 5);
      }
    }
  });
});

describe('the scenarios that say what all say', () => {
  it('have the optimum of all of them, covered or as little short as can be, with a part of the rows', () => {
    let [rows, all] = [0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const problem = collateralCase(seeded(seed), { pools: 8, assets: 5, scenarios: 30, chains: 2 });
      const poor = { ...problem, places: problem.places.filter((one) => one.kind === 'pool') };
      for (const [asked, rule] of [
        [problem, 'capped'],
        [problem, 'costs'],
        [poor, 'costs'],
      ] as const) {
        const build = (of: typeof allScenarios) =>
          relaxed(collateralProgram(asked, { rule, most: new Map() }, of(asked)).program);
        const [whole, telling] = [build(allScenarios), build(tellingScenarios)];
        const [expected, found] = [solve(whole), solve(telling)];
        expect(found.status).toBe(expected.status);
        [rows, all] = [rows + telling.rows.length, all + whole.rows.length];
        if (found.status !== 'optimal' || expected.status !== 'optimal') continue;
        const apart = Math.abs(found.objective - expected.objective);
        expect(apart).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(expected.objective), 1));
      }
    }
    expect(rows).toBeLessThan(all * 0.7);
  });
});

describe('the allocation', () => {
  it('says what could be saved at most where the search was cut short', () => {
    const cut: SolveLinear = (program) => {
      const found = solve(program);
      return found.status === 'optimal' ? { ...found, gap: 7.25 } : found;
    };
    const problem = collateralCase(seeded(3), { pools: 6, assets: 4, scenarios: 8, chains: 2 });
    const told = 'The search was cut short: at most 7.25 USD could be saved.';
    expect(unwrap(allocateCollateral(problem, cut)).reasons).toContain(told);
    expect(allocate(problem).reasons.join(' ')).not.toContain('cut short');
  });

  it('costs what the cheapest of all choices of routes costs, each solved without whole numbers', () => {
    let compared = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const problem = collateralCase(seeded(seed), { pools: 3, assets: 2, scenarios: 4, chains: 1 });
      const best = cheapestChoice(problem);
      if (!Number.isFinite(best) || best === 0) continue;
      expect(Math.abs(allocate(problem).cost.total - best)).toBeLessThanOrEqual(0.5);
      compared++;
    }
    expect(compared).toBeGreaterThan(4);
  });

  it('is no dearer than the best of a grid of all amounts', () => {
    const problem = fixture();
    const plan = allocate(problem);
    let best = Number.POSITIVE_INFINITY;
    for (let withdrawn = 0; withdrawn <= 30_000; withdrawn += 500) {
      for (let deposited = 0; deposited <= 60_000; deposited += 500) {
        for (let repaid = 0; repaid <= 30_000; repaid += 500)
          best = Math.min(best, gridCost(problem, withdrawn, deposited, repaid));
      }
    }
    expect(plan.cost.total).toBeLessThanOrEqual(best + 1e-6);
    // A step of the grid on each of three routes is all that it can be better by.
    expect(best - plan.cost.total).toBeLessThan(1.5);
  });

  it('leaves every pool its buffer in every scenario, sends nothing that is not there, and adds up', () => {
    for (let seed = 50; seed < 58; seed++) {
      const problem = collateralCase(seeded(seed), { pools: 8, assets: 4, scenarios: 10, chains: 2 });
      const plan = allocate(problem);
      const after = booked(problem, plan);
      for (const pool of after.places) {
        if (pool.kind !== 'pool') continue;
        const least = Math.min(...surpluses(pool, after));
        expect(least).toBeGreaterThanOrEqual(-(plan.short.get(pool.id) ?? 0) - 0.1);
        expect(plan.pools.find((one) => one.id === pool.id)?.afterUsd).toBeCloseTo(least, 2);
      }
      expect(plan.transfers.reduce((sum, one) => sum + one.cost.total, 0)).toBeCloseTo(plan.cost.total, 6);
    }
  });

  it('never makes a pool shorter to mend another, and takes nothing from one that is short', () => {
    for (let seed = 70; seed < 90; seed++) {
      const problem = collateralCase(seeded(seed), { pools: 6, assets: 3, scenarios: 6, chains: 2 });
      // Little money: what cannot be covered stays as it is.
      const poor = {
        ...problem,
        places: problem.places.map((one) => (one.kind === 'wallet' ? { ...one, holdings: new Map() } : one)),
      };
      const plan = allocate(poor);
      for (const { beforeUsd, afterUsd } of plan.pools) {
        expect(afterUsd).toBeGreaterThanOrEqual(Math.min(beforeUsd, 0) - 0.1);
      }
      const bare = new Set(plan.pools.filter((one) => one.beforeUsd < 0).map((one) => one.id));
      expect(plan.transfers.every((one) => !bare.has(one.from))).toBe(true);
    }
  });

  it('keeps its caps, and says which pool they leave short', () => {
    const problem = fixture();
    const capped = { ...problem, policy: { ...problem.policy, caps: { ...problem.policy.caps, movedUsd: 20_000 } } };
    const plan = allocate(capped);
    expect(plan.movedUsd).toBeLessThanOrEqual(20_000 + 1e-6);
    // 30,000 for the perpetuals and 2,610 of the loan are lacking: 12,610 stay so, shared out as cheaply as can be.
    expect([...plan.short.values()].reduce((sum, one) => sum + one, 0)).toBeCloseTo(12_610, 0);
    expect(plan.reasons.join(' ')).toMatch(/stays \d+ USD short/);
    const place = allocate({
      ...problem,
      policy: { ...problem.policy, caps: { ...problem.policy.caps, perPlaceUsd: 45_000 } },
    });
    expect(place.short.get('perps')).toBeCloseTo(5_000, 0);
  });

  it('does nothing where every pool is covered, and says what nothing would mean where one is not', () => {
    const problem = fixture();
    const rich = problem.places.map((one) => ({
      ...one,
      requirementUsd: one.requirementUsd.map(() => 0),
      debts: new Map(),
    }));
    const calm = allocate({ ...problem, places: rich });
    expect(calm.transfers).toEqual([]);
    expect(calm.doNothing).toMatch(/every pool keeps its buffer/);
    expect(allocate(problem).doNothing).toBe(
      'Doing nothing: in the worst scenario perps lacks 30000 USD, loan lacks 2610 USD.',
    );
  });

  it('goes another way, or stays short, when gas spikes past what it may cost', () => {
    const problem = fixture();
    const direct: CollateralRoute = {
      from: 'options', to: 'perps', asset: 'USDC', action: 'move', feeShare: 0, fixedUsd: 60, minutes: 5, leastUsd: 0, mostUsd: 1e9,
    }; // biome-ignore format: one glance
    const spiked = problem.routes.map((one) => (one.to === 'perps' ? { ...one, fixedUsd: 900 } : one));
    const calm = allocate({ ...problem, routes: [...problem.routes, direct] });
    expect(calm.transfers.find((one) => one.to === 'perps')?.from).toBe('wallet');
    const wild = allocate({ ...problem, routes: [...spiked, direct] });
    expect(wild.transfers.find((one) => one.to === 'perps')).toMatchObject({
      from: 'options',
      quantity: expect.closeTo(30_000, 1),
    });
    const caps = { ...problem.policy.caps, costUsd: 100 };
    const stuck = allocate({ ...problem, routes: spiked, policy: { ...problem.policy, caps } });
    expect(stuck.cost.total).toBeLessThanOrEqual(100);
    expect([...stuck.short.keys()]).toEqual(['perps']);
  });

  it('uses no route that is too slow', () => {
    const problem = fixture();
    const plan = allocate({ ...problem, policy: { ...problem.policy, latestMinutes: 4 } });
    expect(plan.transfers.map((one) => one.kind)).toEqual(['repay']);
    expect(plan.short.get('perps')).toBeCloseTo(30_000, 0);
  });
});

function fixture(): CollateralProblem {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, 'test/fixtures/cli', name), 'utf8'));
  const policy = collateralPolicyFile.parse(read('collateral-policy.json'));
  return collateralFrom(collateralAccountsFor(policy).parse(read('collateral-accounts.json')), policy);
}

/** Cost of three amounts on the fixture's three routes, worked out by hand; infinite where a pool is not covered. */
function gridCost({ places }: CollateralProblem, withdrawn: number, deposited: number, repaid: number): number {
  const wallet = 40_000 + withdrawn - deposited - repaid;
  const perps = 20_000 + deposited;
  const loan = 20 * 3000 * 0.83 - 30_000 + repaid;
  const loanCrash = 20 * 3000 * 0.55 * 0.83 - 30_000 + repaid;
  const options = 60_000 + 30_000 - withdrawn;
  const optionsCrash = 42_000 + 30_000 - withdrawn;
  const covered =
    wallet >= 0 && perps >= 50_000 && loan >= 0 && loanCrash >= 0 && options >= 25_000 && optionsCrash >= 37_500;
  if (!covered || places.length !== 4) return Number.POSITIVE_INFINITY;
  const week = 7 / 365;
  // The wallet earns 4 %: leaving it costs that, coming to it earns it, up to the cost of the way.
  const out = withdrawn === 0 ? 0 : 5 + withdrawn * Math.max((0.0001 * 20) / 60 - week * 0.04, 0);
  const into = deposited === 0 ? 0 : 3 + deposited * ((0.0001 * 5) / 60 + week * 0.04);
  const back = repaid === 0 ? 0 : 4 + repaid * Math.max(0.0001 / 60 + week * (0.04 - 0.06), 0);
  return out + into + back;
}

describe('a plan of transfers', () => {
  it('sends each once what it needs has arrived, and counts the minutes along the way', () => {
    const place = (id: string, kind: 'pool' | 'wallet', usdc: number, asked: number): CollateralPlace => ({
      id, kind, chain: id, holdings: new Map([['USDC', usdc]]), debts: new Map(), haircuts: new Map([['USDC', 0]]),
      yields: new Map(), borrowRates: new Map(), requirementUsd: [asked],
    }); // biome-ignore format: one glance
    const way = (from: string, to: string, minutes: number): CollateralRoute => ({
      from, to, asset: 'USDC', action: 'move', feeShare: 0.01, fixedUsd: 1, minutes, leastUsd: 0, mostUsd: 1e9,
    }); // biome-ignore format: one glance
    const base = fixture();
    const plan = allocate({
      ...base,
      prices: new Map([['USDC', 1]]),
      places: [
        place('a', 'pool', 0, 8_000),
        place('w', 'wallet', 0, 0),
        place('v', 'wallet', 0, 0),
        place('b', 'pool', 50_000, 8_000),
      ],
      routes: [way('w', 'a', 5), way('v', 'w', 15), way('b', 'v', 10)],
      policy: { ...base.policy, scenarios: [{ id: 'now', moves: new Map() }] },
    });
    expect(plan.transfers.map((one) => `${one.kind} ${one.from}-${one.to}`)).toEqual([
      'withdraw b-v',
      'bridge v-w',
      'deposit w-a',
    ]);
    expect(plan.minutes).toBe(30);
    // Three fees of 1 % on the way to 10,000.
    expect(plan.transfers[0]?.quantity).toBeCloseTo(10_000 / 0.99 ** 3, 2);
  });
});

describe('an allocation that needs no solver', () => {
  /** One pool lacks and dollars can come from any of several; each is charged the same, or one is cheaper. */
  function oneLacks(random: () => number): CollateralProblem {
    const { places, policy } = collateralCase(random, { pools: 4, assets: 1, scenarios: 6, chains: 1 });
    const pools = places.filter((one) => one.kind === 'pool').map((one, k) => ({
      ...one, requirementUsd: one.requirementUsd.map((usd) => (k === 0 ? usd : usd / 20)),
      holdings: new Map([['USDC', k === 0 ? 100 : 150_000 * random()]]),
    })); // biome-ignore format: one glance
    const cheap = random() < 0.5 ? 2 : 5;
    const routes = pools.slice(1).map((from, k): CollateralRoute => ({
      from: from.id, to: pools[0]!.id, asset: 'USDC', action: 'move', feeShare: 0, fixedUsd: k === 1 ? cheap : 5,
      minutes: 10, leastUsd: 0, mostUsd: 1e9,
    })); // biome-ignore format: one glance
    return { prices: new Map([['USDC', 1]]), places: pools, routes, policy };
  }

  // Protects the shortcut's claim that nothing is cheaper: HiGHS on the same program is asked without it.
  it('costs what the solver finds', () => {
    let plain = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const problem = oneLacks(seeded(seed));
      const found = plainAllocation(problem);
      if (found?.transfer == null) continue;
      plain += 1;
      const { route, usd } = found.transfer;
      const eased = new Map([...found.short].map(([key, short]) => [key, short + 1e-3]));
      const rule = { rule: 'capped', most: eased } as const;
      const { program, routes, used } = collateralProgram(problem, rule, allScenarios(problem));
      const solved = solve(program);
      if (solved.status !== 'optimal') expect.fail(solved.status);
      const at = routes.findIndex((one) => one.from === route.from && one.to === route.to);
      const cost = usd * program.columns[at]!.cost + (program.columns[used[at]!]?.cost ?? 0);
      // The solver proves whole-number optima to half a dollar.
      expect(Math.abs(cost - solved.objective)).toBeLessThan(0.5);
    }
    expect(plain).toBeGreaterThan(20);
  });

  it('leaves a pool that no way leads to short, and says by how much', () => {
    const problem = { ...oneLacks(seeded(3)), routes: [] };
    const lacks = -Math.min(...surpluses(problem.places[0]!, problem));
    expect(plainAllocation(problem)).toEqual({ transfer: null, short: new Map([[problem.places[0]!.id, lacks]]) });
  });
});
