import type { Account } from '#shared/domain/account.ts';
import { securesOf } from '#shared/risk/margin/deribit-standard.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { cashOf } from './accounts.ts';
import { type Held, heldPools, positionOf, ruleOf } from './margin.ts';
import type { PaperAccount } from './state.ts';
import type { World } from './world.ts';

/** Rounding of the marks and of the sums below is far less than this. */
const ROUNDING = 1e-9;

/** The most a position asks for and the least it secures while its mark and the index stay within their ranges. */
function worst(world: World, held: Held, owner: Account, from: EpochMs, to: EpochMs) {
  const marks = world.market.range(held.instrument, from, to);
  const index = world.market.indexRange(from, to);
  const rule = ruleOf(owner.rules);
  // Requirements and profits are monotone in the mark, and what options ask for never falls as the index rises.
  const ends = [positionOf(held, marks.low, index.high), positionOf(held, marks.high, index.high)];
  return {
    asked: Math.max(...ends.map((one) => rule(one, owner.leverage ?? 0).maintenance)),
    secured: Math.min(...ends.map((one) => securesOf({ ...one, entry: held.entry }))),
  };
}

/**
 * Maintenance margin over margin balance that no pool of the account comes to exceed between two times, as long as it
 * holds what it holds; infinite where nothing can be said.
 */
export function ratioBound(world: World, account: PaperAccount, owner: Account, from: EpochMs, to: EpochMs): number {
  let bound = 0;
  for (const [currency, pool] of heldPools(world, account, owner.rules, from)) {
    let [asked, balance] = [0, toNumber(cashOf(account, currency))];
    for (const held of pool) {
      const one = worst(world, held, owner, from, to);
      asked += one.asked;
      balance += one.secured;
    }
    if (asked === 0) continue;
    bound = Math.max(bound, balance > 0 ? (asked / balance) * (1 + ROUNDING) : Number.POSITIVE_INFINITY);
  }
  return bound;
}
