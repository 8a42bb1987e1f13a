import { findArbitrage, isFree, type SliceArbitrage, type Slices } from './arbitrage.ts';
import { JointCost } from './joint-cost.ts';
import { minimiseSquares } from './least-squares.ts';
import { insideMisfit, type MisfitRule, robustMisfit } from './misfit.ts';
import type { SmileCost } from './svi-fit.ts';
import { fromVertex, toVertex } from './vertex.ts';

/** Whether the slices fitted one by one had to be fitted again together. */
export type Repair = 'none-needed' | 'refitted';

/** Barriers are lowered step by step: their height, how many derivatives each may take, and what misses cost. */
const STAGES: readonly (readonly [height: number, rounds: number, rule: MisfitRule])[] = [
  [0.05, 35, robustMisfit],
  [0.005, 20, insideMisfit],
  [0.0003, 20, insideMisfit],
];
/** How often a stage is tried, with points added where it went wrong. */
const TRIES = 4;
const TOLERANCE = 3e-4;

/** Adds the worst places of each slice to its points. */
function addWorst(found: readonly SliceArbitrage[], more: number[][]): void {
  found.forEach(({ butterfly, calendar }, slice) => {
    if (butterfly) more[slice]?.push(butterfly.k);
    if (calendar) more[slice]?.push(calendar.k);
  });
}

/**
 * Removes butterfly and calendar arbitrage from slices fitted one by one, in place: fits all of them again together,
 * from `safe` (slices of the same expiries without arbitrage) and behind barriers, so that the slice gives way whose
 * quotes mind least. Where a finer grid than the barriers' still finds one, barriers are put there and the fit goes on
 * from the last surface that had none.
 */
export function removeArbitrage(costs: readonly SmileCost[], slices: Slices, safe: Float64Array): Repair {
  const { parameters, years } = slices;
  if (isFree(findArbitrage(slices))) return 'none-needed';
  parameters.set(safe);
  const more = costs.map((): number[] => []);
  const free = new Float64Array(safe.length);
  const trial = new Float64Array(safe.length);
  for (const [height, rounds, rule] of STAGES) {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      toVertex(parameters, free);
      const joint = new JointCost(costs, free, parameters, more);
      joint.barrier = height;
      joint.rule = rule;
      minimiseSquares(joint, free, rounds, TOLERANCE);
      fromVertex(free, trial);
      const found = findArbitrage({ parameters: trial, years });
      if (isFree(found)) {
        parameters.set(trial);
        break;
      }
      addWorst(found, more);
    }
  }
  return 'refitted';
}
