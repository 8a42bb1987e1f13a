import type { GroundedWish } from '#main/engine/automation.ts';
import { type FlattenPlan, rehearseFlatten } from '#shared/control/flatten.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { type Decimal, decimal, roundToStep, toNumber } from '#shared/units/decimal.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { nameOf, venueOf } from '#shared/units/ids.ts';
import { type ControlGround, type Look, leftUsd } from './ground.ts';
import { tradableOf } from './protect-wish.ts';

/** The rehearsal on the book of this moment; null before the first quotes. `accounts`: null for all of them. */
export async function flattenPlan(
  ground: ControlGround,
  look: Look,
  accounts: readonly AccountId[] | null,
): Promise<FlattenPlan | null> {
  const book = look.pools();
  if (book === null) return null;
  const pools = book.pools.filter((one) => accounts === null || accounts.includes(one.account.id));
  const plan = rehearseFlatten({
    book,
    tradable: await tradableOf(ground, book),
    orders: [...ground.journal.book.orders.values()],
    silent: look.silent,
    scope: new Set(pools.map((one) => one.key)),
    stress: look.policies.protection.stress,
  });
  // What is held on a chain has no order book: it is left by steps of its own.
  const chained = new Set(ground.chains.flatMap((one) => one.adapters.map((each) => each.id)));
  return { ...plan, blocked: plan.blocked.filter((one) => !chained.has(venueOf(one.instrument))) };
}

/** As much of a closing order as fits under the limit of one order, in lots; the rest is asked for anew. */
function within(order: OrderRequest, share: number, lot: Decimal): OrderRequest {
  if (share >= 1) return order;
  const quantity = roundToStep(decimal<Decimal>((toNumber(order.quantity) * share).toFixed(8)), lot, 'down');
  return { ...order, quantity: quantity as OrderRequest['quantity'] };
}

/**
 * The next leg of a flatten under way, null when nothing is left to close. What is blocked (a silent venue, an UNKNOWN
 * order, nobody on the other side) is waited for. A function of what is left: after a crash the same question goes on.
 */
export async function flattenWish(
  ground: ControlGround,
  look: Look,
  view: AutomationView,
): Promise<GroundedWish | null> {
  const plan = await flattenPlan(ground, look, view.rule.accounts);
  const nothing = { orders: [], transfers: [], asksFirst: null };
  if (plan === null) return { ...nothing, summary: 'it waits for quotes' };
  const [leg] = plan.legs;
  if (leg === undefined) {
    const [block] = plan.blocked;
    return block ? { ...nothing, summary: `${nameOf(block.instrument)} waits: ${block.why}` } : null;
  }
  const lot = ground.journal.book.instruments.get(leg.order.instrument)?.lot ?? decimal(1);
  // A hair less, so that a collar above the expected price does not reach the limit.
  const order = within(leg.order, (0.9 * leftUsd(view)) / leg.notionalUsd, lot);
  const { side, quantity, instrument } = order;
  const ratio = `ratio ${(leg.ratioBefore * 100).toFixed(0)} → ${(leg.ratioAfter * 100).toFixed(0)} %`;
  const summary = `${side} ${quantity} ${nameOf(instrument)}, ${plan.legs.length} legs left, ${ratio}, about ${leg.cost.total.toFixed(0)} USD`;
  return { ...nothing, orders: [order], summary };
}
