import type { Level } from '#shared/market/order-book.ts';
import { type RoutePath, unitCost } from './path.ts';

/**
 * All-in cost of taking exposure through one path: convex, piecewise linear, zero at zero. Fixed costs are not in it.
 * Piece i reaches from `upTo[i − 1]` to `upTo[i]` coins at `unit[i]` USD per coin; `paid[i]` USD are due at its end.
 */
export interface CostCurve {
  readonly count: number;
  readonly upTo: Float64Array;
  readonly unit: Float64Array;
  readonly paid: Float64Array;
}

/**
 * The curve of a path up to `wanted` coins, or to where its depth or its margin ends it. It is not drawn further than
 * one lot into levels dearer than `collar` (USD per coin), unless the smallest order reaches there: nobody would go.
 * Margin is freed while an opposite position is closed and used after: the kink is upward, so the curve stays convex.
 */
export function costCurve(path: RoutePath, wanted: number, collar: number): CostCurve {
  const { coinsPerUnit, reducibleCoins, marginUsd } = path;
  const levels = reducibleCoins > 0 ? splitAt(path.levels, reducibleCoins / coinsPerUnit) : path.levels;
  const count = levels.length;
  const [upTo, unit, paid] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const { perPrice, constant, perInverse, feeFlat, feePerPrice } = unitCost(path);
  const [unitsPerCoin, carry, kink] = [1 / coinsPerUnit, path.fundingUsd + path.basisUsd, reducibleCoins * (1 - 1e-12)];
  const most = Math.min(wanted, path.mostCoins ?? wanted);
  let [piece, done, end, spent, floor] = [-1, 0, most, 0, Number.NEGATIVE_INFINITY];
  for (const { price, size } of levels) {
    if (done >= end) break;
    const fee = Math.min(feeFlat, feePerPrice * price);
    const taking = (perPrice * price + constant + perInverse / price + fee) * unitsPerCoin + carry;
    if (taking - marginUsd > collar)
      end = Math.min(end, Math.max(done + path.lot * coinsPerUnit, path.minimum * coinsPerUnit));
    const cost = taking + (done < kink ? -marginUsd : marginUsd);
    // A level at the cost of the one before lengthens its piece. Costs that only float64 tells apart may step down by a
    // hair: the curve must not bend down.
    if (cost > floor) {
      floor = cost;
      piece += 1;
    }
    const until = Math.min(done + size * coinsPerUnit, most);
    spent += (until - done) * floor;
    done = until;
    upTo[piece] = until;
    unit[piece] = floor;
    paid[piece] = spent;
  }
  return { count: piece + 1, upTo, unit, paid };
}

/** The levels with the one that reaches over `units` cut in two there: where an opposite position is closed. */
function splitAt(levels: readonly Level[], units: number): readonly Level[] {
  let from = 0;
  return levels.flatMap((level) => {
    const first = units - from;
    from += level.size;
    return first > 0 && first < level.size
      ? [
          { ...level, size: first },
          { ...level, size: level.size - first },
        ]
      : [level];
  });
}

/** Coins that the curve can serve. */
export function capacity(curve: CostCurve): number {
  return curve.count === 0 ? 0 : (curve.upTo[curve.count - 1] ?? 0);
}

/** First index whose value is at least `bound`; `count` where there is none. Values ascend. */
function firstAtLeast(values: Float64Array, count: number, bound: number): number {
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((values[middle] ?? 0) < bound) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** USD to take the first `coins`; linear beyond the last piece. */
export function costAt(curve: CostCurve, coins: number): number {
  if (coins <= 0 || curve.count === 0) return 0;
  const piece = Math.min(firstAtLeast(curve.upTo, curve.count, coins), curve.count - 1);
  return (curve.paid[piece] ?? 0) - ((curve.upTo[piece] ?? 0) - coins) * (curve.unit[piece] ?? 0);
}

/** Coins whose unit cost is below `price` (USD per coin). */
export function coinsBelow(curve: CostCurve, price: number): number {
  const piece = firstAtLeast(curve.unit, curve.count, price);
  return piece === 0 ? 0 : (curve.upTo[piece - 1] ?? 0);
}

/** Coins left in the piece that holds `coins`: so far the unit cost stays the same. */
export function coinsToKink(curve: CostCurve, coins: number): number {
  const piece = firstAtLeast(curve.upTo, curve.count, coins * (1 + 1e-12) + 1e-300);
  return piece >= curve.count ? 0 : (curve.upTo[piece] ?? 0) - coins;
}
