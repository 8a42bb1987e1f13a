import type { Book } from '#shared/domain/book.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { isTerminal, type Order, type OrderEvent, transition } from '#shared/domain/order.ts';
import { compare, isZero, sign } from '#shared/units/decimal.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { LegResult, VenueOrder } from './ports.ts';

/**
 * Those of `events` that the order can take, one after the other. An order that is only PERSISTED has been heard of by
 * the venue, so it was sent: the event that says so is put first.
 */
function possible(order: Order, events: readonly OrderEvent[], at: EpochMs): readonly OrderEvent[] {
  const taken: OrderEvent[] = [];
  let state = order;
  const wanted: readonly OrderEvent[] = order.state === 'PERSISTED' ? [{ type: 'sent' }, ...events] : events;
  for (const event of wanted) {
    const next = transition(state, event, at);
    if (!next.ok) continue;
    taken.push(event);
    state = next.value;
  }
  return taken.some((event) => event.type !== 'sent') ? taken : [];
}

function asDomain(order: Order, events: readonly OrderEvent[]): readonly DomainEvent[] {
  return events.map((event) => ({ type: 'order', id: order.id, event }));
}

/** What a venue's answer to one leg does to the order; nothing where it came after the facts (a fill, a cancel). */
export function eventsOfLeg(order: Order, leg: LegResult, at: EpochMs): readonly DomainEvent[] {
  if (isTerminal(order.state)) return [];
  if (leg.outcome === 'accepted') {
    return asDomain(order, possible(order, [{ type: 'acknowledged', venueOrderId: leg.venueOrderId }], at));
  }
  if (leg.outcome === 'rejected') {
    return asDomain(order, possible(order, [{ type: 'rejected', reason: leg.reason }], at));
  }
  // Only a silent order becomes unknown: one that the venue has spoken of since is known.
  const silent = order.state === 'SENT' || order.state === 'PERSISTED';
  return silent ? asDomain(order, possible(order, [{ type: 'unknown', reason: leg.reason }], at)) : [];
}

/** What the venue's record of an order does to ours. Fills are never taken from here: they come one by one. */
export function eventsOfVenueOrder(order: Order, theirs: VenueOrder, at: EpochMs): readonly DomainEvent[] {
  if (isTerminal(order.state)) return [];
  const heard = order.venueOrderId === null || order.state === 'UNKNOWN' || order.state === 'SENT';
  const acknowledged: readonly OrderEvent[] = heard
    ? [{ type: 'acknowledged', venueOrderId: theirs.venueOrderId }]
    : [];
  switch (theirs.state) {
    case 'ACKED':
    case 'PARTIAL':
    case 'FILLED':
      return asDomain(order, possible(order, acknowledged, at));
    case 'CANCELLED':
      return asDomain(order, possible(order, [...acknowledged, { type: 'cancelled', reason: theirs.reason }], at));
    case 'EXPIRED':
      return asDomain(order, possible(order, [...acknowledged, { type: 'expired' }], at));
    case 'REJECTED': {
      const reason = theirs.reason ?? fault('rejected', 'the venue rejected the order without saying why');
      // After a fill there is nothing to reject: the rest is gone, which is a cancel.
      const event: OrderEvent = isZero(order.filled) ? { type: 'rejected', reason } : { type: 'cancelled', reason };
      return asDomain(order, possible(order, [event], at));
    }
  }
}

/** True when the venue counts more filled than we have booked: fills are missing. */
export function isBehind(order: Order, theirs: VenueOrder): boolean {
  return compare(order.filled, theirs.filled) < 0;
}

export interface FillBooking {
  readonly events: readonly DomainEvent[];
  readonly alarm: Fault | null;
}

function withAlarm(fill: Fill, code: string, why: string, booked: Fill): FillBooking {
  const details = { order: fill.order, trade: fill.trade, instrument: fill.instrument, quantity: fill.quantity };
  const alarm = fault(code, `fill ${fill.trade} of ${fill.quantity} ${fill.instrument}: ${why}`, details);
  const events: readonly DomainEvent[] = [
    { type: 'fill', fill: booked },
    { type: 'alarm', alarm },
  ];
  return { events, alarm };
}

/** A fill that names an order it cannot belong to goes to the position alone. */
function apart(fill: Fill, code: string, why: string): FillBooking {
  return withAlarm(fill, code, why, { ...fill, order: null });
}

function belongs(order: Order, fill: Fill): boolean {
  const bought = sign(fill.quantity) > 0;
  return order.instrument === fill.instrument && order.account === fill.account && bought === (order.side === 'buy');
}

/**
 * How a new fill is booked. What the venue traded always reaches the position; where it does not fit an order of ours
 * (none such, more than was ordered, an order that was rejected) it is booked apart from the order, with an alarm.
 */
export function bookingOf(book: Book, fill: Fill, at: EpochMs): FillBooking {
  if (fill.order === null) return { events: [{ type: 'fill', fill }], alarm: null };
  const order = book.orders.get(fill.order);
  if (order === undefined) {
    return withAlarm(fill, 'foreign-fill', `order ${fill.order} is not one of ours at work; the position has it`, fill);
  }
  if (!belongs(order, fill)) {
    const what = `order ${fill.order} is a ${order.side} of ${order.instrument} in ${order.account}`;
    return apart(fill, 'mismatched-fill', `${what}; the position has it`);
  }
  const sent = order.state === 'PERSISTED' ? transition(order, { type: 'sent' }, at) : null;
  const taken = transition(sent?.ok ? sent.value : order, { type: 'filled', fill }, at);
  if (!taken.ok) return apart(fill, taken.error.code, taken.error.message);
  const first: readonly DomainEvent[] = sent?.ok ? [{ type: 'order', id: order.id, event: { type: 'sent' } }] : [];
  return { events: [...first, { type: 'fill', fill }], alarm: null };
}
