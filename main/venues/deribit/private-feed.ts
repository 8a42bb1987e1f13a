import type { VenueEvent } from '#main/engine/ports.ts';
import { recent } from '#main/venues/recent.ts';
import { compare, ZERO } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';
import { fillOf, type Owner, venueOrderOf } from './orders.ts';
import { readAs } from './wire.ts';
import { type WireOrder, type WireTrade, wireChanges } from './wire-trading.ts';

export const CHANGES = 'user.changes.any.any.raw';
/** Trades and orders that are remembered, so that what is told twice or out of order is told on once and in order. */
const REMEMBERED = 5_000;
const ENDED = new Set(['filled', 'cancelled', 'rejected']);

/** A record that is no news after `known`: an earlier one, or of the same moment and less far on. */
function isOld(wire: WireOrder, known: WireOrder | undefined): boolean {
  if (known === undefined) return false;
  if (ENDED.has(known.order_state)) return !ENDED.has(wire.order_state) || wire.order_state === known.order_state;
  if (wire.last_update_timestamp < known.last_update_timestamp) return true;
  const further = compare(wire.filled_amount ?? ZERO, known.filled_amount ?? ZERO);
  if (further !== 0) return further < 0;
  const same = wire.last_update_timestamp === known.last_update_timestamp && compare(wire.amount, known.amount) === 0;
  return same && wire.order_state === known.order_state;
}

export interface PrivateFeed {
  /** Takes one payload of `user.changes`; throws when it cannot be read. */
  take(payload: unknown): void;
  /** Trades told so far. */
  readonly trades: number;
}

/** Orders and fills as they happen, each once. */
export function createPrivateFeed(
  owner: Owner,
  onOrder: (wire: WireOrder) => void,
  tell: (event: VenueEvent) => void,
  isHeld: (name: string) => boolean,
): PrivateFeed {
  const trades = recent<string, true>(REMEMBERED);
  const orders = recent<string, WireOrder>(REMEMBERED);
  let count = 0;

  const takeTrade = (wire: WireTrade): void => {
    // A combo's own trade moves nothing: its legs come as trades of their own.
    if (!isHeld(wire.instrument_name) || trades.has(wire.trade_id)) return;
    trades.set(wire.trade_id, true);
    count += 1;
    const fill = fillOf(owner, wire);
    tell({ type: 'fill', fill });
    if (fill.cause !== 'liquidation') return;
    const message = `deribit liquidated ${fill.quantity} of ${wire.instrument_name} at ${fill.price}`;
    tell({ type: 'liquidation', account: owner.account, reason: fault('liquidated', message, { trade: fill.trade }) });
  };
  const takeOrder = (wire: WireOrder): void => {
    if (isOld(wire, orders.get(wire.order_id))) return;
    orders.set(wire.order_id, wire);
    onOrder(wire);
    tell({ type: 'order', order: venueOrderOf(owner, wire), tsEvent: wire.last_update_timestamp });
  };
  return {
    get trades() {
      return count;
    },
    take(payload) {
      const changes = readAs(wireChanges, payload, 'user.changes');
      for (const wire of changes.trades) takeTrade(wire);
      for (const wire of changes.orders) takeOrder(wire);
    },
  };
}
