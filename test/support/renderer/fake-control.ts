import type { CollateralView, ExitRehearsal } from '#shared/ipc/contract.ts';

const NO_COST = { fee: 0, spread: 0, impact: 0, total: 0 };
const REHEARSAL: ExitRehearsal = {
  ladder: [],
  exits: [],
  plan: {
    cancels: [],
    legs: [],
    blocked: [],
    cost: NO_COST,
    costShare: 0,
    start: { highestRatio: 0.1, worstLossUsd: 0, equityUsd: 0 },
    worst: null,
    worse: [],
  },
};
const COLLATERAL: CollateralView = {
  goal: 0.3,
  pools: [],
  transfers: [],
  short: [],
  doNothing: 'Doing nothing: every pool keeps its buffer.',
};

/** What the methods of controllers and rehearsals answer: a book that needs nothing. */
export const CONTROL_ANSWERS = {
  'automation.log': () => [],
  'policies.load': () => ({ text: '' }),
  'policies.set': () => null,
  'exit.rehearse': () => REHEARSAL,
  'flatten.start': () => null,
  'collateral.plan': () => COLLATERAL,
  'transfer.send': () => null,
};
