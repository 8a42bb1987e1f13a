import type { OrderRequest } from '#shared/domain/order.ts';
import { middleOf } from '#shared/market/order-book.ts';
import { absolute, decimal, toNumber } from '#shared/units/decimal.ts';
import type { HedgeQuestion } from './delta-hedger.ts';
import { deltaPerUnit } from './hedge-routes.ts';
import type { HedgeRoute } from './proposal.ts';
import { carryOf } from './router/carry.ts';
import type { RoutePath } from './router/path.ts';
import { type Routing, routeOrder } from './router/router.ts';

/** A hedge over several instruments at once. */
export interface HedgeSplit {
  readonly routing: Routing;
  readonly orders: readonly OrderRequest[];
  /** USD less than the cheapest single route; null where no single route can be used. */
  readonly savesUsd: number | null;
  /** Pools whose initial margin the orders would exceed: then it must not be sent. */
  readonly short: readonly string[];
}

/** Coins dearer than this share of spot are not bought: a hedge is no emergency exit. */
const COLLAR = 0.01;
/** Share of the cheapest route's cost that a split must save: each order more is one more that can go wrong. */
const WORTH = 0.02;

/**
 * The wanted delta (coins, signed) by the router over the routes that were priced one by one; margin is counted at each
 * route's own rate, and checked for all orders together. Null where one order does as well or no path is there.
 */
export function splitHedge(question: HedgeQuestion, routes: readonly HedgeRoute[], wanted: number): HedgeSplit | null {
  const spot = question.report.spot[question.underlying];
  if (spot === undefined || wanted === 0) return null;
  const paths = routes.flatMap((route) => pathOf(question, route, wanted > 0 ? 1 : -1) ?? []);
  const found = routeOrder({
    paths, unusable: [], wanted: Math.abs(wanted), collar: COLLAR * spot, maxVenues: paths.length, allOrNothing: false,
  }); // biome-ignore format: one glance
  if (!found.ok || found.value.slices.length < 2) return null;
  const cheapest = routes.find((route) => route.unusable === null);
  const savesUsd = cheapest ? cheapest.cost.total - found.value.cost.total : null;
  if (cheapest && savesUsd !== null && savesUsd < WORTH * Math.abs(cheapest.cost.total)) return null;
  const orders = found.value.slices.map(({ account, instrument, side, quantity }): OrderRequest => ({
    account, instrument, side, quantity: absolute(decimal(quantity)), type: 'market', limit: null, trigger: null, timeInForce: 'ioc', postOnly: false,
    reduceOnly: false,
  })); // biome-ignore format: one glance
  return {
    routing: found.value,
    orders,
    savesUsd,
    short: shortPools(question, orders),
  };
}

function pathOf(question: HedgeQuestion, route: HedgeRoute, direction: 1 | -1): RoutePath | null {
  const instrument = question.instruments.find((one) => one.id === route.instrument);
  const quote = question.market.quotes.get(route.instrument);
  const book = question.depth.get(route.instrument);
  if (!instrument || !quote || !book || route.delta === 0) return null;
  const coinsPerUnit = deltaPerUnit(instrument, quote);
  const mid = middleOf(book, quote) ?? quote.mark;
  const carry = carryOf(question.policy, instrument, {
    mid: quote.mark, index: quote.index, asOf: question.market.asOf, initialMargin: 0, funding8h: quote.funding8h, coinsPerUnit,
  }); // biome-ignore format: one glance
  return {
    venue: instrument.venue,
    account: route.account,
    instrument: instrument.id,
    contract: instrument.payoff === 'inverse' ? 'inverse' : 'linear',
    direction,
    levels: direction > 0 ? book.asks : book.bids,
    mid,
    index: quote.index,
    coinsPerUnit,
    lot: toNumber(instrument.lot),
    minimum: toNumber(instrument.lot),
    takerFee: toNumber(instrument.fees.taker),
    premiumCap: null,
    gasUsd: 0,
    fundingUsd: direction * carry.funding,
    basisUsd: direction * carry.basis,
    marginUsd: route.cost.margin / Math.abs(route.delta),
    reducibleCoins: 0,
    mostCoins: mostCoins(question, route, direction),
  };
}

/** Coins that the account's cash (spot) or free margin allow; null = no limit, as the route alone asks for no margin. */
function mostCoins(question: HedgeQuestion, route: HedgeRoute, direction: 1 | -1): number | null {
  const instrument = question.instruments.find((one) => one.id === route.instrument);
  if (instrument?.kind === 'spot') {
    const currency = direction > 0 ? instrument.quote : instrument.underlying;
    const free = question.cash.get(`${route.account}|${currency}`) ?? 0;
    return direction > 0 ? free / route.expectedPrice : free;
  }
  if (route.marginChangeUsd <= 0) return null;
  const free = question.report.pools
    .filter((pool) => pool.account === route.account && pool.currency === instrument?.settlement)
    .reduce((sum, pool) => sum + Math.max(0, pool.available) * pool.currencyUsd, 0);
  return (free * Math.abs(route.delta)) / route.marginChangeUsd;
}

function shortPools(question: HedgeQuestion, orders: readonly OrderRequest[]): readonly string[] {
  return question.whatIf(orders).flatMap((pool) => {
    const before = question.report.pools.find((one) => one.account === pool.account && one.currency === pool.currency);
    const worse = pool.available < 0 && pool.available < (before?.available ?? 0);
    return worse ? [`${pool.account} ${pool.currency}: ${(-pool.available).toFixed(2)} ${pool.currency} short`] : [];
  });
}
