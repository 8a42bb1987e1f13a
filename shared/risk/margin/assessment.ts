import { liquidationSpots } from '#shared/risk/liquidation.ts';
import type { Currency } from '#shared/units/ids.ts';
import type { MarginPool, MarginResult } from './model.ts';
import { driverOf, poolMover } from './moved.ts';
import type { Rules } from './rules.ts';

/** USD prices of a coin, other coins held, at which margin balance meets maintenance; null: none from 0.05 to 4 times. */
export interface LiquidationPrices {
  readonly below: number | null;
  readonly above: number | null;
}

/** A pool as its rules see it, and how far it is from liquidation. Money in the pool's currency. */
export interface Assessment extends MarginResult {
  /** margin balance − initial margin. */
  readonly available: number;
  /** maintenance ÷ margin balance: 0 = no risk, 1 = liquidation. Infinity when that is ≤ 0 and margin is due. */
  readonly ratio: number;
  /** By coin; a pool below maintenance margin is at the present price on both sides. */
  readonly liquidation: Readonly<Record<Currency, LiquidationPrices>>;
  /** Per position: USD price at which it is liquidated, other coins held; null where the rules have no such price. */
  readonly positionPrices: readonly (number | null)[];
}

/** See {@link Assessment}. */
export function ratioOf({ marginBalance, maintenance }: MarginResult): number {
  if (maintenance === 0) return 0;
  return marginBalance > 0 ? maintenance / marginBalance : Number.POSITIVE_INFINITY;
}

/** Coins that move the pool, with their USD price. */
function coinsOf(pool: MarginPool): ReadonlyMap<Currency, number> {
  const coins = new Map<Currency, number>();
  for (const one of pool.positions) coins.set(one.underlying, one.index);
  for (const one of pool.assets) {
    const coin = driverOf(one);
    if (coin !== pool.currency && !coins.has(coin)) coins.set(coin, one.price * pool.currencyUsd);
  }
  return coins;
}

/** What a rule set says of a pool. Throws FaultError on numbers that cannot be priced. */
export function assess(rules: Rules, pool: MarginPool): Assessment {
  const result = rules.of(pool);
  const liquidation: Record<Currency, LiquidationPrices> = {};
  for (const [coin, index] of coinsOf(pool)) {
    const moved = poolMover(pool, coin);
    const { below, above } = liquidationSpots((factor) => {
      const { marginBalance, maintenance } = rules.of(moved(factor));
      return marginBalance - maintenance;
    });
    liquidation[coin] = { below: below === null ? null : below * index, above: above === null ? null : above * index };
  }
  return {
    ...result,
    available: result.marginBalance - result.initial,
    ratio: ratioOf(result),
    liquidation,
    positionPrices: rules.positionPrices(pool),
  };
}
