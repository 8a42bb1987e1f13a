import { formatPrice } from '@nktkas/hyperliquid/utils';
import type { VenueOrder } from '#main/engine/ports.ts';
import { HYPERLIQUID } from '#main/venues/paper/demo-book.ts';
import type { Told } from '#main/venues/paper/exchange.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { decimal, placesOf, ZERO } from '#shared/units/decimal.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { USER } from './keys.ts';
import { type Market, marketsOf, tokenOf } from './markets.ts';
import { Refusal, saidOf, statusOf } from './refusal.ts';
import {
  isOpen,
  type Leg,
  type SimOrder,
  termsOf,
  waitsHere,
  wireLegOf,
  wireOrderOf,
  wireRecordOf,
} from './sim-order.ts';

/** The core's accounts behind the one of the wire: where spot is kept apart it has an account of its own. */
export const PERPS = 'perps';
export const SPOT = 'spot';

export type WireFillRow = Readonly<Record<string, unknown>> & { readonly time: EpochMs };

/** What happened to the account since the last call. */
export interface Changes {
  readonly records: readonly object[];
  readonly fills: readonly WireFillRow[];
  readonly liquidated: boolean;
}

export interface OrderDesk {
  place(legs: readonly Leg[]): readonly object[];
  /** By number or client id. */
  modify(wanted: number | string, leg: Leg): object;
  cancel(wanted: number | string): object | 'success';
  cancelAll(status: string): void;
  open(): readonly object[];
  find(wanted: number | string): object | null;
  readonly fills: readonly WireFillRow[];
  /** Takes what the core told; releases triggers that are met. */
  take(told: readonly Told[]): void;
  /** What is news. */
  changes(): Changes;
}

export interface OrderDeskSetup {
  readonly work: Clockwork;
  /** Spot has an account of its own. */
  readonly apart: boolean;
  /** Whether so many coins more, signed, are beyond the account's margin. */
  readonly isTooLarge: (market: Market, bought: number) => boolean;
  /** What the next legs are refused with. */
  readonly takeRefusal: () => string | null;
  /** What the next batch is refused with as a whole. */
  readonly takeWhole: () => string | null;
}

const LEAST_NOTIONAL = 10;

function endOf(theirs: VenueOrder, filled: string): string {
  const { state, reason } = theirs;
  if (state === 'FILLED') return 'filled';
  if (state === 'REJECTED') return reason === null ? 'rejected' : statusOf(reason);
  if (reason?.code === 'unfilled' && filled === ZERO) return statusOf(reason);
  if (reason?.code === 'nothing-to-reduce') return 'reduceOnlyCanceled';
  return reason === null || reason.code === 'unfilled' ? 'canceled' : 'marginCanceled';
}

