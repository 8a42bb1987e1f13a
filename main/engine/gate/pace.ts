import type { OrderRequest } from '#shared/domain/order.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { type Check, denied, passed } from './verdict.ts';

const THROTTLE = 'Throttle';

/** Orders per second and per minute, this group's earlier legs included. */
export const throttle: Check = (_request, { recent, pending, now, limits }) => {
  const within = (window: number): number => recent.filter((one) => now - one.at < window).length + pending.length + 1;
  const second = within(SECOND);
  const minute = within(MINUTE);
  const details = { second, secondLimit: limits.ordersPerSecond, minute, minuteLimit: limits.ordersPerMinute };
  if (second > limits.ordersPerSecond) {
    const text = `${second} orders within a second exceed the limit ${limits.ordersPerSecond}`;
    return denied(THROTTLE, 'throttle-second', text, details);
  }
  if (minute > limits.ordersPerMinute) {
    const text = `${minute} orders within a minute exceed the limit ${limits.ordersPerMinute}`;
    return denied(THROTTLE, 'throttle-minute', text, details);
  }
  return passed(THROTTLE, `${second} of ${limits.ordersPerSecond} orders within a second`, details);
};

function same(a: OrderRequest, b: OrderRequest): boolean {
  return (
    a.account === b.account &&
    a.instrument === b.instrument &&
    a.side === b.side &&
    a.quantity === b.quantity &&
    a.limit === b.limit &&
    a.trigger === b.trigger
  );
}

const DUPLICATE = 'Duplicate';

/** The same account, instrument, side, quantity and prices were not sent a moment ago. */
export const duplicate: Check = (request, { recent, pending, now, limits }) => {
  const twin = recent.find((one) => now - one.at < limits.duplicateMs && same(one.request, request));
  if (twin !== undefined) {
    const text = `the same order was sent ${now - twin.at} ms ago, the limit is ${limits.duplicateMs} ms`;
    return denied(DUPLICATE, 'duplicate', text, {
      order: twin.id,
      sinceMs: now - twin.at,
      limitMs: limits.duplicateMs,
    });
  }
  if (pending.some((one) => same(one, request))) {
    return denied(DUPLICATE, 'duplicate', 'the same leg stands twice in the group', { sinceMs: 0 });
  }
  return passed(DUPLICATE, `no such order within ${limits.duplicateMs} ms`);
};

const UNKNOWN = 'Unknown orders';

/** While an order's state on the instrument is unknown, only a reduction by hand passes. */
export const unknownOrders: Check = (request, { exposure, mandate, instrument }) => {
  const [first] = exposure.unknown;
  if (first === undefined) return passed(UNKNOWN, 'every order on the instrument is accounted for');
  if (request.reduceOnly && mandate === null) return passed(UNKNOWN, 'a reduction by hand passes an unknown order');
  const who = mandate !== null ? 'automation is blocked' : 'only reductions pass';
  const text = `the state of order ${first.id} on ${instrument.name} is unknown: ${who} until the venue has told`;
  return denied(UNKNOWN, 'unknown-order', text, { order: first.id, unknown: exposure.unknown.length });
};
