import type { CandleMark, PriceLevel } from '#renderer/charts/CandlePlot.tsx';
import type { Fill } from '#shared/domain/fill.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { nameOf } from '#shared/units/ids.ts';

/** Executions of an underlying's instruments, by their names: "BTC", "BTC-PERPETUAL", "BTC_USDC-27MAR20-6000-P", "BTC/USDC". */
export function fillsOf(fills: readonly Fill[], underlying: string): readonly Fill[] {
  return fills.filter((fill) => nameOf(fill.instrument).split(/[-_/]/)[0] === underlying);
}

/** One mark per bar and side with its number of executions; ascending in time. */
export function fillMarks(fills: readonly Fill[], barMs: number, from: number): readonly CandleMark[] {
  const counts = new Map<string, { time: number; side: 'buy' | 'sell'; count: number }>();
  for (const fill of fills) {
    const time = Math.floor(fill.at / barMs) * barMs;
    if (time < from) continue;
    const side = fill.quantity.startsWith('-') ? 'sell' : 'buy';
    const key = `${time}|${side}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { time, side, count: 1 });
  }
  return [...counts.values()].sort((a, b) => a.time - b.time || (a.side < b.side ? -1 : 1));
}

/** Executions of a bar in words: "2 bought, 1 sold"; empty where there are none. */
export function markWords(marks: readonly CandleMark[], time: number): string {
  return marks
    .filter((mark) => mark.time === time)
    .map((mark) => `${mark.count} ${mark.side === 'buy' ? 'bought' : 'sold'}`)
    .join(', ');
}

/** Prices at which a pool of the book is liquidated. */
export function liquidationLevels(pools: readonly PoolMargin[]): readonly PriceLevel[] {
  return pools.flatMap((pool) =>
    [pool.liquidationBelow, pool.liquidationAbove]
      .filter((price): price is number => price !== null)
      .map((price) => ({ price, label: `${pool.account} ${pool.currency} liq` })),
  );
}
