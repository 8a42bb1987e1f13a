import type { OrderRequest } from '#shared/domain/order.ts';
import { leftOf, type ParentOrder } from '#shared/domain/parent-order.ts';
import {
  add,
  fromNumber,
  type Price,
  type Quantity,
  roundToStep,
  sign,
  smaller,
  subtract,
  toNumber,
  ZERO,
} from '#shared/units/decimal.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, MINUTE, SECOND } from '#shared/units/time.ts';
import { type ChaseStep, chaseStep } from './chase.ts';
import { largestPart, timetable } from './timetable.ts';

/** A child order that may still fill. */
export interface OpenChild {
  readonly id: ClientOrderId;
  /** What of it may still fill. */
  readonly left: Quantity;
  readonly limit: Price | null;
  /** The venue holds it: it may be moved. False while no answer came, and while it is unknown. */
  readonly resting: boolean;
  readonly sentAt: EpochMs;
  /** When its cancel was last asked for; null: never. */
  readonly cancelledAt: EpochMs | null;
}

/** What a parent order sees of its children and of the market. */
export interface ParentView {
  readonly open: readonly OpenChild[];
  /** When the last child left; null before the first. */
  readonly lastSentAt: EpochMs | null;
  /** Children in a row that the venue refused. */
  readonly refusals: number;
  /** Best prices, price units; null where a side is empty. */
  readonly bid: number | null;
  readonly ask: number | null;
  readonly tick: Price;
  readonly lot: Quantity;
  /** Why nothing may be sent now (venue down, stale market, an unknown order); null: it may. */
  readonly blocked: string | null;
}

/** What a child order adds to what its parent wants. */
export type ChildTerms = Pick<OrderRequest, 'quantity' | 'type' | 'limit' | 'timeInForce' | 'postOnly'>;

export type ParentStep =
  | { readonly act: 'place'; readonly child: ChildTerms }
  | { readonly act: 'cancel'; readonly orders: readonly ClientOrderId[] }
  | { readonly act: 'wait'; readonly why: string }
  /** Sends nothing more and cancels what is open. */
  | { readonly act: 'end'; readonly reason: Fault }
  /** Nothing is open any more, or what is does not answer. */
  | { readonly act: 'ended' };

/** Shortest time between two children, and that a child rests before it is moved. */
const PACE: DurationMs = 2 * SECOND;
/** A cancel without effect is asked for again. */
const CANCEL_AGAIN: DurationMs = 5 * SECOND;
/** How long the end waits for children whose cancel or fate is not told. */
export const END_WAIT: DurationMs = 30 * SECOND;
const REFUSALS_AT_MOST = 5;

const wait = (why: string): ParentStep => ({ act: 'wait', why });
const ending = (code: string, why: string): ParentStep => ({ act: 'end', reason: fault(code, why) });

/**
 * The next step of a parent order, from what has filled, what may still fill and the market at `now`. Whatever the
 * answers: filled and open quantities with a child it places are never more than what is wanted, what is open never more
 * than the schedule's largest part, and after the duration and {@link END_WAIT} it has ended.
 */
export function parentStep(parent: ParentOrder, view: ParentView, now: EpochMs): ParentStep {
  const { state, schedule, startedAt, endingAt } = parent;
  if (state === 'ended') return { act: 'ended' };
  if (state === 'ending') return unwind(view, now, now - (endingAt ?? startedAt) >= END_WAIT);
  if (sign(leftOf(parent)) <= 0) return ending('parent-filled', 'it is filled');
  if (view.refusals >= REFUSALS_AT_MOST) return ending('parent-refused', `the venue refused ${view.refusals} in a row`);
  if (isOver(parent, view, now)) return ending('parent-time-over', `its ${schedule.durationMs / MINUTE} min are over`);
  if (view.blocked !== null) return wait(view.blocked);
  return isPegged(parent) ? pegged(parent, view, now) : taken(parent, view, now);
}

