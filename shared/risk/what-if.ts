import type { Balance } from '#shared/domain/account.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { applyFill, flat, type Position } from '#shared/domain/position.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { add, decimal, fromNumber, negate, type Price, type Quantity, ZERO } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type Assembled, assemble, type HeldBook } from './assemble.ts';
import { compose } from './compose.ts';
import { computePools } from './compute.ts';
import { linspace } from './problem.ts';
import type { PoolMargin } from './report.ts';

/**
 * The book as if `orders` had filled at their limits, or at the market's touch (mark where there is none) without one.
 * Taker fees are not charged; legs without a quote are left out.
 */
export function withOrders(held: HeldBook, orders: readonly OrderRequest[], market: MarketSnapshot): HeldBook {
  const positions = new Map<string, Pick<Position, 'account' | 'instrument' | 'quantity' | 'entry'>>();
  for (const one of held.positions) positions.set(`${one.account}|${one.instrument}`, one);
  const balances = new Map<string, Balance>();
  for (const one of held.balances) balances.set(`${one.account}|${one.currency}`, one);
  orders.forEach((order, leg) => {
    const instrument = held.instruments.get(order.instrument);
    const quote = market.quotes.get(order.instrument);
    if (!instrument || !quote) return;
    const touch = (order.side === 'buy' ? quote.ask : quote.bid) ?? quote.mark;
    const price =
      order.limit ?? fromNumber<Price>(Math.max(touch, Number(instrument.tick)), instrument.tick, 'nearest');
    const quantity: Quantity = order.side === 'buy' ? order.quantity : negate(order.quantity);
    const key = `${order.account}|${order.instrument}`;
    const before = { ...flat(order.account, order.instrument), ...positions.get(key) };
    const applied = applyFill(instrument, before, {
      trade: `what-if-${leg}`, venue: instrument.venue, account: order.account, instrument: instrument.id, order: null,
      quantity, price, fee: ZERO, feeCurrency: instrument.settlement, liquidity: 'taker', cause: 'order', index: decimal(quote.index.toFixed(8)), at: market.asOf,
    }); // biome-ignore format: one glance
    if (instrument.kind !== 'spot') positions.set(key, applied.position);
    for (const flow of applied.cash) {
      const cashKey = `${flow.account}|${flow.currency}`;
      const cash = add(balances.get(cashKey)?.cash ?? ZERO, flow.amount);
      balances.set(cashKey, { account: flow.account, currency: flow.currency, cash });
    }
  });
  return { ...held, positions: [...positions.values()], balances: [...balances.values()] };
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
