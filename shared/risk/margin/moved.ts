import type { OptionColumns } from '#shared/pricing/kernel/columns.ts';
import type { Currency } from '#shared/units/ids.ts';
import type { MarginPool, PoolAsset, PoolPosition } from './model.ts';
import { pricesOf } from './revaluation.ts';

/** The coin whose price a token of the pool follows. */
export function driverOf(asset: PoolAsset): Currency {
  return asset.follows ?? asset.currency;
}

function describe(options: readonly PoolPosition[], factor: number) {
  return (columns: OptionColumns): void => {
    options.forEach(({ forward, strike, vol, years, rate, right }, k) => {
      columns.forward[k] = forward * factor;
      columns.strike[k] = strike;
      columns.vol[k] = vol;
      columns.years[k] = years;
      columns.rate[k] = rate ?? 0;
      columns.right[k] = right;
    });
  };
}

/** Marks of options at a factor, in their quote unit. */
function marksOf(options: readonly PoolPosition[], factor: number): readonly number[] {
  const prices = pricesOf(options.length, describe(options, factor));
  return options.map((one, k) => prices[k]! / (one.inverse ? one.forward * factor : 1));
}

/**
 * The pool where one coin's index, forwards and futures stand at `factor` times what they are: options at Black-76 with
 * vol held, as far off that price as their mark is now; tokens that follow the coin move with it. Other coins stay.
 */
export function poolMover(pool: MarginPool, coin: Currency): (factor: number) => MarginPool {
  const options = pool.positions.filter((one) => one.kind === 'option' && one.underlying === coin);
  const off = marksOf(options, 1).map((price, k) => options[k]!.mark - price);
  const ownCurrency = pool.currency === coin;
  return (factor) => {
    const marks = marksOf(options, factor);
    let next = 0;
    const position = (one: PoolPosition): PoolPosition => {
      if (one.underlying !== coin) return one;
      const { index, forward } = one;
      const moved = { ...one, index: index * factor, forward: forward * factor };
      if (one.kind !== 'option') return { ...moved, mark: one.mark * factor };
      const k = next++;
      return { ...moved, mark: Math.max(marks[k]! + off[k]!, 0) };
    };
    const asset = (one: PoolAsset): PoolAsset => {
      const relative = (driverOf(one) === coin ? factor : 1) / (ownCurrency ? factor : 1);
      return relative === 1 ? one : { ...one, price: one.price * relative };
    };
    return {
      ...pool,
      currencyUsd: ownCurrency ? pool.currencyUsd * factor : pool.currencyUsd,
      positions: pool.positions.map(position),
      assets: pool.assets.map(asset),
    };
  };
}
