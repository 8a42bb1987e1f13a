import { type ProjectedPool, projectOrders } from '#shared/control/open-orders.ts';
import { createTrial } from '#shared/risk/trial.ts';
import { heldOf } from './measure.ts';
import type { Session } from './session.ts';

/** The margin pools once the open orders have filled, whichever side does; [] where nothing is open or measured. */
export function poolsAfterOrders(session: Session): readonly ProjectedPool[] {
  const { journal, risk } = session;
  const orders = [...journal.book.orders.working.values()];
  if (risk.latest === null || orders.length === 0) return [];
  const { pools } = risk.latest;
  const at = { market: session.market(), now: session.clock.now() };
  return projectOrders(pools, orders, createTrial(heldOf(journal.book), pools, at));
}
