import { BTC_TIERS, HYPERLIQUID, type HyperliquidParameters, type Tier } from './hyperliquid-tiers.ts';
import {
  entryOf,
  equityOf,
  type MarginPool,
  type MarginResult,
  type MarginRule,
  NOTHING,
  type PoolPosition,
  type Requirement,
  sumOf,
  worthOf,
} from './model.ts';

/** Of a price that lies exactly where a tier begins. */
const ROUNDING = 1e-12;

/** A stretch of notional with one maintenance rate: MM = notional · rate − deduction. */
interface Line {
  readonly from: number;
  readonly rate: number;
  readonly deduction: number;
}

/**
 * Rate = half the initial one at the tier's maximum leverage; deduction_n = deduction_(n−1) + from_n · (rate_n −
 * rate_(n−1)), so that MM is continuous over the tiers (Hyperliquid docs, margin tiers).
 */
function linesOf(tiers: readonly Tier[]): readonly Line[] {
  let deduction = 0;
  let before = 0;
  return tiers.map(({ from, maximumLeverage }) => {
    const rate = 0.5 / maximumLeverage;
    deduction += from * (rate - before);
    before = rate;
    return { from, rate, deduction };
  });
}

/** Maintenance margin in USD of an unsigned notional in USD. */
export function maintenanceMargin(notional: number, tiers: readonly Tier[] = BTC_TIERS): number {
  const line = linesOf(tiers).findLast((one) => notional >= one.from);
  return line ? notional * line.rate - line.deduction : 0;
}

