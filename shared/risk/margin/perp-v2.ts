import { type Dated, equityOf, type MarginPool, type MarginResult, type PoolPosition, sumOf } from './model.ts';

/** Fractions of what a position is worth or owes. */
export interface PerpV2Parameters extends Dated {
  readonly initial: number;
  readonly maintenance: number;
}

export const PERP_V2: PerpV2Parameters = {
  asOf: '2023-04-12',
  source: 'Perp v2 (Curie) ClearingHouseConfig as deployed: imRatio 10 %, mmRatio 6.25 %',
  initial: 0.1,
  maintenance: 0.0625,
};

/** What a position owes: the dollars a long was bought with, the coins of a short. */
function debtOf({ quantity, entry, mark }: PoolPosition): number {
  return quantity > 0 ? quantity * entry : -quantity * mark;
}

/**
 * Perp v2 (AccountBalance, Vault): one pool for all markets; maintenance on what the positions are worth at their mark,
 * initial on what they owe and no less. Liquidated below maintenance. Liquidity provided to a market is not in it.
 */
export function perpV2(pool: MarginPool, { initial, maintenance }: PerpV2Parameters = PERP_V2): MarginResult {
  const equity = equityOf(pool);
  const byPosition = pool.positions.map((one) => {
    const least = Math.abs(one.quantity) * one.mark * maintenance;
    return { initial: Math.max(debtOf(one) * initial, least), maintenance: least };
  });
  return { ...sumOf(byPosition), equity, marginBalance: equity, byPosition, details: {} };
}
