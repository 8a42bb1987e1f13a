import { expiryOf, isContract } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { type Decimal, isMultipleOf, parseDecimal, sign } from '#shared/units/decimal.ts';
import { isoSeconds } from '#shared/units/time.ts';
import { figure } from './figures.ts';
import { type Check, denied, type FirstCheck, passed, type Verdict } from './verdict.ts';

const FORM = 'Order form';

function positive(value: Decimal | null, field: string): Verdict | null {
  if (value === null) return denied(FORM, `missing-${field}`, `the order has no ${field}`, { field });
  const parsed = parseDecimal(String(value), field);
  if (!parsed.ok) return denied(FORM, `bad-${field}`, parsed.error.message, { field, found: String(value) });
  if (sign(parsed.value) > 0) return null;
  return denied(FORM, `bad-${field}`, `${field} must be above zero, was ${parsed.value}`, {
    field,
    found: parsed.value,
  });
}

function triggerForm(request: OrderRequest): Verdict | null {
  if (request.type === 'stop') return positive(request.trigger, 'trigger');
  if (request.trigger === null) return null;
  return denied(FORM, 'unexpected-trigger', `a ${request.type} order has no trigger`, { trigger: request.trigger });
}

function postOnlyForm(request: OrderRequest): Verdict | null {
  if (!request.postOnly) return null;
  if (request.type === 'limit' && request.timeInForce === 'gtc') return null;
  const what = `${request.type} ${request.timeInForce}`;
  return denied(FORM, 'post-only', `a post-only order must be a resting limit, was ${what}`, { order: what });
}

/** Quantity, limit and trigger are decimals above zero where they are needed, and the flags go together. */
export const form: FirstCheck = (request) => {
  // A market order whose reference price is missing has no collar yet: the reference check says so with its reason.
  const limit = request.type === 'limit' || request.limit !== null ? positive(request.limit, 'limit') : null;
  const wrong = positive(request.quantity, 'quantity') ?? limit ?? triggerForm(request) ?? postOnlyForm(request);
  return wrong ?? passed(FORM, 'quantity, prices and flags go together');
};

const INSTRUMENT = 'Instrument';

/** Listed, of the account's venue, and not expired by the venue's own time. */
export const listed: FirstCheck = (request, context) => {
  const { account, instrument, venueTime } = context;
  if (instrument === null) {
    const details = { instrument: request.instrument };
    return denied(INSTRUMENT, 'unknown-instrument', `instrument ${request.instrument} is not listed`, details);
  }
  if (account === null) {
    return denied(INSTRUMENT, 'unknown-account', `there is no account ${request.account}`, {
      account: request.account,
    });
  }
  if (account.venue !== instrument.venue) {
    const text = `account ${account.id} is at ${account.venue}, ${instrument.name} is traded at ${instrument.venue}`;
    return denied(INSTRUMENT, 'other-venue', text, { account: account.venue, instrument: instrument.venue });
  }
  if (!isContract(instrument)) {
    const text = `${instrument.name} is a ${instrument.kind} position: orders do not trade it`;
    return denied(INSTRUMENT, 'not-traded', text, { instrument: instrument.id, kind: instrument.kind });
  }
  const expiry = expiryOf(instrument);
  if (expiry !== null && venueTime !== null && venueTime >= expiry) {
    const text = `${instrument.name} expired at ${isoSeconds(expiry)}`;
    return denied(INSTRUMENT, 'expired', text, { expiry, venueTime });
  }
  return passed(INSTRUMENT, `${instrument.name} is listed at ${instrument.venue}`);
};

const VENUE = 'Venue';

/** Connected, and asked since for what happened meanwhile. */
export const venueReady: FirstCheck = (_request, context) => {
  const { venue, instrument } = context;
  const name = instrument?.venue ?? 'the venue';
  if (venue === null) return denied(VENUE, 'no-venue', `${name} is not connected to this engine`);
  if (venue.status !== 'live') {
    return denied(VENUE, 'venue-not-live', `${name} is ${venue.status}: nothing is sent to it`, {
      status: venue.status,
    });
  }
  if (!venue.reconciled) {
    return denied(
      VENUE,
      'venue-not-reconciled',
      `${name} has not been asked for orders and positions since it connected`,
    );
  }
  return passed(VENUE, `${name} is live and reconciled`);
};

const STEPS = 'Tick and lot';

/** Prices on the tick, quantity on the lot and at least one lot. */
export const steps: Check = (request, { instrument, limit }) => {
  const { tick, lot } = instrument;
  if (!isMultipleOf(request.quantity, lot)) {
    const text = `quantity ${figure(request.quantity)} is not a multiple of the lot ${figure(lot)}`;
    return denied(STEPS, 'off-lot', text, { quantity: request.quantity, lot });
  }
  const off = [limit, request.trigger].find((one) => one !== null && !isMultipleOf(one, tick));
  if (off !== undefined && off !== null) {
    const text = `price ${figure(off)} is not a multiple of the tick ${figure(tick)}`;
    return denied(STEPS, 'off-tick', text, { price: off, tick });
  }
  return passed(STEPS, `on tick ${figure(tick)} and lot ${figure(lot)}`, { tick, lot });
};

const OFFERED = 'Order type';

/** The venue offers this kind of order. */
export const offered: Check = (request, { venue, instrument }) => {
  const { capabilities } = venue;
  const missing = [
    capabilities.orderTypes.includes(request.type) ? null : `${request.type} orders`,
    capabilities.timeInForce.includes(request.timeInForce) ? null : `time in force ${request.timeInForce}`,
    !request.postOnly || capabilities.postOnly ? null : 'post-only',
    !request.reduceOnly || capabilities.reduceOnly ? null : 'reduce-only',
  ].filter((one) => one !== null);
  if (missing.length === 0) return passed(OFFERED, `${instrument.venue} takes ${request.type} ${request.timeInForce}`);
  const text = `${instrument.venue} does not offer ${missing.join(', ')}`;
  return denied(OFFERED, 'not-offered', text, { missing: missing.join(', ') });
};
