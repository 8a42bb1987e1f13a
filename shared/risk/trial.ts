import type { OrderRequest } from '#shared/domain/order.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { assemble, type HeldBook } from './assemble.ts';
import { compose } from './compose.ts';
import { computePools } from './compute.ts';
import type { PoolMargin } from './report.ts';
import { withOrders } from './what-if.ts';

/** Margin pools with orders filled; liquidation prices of what trades are null, since nobody looked for them. */
export type Trial = (orders: readonly OrderRequest[]) => readonly PoolMargin[];

const NOTHING = new Float64Array(0);
const NO_AXES = { spotShifts: NOTHING, volShifts: NOTHING, days: 0 };

/** The part of a book that margin rules see when these accounts trade: pools of other accounts do not change. */
function partOf(held: HeldBook, accounts: ReadonlySet<string>): HeldBook {
  return {
    accounts: held.accounts.filter((one) => accounts.has(one.id)),
    instruments: held.instruments,
    positions: held.positions.filter((one) => accounts.has(one.account)),
    balances: held.balances.filter((one) => accounts.has(one.account)),
  };
}

/**
 * Tries trades on a book whose pools are known: only the accounts that trade are margined anew, no liquidation price is
 * searched, and what was asked before is not computed again. Margins equal those of a full what-if on the same market.
 *
 * @param before the pools as they stand, on the same market
 */
export function createTrial(
  held: HeldBook,
  before: readonly PoolMargin[],
  at: { readonly market: MarketSnapshot; readonly now: EpochMs },
): Trial {
  const known = new Map<string, readonly PoolMargin[]>();

  function margined(orders: readonly OrderRequest[]): readonly PoolMargin[] {
    const accounts = new Set(orders.map((one) => one.account));
    const assembled = assemble(withOrders(partOf(held, accounts), orders, at.market), {
      ...at,
      staleBefore: Number.NEGATIVE_INFINITY,
      axes: NO_AXES,
      dayOffsetUsd: () => 0,
    });
    const problem = { ...assembled.problem, frontier: false };
    const changed = compose(assembled, computePools(problem), { seq: 0, computeMs: 0 }).pools;
    return [...before.filter((one) => !accounts.has(one.account)), ...changed];
  }

  return (orders) => {
    const key = orders.map((one) => `${one.account}|${one.instrument}|${one.side}|${one.quantity}|${one.limit}`).join();
    const found = known.get(key) ?? margined(orders);
    known.set(key, found);
    return found;
  };
}
