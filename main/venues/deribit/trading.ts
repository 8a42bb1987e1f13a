import type { LegResult, VenueCommand, VenueOrder } from '#main/engine/ports.ts';
import { recent } from '#main/venues/recent.ts';
import type { Order } from '#shared/domain/order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { type AccountId, type ClientOrderId, type Currency, nameOf, type VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { Call } from './channels.ts';
import type { Listing } from './listing.ts';
import { LABEL_MOST, type Owner, orderParameters, venueOrderOf } from './orders.ts';
import { isDefinite } from './refusals.ts';
import { readAs } from './wire.ts';
import { type WireOrder, wireCount, wireOrder, wireOrders, wirePlaced } from './wire-trading.ts';

/** Labels whose order id is remembered. */
const REMEMBERED = 10_000;

export interface Trading {
  execute(command: VenueCommand): Promise<readonly LegResult[]>;
  /** The newest record with the order's label, null when the venue has none. Labels are not unique and old orders are forgotten. */
  orderState(id: ClientOrderId): Promise<VenueOrder | null>;
  openOrders(): Promise<readonly WireOrder[]>;
  /** Learns which order a label stands for. */
  learn(wire: WireOrder): void;
}

export interface TradingSetup {
  readonly owner: Owner;
  readonly call: Call;
  readonly currencies: readonly Currency[];
  readonly onTick: Listing['onTick'];
}

/** An answer as the outcome of a leg: what the venue refused did nothing, everything else that failed may have been done. */
function failed(id: ClientOrderId, reason: Fault): LegResult {
  return { outcome: isDefinite(reason) ? 'rejected' : 'unknown', id, reason };
}

function isProtective(wire: WireOrder): boolean {
  return wire.reduce_only === true && wire.order_type.startsWith('stop');
}

export function createTrading({ owner, call, currencies, onTick }: TradingSetup): Trading {
  const ids = recent<ClientOrderId, WireOrder>(REMEMBERED);

  const learn = (wire: WireOrder): void => {
    if (wire.label !== '') ids.set(wire.label, wire);
  };
  const leg = async (id: ClientOrderId, act: () => Promise<VenueOrderId>): Promise<LegResult> => {
    try {
      return { outcome: 'accepted', id, venueOrderId: await act() };
    } catch (thrown) {
      return failed(id, toFault(thrown));
    }
  };
  const place = (order: Order): Promise<LegResult> =>
    leg(order.id, async () => {
      if (order.id.length > LABEL_MOST || order.id === '') {
        throw new FaultError(
          fault('label', `order id ${order.id}: deribit takes labels of 1 to ${LABEL_MOST} characters`),
        );
      }
      if (order.type === 'limit' && order.limit === null) {
        throw new FaultError(fault('expected-limit', `order ${order.id}: a limit order needs a limit price`));
      }
      if (order.account !== owner.account) {
        throw new FaultError(fault('not-supported', `account "${order.account}" is not at ${owner.venue}`));
      }
      const method = `private/${order.side}`;
      const name = nameOf(order.instrument);
      const ticked = order.limit === null ? order : { ...order, limit: onTick(name, order.side, order.limit) };
      const placed = readAs(wirePlaced, await call(method, orderParameters(ticked)), method);
      learn(placed.order);
      return placed.order.order_id;
    });
  const recordsOf = async (id: ClientOrderId): Promise<readonly WireOrder[]> => {
    const method = 'private/get_order_state_by_label';
    const found: WireOrder[] = [];
    for (const currency of currencies) {
      found.push(...readAs(wireOrders, await call(method, { currency, label: id }), method));
    }
    return found;
  };
  const newestOf = async (id: ClientOrderId): Promise<WireOrder | null> => {
    const found = await recordsOf(id);
    const newest = [...found].sort((a, b) => b.last_update_timestamp - a.last_update_timestamp)[0] ?? null;
    if (newest !== null) learn(newest);
    return newest;
  };
  const recordOf = async (id: ClientOrderId): Promise<WireOrder> => {
    const known = ids.get(id) ?? (await newestOf(id));
    if (known !== null) return known;
    throw new FaultError(fault('not-supported', `deribit knows no order with the label ${id}`, { order: id }));
  };
  const cancel = (id: ClientOrderId): Promise<LegResult> =>
    leg(id, async () => {
      const answer = await call('private/cancel', { order_id: (await recordOf(id)).order_id });
      return readAs(wireOrder, answer, 'private/cancel').order_id;
    });
  const amend = ({ order, quantity, limit }: Extract<VenueCommand, { type: 'amend' }>): Promise<LegResult> =>
    leg(order, async () => {
      const { order_id, instrument_name, direction } = await recordOf(order);
      const price = toNumber(onTick(instrument_name, direction, limit));
      const terms = { order_id, amount: toNumber(quantity), price };
      const { order: wire } = readAs(wirePlaced, await call('private/edit', terms), 'private/edit');
      learn(wire);
      return wire.order_id;
    });
  const openOrders = async (): Promise<readonly WireOrder[]> =>
    readAs(wireOrders, await call('private/get_open_orders', {}), 'private/get_open_orders');
  const labelOf = (wire: WireOrder): ClientOrderId => (wire.label === '' ? wire.order_id : wire.label);
  const accepted = (wire: WireOrder): LegResult => ({
    outcome: 'accepted',
    id: labelOf(wire),
    venueOrderId: wire.order_id,
  });
  /** One request cancels everything, and a look tells what it left; with protective orders to be kept the others go one by one. */
  const cancelAll = async (includeProtective: boolean): Promise<readonly LegResult[]> => {
    const open = await openOrders();
    for (const wire of open) learn(wire);
    if (!includeProtective) {
      return Promise.all(
        open
          .filter((one) => !isProtective(one))
          .map((one) =>
            leg(labelOf(one), async () => {
              const answer = await call('private/cancel', { order_id: one.order_id });
              return readAs(wireOrder, answer, 'private/cancel').order_id;
            }),
          ),
      );
    }
    readAs(wireCount, await call('private/cancel_all', {}), 'private/cancel_all');
    const left = new Set((await openOrders()).map((one) => one.order_id));
    const kept = fault('not-cancelled', 'deribit left the order standing');
    return open.map((one) =>
      left.has(one.order_id) ? { outcome: 'rejected', id: labelOf(one), reason: kept } : accepted(one),
    );
  };
  const mine = (account: AccountId): void => {
    if (account === owner.account) return;
    throw new FaultError(fault('unknown-account', `account "${account}" is not at ${owner.venue}`, { account }));
  };
  return {
    learn,
    openOrders,
    orderState: async (id) => {
      const newest = await newestOf(id);
      return newest === null ? null : venueOrderOf(owner, newest);
    },
    execute: async (command) => {
      switch (command.type) {
        case 'place':
          return Promise.all(command.orders.map(place));
        case 'amend':
          mine(command.account);
          return [await amend(command)];
        case 'cancel':
          mine(command.account);
          return [await cancel(command.order)];
        case 'cancel-all':
          mine(command.account);
          return cancelAll(command.includeProtective);
      }
    },
  };
}
