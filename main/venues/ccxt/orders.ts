import type { VenueOrder } from '#main/engine/ports.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order } from '#shared/domain/order.ts';
import { absolute, compare, type Decimal, isZero, negate, ZERO } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, VenueId, VenueOrderId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { Dialect } from './dialect.ts';
import { contractsOf, type Listed, quantityOf } from './listing.ts';
import type { WireOrder, WireTrade } from './wire.ts';

/** Whose orders and fills they are. */
export interface Owner {
  readonly venue: VenueId;
  readonly account: AccountId;
}

const ENDED: Readonly<Record<string, VenueOrder['state']>> = {
  canceled: 'CANCELLED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
};

function stateOf({ status, filled, amount }: WireOrder): VenueOrder['state'] {
  const done = filled ?? ZERO;
  if (status === 'open' || status === null) return isZero(done) ? 'ACKED' : 'PARTIAL';
  if (status === 'closed') return amount === null || compare(done, amount) >= 0 ? 'FILLED' : 'CANCELLED';
  return ENDED[status] ?? 'CANCELLED';
}

export function isEnded({ state }: VenueOrder): boolean {
  return state !== 'ACKED' && state !== 'PARTIAL';
}

/** Our id of an order; one that was not sent from here goes by the venue's own. */
export function clientIdOf(dialect: Dialect, { id, clientOrderId }: WireOrder): ClientOrderId {
  return (clientOrderId === null ? null : dialect.clientId.decode(clientOrderId)) ?? id;
}

export function venueOrderOf({ venue, account }: Owner, dialect: Dialect, listed: Listed, wire: WireOrder): VenueOrder {
  const state = stateOf(wire);
  return {
    clientOrderId: clientIdOf(dialect, wire),
    venueOrderId: wire.id,
    account,
    instrument: listed.instrument.id,
    state,
    filled: quantityOf(listed, wire.filled ?? ZERO),
    reason: state === 'REJECTED' ? fault('rejected', `rejected by ${venue}`) : null,
  };
}

/** An own trade as a fill. `index`: what the venue says, else the index as it was when the trade was read. */
export function fillOf(
  { venue, account }: Owner,
  dialect: Dialect,
  listed: Listed,
  wire: WireTrade,
  orderOf: (id: VenueOrderId) => ClientOrderId | null,
  index: Decimal,
): Fill {
  const quantity = absolute(quantityOf(listed, wire.amount));
  const cause = dialect.causeOf(wire);
  const { settlement, underlying, quote, kind } = listed.instrument;
  const bought = wire.side === 'buy';
  const wireId = dialect.clientOf(wire);
  const client = (wireId === null ? null : dialect.clientId.decode(wireId)) ?? orderOf(wire.order ?? '');
  return {
    trade: wire.id,
    venue,
    account,
    instrument: listed.instrument.id,
    order: cause === 'order' ? (client ?? wire.order) : null,
    quantity: bought ? quantity : negate(quantity),
    price: wire.price,
    fee: wire.fee?.cost ?? ZERO,
    feeCurrency: wire.fee?.currency ?? (kind === 'spot' ? (bought ? underlying : quote) : settlement),
    liquidity: wire.takerOrMaker === 'maker' ? 'maker' : 'taker',
    cause,
    index: dialect.indexOf(wire) ?? index,
    at: wire.timestamp,
  };
}

const TIMES = { gtc: 'GTC', ioc: 'IOC', fok: 'FOK' } as const;

function refusal(code: string, message: string): FaultError {
  return new FaultError(fault(code, message));
}

/**
 * The arguments of ccxt's createOrder. A market order with a collar leaves as an immediate-or-cancel limit at it. Spot
 * without a limit is refused here: some venues take its size for dollars.
 */
export function orderArguments(dialect: Dialect, listed: Listed, order: Order): readonly unknown[] {
  const wireId = dialect.clientId.encode(order.id);
  if (wireId === null) throw refusal('label', `order id ${order.id} cannot be written as a client id of this venue`);
  if (order.type === 'stop') throw refusal('not-supported', `order ${order.id}: stops are not sent through ccxt`);
  if (order.limit === null && (order.type === 'limit' || listed.instrument.kind === 'spot')) {
    throw refusal('expected-limit', `order ${order.id}: expected a limit price`);
  }
  const amount = contractsOf(listed, order.quantity);
  const common = { clientOrderId: wireId, ...(order.reduceOnly ? { reduceOnly: true } : {}) };
  if (order.limit === null) return [listed.symbol, 'market', order.side, amount, undefined, common];
  const time = order.type === 'market' && order.timeInForce !== 'fok' ? 'IOC' : TIMES[order.timeInForce];
  const terms = order.postOnly ? { postOnly: true } : time === 'GTC' ? {} : { timeInForce: time };
  return [listed.symbol, 'limit', order.side, amount, order.limit, { ...common, ...terms }];
}
