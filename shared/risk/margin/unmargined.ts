import { type MarginPool, type MarginResult, type PoolPosition, worthOf } from './model.ts';

/** USD worth of a position: coin-settled ones at the index. */
function usdOf(position: PoolPosition): number {
  return worthOf(position) * (position.inverse ? position.index : 1);
}

/** A wallet or a dealer's book, in USD: what it is worth, with nothing asked for and nothing to breach. */
export function unmargined(pool: MarginPool): MarginResult {
  let equity = pool.cash;
  for (const one of pool.positions) equity += usdOf(one);
  for (const one of pool.assets) equity += one.quantity * one.price;
  return { initial: 0, maintenance: 0, equity, marginBalance: Math.max(equity, 0), byPosition: null, details: {} };
}
