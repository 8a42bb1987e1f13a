import type { Instrument } from '#shared/domain/instrument.ts';
import type { Level } from '#shared/market/order-book.ts';
import { compare, isZero, negate, type Price, toNumber, ZERO } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, VenueId, VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { marginRefusal } from './margin-check.ts';
import { take } from './matching.ts';
import { refusalOf } from './order-checks.ts';
import { isEnded, type OrderTerms, type PaperOrder } from './state.ts';
import { bookOf, endOrder, fillAsTaker, levelsAgainst, mayTrade, venueCollar } from './trading.ts';
import { emitOrder, heldQuantity, putOrder, tickOf, type World } from './world.ts';

/** An order as it reaches the venue. */
export interface Arrival {
  readonly venue: VenueId;
  readonly id: ClientOrderId;
  readonly terms: OrderTerms;
}

function sameTerms(a: OrderTerms, b: OrderTerms): boolean {
  return (
    a.account === b.account &&
    a.instrument === b.instrument &&
    a.side === b.side &&
    a.type === b.type &&
    compare(a.quantity, b.quantity) === 0 &&
    a.limit === b.limit &&
    a.trigger === b.trigger &&
    a.timeInForce === b.timeInForce &&
    a.postOnly === b.postOnly &&
    a.reduceOnly === b.reduceOnly
  );
}

/** The answer to an id the venue has already seen: the same order is confirmed again, another one is refused. */
function resent(known: PaperOrder, terms: OrderTerms): Result<VenueOrderId> {
  if (!sameTerms(known.terms, terms)) {
    return fail(fault('duplicate-id', `order id ${known.id} was already used for another order`, { order: known.id }));
  }
  if (known.state === 'REJECTED') return fail(known.reason ?? fault('rejected', 'rejected by the venue'));
  return ok(known.venueOrderId);
}

function accountRefusal(world: World, { venue, terms }: Arrival): Fault | null {
  if (world.accounts.get(terms.account)?.venue === venue) return null;
  return fault('unknown-account', `account "${terms.account}" is not at ${venue}`, { account: terms.account });
}

/** Would a limit order trade at once, and all of it? */
function crossing(
  world: World,
  instrument: Instrument,
  terms: OrderTerms,
  at: EpochMs,
): { any: boolean; all: boolean } {
  const { left } = take(levelsAgainst(world, instrument, terms.side, at), terms, instrument);
  return { any: compare(left, terms.quantity) < 0, all: isZero(left) };
}

function postOnlyRefusal(world: World, instrument: Instrument, terms: OrderTerms, at: EpochMs): Fault | null {
  if (!terms.postOnly || !crossing(world, instrument, terms, at).any) return null;
  return fault('post-only', `post-only ${terms.side} at ${terms.limit ?? 'market'} would trade at once`);
}

/** Quantity at the order's own price in front of it. */
function queueAt(levels: readonly Level[], limit: Price): number {
  return levels.find((level) => level.price === toNumber(limit))?.size ?? 0;
}

function execute(world: World, order: PaperOrder, instrument: Instrument, limit: Price | null, at: EpochMs): void {
  const { terms } = order;
  const wanted = { ...terms, quantity: mayTrade(world, order), limit };
  if (terms.timeInForce === 'fok' && !crossing(world, instrument, wanted, at).all) {
    endOrder(world, order, 'CANCELLED', fault('fok', 'could not be filled completely'));
    return;
  }
  const after = fillAsTaker(world, order, instrument, limit, at);
  if (isEnded(after)) return;
  if (terms.type === 'limit' && terms.timeInForce === 'gtc') {
    rest(world, after, instrument, at);
    return;
  }
  const what = isZero(after.filled)
    ? 'nothing could be filled'
    : `${after.filled} of ${terms.quantity} could be filled`;
  endOrder(world, after, 'CANCELLED', fault('unfilled', `${what} within the limit`));
}

