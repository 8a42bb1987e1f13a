import { ratioOf } from '#shared/risk/margin/assessment.ts';
import { type HeldPool, reduced } from '#shared/risk/pool-book.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { type Tradable, type Unwind, unwind } from './unwind-cost.ts';

/** Up to so many legs the order is exact: every subset of closed legs is looked at. */
const EXACT = 10;
/** A pool without equity counts as this ratio, so that sums stay comparable. */
const HOPELESS = 1e6;

interface Closing {
  readonly instrument: InstrumentId;
  readonly unwind: Unwind;
}

/** Each position's whole closing trade; what nobody takes the other side of is left out. */
export function closings(held: HeldPool, tradable: Tradable): readonly Closing[] {
  return held.instruments.flatMap((instrument, k) => {
    const found = unwind(tradable, instrument, -held.pool.positions[k]!.quantity);
    return found ? [{ instrument, unwind: found }] : [];
  });
}

export function closed(held: HeldPool, { instrument, unwind: found }: Closing): HeldPool {
  const position = held.instruments.indexOf(instrument);
  const quantity = -held.pool.positions[position]!.quantity;
  return reduced(held, { position, quantity, price: found.price, fee: found.fee });
}

function ratio(held: HeldPool): number {
  return Math.min(ratioOf(held.rules.of(held.pool)), HOPELESS);
}

/** Next the leg after which the pool stands best. */
function greedy(held: HeldPool, legs: readonly Closing[]): readonly Closing[] {
  const order: Closing[] = [];
  let left = [...legs];
  for (let at = held; left.length > 0; ) {
    const after = left.map((leg) => closed(at, leg));
    const ratios = after.map(ratio);
    const best = ratios.indexOf(Math.min(...ratios));
    order.push(left[best]!);
    at = after[best]!;
    left = left.filter((_leg, k) => k !== best);
  }
  return order;
}

/** Ratio of the pool for every subset of closed legs; bit k: leg k is closed. */
function ratiosBySubset(held: HeldPool, legs: readonly Closing[]): Float64Array {
  const pools: HeldPool[] = [held];
  const ratios = new Float64Array(1 << legs.length);
  ratios[0] = ratio(held);
  for (let subset = 1; subset < ratios.length; subset++) {
    const lowest = 31 - Math.clz32(subset & -subset);
    const after = closed(pools[subset & (subset - 1)]!, legs[lowest]!);
    pools.push(after);
    ratios[subset] = ratio(after);
  }
  return ratios;
}

/** Least over all orders of the highest ratio on the way. */
function bottleneck(ratios: Float64Array): number {
  const least = new Float64Array(ratios.length);
  least[0] = ratios[0]!;
  for (let subset = 1; subset < ratios.length; subset++) {
    let best = Number.POSITIVE_INFINITY;
    for (let rest = subset; rest > 0; rest &= rest - 1) best = Math.min(best, least[subset ^ (rest & -rest)]!);
    least[subset] = Math.max(best, ratios[subset]!);
  }
  return least[ratios.length - 1]!;
}

/** Of all orders that stay at or below `limit` the one with the smallest sum of ratios: danger ends soonest. */
function soonest(ratios: Float64Array, limit: number): readonly number[] {
  const sums = new Float64Array(ratios.length).fill(Number.POSITIVE_INFINITY);
  const last = new Int8Array(ratios.length).fill(-1);
  sums[0] = 0;
  for (let subset = 1; subset < ratios.length; subset++) {
    if (ratios[subset]! > limit) continue;
    for (let rest = subset; rest > 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const sum = sums[subset ^ bit]! + ratios[subset]!;
      if (sum < sums[subset]!) {
        sums[subset] = sum;
        last[subset] = 31 - Math.clz32(bit);
      }
    }
  }
  const order: number[] = [];
  for (let subset = ratios.length - 1; subset > 0; ) {
    order.unshift(last[subset]!);
    subset ^= 1 << last[subset]!;
  }
  return order;
}

/**
 * In which order a pool's positions are closed whole, so that its ratio never gets worse than at the start where any order
 * does that, else as little worse as can be; among those, the one in which danger ends soonest. Exact up to ten legs,
 * beyond that leg by leg the best next.
 */
export function legOrder(held: HeldPool, tradable: Tradable): readonly Closing[] {
  const legs = closings(held, tradable);
  if (legs.length > EXACT) return greedy(held, legs);
  const ratios = ratiosBySubset(held, legs);
  return soonest(ratios, Math.max(bottleneck(ratios), ratios[0]!)).map((k) => legs[k]!);
}
