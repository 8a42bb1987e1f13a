import type { OrderTerms } from '#main/venues/paper/state.ts';
import { type Decimal, decimal, subtract, ZERO } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Market } from './markets.ts';

/** A leg of an order action as it comes over the wire. */
export interface Leg {
  readonly a: number;
  readonly b: boolean;
  readonly p: string;
  readonly s: string;
  readonly r: boolean;
  readonly t: {
    readonly limit?: { readonly tif: 'Gtc' | 'Ioc' | 'Alo' | 'FrontendMarket' };
    readonly trigger?: { readonly isMarket: boolean; readonly triggerPx: string; readonly tpsl: 'tp' | 'sl' };
  };
  readonly c?: string;
}

/** An order as the venue knows it. */
export interface SimOrder {
  readonly oid: number;
  readonly market: Market;
  readonly leg: Leg;
  readonly account: string;
  readonly createdAt: EpochMs;
  /** The matching core's own id; null while it waits for a trigger that the core does not know. */
  core: string | null;
  filled: Decimal;
  cost: number;
  status: string;
  updatedAt: EpochMs;
}

export function isOpen(order: SimOrder): boolean {
  return order.status === 'open' || order.status === 'triggered';
}

/** Take-profits are watched by the simulator; everything else the core can do. */
export function waitsHere({ t }: Leg): boolean {
  return t.trigger?.tpsl === 'tp';
}

/** What the core is told. `released`: a trigger was met, it goes on as a market or limit order. */
export function termsOf(order: SimOrder, released: boolean): OrderTerms {
  const { leg, market, account } = order;
  const { limit, trigger } = leg.t;
  const stop = trigger !== undefined && !released;
  const atOnce = limit?.tif === 'Ioc' || limit?.tif === 'FrontendMarket' || (released && trigger?.isMarket === true);
  return {
    account,
    instrument: market.instrument.id,
    side: leg.b ? 'buy' : 'sell',
    quantity: decimal(leg.s),
    type: stop ? 'stop' : 'limit',
    limit: stop && trigger.isMarket ? null : decimal(leg.p),
    trigger: stop ? decimal(trigger.triggerPx) : null,
    timeInForce: atOnce ? 'ioc' : 'gtc',
    postOnly: limit?.tif === 'Alo',
    reduceOnly: leg.r,
  };
}

function typeOf({ t }: Leg): string {
  if (t.trigger === undefined) return 'Limit';
  const kind = t.trigger.tpsl === 'tp' ? 'Take Profit' : 'Stop';
  return `${kind} ${t.trigger.isMarket ? 'Market' : 'Limit'}`;
}

/** As `frontendOpenOrders` and `orderStatus` tell it. */
export function wireOrderOf(order: SimOrder): object {
  const { leg, market, oid, createdAt } = order;
  const { trigger, limit } = leg.t;
  return {
    coin: market.coin,
    side: leg.b ? 'B' : 'A',
    limitPx: leg.p,
    sz: subtract(decimal(leg.s), order.filled),
    oid,
    timestamp: createdAt,
    origSz: decimal(leg.s),
    triggerCondition: trigger === undefined ? 'N/A' : `Price to ${trigger.triggerPx}`,
    isTrigger: trigger !== undefined,
    triggerPx: trigger?.triggerPx ?? '0.0',
    children: [],
    isPositionTpsl: false,
    reduceOnly: leg.r,
    orderType: typeOf(leg),
    tif: limit?.tif ?? null,
    cloid: leg.c ?? null,
  };
}

/** As `orderUpdates` and `orderStatus` tell it. */
export function wireRecordOf(order: SimOrder): object {
  return { order: wireOrderOf(order), status: order.status, statusTimestamp: order.updatedAt };
}

/** As the answer to an order action tells it. */
export function wireLegOf(order: SimOrder, error: string | null): object {
  const { oid, leg, filled, cost } = order;
  const named = leg.c === undefined ? { oid } : { oid, cloid: leg.c };
  if (error !== null) return { error };
  if (filled === ZERO) return { resting: named };
  return { filled: { totalSz: filled, avgPx: String(cost / Number(filled)), ...named } };
}