/** A chase that takes has a last order after its time; it waits for a market as long as others wait for their end. */
function isOver({ schedule, startedAt }: ParentOrder, { open, lastSentAt }: ParentView, now: EpochMs): boolean {
  const endAt = startedAt + schedule.durationMs;
  if (schedule.kind !== 'chase' || schedule.post || now >= endAt + END_WAIT) return now >= endAt;
  return lastSentAt !== null && lastSentAt >= endAt && open.length === 0;
}

/** Cancels what is open; done when nothing is, or when it has waited long enough. */
function unwind({ open }: ParentView, now: EpochMs, late: boolean): ParentStep {
  if (open.length === 0 || late) return { act: 'ended' };
  const orders = cancellable(open, now);
  return orders.length > 0 ? { act: 'cancel', orders } : wait('its last orders are being cancelled');
}

/** Those not asked for lately. An unknown one too: the venue may have it. */
function cancellable(open: readonly OpenChild[], now: EpochMs): readonly ClientOrderId[] {
  return open.filter((one) => one.cancelledAt === null || now - one.cancelledAt >= CANCEL_AGAIN).map((one) => one.id);
}

/** The trader's own limit: a market order has none but its collar. */
function limitOf({ request }: ParentOrder): Price | null {
  return request.type === 'limit' ? request.limit : null;
}

function isPegged({ schedule: { kind, post } }: ParentOrder): boolean {
  return kind === 'chase' || post;
}

/** Due by now, and neither filled nor open: in whole lots, with what is open no more than the largest part. */
function dueNow(parent: ParentOrder, { open, lot }: ParentView, now: EpochMs): Quantity {
  const atOnce = largestPart(parent.schedule, parent.request.quantity, lot);
  const due = subtract(dueBy(parent, open, lot, now - parent.startedAt), parent.filled);
  const more = open.reduce((sum, one) => subtract(sum, one.left), smaller(due, atOnce));
  return sign(more) <= 0 ? ZERO : roundToStep(more, lot, 'down');
}

/** How much may have been sent after so long. */
function dueBy(parent: ParentOrder, open: readonly OpenChild[], lot: Quantity, elapsedMs: number): Quantity {
  const { schedule, filled, request } = parent;
  if (schedule.kind === 'chase') return request.quantity;
  if (schedule.kind === 'iceberg') {
    return open.length > 0 ? filled : smaller(add(filled, schedule.clip), request.quantity);
  }
  const parts = timetable(schedule, request.quantity, lot);
  const due = parts.filter((one) => (one.afterMs ?? 0) <= elapsedMs);
  if (due.length === parts.length) return request.quantity;
  return fromNumber(
    due.reduce((sum, one) => sum + one.coins, 0),
    lot,
    'nearest',
  );
}

/** Orders that take, or an iceberg that rests at its limit: one at a time, each after the one before has ended. */
function taken(parent: ParentOrder, view: ParentView, now: EpochMs): ParentStep {
  const { schedule, request } = parent;
  if (view.open.length > 0) return wait('a child order is at work');
  const quantity = dueNow(parent, view, now);
  if (sign(quantity) <= 0) return wait('the next part is not due');
  if (isPaced(view, now)) return wait('the last child order has just left');
  const limit = limitOf(parent);
  if (schedule.kind === 'iceberg' && limit !== null) {
    return { act: 'place', child: { quantity, type: 'limit', limit, timeInForce: 'gtc', postOnly: false } };
  }
  const there = request.side === 'buy' ? view.ask : view.bid;
  if (there === null) return wait('nobody is on the other side');
  if (limit === null) return { act: 'place', child: takeAll(quantity, null) };
  const beyond = request.side === 'buy' ? there > toNumber(limit) : there < toNumber(limit);
  return beyond ? wait(`the market is beyond the limit ${limit}`) : { act: 'place', child: takeAll(quantity, limit) };
}

function takeAll(quantity: Quantity, limit: Price | null): ChildTerms {
  return { quantity, type: limit === null ? 'market' : 'limit', limit, timeInForce: 'ioc', postOnly: false };
}

