import type { Account } from '#shared/domain/account.ts';
import { type Instrument, isDeltaOne } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { type Level, middleOf, sweep } from '#shared/market/order-book.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { absolute, decimal, fromNumber, type Quantity, toNumber } from '#shared/units/decimal.ts';
import type { HedgeQuestion } from './delta-hedger.ts';
import type { HedgeRoute, RouteCost } from './proposal.ts';
import { carryOf } from './router/carry.ts';

const HOURS_A_YEAR = 365 * 24;

/** Coins of delta that one unit of the instrument's quantity adds. */
export function deltaPerUnit(instrument: Instrument, quote: Quote): number {
  const inverse = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return inverse ? quote.index / (quote.mark * quote.mark) : 1;
}

/** USD notional of one unit of the instrument's quantity. */
function notionalPerUnit(instrument: Instrument, quote: Quote): number {
  return instrument.payoff === 'inverse' && instrument.kind !== 'option' ? 1 : quote.mark;
}

interface Candidate {
  readonly instrument: Instrument;
  readonly account: Account;
  readonly quote: Quote;
  readonly quantity: number;
}

/** Every account × hedge instrument of the underlying, cheapest first, unusable ones last. `wanted`: delta to add, coins. */
export function priceRoutes(question: HedgeQuestion, wanted: number, spot: number): readonly HedgeRoute[] {
  const routes: HedgeRoute[] = [];
  for (const account of question.accounts) {
    for (const instrument of question.instruments) {
      if (instrument.venue !== account.venue || instrument.underlying !== question.underlying) continue;
      if (!isDeltaOne(instrument)) continue;
      const quote = question.market.quotes.get(instrument.id);
      if (!quote) continue;
      const quantity = lotsFor(question, instrument, quote, wanted);
      routes.push(priceRoute(question, { instrument, account, quote, quantity }, spot));
    }
  }
  return routes.sort(
    (a, b) => Number(a.unusable !== null) - Number(b.unusable !== null) || a.cost.total - b.cost.total,
  );
}

/** What trading the hedge in an instrument costs at least, USD: at the touch of its quote, margin and impact free. */
export interface RouteBound {
  readonly instrument: Instrument;
  readonly leastUsd: number;
}

/**
 * The instruments a hedge may be traded in, by what the cheapest account pays there at least: neither impact nor margin
 * is ever below nothing. Where a quote has no touch the bound is −∞: only its book can tell.
 */
export function routeBounds(question: HedgeQuestion, wanted: number): readonly RouteBound[] {
  return question.instruments
    .flatMap((instrument) => {
      if (!isDeltaOne(instrument) || instrument.underlying !== question.underlying) return [];
      const quote = question.market.quotes.get(instrument.id);
      const account = question.accounts.find((one) => one.venue === instrument.venue);
      return quote && account
        ? [{ instrument, leastUsd: leastOf(question, { instrument, account, quote }, wanted) }]
        : [];
    })
    .sort((a, b) => a.leastUsd - b.leastUsd);
}

function leastOf(question: HedgeQuestion, traded: Omit<Candidate, 'quantity'>, wanted: number): number {
  const { instrument, quote } = traded;
  const quantity = lotsFor(question, instrument, quote, wanted);
  const best = quantity > 0 ? quote.ask : quote.bid;
  if (best === null || quote.ask === null || quote.bid === null) return Number.NEGATIVE_INFINITY;
  const prices = { best, mid: (quote.ask + quote.bid) / 2, expectedPrice: best };
  return costOf(question, { ...traded, quantity }, prices, 0).total;
}

function lotsFor(question: HedgeQuestion, instrument: Instrument, quote: Quote, wanted: number): number {
  const exact = wanted / deltaPerUnit(instrument, quote);
  return toNumber(fromNumber<Quantity>(exact, instrument.lot, question.policy.rounding));
}

function priceRoute(question: HedgeQuestion, candidate: Candidate, spot: number): HedgeRoute {
  const { instrument, account, quote, quantity } = candidate;
  const levels = sideOf(question, candidate);
  const taken = sweep(levels, Math.abs(quantity));
  const mid = middleOf(question.depth.get(instrument.id), quote) ?? quote.mark;
  const expectedPrice = taken.averagePrice ?? mid;
  const pools = quantity === 0 ? question.report.pools : question.whatIf([probe(candidate)]);
  const marginChangeUsd = marginOf(pools, account.id) - marginOf(question.report.pools, account.id);
  const cost = costOf(question, candidate, { best: levels[0]?.price ?? mid, mid, expectedPrice }, marginChangeUsd);
  const own = pools
    .filter((pool) => pool.account === account.id && pool.distance !== null)
    .map((pool) => pool.distance ?? 0);
  return {
    instrument: instrument.id,
    account: account.id,
    quantity,
    expectedPrice,
    delta: quantity * deltaPerUnit(instrument, quote),
    cost,
    marginChangeUsd,
    liquidationDistanceAfter: own.length === 0 ? null : Math.min(...own),
    unusable: obstacle(question, candidate, { unfilled: taken.unfilled, pools, spot }),
  };
}

