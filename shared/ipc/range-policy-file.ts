import { z } from 'zod';
import { finite } from './schemas.ts';

const within = (from: number, to: number, unit: string) =>
  finite.min(from, { error: `${unit}, at least ${from}` }).max(to, { error: `${unit}, at most ${to}` });
const usd = (to: number) => within(0, to, 'USD');
const share = within(0, 0.05, 'a fraction, such as 0.002 for 0.2 %');

/** `lp-rebalancer` of POLICIES.json: when opening a range anew pays, and what it may cost. */
export const rangePolicyFile = z.strictObject({
  /** Annual, 0.8 = 80 %. */
  vol: within(0.01, 5, 'an annual vol as a fraction, such as 0.8 for 80 %').default(0.8),
  /** Traded in the pool per day; null: what its swaps of the last day come to. */
  dailyVolumeUsd: usd(1e12).nullable().default(null),
  horizonDays: within(0.1, 365, 'days').default(7),
  /** Of what is swapped, and of what is hedged: fee, spread and impact. */
  swapCost: share.default(0.002),
  hedgeCost: share.default(0.0006),
  /** What a short hedge pays per 8 hours. */
  hedgeFunding8h: within(-0.01, 0.01, 'a fraction per 8 hours').default(0),
  /** Dislike of variance, per USD. */
  riskAversion: within(0, 1, 'risk aversion per USD, such as 0.000001').default(1e-6),
  /** Upper over lower bound of a new range; null: as wide as the old one. */
  width: within(1.001, 1e6, 'upper over lower bound').nullable().default(null),
  leastGainUsd: usd(1e6).default(5),
  /** Move of the price that a transaction still accepts. */
  slippage: within(0.0001, 0.01, 'a fraction, such as 0.005 for 0.5 %').default(0.005),
  /** A swap of less than this share of the value is left out. */
  leastSwap: within(0.001, 0.5, 'a fraction of the value').default(0.03),
  /** A step that costs more gas waits for another block. */
  mostGasUsd: usd(1_000).default(20),
});

export type RangeRules = z.output<typeof rangePolicyFile>;
