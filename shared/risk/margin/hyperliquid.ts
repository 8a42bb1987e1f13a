import { type MarginRule, NOTHING } from './model.ts';

export interface Tier {
  /** Notional in USD from which it counts. */
  readonly from: number;
  readonly maximumLeverage: number;
}

/** BTC, as published 2025: 40× to 150 M USD, 20× above (docs, margin tiers). Fetched from the venue where it is live. */
export const BTC_TIERS: readonly Tier[] = [
  { from: 0, maximumLeverage: 40 },
  { from: 150_000_000, maximumLeverage: 20 },
];

/** Half the initial rate at the tier's maximum leverage. */
function maintenanceRate(tier: Tier): number {
  return 0.5 / tier.maximumLeverage;
}

/**
 * Maintenance margin in USD: notional · rate − deduction, with deduction_n = deduction_(n−1) + from_n · (rate_n −
 * rate_(n−1)), so that it is continuous over the tiers (Hyperliquid docs, margin tiers).
 */
export function maintenanceMargin(notional: number, tiers: readonly Tier[] = BTC_TIERS): number {
  let deduction = 0;
  let rate = 0;
  for (const tier of tiers) {
    if (notional < tier.from) break;
    const next = maintenanceRate(tier);
    deduction += tier.from * (next - rate);
    rate = next;
  }
  return notional * rate - deduction;
}

/**
 * Price at which an isolated position is liquidated: price − side · margin_available / size / (1 − l · side), with l the
 * maintenance rate and margin_available what is left above maintenance (Hyperliquid docs, liquidations).
 * @param side +1 long, −1 short  @param size coins, unsigned  @param available USD above maintenance margin
 */
export function isolatedLiquidationPrice(
  price: number,
  side: 1 | -1,
  size: number,
  available: number,
  maximumLeverage: number,
): number {
  return price - (side * available) / size / (1 - (0.5 / maximumLeverage) * side);
}

/** Cross margin: initial = notional ÷ the trader's leverage (the tier's maximum where he chose none). Perpetuals only. */
export const hyperliquid: MarginRule = ({ kind, quantity, mark }, leverage) => {
  if (kind !== 'future') return NOTHING;
  const notional = Math.abs(quantity) * mark;
  const most = BTC_TIERS.findLast((tier) => notional >= tier.from)?.maximumLeverage ?? 1;
  const chosen = leverage > 0 ? Math.min(leverage, most) : most;
  return { initial: notional / chosen, maintenance: maintenanceMargin(notional) };
};
