import type { DomainEvent } from '#shared/domain/events.ts';
import { expiryOf } from '#shared/domain/instrument.ts';
import { isTerminal, type Order } from '#shared/domain/order.ts';
import { isZero } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { answerOf, type Core, raiseAlarm, venueOfAccount } from './core.ts';
import { eventsOfVenueOrder, isBehind } from './order-updates.ts';
import type { VenueOrder } from './ports.ts';

/** Asks venues what became of single orders: the only way out of UNKNOWN besides a fill or the venue's own event. */
export interface LookUps {
  /** Asks for one order unless the question is already on its way. Settles when the answer has been taken. */
  ask(order: Order): Promise<void>;
  /** Asks for every order whose state is unknown and whose venue can be reached. */
  askUnknown(): Promise<void>;
  /** Takes what the venue says of an order, from an event, a snapshot or a look-up. */
  take(theirs: VenueOrder): void;
  /** A fill of the order was booked: takes the end that was waiting for it. */
  filled(order: ClientOrderId): void;
}

interface Missing {
  readonly firstAt: EpochMs;
  readonly told: boolean;
}

function neverArrived({ id }: Order): Fault {
  const message = `order ${id} never arrived: the venue was asked twice and does not know it`;
  return fault('never-arrived', message, { order: id });
}

/** `onBehind`: the venue counts fills of the account's orders that have not been booked. */
export function createLookUps(core: Core, onBehind: (account: AccountId) => void): LookUps {
  const { book, recorder, clock, limits, kernel } = core;
  const asking = new Map<ClientOrderId, Promise<void>>();
  const missing = new Map<ClientOrderId, Missing>();
  const foreign = new Set<ClientOrderId>();
  /** Ends that came before the fills they count: the order stays at work, and against the limits, until those are booked. */
  const waiting = new Map<ClientOrderId, VenueOrder>();

  function append(order: Order, event: Extract<DomainEvent, { type: 'order' }>['event']): void {
    recorder.append([{ type: 'order', id: order.id, event }]);
  }

  function take(theirs: VenueOrder): void {
    const order = book.orders.get(theirs.clientOrderId);
    if (order === undefined) {
      tellForeign(theirs);
      return;
    }
    missing.delete(order.id);
    if (isBehind(order, theirs)) {
      onBehind(order.account);
      if (isTerminal(theirs.state) && !isTerminal(order.state)) {
        waiting.set(order.id, theirs);
        takeEvents(order, { ...theirs, state: 'ACKED' });
        return;
      }
    }
    if (isTerminal(theirs.state)) waiting.delete(order.id);
    takeEvents(order, theirs);
  }

  function takeEvents(order: Order, theirs: VenueOrder): void {
    const events = eventsOfVenueOrder(order, theirs, clock.now());
    if (events.length > 0) recorder.append(events);
  }

  function tellForeign(theirs: VenueOrder): void {
    const resting = theirs.state === 'ACKED' || theirs.state === 'PARTIAL';
    if (!resting || foreign.has(theirs.clientOrderId)) return;
    foreign.add(theirs.clientOrderId);
    const message = `order ${theirs.clientOrderId} on ${theirs.instrument} in ${theirs.account} was not sent from here`;
    raiseAlarm(core, fault('foreign-order', message, { order: theirs.clientOrderId, account: theirs.account }));
  }

  /** Twice not found, past the venue's delay and complete both times, is proof where the venue keeps client ids unique. */
  function takeMissing(order: Order): void {
    const now = clock.now();
    if (now - order.createdAt < limits.notFoundDelayMs) return;
    const before = missing.get(order.id);
    if (before === undefined) {
      missing.set(order.id, { firstAt: now, told: false });
      markUnknown(order, fault('not-found', 'the venue does not know the order', { order: order.id }));
      return;
    }
    if (now - before.firstAt < limits.notFoundDelayMs) return;
    if (hasExpired(order)) append(order, { type: 'expired' });
    else if (cannotArrive(order)) append(order, { type: 'cancelled', reason: neverArrived(order) });
    else if (before.told) return;
    else tellMissing(order);
    missing.set(order.id, { ...before, told: true });
  }

  function cannotArrive(order: Order): boolean {
    const idempotent = venueOfAccount(core, order.account)?.adapter.capabilities().idempotent === true;
    return idempotent && order.venueOrderId === null && isZero(order.filled);
  }

  function hasExpired(order: Order): boolean {
    const instrument = book.instruments.get(order.instrument);
    const expiry = instrument === undefined ? null : expiryOf(instrument);
    const venueTime = instrument === undefined ? null : core.market.venueTime(instrument.venue);
    return expiry !== null && venueTime !== null && venueTime >= expiry;
  }

  function markUnknown(order: Order, reason: Fault): void {
    if (order.state !== 'UNKNOWN') append(order, { type: 'unknown', reason });
  }

  function tellMissing(order: Order): void {
    const message = `order ${order.id} on ${order.instrument} is not known to the venue, which proves nothing there: look at the venue itself`;
    const reason = fault('ask-trader', message, { order: order.id });
    append(order, { type: 'unknown', reason });
    raiseAlarm(core, reason);
  }

  /** The order may have moved on while the question was under way. */
  function takeAnswer(id: ClientOrderId, theirs: VenueOrder | null): void {
    const order = book.orders.get(id);
    if (order === undefined || isTerminal(order.state)) {
      missing.delete(id);
      return;
    }
    if (theirs === null) takeMissing(order);
    else take(theirs);
  }

  async function question(order: Order): Promise<void> {
    const adapter = venueOfAccount(core, order.account)?.adapter;
    if (adapter === undefined) return;
    const answer = await answerOf(() => adapter.orderState(order.account, order.id), 'no-answer');
    // A question that failed is no answer: neither found nor not found.
    if (!answer.ok) return;
    kernel.post(`look-up of ${order.id}`, () => recorder.take(() => takeAnswer(order.id, answer.value)));
  }

  function ask(order: Order): Promise<void> {
    const pending = asking.get(order.id);
    if (pending !== undefined) return pending;
    const asked = question(order).finally(() => asking.delete(order.id));
    asking.set(order.id, asked);
    return asked;
  }

  return {
    ask,
    take,
    filled(id) {
      const end = waiting.get(id);
      if (end !== undefined) take(end);
    },
    async askUnknown() {
      const unknown = [...book.orders.working.values()].filter((order) => order.state === 'UNKNOWN');
      const reachable = unknown.filter((order) => venueOfAccount(core, order.account)?.status === 'live');
      await Promise.all(reachable.map(ask));
    },
  };
}