export function createOrderDesk({ work, apart, isTooLarge, takeRefusal, takeWhole }: OrderDeskSetup): OrderDesk {
  const orders = new Map<number, SimOrder>();
  const byCore = new Map<string, SimOrder>();
  const fills: WireFillRow[] = [];
  const touched = new Set<SimOrder>();
  let [oids, cores, told, liquidated] = [1_000, 0, 0, false];

  const now = () => work.exchange.now;
  const marketOf = (asset: number): Market => {
    const market = marketsOf(work.exchange).find((one) => one.asset === asset);
    if (market !== undefined) return market;
    throw new Refusal(`Order has invalid asset. asset=${asset}`);
  };
  const orderOf = (wanted: number | string): SimOrder | undefined =>
    typeof wanted === 'number' ? orders.get(wanted) : [...orders.values()].findLast((one) => one.leg.c === wanted);

  const submit = (order: SimOrder, released: boolean): Fault | null => {
    cores += 1;
    const core = `core-${cores}`;
    order.core = core;
    byCore.set(core, order);
    const taken = work.exchange.submit({ venue: HYPERLIQUID, id: core, terms: termsOf(order, released) });
    take(work.exchange.drain());
    return taken.ok ? null : taken.error;
  };
  const create = (leg: Leg): SimOrder => {
    const market = marketOf(leg.a);
    oids += 1;
    const account = apart && market.instrument.kind === 'spot' ? SPOT : PERPS;
    const order: SimOrder = {
      oid: oids, market, leg, account, createdAt: now(), core: null, filled: ZERO, cost: 0, status: 'open', updatedAt: now(),
    }; // biome-ignore format: one glance
    orders.set(order.oid, order);
    return order;
  };
  const notionalError = (leg: Leg): string | null =>
    !leg.r && Number(leg.p) * Number(leg.s) < LEAST_NOTIONAL
      ? `Order must have minimum value of $10. asset=${leg.a}`
      : null;
  const marginError = ({ a, b, s, r }: Leg): string | null => {
    const market = marketOf(a);
    if (r || market.instrument.kind === 'spot' || !isTooLarge(market, b ? Number(s) : -Number(s))) return null;
    return `Insufficient margin to place order. asset=${a}`;
  };
  const placeOne = (leg: Leg): object => {
    const early = takeRefusal() ?? notionalError(leg) ?? marginError(leg);
    if (early !== null) return { error: early };
    const order = create(leg);
    touched.add(order);
    if (waitsHere(leg)) return wireLegOf(order, null);
    const refused = submit(order, false);
    if (refused !== null) order.status = statusOf(refused);
    const missed = order.status === 'iocCancelRejected' ? { code: 'unfilled', message: '' } : null;
    const reason = refused ?? missed;
    return wireLegOf(order, reason === null ? null : saidOf(reason, leg.a));
  };
  /** Prices off the tick are found before anything is placed: one answer for all (docs, "Error responses"). */
  const offTick = (legs: readonly Leg[]): Leg | undefined =>
    legs.find(({ a, p, t }) => {
      const { instrument } = marketOf(a);
      const type = instrument.kind === 'spot' ? 'spot' : 'perp';
      const good = (price: string) => formatPrice(price, placesOf(instrument.lot), type) === price;
      return !good(p) || (t.trigger !== undefined && !good(t.trigger.triggerPx));
    });

  const takeFill = (fill: Fill): void => {
    const order = fill.order === null ? undefined : byCore.get(fill.order);
    const size = Math.abs(Number(fill.quantity));
    const market = marketsOf(work.exchange).find((one) => one.instrument.id === fill.instrument);
    if (market === undefined) return;
    if (order !== undefined) order.cost += size * Number(fill.price);
    else oids += 1;
    const byVenue = fill.cause === 'liquidation';
    liquidated ||= byVenue;
    fills.push({
      coin: market.coin,
      px: fill.price,
      sz: decimal(size),
      side: fill.quantity.startsWith('-') ? 'A' : 'B',
      time: Math.floor(fill.at),
      startPosition: '0.0',
      dir: market.instrument.kind === 'spot' ? 'Buy' : 'Open Long',
      closedPnl: '0.0',
      hash: `0x${'0'.repeat(64)}`,
      oid: order?.oid ?? oids,
      crossed: fill.liquidity === 'taker',
      fee: fill.fee,
      tid: fills.length + 1,
      feeToken: fill.feeCurrency === 'USDC' ? 'USDC' : tokenOf(fill.feeCurrency),
      twapId: null,
      ...(order?.leg.c === undefined ? {} : { cloid: order.leg.c }),
      ...(byVenue ? { liquidation: { liquidatedUser: USER, markPx: fill.price, method: 'market' } } : {}),
    });
  };
  const takeOrder = (theirs: VenueOrder, at: EpochMs): void => {
    const order = byCore.get(theirs.clientOrderId);
    if (order === undefined) return;
    order.filled = theirs.filled;
    const works = theirs.state === 'ACKED' || theirs.state === 'PARTIAL';
    order.status = works ? 'open' : endOf(theirs, theirs.filled);
    order.updatedAt = Math.floor(at);
    touched.add(order);
  };
  const isMet = ({ leg, market }: SimOrder): boolean => {
    const { mark } = work.exchange.quote(market.instrument, now());
    const at = Number(leg.t.trigger?.triggerPx);
    return leg.b ? mark <= at : mark >= at;
  };
  function take(some: readonly Told[]): void {
    for (const { event } of some.filter((one) => one.venue === HYPERLIQUID)) {
      if (event.type === 'fill') takeFill(event.fill);
      else if (event.type === 'order') takeOrder(event.order, event.tsEvent);
    }
    const waiting = [...orders.values()].filter((one) => one.core === null && isOpen(one) && isMet(one));
    for (const order of waiting) {
      const refused = submit(order, true);
      if (refused !== null) [order.status, order.updatedAt] = ['canceled', now()];
    }
  }
  const end = (order: SimOrder, status: string): void => {
    if (order.core !== null) work.exchange.cancel(order.account, order.core);
    take(work.exchange.drain());
    [order.status, order.updatedAt] = [status, Math.floor(now())];
    touched.add(order);
  };
  const crosses = ({ b, p, a }: Leg): boolean => {
    const { bid, ask } = work.exchange.quote(marketOf(a).instrument, now());
    return b ? ask !== null && Number(p) >= ask : bid !== null && Number(p) <= bid;
  };
  return {
    fills,
    take,
    place: (legs) => {
      const whole = takeWhole();
      if (whole !== null) return [{ error: whole }];
      const bad = offTick(legs);
      if (bad !== undefined) return [{ error: `Price must be divisible by tick size. asset=${bad.a}` }];
      return legs.map(placeOne);
    },
    modify: (wanted, leg) => {
      const order = orderOf(wanted);
      if (order === undefined || !isOpen(order)) return { error: 'Cannot modify canceled or filled order' };
      const early = takeRefusal() ?? notionalError(leg);
      if (early !== null) return { error: early };
      if (offTick([leg]) !== undefined) return { error: `Price must be divisible by tick size. asset=${leg.a}` };
      if (leg.t.limit === undefined || crosses(leg)) return { error: 'Modified order would have immediately matched.' };
      end(order, 'canceled');
      return placeOne(leg);
    },
    cancel: (wanted) => {
      const order = orderOf(wanted);
      if (order === undefined || !isOpen(order)) {
        return { error: 'Order was never placed, already canceled, or filled.' };
      }
      end(order, 'canceled');
      return 'success';
    },
    cancelAll: (status) => {
      for (const order of orders.values()) if (isOpen(order)) end(order, status);
    },
    open: () => [...orders.values()].filter(isOpen).map(wireOrderOf),
    find: (wanted) => {
      const order = orderOf(wanted);
      return order === undefined ? null : wireRecordOf(order);
    },
    changes: () => {
      const records = [...touched].filter((one) => !one.status.endsWith('Rejected')).map(wireRecordOf);
      const found = { records, fills: fills.slice(told), liquidated };
      touched.clear();
      [told, liquidated] = [fills.length, false];
      return found;
    },
  };
}
