import { highsSolver } from '#main/risk/highs-solver.ts';
import type { CollateralProblem } from '#shared/control/collateral.ts';
import { allocateCollateral } from '#shared/control/collateral-manager.ts';
import { allScenarios, collateralProgram } from '#shared/control/collateral-program.ts';
import { unwrap } from '#shared/units/result.ts';
import { collateralCase } from '#test/support/collateral-case.ts';
import { dualOf, relaxed } from '#test/support/linear-dual.ts';
import { type Bench, median } from './figures.ts';
import { seeded } from './seeded.ts';

const SIZE = { pools: 20, assets: 10, scenarios: 50, chains: 4 };
const COVERED = { rule: 'capped', most: new Map() } as const;

/**
 * The optimal allocation over 20 pools × 10 assets × 50 scenarios with gas as whole-number costs: processor
 * milliseconds from the problem to the plan, solver loaded and warm; `collateral_first_ms`: just loaded. Beside it the program without whole numbers against its dual, which is built and
 * solved on its own: the largest relative gap.
 */
export const collateral: Bench = async ({ quick, say }) => {
  const solve = await highsSolver();
  const cases = Array.from({ length: quick ? 3 : 9 }, (_, k) => collateralCase(seeded(900 + k), SIZE));
  const timed = (one: CollateralProblem) => {
    const started = process.cpuUsage().user;
    const plan = unwrap(allocateCollateral(one, solve));
    return { plan, ms: (process.cpuUsage().user - started) / 1_000 };
  };
  // The first ones pay for the compiling of the solver's own code, twice: at once, then anew where it is hot.
  const [first = Number.NaN] = [1, 2, 3, 4].map((seed) => timed(collateralCase(seeded(seed), SIZE)).ms);
  const times: number[] = [];
  const gaps: number[] = [];
  let transfers = 0;
  for (const one of cases) {
    const { plan, ms } = timed(one);
    times.push(ms);
    transfers += plan.transfers.length;
    const { program } = collateralProgram(one, COVERED, allScenarios(one));
    const primal = solve(relaxed(program));
    const dual = solve(dualOf(relaxed(program)));
    if (primal.status !== 'optimal' || dual.status !== 'optimal') {
      gaps.push(primal.status === dual.status ? 0 : Number.POSITIVE_INFINITY);
      continue;
    }
    gaps.push(Math.abs(primal.objective + dual.objective) / Math.max(Math.abs(primal.objective), 1));
  }
  say(`collateral: ${times.map((one) => one.toFixed(0)).join(' ')} ms, ${transfers} transfers`);
  return {
    collateral_ms: median(times),
    collateral_worst_ms: Math.max(...times),
    collateral_first_ms: first,
    collateral_dual_gap: Math.max(...gaps),
  };
};
