import { sweep } from '#shared/market/order-book.ts';
import { feeUsd, type RoutePath, slippageUsd } from './path.ts';

/** What an execution is expected to cost over the holding time, USD; positive = paid. The parts add up to `total`. */
export interface ExecutionCost {
  readonly fee: number;
  /** From the middle to the best level. */
  readonly spread: number;
  /** From the best level to the average. */
  readonly impact: number;
  readonly gas: number;
  readonly funding: number;
  /** Premium over the index that melts while it is held. */
  readonly basis: number;
  /** Carrying initial margin; negative where margin is freed. */
  readonly margin: number;
  readonly total: number;
}

export const COST_PARTS = ['fee', 'spread', 'impact', 'gas', 'funding', 'basis', 'margin'] as const;

const NOTHING = {
  fee: 0, spread: 0, impact: 0, gas: 0, funding: 0, basis: 0, margin: 0, total: 0,
}; // biome-ignore format: one glance

export const NO_COST: ExecutionCost = NOTHING;

/** The bill of taking `units` of a path, level by level. */
export function costOf(path: RoutePath, units: number): ExecutionCost {
  if (units === 0) return NO_COST;
  let left = units;
  let [fee, slippage] = [0, 0];
  for (const level of path.levels) {
    if (left <= 0) break;
    const taken = Math.min(left, level.size);
    fee += taken * feeUsd(path, level.price);
    slippage += taken * slippageUsd(path, level.price);
    left -= taken;
  }
  const coins = units * path.coinsPerUnit;
  const freed = Math.min(coins, path.reducibleCoins);
  const spread = units * slippageUsd(path, path.levels[0]?.price ?? path.mid);
  return summed({
    fee,
    spread,
    impact: slippage - spread,
    gas: path.gasUsd,
    funding: coins * path.fundingUsd,
    basis: coins * path.basisUsd,
    margin: (coins - 2 * freed) * path.marginUsd,
  });
}

export function summed(parts: Omit<ExecutionCost, 'total'>): ExecutionCost {
  return { ...parts, total: COST_PARTS.reduce((sum, part) => sum + parts[part], 0) };
}

export function added(a: ExecutionCost, b: ExecutionCost): ExecutionCost {
  const sum = { ...NOTHING };
  for (const part of COST_PARTS) sum[part] = a[part] + b[part];
  return summed(sum);
}

/** Average and worst price of taking `units`, in the path's price unit. */
export function pricesOf(path: RoutePath, units: number): { readonly average: number; readonly worst: number } {
  const { averagePrice, worstPrice } = sweep(path.levels, units * (1 - 1e-12));
  return { average: averagePrice ?? path.mid, worst: worstPrice ?? path.mid };
}
