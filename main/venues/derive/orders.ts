import type { VenueOrder } from '#main/engine/ports.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { isZero, negate } from '#shared/units/decimal.ts';
import { type AccountId, instrumentId, type VenueId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { WireOrder, WireTrade } from './wire.ts';

/** Whose orders and fills they are. */
export interface Owner {
  readonly venue: VenueId;
  readonly account: AccountId;
}

/** Labels hold this many characters. */
export const LABEL_MOST = 64;

const STATES = {
  filled: 'FILLED',
  rejected: 'REJECTED',
  cancelled: 'CANCELLED',
  expired: 'EXPIRED',
} as const;

function stateOf({ order_status, filled_amount }: WireOrder): VenueOrder['state'] {
  if (order_status === 'open' || order_status === 'untriggered') return isZero(filled_amount) ? 'ACKED' : 'PARTIAL';
  return STATES[order_status];
}

function reasonOf({ order_status, cancel_reason }: WireOrder): Fault | null {
  const why = cancel_reason ?? '';
  if (order_status === 'rejected') return fault('rejected', `rejected by derive: ${why || 'no reason given'}`);
  const own = why === '' || why === 'user_request';
  return order_status === 'cancelled' && !own ? fault('cancelled-by-venue', `cancelled by derive: ${why}`) : null;
}

/** The venue's record of an order. One without a label was not sent from here: it goes by the venue's own id. */
export function venueOrderOf({ venue, account }: Owner, wire: WireOrder): VenueOrder {
  return {
    clientOrderId: wire.label === '' ? wire.order_id : wire.label,
    venueOrderId: wire.order_id,
    account,
    instrument: instrumentId(venue, wire.instrument_name),
    state: stateOf(wire),
    filled: wire.filled_amount,
    reason: reasonOf(wire),
  };
}

/** True of a trade that the chain took back or never took: it moved nothing. */
export function isVoid({ tx_status }: WireTrade): boolean {
  return tx_status === 'reverted' || tx_status === 'ignored';
}

/** A trade of the account as a fill. Quantity signed, coins; fee positive = paid, USDC. */
export function fillOf({ venue, account }: Owner, wire: WireTrade): Fill {
  return {
    trade: wire.trade_id,
    venue,
    account,
    instrument: instrumentId(venue, wire.instrument_name),
    order: wire.label === '' ? wire.order_id : wire.label,
    quantity: wire.direction === 'buy' ? wire.trade_amount : negate(wire.trade_amount),
    price: wire.trade_price,
    fee: wire.trade_fee,
    feeCurrency: 'USDC',
    liquidity: wire.liquidity_role,
    cause: 'order',
    index: wire.index_price,
    at: wire.timestamp,
  };
}
