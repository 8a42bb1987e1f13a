import type { RiskProblem } from './problem.ts';

/** Figures that add up, per group: value, unrealised, delta, gamma, vega, theta, delta in USD, gross notional. */
export const SUMS = 8;

/** Where the sums of each group start in the block that aggregate.ts returns. */
export interface GroupOffsets {
  readonly underlying: number;
  readonly expiry: number;
  readonly venue: number;
  readonly account: number;
  readonly count: number;
}

/** Groups in order: book, each underlying, each expiry group, each venue, each account. */
export function groupOffsets(problem: RiskProblem): GroupOffsets {
  const underlying = 1;
  const expiry = underlying + problem.spot.length;
  const venue = expiry + problem.expiryGroups;
  const account = venue + problem.venues;
  return { underlying, expiry, venue, account, count: account + problem.accounts };
}
