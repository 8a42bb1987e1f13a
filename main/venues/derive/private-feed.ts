import type { VenueEvent } from '#main/engine/ports.ts';
import { recent } from '#main/venues/recent.ts';
import { compare } from '#shared/units/decimal.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { fillOf, isVoid, type Owner, venueOrderOf } from './orders.ts';
import { readAs, type WireOrder, type WireTrade, wireOrderNews, wireTradeNews } from './wire.ts';

/** Trades and orders that are remembered, so that what is told twice or out of order is told on once and in order. */
const REMEMBERED = 5_000;

function hasEnded({ order_status }: WireOrder): boolean {
  return order_status !== 'open' && order_status !== 'untriggered';
}

/** A record that is no news after `known`: an earlier one, or of the same moment and no further on. */
function isOld(wire: WireOrder, known: WireOrder | undefined): boolean {
  if (known === undefined) return false;
  if (hasEnded(known)) return !hasEnded(wire) || wire.order_status === known.order_status;
  if (hasEnded(wire)) return false;
  const further = compare(wire.filled_amount, known.filled_amount);
  return further < 0 || (further === 0 && wire.order_status === known.order_status);
}

export interface PrivateFeed {
  takeOrders(payload: unknown): void;
  takeTrades(payload: unknown): void;
  /** Trades told so far. */
  readonly trades: number;
}

/** Orders and fills as they happen, each once. */
export function createPrivateFeed(
  owner: Owner,
  onOrder: (wire: WireOrder) => void,
  tell: (event: VenueEvent) => void,
  onFlaw: (reason: Fault) => void,
): PrivateFeed {
  const trades = recent<string, true>(REMEMBERED);
  const orders = recent<string, WireOrder>(REMEMBERED);
  let count = 0;

  const takeTrade = (wire: WireTrade): void => {
    if (isVoid(wire)) {
      // It moved nothing on the chain. What was told of it before is put right by the next reconciliation.
      onFlaw(fault('trade-void', `derive took back trade ${wire.trade_id}`, { trade: wire.trade_id }));
      return;
    }
    if (trades.has(wire.trade_id)) return;
    trades.set(wire.trade_id, true);
    count += 1;
    tell({ type: 'fill', fill: fillOf(owner, wire) });
  };
  return {
    get trades() {
      return count;
    },
    takeOrders(payload) {
      for (const wire of readAs(wireOrderNews, payload, 'orders')) {
        if (isOld(wire, orders.get(wire.order_id))) continue;
        orders.set(wire.order_id, wire);
        onOrder(wire);
        tell({ type: 'order', order: venueOrderOf(owner, wire), tsEvent: wire.last_update_timestamp });
      }
    },
    takeTrades(payload) {
      for (const wire of readAs(wireTradeNews, payload, 'trades')) takeTrade(wire);
    },
  };
}
