import { notionalUsd, type OpenExposure, worstSide } from '#main/engine/exposure.ts';
import { isWorked } from '#shared/domain/parent-order.ts';
import { absolute, add, compare, decimal, type Quantity, sign, subtract } from '#shared/units/decimal.ts';
import { figure, usd } from './figures.ts';
import { type Check, denied, passed } from './verdict.ts';

const ORDER = 'Order notional';

/** Of what is sent at a time: the whole of an order that is worked over time is judged as a position and by the budget. */
export const orderNotional: Check = (request, { atOnceUsd: notional, limits }) => {
  const limit = decimal(limits.orderNotionalUsd);
  const details = { notionalUsd: notional, limitUsd: limit };
  const what = isWorked(request) ? 'notional of the largest part' : 'order notional';
  if (compare(notional, limit) > 0) {
    return denied(ORDER, 'order-notional', `${what} ${usd(notional)} exceeds the limit ${usd(limit)}`, details);
  }
  return passed(ORDER, `${what} ${usd(notional)} of ${usd(limit)}`, details);
};

const POSITION = 'Position notional';

/**
 * Position plus every order that may still fill on the order's side, unknown ones at full size, plus this order.
 * An order that only brings the position toward zero passes.
 */
export const positionNotional: Check = (request, context) => {
  const { instrument, exposure, limits } = context;
  const reached = worstSide(exposure, request.side, request.quantity);
  const index = decimal(context.quote.quote.index);
  const price = compare(context.limit, context.reference) > 0 ? context.limit : context.reference;
  const worst = notionalUsd(instrument, reached, price, index);
  if (!worst.ok) return denied(POSITION, worst.error.code, worst.error.message, worst.error.details);
  const limit = decimal(limits.positionNotionalUsd);
  const details = { notionalUsd: worst.value, limitUsd: limit, quantity: reached };
  if (compare(worst.value, limit) > 0) {
    const text = `position notional ${usd(worst.value)} if everything open fills exceeds the limit ${usd(limit)}`;
    return denied(POSITION, 'position-notional', text, details);
  }
  return passed(POSITION, `position notional ${usd(worst.value)} of ${usd(limit)} at worst`, details);
};

const REDUCE = 'Reduce-only';

/** A reduce-only order brings |position| down, also after every other reduce-only order has filled. */
export const reduceOnly: Check = (request, { exposure, venue }) => {
  if (!request.reduceOnly) return passed(REDUCE, 'the order may increase the position');
  const held = exposure.position;
  const closing = request.side === 'sell' ? sign(held) > 0 : sign(held) < 0;
  if (!closing) {
    const text = `a reduce-only ${request.side} cannot reduce a position of ${figure(held)}`;
    return denied(REDUCE, 'reduce-only-increases', text, { position: held, side: request.side });
  }
  const open = reducing(exposure, request.side, venue.capabilities.reduceOnly);
  const total: Quantity = add(open, request.quantity);
  const details = { position: held, open, quantity: request.quantity };
  if (compare(total, absolute(held)) > 0) {
    const text = `reduce-only orders of ${figure(total)} in all exceed the position of ${figure(held)}`;
    return denied(REDUCE, 'reduce-only-exceeds', text, details);
  }
  const after = request.side === 'sell' ? subtract(held, request.quantity) : add(held, request.quantity);
  return passed(REDUCE, `brings the position from ${figure(held)} to ${figure(after)}`, details);
};

/** Where the venue does not know reduce-only, every order of that side may turn the position round. */
function reducing(exposure: OpenExposure, side: 'buy' | 'sell', venueReduces: boolean): Quantity {
  if (side === 'sell') return venueReduces ? exposure.reduceOnlySells : exposure.sells;
  return venueReduces ? exposure.reduceOnlyBuys : exposure.buys;
}
