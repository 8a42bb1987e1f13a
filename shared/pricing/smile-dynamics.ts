import type { OptionRight } from '#shared/domain/instrument.ts';
import type { Result } from '#shared/units/result.ts';
import { ok } from '#shared/units/result.ts';
import { black76 } from './black76.ts';
import type { InvalidOption } from './kernel/columns.ts';
import { type SviSlice, sviTotalVariance, sviVol } from './svi.ts';

/**
 * What a smile holds on to while the forward moves and time passes:
 * sticky-strike, each strike keeps its vol; sticky-moneyness, each strike/forward does; sticky-delta, each forward delta
 * N(d1) does. A smile that holds on to moneyness holds on to delta too as long as no time passes: the last two differ in
 * how they roll down to expiry.
 */
export type SmileDynamics = 'sticky-strike' | 'sticky-delta' | 'sticky-moneyness';

/** Where a smile has got to. */
export interface SmileMove {
  /** Forward of the slice's expiry after the move, quote currency per coin. */
  readonly forward: number;
  /** Year fraction left after the move, > 0. */
  readonly years: number;
}

const MOST_STEPS = 60;

/** The log moneyness that had the same N(d1) at `years` as k has now, with less time: (√T₁/√T₀) = root. */
function sameDelta(slice: SviSlice, root: number, k: number): number {
  // √r·k₀ + ½·w(k₀)·(r² − r) = k rises with k₀ wherever the wings are no steeper than Lee's 2.
  const excess = (from: number) => root * from + 0.5 * sviTotalVariance(slice, from) * (root * root - root) - k;
  let step = 0.1;
  let [low, high] = [k / root, k / root];
  while (excess(low) > 0) low -= step *= 2;
  while (excess(high) < 0) high += step *= 2;
  for (let i = 0; i < MOST_STEPS && high - low > 1e-15 * (1 + Math.abs(low)); i++) {
    const middle = 0.5 * (low + high);
    if (excess(middle) > 0) high = middle;
    else low = middle;
  }
  return 0.5 * (low + high);
}

/**
 * Vol (fraction per √year) of `strike` after a move, of a slice that was fitted with `years` left: 0.6 = 60 %.
 * @example movedVol(slice, 0.1, { forward: 0.9 * slice.forward, years: 0.1 }, 'sticky-strike', 60000)
 */
export function movedVol(
  slice: SviSlice,
  years: number,
  move: SmileMove,
  dynamics: SmileDynamics,
  strike: number,
): number {
  if (dynamics === 'sticky-strike') return sviVol(slice, years, Math.log(strike / slice.forward));
  const k = Math.log(strike / move.forward);
  if (dynamics === 'sticky-moneyness') return sviVol(slice, years, k);
  return sviVol(slice, years, sameDelta(slice, Math.sqrt(move.years / years), k));
}

/** Sensitivities of an option whose vol moves with the smile; units as in GreekColumns. */
export interface SmileGreeks {
  /** Of the smile at this strike, fraction per √year. */
  readonly vol: number;
  /** ∂σ/∂k, per unit of ln(strike/forward). */
  readonly skew: number;
  readonly price: number;
  /** dV/dF with the vol moving: Black's delta + vega·∂σ/∂F. */
  readonly delta: number;
  /** d²V/dF² with the vol moving. */
  readonly gamma: number;
  /** ∂V/∂σ, per 1.00 of a parallel shift of the smile. */
  readonly vega: number;
  /** dV/dt per year with the vol moving. */
  readonly theta: number;
  /** Black's own, at constant vol. */
  readonly blackDelta: number;
}

export interface SmileOption {
  readonly right: OptionRight;
  readonly strike: number;
  /** Continuously compounded, per year. */
  readonly rate: number;
}

/** σ and its derivatives in k from total variance and its own. */
function volOf({ b, rho, m, sigma, ...slice }: SviSlice, years: number, k: number) {
  const x = k - m;
  const root = Math.hypot(x, sigma);
  const variance = sviTotalVariance({ ...slice, b, rho, m, sigma }, k);
  const vol = Math.sqrt(Math.max(variance, 0) / years);
  if (vol === 0) return { vol, variance: 0, first: 0, second: 0 };
  const first = (b * (rho + x / root)) / (2 * vol * years);
  const second = ((b * sigma * sigma) / root ** 3 / (2 * years) - first * first) / vol;
  return { vol, variance, first, second };
}

/**
 * Black (1976) Greeks on a smile whose vol answers the forward and the time as `dynamics` says: with σ′ and σ″ in k,
 * ∂σ/∂F = −σ′/F, ∂²σ/∂F² = (σ″ + σ′)/F² (both 0 for sticky-strike), and ∂σ/∂t = σ′·(k + w/2)/(2T) for sticky-delta.
 * `years` > 0 is what is left at the slice's expiry.
 */
export function smileGreeks(
  slice: SviSlice,
  years: number,
  option: SmileOption,
  dynamics: SmileDynamics,
): Result<SmileGreeks, InvalidOption> {
  const { forward } = slice;
  const k = Math.log(option.strike / forward);
  const { vol, variance, first, second } = volOf(slice, years, k);
  const greeks = black76({ ...option, forward, years, vol });
  if (!greeks.ok) return greeks;
  const { price, delta, gamma, vega, theta, vanna, volga } = greeks.value;
  const moves = dynamics === 'sticky-strike' ? 0 : 1;
  const byForward = (-moves * first) / forward;
  const byForward2 = (moves * (second + first)) / forward / forward;
  const byTime = dynamics === 'sticky-delta' ? (first * (k + 0.5 * variance)) / (2 * years) : 0;
  return ok({
    vol,
    skew: first,
    price,
    delta: delta + vega * byForward,
    gamma: gamma + 2 * vanna * byForward + volga * byForward * byForward + vega * byForward2,
    vega,
    theta: theta + vega * byTime,
    blackDelta: delta,
  });
}
