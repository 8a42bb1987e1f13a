import type { Balance } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { applyFill, type CashFlow, flat } from '#shared/domain/position.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { add, decimal, fromNumber, negate, type Price, ZERO } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type Assembled, assemble, type HeldBook } from './assemble.ts';
import type { HeldPosition } from './collect.ts';
import { compose } from './compose.ts';
import { computePools } from './compute.ts';
import { linspace } from './problem.ts';
import type { PoolMargin } from './report.ts';

/** A book that is being changed. */
interface Draft {
  readonly positions: HeldPosition[];
  readonly balances: Map<string, Balance>;
}

/** The order's limit, or the touch it would meet, or the mark. */
function priceOf(order: OrderRequest, { tick }: Instrument, quote: Quote): Price {
  const touch = (order.side === 'buy' ? quote.ask : quote.bid) ?? quote.mark;
  return order.limit ?? fromNumber<Price>(Math.max(touch, Number(tick)), tick, 'nearest');
}

function moveCash({ balances }: Draft, flows: readonly CashFlow[]): void {
  for (const { account, currency, amount } of flows) {
    const key = `${account}|${currency}`;
    balances.set(key, { account, currency, cash: add(balances.get(key)?.cash ?? ZERO, amount) });
  }
}

/** Fills one order into the draft. Lending tokens come from outside of the account: no cash of it pays for them. */
function take(draft: Draft, order: OrderRequest, instrument: Instrument, quote: Quote, at: EpochMs): void {
  const { positions } = draft;
  const { account } = order;
  const found = positions.findIndex((one) => one.account === account && one.instrument === instrument.id);
  const applied = applyFill(instrument, { ...flat(account, instrument.id), ...positions[found] }, {
    trade: 'what-if', venue: instrument.venue, account, instrument: instrument.id, order: null,
    quantity: order.side === 'buy' ? order.quantity : negate(order.quantity), price: priceOf(order, instrument, quote),
    fee: ZERO, feeCurrency: instrument.settlement, liquidity: 'taker', cause: 'order', index: decimal(quote.index.toFixed(8)), at,
  }); // biome-ignore format: one glance
  if (instrument.kind !== 'spot') positions[found < 0 ? positions.length : found] = applied.position;
  if (instrument.kind !== 'lending') moveCash(draft, applied.cash);
}

/**
 * The book as if `orders` had filled at their limits, or at the market's touch (mark where there is none) without one.
 * Taker fees are not charged; legs without a quote are left out. An order in a lending token is a step with it: buying
 * supplies or repays, selling withdraws or borrows.
 */
export function withOrders(held: HeldBook, orders: readonly OrderRequest[], market: MarketSnapshot): HeldBook {
  const draft: Draft = {
    positions: [...held.positions],
    balances: new Map(held.balances.map((one) => [`${one.account}|${one.currency}`, one])),
  };
  for (const order of orders) {
    const instrument = held.instruments.get(order.instrument);
    const quote = market.quotes.get(order.instrument);
    if (instrument && quote) take(draft, order, instrument, quote, market.asOf);
  }
  return { ...held, positions: draft.positions, balances: [...draft.balances.values()] };
}

/** The problem whose pools {@link poolsWith} answers. */
export function assembleWith(
  held: HeldBook,
  orders: readonly OrderRequest[],
  at: { readonly market: MarketSnapshot; readonly now: EpochMs },
): Assembled {
  const axes = { spotShifts: linspace(0, 0, 1), volShifts: linspace(0, 0, 1), days: 0 };
  return assemble(withOrders(held, orders, at.market), {
    ...at,
    staleBefore: Number.NEGATIVE_INFINITY,
    axes,
    dayOffsetUsd: () => 0,
  });
}

/** Margin pools with `orders` filled; nothing else of a report is computed. */
export function poolsWith(
  held: HeldBook,
  orders: readonly OrderRequest[],
  at: { readonly market: MarketSnapshot; readonly now: EpochMs },
): readonly PoolMargin[] {
  const assembled = assembleWith(held, orders, at);
  return compose(assembled, computePools(assembled.problem), { seq: 0, computeMs: 0 }).pools;
}
