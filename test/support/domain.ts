import type { Fill } from '#shared/domain/fill.ts';
import type { Future, Option, Perpetual, Spot } from '#shared/domain/instrument.ts';
import type { Order } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';

const VENUE = 'deribit-paper';
const fees = { maker: decimal('0'), taker: decimal('0.0005') };

export const INVERSE_PERPETUAL: Perpetual = {
  kind: 'perpetual', id: `${VENUE}:BTC-PERPETUAL`, venue: VENUE, name: 'BTC-PERPETUAL', underlying: 'BTC', quote: 'USD',
  settlement: 'BTC', payoff: 'inverse', tick: decimal('0.5'), lot: decimal('10'), fees,
}; // biome-ignore format: one glance

export const LINEAR_PERPETUAL: Perpetual = {
  ...INVERSE_PERPETUAL,
  id: `${VENUE}:BTC_USDC-PERPETUAL`,
  name: 'BTC_USDC-PERPETUAL',
  quote: 'USDC',
  settlement: 'USDC',
  payoff: 'linear',
  lot: decimal('0.001'),
};

export const SPOT: Spot = { ...LINEAR_PERPETUAL, kind: 'spot', id: `${VENUE}:BTC_USDC`, name: 'BTC_USDC' };

export const FUTURE: Future = {
  ...INVERSE_PERPETUAL,
  kind: 'future',
  id: `${VENUE}:BTC-26JUN20`,
  name: 'BTC-26JUN20',
  expiry: Date.UTC(2020, 5, 26, 8),
};

export function option(
  strike: number,
  right: 'call' | 'put',
  payoff: 'inverse' | 'linear' = 'inverse',
  expiry = Date.UTC(2020, 2, 27, 8),
): Option {
  const inverse = payoff === 'inverse';
  const name = `${inverse ? 'BTC' : 'BTC_USDC'}-27MAR20-${strike}-${right === 'call' ? 'C' : 'P'}`;
  return {
    kind: 'option', id: `${VENUE}:${name}`, venue: VENUE, name, underlying: 'BTC', quote: inverse ? 'BTC' : 'USDC',
    settlement: inverse ? 'BTC' : 'USDC', payoff, tick: decimal(inverse ? '0.0005' : '5'), lot: decimal('0.1'),
    fees: { maker: decimal('0.0003'), taker: decimal('0.0003'), premiumCap: decimal('0.125') }, expiry, strike: decimal(strike), right,
  }; // biome-ignore format: one glance
}

let trades = 0;
export function fill(
  quantity: string,
  price: string,
  instrument = INVERSE_PERPETUAL.id,
  more: Partial<Fill> = {},
): Fill {
  trades += 1;
  return {
    trade: `t${trades}`, venue: VENUE, account: 'options', instrument, order: null, quantity: decimal(quantity), price: decimal(price),
    fee: decimal('0'), feeCurrency: 'BTC', liquidity: 'taker', cause: 'order', index: decimal(price), at: 0, ...more,
  }; // biome-ignore format: one glance
}

export function order(more: Partial<Order> = {}): Order {
  return {
    id: 'k-1', account: 'options', instrument: INVERSE_PERPETUAL.id, side: 'buy', quantity: decimal('100'), type: 'limit', limit: decimal('7000'),
    trigger: null, timeInForce: 'gtc', postOnly: false, reduceOnly: false, venueOrderId: null, state: 'INTENT', filled: decimal('0'),
    averagePrice: null, origin: 'ticket', group: 'g', reason: null, createdAt: 0, updatedAt: 0, ...more,
  }; // biome-ignore format: one glance
}