/** Initial margin in USD: notional ÷ the trader's leverage, which is no more than the tier's; 0 = he chose none. */
export function initialMargin(notional: number, leverage: number, tiers: readonly Tier[]): number {
  const most = tiers.findLast((tier) => notional >= tier.from)?.maximumLeverage ?? 1;
  return notional / (leverage > 0 ? Math.min(leverage, most) : most);
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

/**
 * The same over all tiers: the price of the coin at which what stands above maintenance is used up, other coins held;
 * null where no price above 0 does it. USD.
 * @param quantity signed coins, not 0  @param available USD above maintenance margin now, of the position or of the account
 */
export function liquidationPrice(
  price: number,
  quantity: number,
  available: number,
  tiers: readonly Tier[],
): number | null {
  const side = quantity > 0 ? 1 : -1;
  const size = Math.abs(quantity);
  const lines = linesOf(tiers);
  // available + quantity·(p − price) = MM(p·size) − MM(price·size): linear in p within a tier.
  const fixed = available + maintenanceMargin(size * price, tiers) - quantity * price;
  for (const [n, { from, rate, deduction }] of lines.entries()) {
    const at = (fixed + deduction) / (size * (rate - side));
    const to = lines[n + 1]?.from ?? Number.POSITIVE_INFINITY;
    if (at > 0 && at * size >= from * (1 - ROUNDING) && at * size <= to * (1 + ROUNDING)) return at;
  }
  return null;
}

/** Cross margin at BTC's tiers. Perpetuals only. */
export const hyperliquid: MarginRule = ({ kind, quantity, mark }, leverage) => {
  if (kind !== 'future') return NOTHING;
  const notional = Math.abs(quantity) * mark;
  return { initial: initialMargin(notional, leverage, BTC_TIERS), maintenance: maintenanceMargin(notional) };
};

const isIsolated = (one: PoolPosition): boolean => one.isolatedMargin !== undefined;

function tiersOf({ underlying }: PoolPosition, { tiers }: HyperliquidParameters): readonly Tier[] {
  return entryOf(tiers, underlying);
}

function requirementOf(one: PoolPosition, pool: MarginPool, parameters: HyperliquidParameters): Requirement {
  if (one.kind !== 'future') return NOTHING;
  const tiers = tiersOf(one, parameters);
  const notional = Math.abs(one.quantity) * one.mark;
  return {
    initial: initialMargin(notional, one.leverage ?? pool.leverage, tiers),
    maintenance: maintenanceMargin(notional, tiers),
  };
}

/**
 * The cross pool of a Hyperliquid account: one USDC pool for all coins. Positions with margin of their own
 * (`isolatedMargin`) are in `byPosition` and in the details, and count neither as equity nor as margin of the pool: each
 * is judged by {@link hyperliquidIsolated}. `cash` is what is not set aside for them.
 */
export function hyperliquidCross(pool: MarginPool, parameters: HyperliquidParameters = HYPERLIQUID): MarginResult {
  const byPosition = pool.positions.map((one) => requirementOf(one, pool, parameters));
  const shared = sumOf(byPosition.filter((_asked, k) => !isIsolated(pool.positions[k]!)));
  const isolated = pool.positions.filter(isIsolated);
  const cross = pool.positions.filter((one) => !isIsolated(one));
  const notional = cross.reduce((sum, { quantity, mark }) => sum + Math.abs(quantity) * mark, 0);
  const equity = equityOf({ ...pool, positions: cross });
  return {
    ...shared,
    equity,
    marginBalance: equity,
    byPosition,
    details: {
      transferRequirement: Math.max(shared.initial, parameters.transferShare * notional),
      isolatedEquity: isolated.reduce((sum, one) => sum + (one.isolatedMargin ?? 0) + worthOf(one), 0),
    },
  };
}

/** One position that stands on margin of its own: its equity is that margin and its profit. Money in USD. */
export function hyperliquidIsolated(
  position: PoolPosition,
  parameters: HyperliquidParameters = HYPERLIQUID,
): Requirement & { readonly equity: number; readonly liquidationPrice: number | null } {
  const tiers = tiersOf(position, parameters);
  const { quantity, mark } = position;
  const notional = Math.abs(quantity) * mark;
  const maintenance = maintenanceMargin(notional, tiers);
  const equity = (position.isolatedMargin ?? 0) + worthOf(position);
  return {
    initial: initialMargin(notional, position.leverage ?? 0, tiers),
    maintenance,
    equity,
    liquidationPrice: quantity === 0 ? null : liquidationPrice(mark, quantity, equity - maintenance, tiers),
  };
}

/** Liquidation price per position of an account: of isolated ones by their own margin, of others by the shared surplus. */
export function hyperliquidPrices(
  pool: MarginPool,
  parameters: HyperliquidParameters = HYPERLIQUID,
): readonly (number | null)[] {
  const { equity, maintenance } = hyperliquidCross(pool, parameters);
  return pool.positions.map((one) => {
    if (one.quantity === 0) return null;
    if (isIsolated(one)) return hyperliquidIsolated(one, parameters).liquidationPrice;
    return liquidationPrice(one.mark, one.quantity, equity - maintenance, tiersOf(one, parameters));
  });
}

/** What the venue does next to a position of an account in this state, and how much of its notional it takes. */
export interface LiquidationStep {
  readonly stage: 'none' | 'partial' | 'full' | 'backstop';
  /** USD. */
  readonly notional: number;
}

/**
 * Sound: nothing. Below maintenance margin: by market order, of a large position a part first, all of it while the pause
 * after that part lasts. Below the backstop share of it: taken over (Hyperliquid docs, liquidations).
 */
export function liquidationStep(
  {
    notional,
    equity,
    maintenance,
  }: { readonly notional: number; readonly equity: number; readonly maintenance: number },
  coolingDown: boolean,
  parameters: HyperliquidParameters = HYPERLIQUID,
): LiquidationStep {
  if (notional === 0 || equity >= maintenance) return { stage: 'none', notional: 0 };
  if (equity < parameters.backstopShare * maintenance) return { stage: 'backstop', notional };
  if (notional <= parameters.partialAbove || coolingDown) return { stage: 'full', notional };
  return { stage: 'partial', notional: notional * parameters.partialShare };
}
