import type { VenueOrder } from '#main/engine/ports.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order } from '#shared/domain/order.ts';
import { absolute, isZero, negate, toNumber, ZERO } from '#shared/units/decimal.ts';
import { type AccountId, instrumentId, nameOf, type VenueId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { WireOrder, WireTrade } from './wire-trading.ts';

/** Whose orders and fills they are. */
export interface Owner {
  readonly venue: VenueId;
  readonly account: AccountId;
}

/** Labels hold this many characters. */
export const LABEL_MOST = 64;

const TIME_IN_FORCE = { gtc: 'good_til_cancelled', ioc: 'immediate_or_cancel', fok: 'fill_or_kill' } as const;

function stateOf(wire: WireOrder): VenueOrder['state'] {
  switch (wire.order_state) {
    case 'filled':
      return 'FILLED';
    case 'rejected':
      return 'REJECTED';
    case 'cancelled':
      return wire.cancel_reason === 'instrument_expired' ? 'EXPIRED' : 'CANCELLED';
    default:
      return isZero(wire.filled_amount ?? ZERO) ? 'ACKED' : 'PARTIAL';
  }
}

function reasonOf(wire: WireOrder): Fault | null {
  if (wire.order_state === 'rejected')
    return fault('rejected', `rejected by deribit: ${wire.reject_reason ?? 'no reason given'}`);
  const why = wire.cancel_reason;
  return wire.order_state === 'cancelled' && why && why !== 'user_request'
    ? fault('cancelled-by-venue', `cancelled by deribit: ${why}`)
    : null;
}

/** The venue's record of an order. One that has no label was not sent from here: it goes by the venue's own id. */
export function venueOrderOf({ venue, account }: Owner, wire: WireOrder): VenueOrder {
  return {
    clientOrderId: wire.label === '' ? wire.order_id : wire.label,
    venueOrderId: wire.order_id,
    account,
    instrument: instrumentId(venue, wire.instrument_name),
    state: stateOf(wire),
    filled: wire.filled_amount ?? ZERO,
    reason: reasonOf(wire),
  };
}

/** Deribit says whether the liquidated side was the maker, the taker or both; ours is what `liquidity` says. */
function wasLiquidated({ liquidation, liquidity }: WireTrade): boolean {
  if (!liquidation || !liquidity) return false;
  return [...liquidity].some((role) => liquidation.includes(role));
}

/** A trade of the account as a fill. Quantity signed, in the wire's own unit; fee positive = paid. */
export function fillOf({ venue, account }: Owner, wire: WireTrade): Fill {
  const liquidated = wasLiquidated(wire);
  const label = wire.label ? wire.label : wire.order_id;
  return {
    trade: wire.trade_id,
    venue,
    account,
    instrument: instrumentId(venue, wire.instrument_name),
    order: liquidated ? null : label,
    quantity: wire.direction === 'buy' ? absolute(wire.amount) : negate(absolute(wire.amount)),
    price: wire.price,
    fee: wire.fee,
    feeCurrency: wire.fee_currency,
    liquidity: wire.liquidity === 'M' ? 'maker' : 'taker',
    cause: liquidated ? 'liquidation' : 'order',
    index: wire.index_price,
    at: wire.timestamp,
  };
}

/**
 * An order in the parameters of `private/buy` and `private/sell`. A market order with a collar leaves as an
 * immediate-or-cancel limit at it; a stop triggers on the mark, and with a collar goes on as a limit at it. Post-only is
 * never moved to another price: what would trade at once is rejected.
 */
export function orderParameters(order: Order): Readonly<Record<string, string | number | boolean>> {
  const common = {
    instrument_name: nameOf(order.instrument),
    amount: toNumber(order.quantity),
    label: order.id,
    reduce_only: order.reduceOnly,
  };
  const limit = order.limit === null ? null : toNumber(order.limit);
  if (order.type === 'stop') {
    const trigger = { trigger: 'mark_price', trigger_price: Number(order.trigger) };
    if (limit === null) return { ...common, ...trigger, type: 'stop_market' };
    return { ...common, ...trigger, type: 'stop_limit', price: limit, time_in_force: TIME_IN_FORCE[order.timeInForce] };
  }
  if (order.type === 'market') {
    const time_in_force = order.timeInForce === 'fok' ? TIME_IN_FORCE.fok : TIME_IN_FORCE.ioc;
    return limit === null
      ? { ...common, type: 'market', time_in_force }
      : { ...common, type: 'limit', price: limit, time_in_force };
  }
  const posted = order.postOnly ? { post_only: true, reject_post_only: true } : {};
  const time_in_force = TIME_IN_FORCE[order.timeInForce];
  return { ...common, type: 'limit', price: limit ?? Number.NaN, time_in_force, ...posted };
}
