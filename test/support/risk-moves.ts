import { STILL, type UnderlyingMove } from '#shared/risk/market-move.ts';
import type { RiskProblem } from '#shared/risk/problem.ts';
import type { ScenarioSet } from '#shared/risk/scenario-set.ts';
import { demoHeld, marketAt, problemAt } from './risk.ts';

export const SPOT = 7380;

export function demoAssembled() {
  return problemAt(demoHeld(), marketAt(SPOT));
}

/** A move of every underlying of a problem, dollars untouched. */
export function moveAll(problem: RiskProblem, move: Partial<UnderlyingMove>, days = 0) {
  return {
    moves: Array.from(problem.spot, () => ({ ...STILL, ...move })),
    days,
    holdingCash: new Float64Array(problem.holdings.count).fill(1),
    poolCash: new Float64Array(problem.pools.length).fill(1),
  };
}

/** BTC halves and recovers a little while USDC loses a tenth. */
export const HALVING: ScenarioSet = {
  id: 'halving',
  title: 'Half',
  driver: 'BTC',
  betas: { ETH: 1.5 },
  otherBeta: 2,
  termPower: 0.3,
  instant: { moves: { BTC: { spot: -0.5, volFactor: 2 } }, collateral: { USDC: -0.1 } },
  path: {
    hours: [0, 12, 24],
    spot: { BTC: [1, 0.5, 0.6] },
    volFactor: { BTC: [1, 2, 1.8] },
    collateral: { USDC: [1, 0.9, 1] },
  },
};
