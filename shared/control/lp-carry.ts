import { normalCdf } from '#shared/pricing/exotics/normal.ts';
import type { LiquidityRange } from '#shared/pricing/onchain/uniswap-v3.ts';

/** The pool a range is part of, as the market uses it now. */
export interface PoolActivity {
  /** Traded per day, quote tokens. */
  readonly dailyVolume: number;
  /** Fee of a trade, fraction. */
  readonly feeTier: number;
  /** Liquidity at the price, own included, √(base·quote) in whole tokens. */
  readonly activeLiquidity: number;
}

/** What a range is expected to do over a horizon, quote tokens. */
export interface RangeCarry {
  /** Share of the horizon that the price is expected to spend in range. */
  readonly inRange: number;
  readonly fees: number;
  /** Loss against holding and rebalancing the same tokens in the market, positive = lost. */
  readonly lossVersusRebalancing: number;
}

const DAYS_A_YEAR = 365;
/** Intervals of the time integral; Simpson's rule. */
const STEPS = 64;

/** ∫ f over 0 … 1 with nodes at squares, since chances change with the root of time near 0. */
function overTime(f: (share: number) => number): number {
  let sum = 0;
  for (let k = 0; k <= STEPS; k++) {
    const weight = k === 0 || k === STEPS ? 1 : k % 2 === 1 ? 4 : 2;
    const root = k / STEPS;
    sum += weight * f(root * root) * 2 * root;
  }
  return sum / (3 * STEPS);
}

/** Chance that a normal variable of mean 0 and deviation `spread` lies between; certain at no spread. */
function between(low: number, high: number, spread: number): number {
  if (spread === 0) return low < 0 && high > 0 ? 1 : 0;
  return normalCdf(high / spread) - normalCdf(low / spread);
}

/**
 * Fees and loss-versus-rebalancing over a horizon, the price a martingale of lognormal law at `vol`: in range the range
 * earns its share of the pool's fees and loses σ²L√P/4 a year (Milionis, Moallemi, Roughgarden & Zhang 2022; σ²/8 of the
 * value where the range is unbounded), out of range neither. E[√P; in range] = √P · e^(−σ²t/8) · (Φ(ln(b/P)/σ√t) −
 * Φ(ln(a/P)/σ√t)), the chance of being in range the same with the mean of ln P at −σ²t/2.
 * @param vol annual, 0.65 = 65 %
 */
export function rangeCarry(
  range: LiquidityRange,
  price: number,
  vol: number,
  days: number,
  pool: PoolActivity,
): RangeCarry {
  const years = days / DAYS_A_YEAR;
  const [low, high] = [Math.log(range.lower / price), Math.log(range.upper / price)];
  const inRange = overTime((share) => {
    const drift = (vol * vol * years * share) / 2;
    return between(low + drift, high + drift, vol * Math.sqrt(years * share));
  });
  const root = overTime((share) => {
    const variance = vol * vol * years * share;
    return Math.exp(-variance / 8) * between(low, high, Math.sqrt(variance));
  });
  const share = Math.min(range.liquidity / pool.activeLiquidity, 1);
  return {
    inRange,
    fees: pool.dailyVolume * pool.feeTier * share * days * inRange,
    lossVersusRebalancing: ((vol * vol * range.liquidity * Math.sqrt(price)) / 4) * years * root,
  };
}
