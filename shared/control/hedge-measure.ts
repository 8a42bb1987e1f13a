import type { Exposure, RiskExposures } from '#shared/risk/report.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import type { HedgePolicy } from './hedge-policy.ts';
import { zakamoulineBand } from './zakamouline.ts';

const POINTS = 100;
const DAYS_A_YEAR = 365;

/** What is known of the underlying that is traded. */
export interface MeasureView {
  readonly underlying: UnderlyingId;
  /** Annual vol of an underlying: 0.65 = 65 %. */
  readonly volOf: (underlying: UnderlyingId) => number;
  /** ∂delta/∂vol of the traded underlying, coins per vol point; 0 where it is not known. */
  readonly vanna: number;
}

/**
 * The delta that the policy keeps at its target, coins of the traded underlying; null where the report has none.
 * The book's: Σ β · delta · S over its underlyings, in coins of the traded one.
 */
export function measuredDelta(policy: HedgePolicy, report: RiskExposures, view: MeasureView): number | null {
  const spot = report.spot[view.underlying];
  if (spot === undefined) return null;
  const { scope } = policy;
  const counted = report.exposures.filter(
    (one) => one.by === 'underlying' && (scope.of === 'book' || one.key === view.underlying),
  );
  if (counted.length === 0) return null;
  return counted.reduce((sum, one) => {
    const own = report.spot[one.key];
    if (own === undefined) return sum;
    const beta = scope.of === 'book' && one.key !== view.underlying ? (scope.betas[one.key] ?? 1) : 1;
    return sum + (beta * own * ownDelta(policy, one, own, view)) / spot;
  }, 0);
}

/** Delta of one underlying by the policy's measure, coins. */
function ownDelta(policy: HedgePolicy, exposure: Exposure, spot: number, view: MeasureView): number {
  const vol = view.volOf(exposure.key);
  const { measure, band } = policy;
  const model =
    band.rule === 'zakamouline' && exposure.key === view.underlying
      ? exposure.delta + volShift(band, exposure, spot, vol) * view.vanna
      : exposure.delta;
  if (measure.by === 'model') return model;
  return model + smileDelta(exposure.vega, spot, vol, measure);
}

/** Vol points from the market's vol to the one Zakamouline's delta is taken at. */
function volShift(
  band: { readonly cost: number; readonly riskAversion: number; readonly days: number },
  exposure: Exposure,
  spot: number,
  vol: number,
): number {
  const { cost, riskAversion, days } = band;
  const { hedgingVol } = zakamoulineBand({
    cost, riskAversion, spot, vol, gamma: exposure.gamma, years: days / DAYS_A_YEAR,
  }); // biome-ignore format: one glance
  return POINTS * (hedgingVol - vol);
}

/**
 * What vega adds to delta where vol is expected to answer spot, coins: with dS = σS dW and dσ = ν dZ, correlation ρ,
 * Var(dV − h dS) is least at h = ∂V/∂S + ∂V/∂σ · ρν/(σS). Hull & White (2017), "Optimal delta hedging for options".
 * @param vega USD per vol point
 */
export function smileDelta(
  vega: number,
  spot: number,
  vol: number,
  { correlation, volOfVol }: { readonly correlation: number; readonly volOfVol: number },
): number {
  return (POINTS * vega * correlation * volOfVol) / (vol * spot);
}
