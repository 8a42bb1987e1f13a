import type { OptionRight } from '#shared/domain/instrument.ts';
import type { Result } from '#shared/units/result.ts';
import { ok } from '#shared/units/result.ts';
import { black76 } from './black76.ts';
import type { InvalidOption } from './kernel/columns.ts';
import { type ExpirySmile, smileVol } from './surface.ts';

/**
 * What a smile holds on to while the forward moves and time passes:
 * sticky-strike, each strike keeps its vol; sticky-moneyness, each strike/forward does; sticky-delta, each forward delta
 * N(d1) does. A smile that holds on to moneyness holds on to delta too as long as no time passes: the last two differ in
 * how they roll down to expiry.
 */
export const SMILE_DYNAMICS = ['sticky-strike', 'sticky-delta', 'sticky-moneyness'] as const;
export type SmileDynamics = (typeof SMILE_DYNAMICS)[number];

/** Where a smile has got to. */
export interface SmileMove {
  /** Forward of the smile's expiry after the move, quote currency per coin. */
  readonly forward: number;
  /** Year fraction left after the move, > 0. */
  readonly years: number;
}

const MOST_STEPS = 60;

/** The log moneyness that had the same N(d1) at the smile's own time as k has now, with less time: (√T₁/√T₀) = root. */
function sameDelta(smile: ExpirySmile, root: number, k: number): number {
  // √r·k₀ + ½·w(k₀)·(r² − r) = k rises with k₀ wherever the wings are no steeper than Lee's 2.
  const excess = (from: number) => root * from + 0.5 * smile.at(from).variance * (root * root - root) - k;
  let [low, high] = [k / root, k / root];
  for (let i = 0, step = 0.2; i < MOST_STEPS && excess(low) > 0; i++, step *= 2) low -= step;
  for (let i = 0, step = 0.2; i < MOST_STEPS && excess(high) < 0; i++, step *= 2) high += step;
  for (let i = 0; i < MOST_STEPS && high - low > 1e-15 * (1 + Math.abs(low)); i++) {
    const middle = 0.5 * (low + high);
    if (excess(middle) > 0) high = middle;
    else low = middle;
  }
  return 0.5 * (low + high);
}

/**
 * Vol (fraction per √year, 0.6 = 60 %) that `strike` has after a move, on a smile as it was before.
 * @example movedVol(smile, { forward: 0.9 * smile.forward, years: 0.1 }, 'sticky-strike', 60000)
 */
export function movedVol(smile: ExpirySmile, move: SmileMove, dynamics: SmileDynamics, strike: number): number {
  if (dynamics === 'sticky-strike') return smileVol(smile, Math.log(strike / smile.forward));
  const k = Math.log(strike / move.forward);
  if (dynamics === 'sticky-moneyness') return smileVol(smile, k);
  return smileVol(smile, sameDelta(smile, Math.sqrt(move.years / smile.years), k));
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
function volOf({ years, at }: ExpirySmile, k: number) {
  const { variance, first, second } = at(k);
  const vol = Math.sqrt(Math.max(variance, 0) / years);
  if (vol === 0) return { vol, variance: 0, first: 0, second: 0 };
  const slope = first / (2 * vol * years);
  return { vol, variance, first: slope, second: (second / (2 * years) - slope * slope) / vol };
}

/**
 * Black (1976) Greeks on a smile whose vol answers the forward and the time as `dynamics` says: with σ′ and σ″ in k,
 * ∂σ/∂F = −σ′/F, ∂²σ/∂F² = (σ″ + σ′)/F² (both 0 for sticky-strike), and ∂σ/∂t = σ′·(k + w/2)/(2T) for sticky-delta.
 */
export function smileGreeks(
  smile: ExpirySmile,
  option: SmileOption,
  dynamics: SmileDynamics,
): Result<SmileGreeks, InvalidOption> {
  const { forward, years } = smile;
  const k = Math.log(option.strike / forward);
  const { vol, variance, first, second } = volOf(smile, k);
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
