import type { MarginPool } from '#shared/risk/margin/model.ts';
import { driverOf, poolMover } from '#shared/risk/margin/moved.ts';
import type { HeldPool } from '#shared/risk/pool-book.ts';
import type { Currency } from '#shared/units/ids.ts';
import type { CollateralPlace, CollateralScenario } from './collateral.ts';

/** What a pool holds or owes of one currency; price in the pool's currency. */
interface Stock {
  readonly currency: Currency;
  readonly quantity: number;
  readonly price: number;
}

function stocksOf(pool: MarginPool): readonly Stock[] {
  const cash = pool.cash === 0 ? [] : [{ currency: pool.currency, quantity: pool.cash, price: 1 }];
  return [...cash, ...pool.assets];
}

function inScenario(pool: MarginPool, { moves }: CollateralScenario): MarginPool {
  const coins = new Set<Currency>([pool.currency, ...pool.positions.map((one) => one.underlying)]);
  for (const one of pool.assets) coins.add(driverOf(one));
  let moved = pool;
  for (const coin of coins) {
    const move = moves.get(coin) ?? 0;
    if (move !== 0) moved = poolMover(moved, coin)(1 + move);
  }
  return moved;
}

/** Equity above maintenance margin, USD. */
function surplusUsd({ rules }: HeldPool, pool: MarginPool): number {
  const { marginBalance, maintenance } = rules.of(pool);
  return (marginBalance - maintenance) * pool.currencyUsd;
}

/** Share of an asset that does not count: what one per cent more of it fails to add to the surplus. */
function haircutOf(held: HeldPool, { currency, quantity, price }: Stock): number {
  if (currency === held.pool.currency && held.pool.assets.every((one) => one.currency !== currency)) return 0;
  const extra = quantity / 100;
  const assets = held.pool.assets.map((one) =>
    one.currency === currency && one.quantity > 0 ? { ...one, quantity: one.quantity + extra } : one,
  );
  const gained = surplusUsd(held, { ...held.pool, assets }) - surplusUsd(held, held.pool);
  return 1 - gained / (extra * price * held.pool.currencyUsd);
}

/**
 * A margin pool as the collateral manager takes it: what it holds and owes, what of it counts by its own rules, and what
 * its positions ask for in each scenario by full revaluation, vols held. So its surplus there is that of the rules.
 */
export function collateralPlace(
  held: HeldPool,
  chain: string,
  scenarios: readonly CollateralScenario[],
): CollateralPlace {
  const stocks = stocksOf(held.pool);
  const own = stocks.filter((one) => one.quantity > 0);
  const haircuts = new Map([
    [held.pool.currency, 0],
    ...own.map((one) => [one.currency, haircutOf(held, one)] as const),
  ]);
  const countedUsd = (pool: MarginPool): number =>
    stocksOf(pool).reduce((sum, { currency, quantity, price }) => {
      const counted = quantity > 0 ? 1 - (haircuts.get(currency) ?? 1) : 1;
      return sum + quantity * price * counted * pool.currencyUsd;
    }, 0);
  return {
    id: held.key,
    kind: 'pool',
    chain,
    holdings: new Map(own.map((one) => [one.currency, one.quantity])),
    debts: new Map(stocks.flatMap((one) => (one.quantity < 0 ? [[one.currency, -one.quantity]] : []))),
    haircuts,
    yields: new Map(),
    borrowRates: new Map(),
    requirementUsd: scenarios.map((scenario) => {
      const moved = inScenario(held.pool, scenario);
      return countedUsd(moved) - surplusUsd(held, moved);
    }),
  };
}