function isPaced({ lastSentAt }: ParentView, now: EpochMs): boolean {
  return lastSentAt !== null && now - lastSentAt < PACE;
}

/** What the chase would do: its book is the parent's own side within the trader's limit. */
function chased(parent: ParentOrder, view: ParentView, held: OpenChild | undefined, now: EpochMs): ChaseStep {
  const { schedule, request, arrival, startedAt } = parent;
  const { side } = request;
  const tick = toNumber(view.tick);
  const giveUp = schedule.kind === 'chase' ? schedule.ticks * tick : Number.POSITIVE_INFINITY;
  return chaseStep(
    { side, arrival: toNumber(arrival), giveUp, repegMs: PACE, endMs: schedule.durationMs, tick },
    {
      elapsedMs: now - startedAt,
      bid: side === 'buy' ? inside(view.bid, parent) : view.bid,
      ask: side === 'sell' ? inside(view.ask, parent) : view.ask,
      resting: held?.limit ? { price: toNumber(held.limit), sinceMs: held.sentAt - startedAt } : null,
      remaining: toNumber(leftOf(parent)),
    },
  );
}

/** Post-only orders at the best price of their own side; a chase takes the rest when its time is over. */
function pegged(parent: ParentOrder, view: ParentView, now: EpochMs): ParentStep {
  const held = view.open.find((one) => one.resting && one.cancelledAt === null && one.limit !== null);
  const step = chased(parent, view, held, now);
  if (step.act === 'stop') return ending('parent-stopped', step.why);
  if (step.act === 'take') return close(parent, view, step.limit, now);
  const quantity = dueNow(parent, view, now);
  if (held !== undefined) return moved(parent, view, held, { step, grows: sign(quantity) > 0 }, now);
  if (view.open.length > 0) return wait('a child order has no answer');
  if (step.act !== 'post' || sign(quantity) <= 0) return wait('the next part is not due');
  if (isPaced(view, now)) return wait('the last child order has just left');
  const limit = pegAt(parent, view, step.price);
  return { act: 'place', child: { quantity, type: 'limit', limit, timeInForce: 'gtc', postOnly: true } };
}

/** An order that rests is cancelled where its price is another or more is due; the next one takes its place. */
function moved(
  parent: ParentOrder,
  view: ParentView,
  { id, limit, sentAt }: OpenChild,
  { step, grows }: { readonly step: ChaseStep; readonly grows: boolean },
  now: EpochMs,
): ParentStep {
  const away = step.act === 'move' && pegAt(parent, view, step.price) !== limit;
  return away || (grows && now - sentAt >= PACE) ? { act: 'cancel', orders: [id] } : wait(`it rests at ${limit}`);
}

/** A price of the own side that is not beyond the trader's limit. */
function inside(price: number | null, parent: ParentOrder): number | null {
  const limit = limitOf(parent);
  if (price === null || limit === null) return price;
  const own = toNumber(limit);
  return parent.request.side === 'buy' ? Math.min(price, own) : Math.max(price, own);
}

/** On the tick, away from crossing. */
function pegAt(parent: ParentOrder, { tick }: ParentView, price: number): Price {
  const kept = inside(price, parent) ?? price;
  return fromNumber(kept, tick, parent.request.side === 'buy' ? 'down' : 'up');
}

/** Cancels what rests; then what is left is taken at `limit` at worst, once. */
function close(parent: ParentOrder, view: ParentView, limit: number, now: EpochMs): ParentStep {
  if (view.open.length > 0) {
    const orders = cancellable(view.open, now);
    return orders.length > 0
      ? { act: 'cancel', orders }
      : wait('its order is being cancelled before the rest is taken');
  }
  const quantity = dueNow(parent, view, now);
  if (sign(quantity) <= 0) return ending('parent-time-over', 'its time is over');
  return { act: 'place', child: takeAll(quantity, pegAt(parent, view, limit)) };
}