function rest(world: World, order: PaperOrder, instrument: Instrument, at: EpochMs): void {
  const { side, limit } = order.terms;
  if (limit === null) return;
  const sides = bookOf(world, instrument, at);
  putOrder(world, { ...order, queueAhead: queueAt(side === 'buy' ? sides.bids : sides.asks, limit) });
}

/** A stop whose trigger was reached goes on as a market order within its collar. */
export function release(world: World, order: PaperOrder, instrument: Instrument, at: EpochMs): void {
  if (isZero(mayTrade(world, order))) {
    endOrder(world, order, 'CANCELLED', fault('nothing-to-reduce', 'the position it was to reduce is closed'));
    return;
  }
  execute(world, order, instrument, order.terms.limit ?? venueCollar(world, instrument, order.terms.side, at), at);
}

/**
 * Takes an order at tape time `at`: checks it, trades what trades at once, lets the rest stand or end. The answer is
 * the venue's id, or why it was rejected. The same id with the same terms is answered as the first time.
 */
export function arrive(world: World, arrival: Arrival, at: EpochMs): Result<VenueOrderId> {
  const { id, terms } = arrival;
  const known = world.state.orders.get(id);
  if (known) return resent(known, terms);
  const tick = tickOf(at);
  const instrument = world.instruments.get(terms.instrument);
  const venueOrderId = `P${world.state.nextOrder++}`;
  const draft: PaperOrder = {
    id,
    venueOrderId,
    terms,
    state: 'ACKED',
    filled: ZERO,
    reason: null,
    arrivedAt: at,
    queueAhead: 0,
  };
  const mark = instrument ? world.market.mark(instrument, tick).mark : 0;
  const held = heldQuantity(world, terms.account, terms.instrument);
  const refusal = accountRefusal(world, arrival) ?? refusalOf(terms, { instrument, now: at, mark, held });
  const late = refusal ?? (instrument ? lateRefusal(world, draft, instrument, tick) : null);
  if (late || !instrument) {
    const reason = late ?? fault('unknown-instrument', `${terms.instrument} is not listed`);
    const rejected: PaperOrder = { ...draft, state: 'REJECTED', reason };
    putOrder(world, rejected);
    emitOrder(world, rejected);
    return fail(reason);
  }
  putOrder(world, draft);
  emitOrder(world, draft);
  if (terms.type !== 'stop') {
    const collar =
      terms.type === 'market' ? (terms.limit ?? venueCollar(world, instrument, terms.side, tick)) : terms.limit;
    execute(world, draft, instrument, collar, tick);
  }
  return ok(venueOrderId);
}

function lateRefusal(world: World, draft: PaperOrder, instrument: Instrument, tick: EpochMs): Fault | null {
  const { terms } = draft;
  const crossed = postOnlyRefusal(world, instrument, terms, tick);
  if (crossed || terms.type === 'stop' || terms.reduceOnly) return crossed;
  const { mark } = world.market.mark(instrument, tick);
  const signed = terms.side === 'buy' ? terms.quantity : negate(terms.quantity);
  return marginRefusal(world, { account: terms.account, instrument, quantity: signed, limit: terms.limit, mark }, tick);
}

/** Cancels a working order; the fault says why it cannot be. */
export function cancel(world: World, account: AccountId, id: ClientOrderId): Result<VenueOrderId> {
  const order = world.state.orders.get(id);
  if (!order || order.terms.account !== account) {
    return fail(fault('unknown-order', `order ${id} is not known to the venue`, { order: id }));
  }
  if (isEnded(order))
    return fail(fault('order-ended', `order ${id} is already ${order.state}`, { order: id, state: order.state }));
  endOrder(world, order, 'CANCELLED', null);
  return ok(order.venueOrderId);
}

/** Working orders of an account that a cancel-all means: protective ones (reduce-only stops) only when included. */
export function cancellable(world: World, account: AccountId, includeProtective: boolean): PaperOrder[] {
  return [...world.working.values()].filter(
    ({ terms }) => terms.account === account && (includeProtective || !(terms.type === 'stop' && terms.reduceOnly)),
  );
}
