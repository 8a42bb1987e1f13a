import type { Black76Terms } from '#shared/pricing/black76.ts';
import { black76 } from '#shared/pricing/black76.ts';
import type { InvalidOption } from '#shared/pricing/kernel/columns.ts';
import { ok, type Result } from '#shared/units/result.ts';

/** A share of a vault that sells options against what it holds: calls on its coins, or puts on its dollars. */
export interface VaultShare {
  /** What a share holds, premium taken in included: coins where it sells calls, USD where it sells puts. */
  readonly collateral: number;
  /** Options sold per share, coins. */
  readonly sold: number;
  /** The option sold; calls are covered by coins, puts by dollars. */
  readonly option: Black76Terms;
}

/** Greeks of a holding by the conventions of the risk report: USD, coins, per vol point, per day. */
export interface ShareGreeks {
  readonly value: number;
  readonly delta: number;
  /** Coins per 1 of price. */
  readonly gamma: number;
  /** USD per vol point. */
  readonly vega: number;
  /** USD per day. */
  readonly theta: number;
}

const POINTS = 100;
const DAYS_A_YEAR = 365;

/**
 * So many shares at a spot price: the collateral less the options at Black-76. ∂/∂spot takes the forward to move in
 * proportion to spot.
 * @param shares signed; negative is a share that is owed  @param spot USD
 */
export function vaultShareGreeks(
  { collateral, sold, option }: VaultShare,
  shares: number,
  spot: number,
): Result<ShareGreeks, InvalidOption> {
  const priced = black76(option);
  if (!priced.ok) return priced;
  const { price, delta, gamma, vega, theta } = priced.value;
  const coins = option.right === 'call' ? collateral : 0;
  const dollars = option.right === 'call' ? 0 : collateral;
  const carry = option.forward / spot;
  return ok({
    value: shares * (coins * spot + dollars - sold * price),
    delta: shares * (coins - sold * delta * carry),
    gamma: -shares * sold * gamma * carry ** 2,
    vega: (-shares * sold * vega) / POINTS,
    theta: (-shares * sold * theta) / DAYS_A_YEAR,
  });
}