function sideOf(question: HedgeQuestion, candidate: Candidate): readonly Level[] {
  const book = question.depth.get(candidate.instrument.id);
  if (!book) return [];
  return candidate.quantity > 0 ? book.asks : book.bids;
}

interface Prices {
  readonly best: number;
  readonly mid: number;
  readonly expectedPrice: number;
}

/** fee, spread and impact at the book; funding and margin over the policy's holding time. All USD, positive = paid. */
function costOf(question: HedgeQuestion, candidate: Candidate, prices: Prices, marginChangeUsd: number): RouteCost {
  const { instrument, quote, quantity } = candidate;
  const { policy } = question;
  const notional = Math.abs(quantity) * notionalPerUnit(instrument, quote);
  const direction = Math.sign(quantity);
  const fee = notional * toNumber(instrument.fees.taker);
  const spread = (notional * direction * (prices.best - prices.mid)) / prices.mid;
  const impact = (notional * direction * (prices.expectedPrice - prices.best)) / prices.mid;
  const funding = quantity * carryUsd(question, candidate);
  const margin = (Math.max(marginChangeUsd, 0) * policy.marginCarry * policy.holdingHours) / HOURS_A_YEAR;
  return { fee, spread, impact, funding, margin, total: fee + spread + impact + funding + margin };
}

/** USD that a long unit is expected to pay over the holding time: funding, and what melts of its premium. */
function carryUsd({ policy, market }: HedgeQuestion, { instrument, quote }: Candidate): number {
  const coinsPerUnit = deltaPerUnit(instrument, quote);
  const { funding, basis } = carryOf(policy, instrument, {
    mid: quote.mark, index: quote.index, asOf: market.asOf, initialMargin: 0, funding8h: quote.funding8h, coinsPerUnit,
  }); // biome-ignore format: one glance
  return coinsPerUnit * (funding + basis);
}

function probe(candidate: Candidate): OrderRequest {
  return {
    account: candidate.account.id,
    instrument: candidate.instrument.id,
    side: candidate.quantity > 0 ? 'buy' : 'sell',
    quantity: absolute(decimal(candidate.quantity)),
    type: 'market',
    limit: null,
    trigger: null,
    timeInForce: 'ioc',
    postOnly: false,
    reduceOnly: false,
  };
}

function marginOf(pools: readonly PoolMargin[], account: string): number {
  return pools
    .filter((pool) => pool.account === account)
    .reduce((sum, pool) => sum + pool.initialMargin * pool.currencyUsd, 0);
}

/** Why a route cannot be used, with its numbers; null when it can. */
function obstacle(
  question: HedgeQuestion,
  candidate: Candidate,
  found: { readonly unfilled: number; readonly pools: readonly PoolMargin[]; readonly spot: number },
): string | null {
  const { instrument, account, quantity, quote } = candidate;
  if (quantity === 0) return `the hedge is under one lot of ${instrument.lot}`;
  if (!question.depth.has(instrument.id)) return 'no order book';
  if (found.unfilled > 0) return `visible depth lacks ${found.unfilled.toPrecision(3)} of ${Math.abs(quantity)}`;
  if (instrument.kind === 'spot') {
    const currency = quantity > 0 ? instrument.quote : instrument.underlying;
    const needed = quantity > 0 ? quantity * quote.mark : -quantity;
    const free = question.cash.get(`${account.id}|${currency}`) ?? 0;
    return needed > free ? `needs ${needed.toFixed(2)} ${currency}, ${free.toFixed(2)} is there` : null;
  }
  const short = found.pools.find(
    (pool) => pool.account === account.id && pool.currency === poolCurrency(instrument) && pool.available < 0,
  );
  const before = question.report.pools.find((pool) => pool.account === account.id && pool.currency === short?.currency);
  if (short && short.available < (before?.available ?? 0)) {
    return `initial margin would exceed the margin balance by ${(-short.available).toFixed(2)} ${short.currency}`;
  }
  return null;
}

function poolCurrency(instrument: Instrument): string {
  return instrument.settlement;
}
