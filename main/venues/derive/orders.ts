import type { VenueOrder } from '#main/engine/ports.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { decimal, isZero, negate, sign, subtract, ZERO } from '#shared/units/decimal.ts';
import { type AccountId, instrumentId, type VenueId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import type { WireOrder, WireSettlement, WireTrade } from './wire.ts';

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

const OPTION = /^.+-\d{8}-(?<strike>\d+(?:[._]\d+)?)-(?<right>[CP])$/;

/** The end of an option as a fill that closes it at what it is worth: the settlement price beyond its strike. */
export function settlementOf({ venue, account }: Owner, wire: WireSettlement): Fill {
  const { instrument_name, amount, settlement_price, expiry } = wire;
  const { strike, right } = OPTION.exec(instrument_name)?.groups ?? {};
  if (strike === undefined) {
    throw new FaultError(fault('bad-payload', `derive settled ${instrument_name}: expected the name of an option`));
  }
  const struck = decimal(strike.replace('_', '.'));
  const worth = right === 'C' ? subtract(settlement_price, struck) : subtract(struck, settlement_price);
  return {
    trade: `settled ${instrument_name}`,
    venue,
    account,
    instrument: instrumentId(venue, instrument_name),
    order: null,
    quantity: negate(amount),
    price: sign(worth) > 0 ? worth : ZERO,
    fee: ZERO,
    feeCurrency: 'USDC',
    liquidity: 'taker',
    cause: 'settlement',
    index: settlement_price,
    at: expiry * SECOND,
  };
}
