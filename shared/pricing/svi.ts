import type { SviParameters } from '#shared/market/svi-parameters.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** A smile fitted to one expiry. */
export interface SviSlice extends SviParameters {
  readonly expiry: EpochMs;
  /** Forward of that expiry, quote currency per coin; k = ln(strike/forward). */
  readonly forward: number;
}

/**
 * Raw SVI total variance w(k) = a + b·(ρ·(k − m) + √((k − m)² + σ²)), k = ln(strike/forward); w = vol²·years.
 * Gatheral & Jacquier (2014), eq. 3.1.
 */
export function sviTotalVariance(parameters: SviParameters, k: number): number {
  const { a, b, rho, m, sigma } = parameters;
  const x = k - m;
  return a + b * (rho * x + Math.sqrt(x * x + sigma * sigma));
}

/** Vol, fraction per √year, of {@link sviTotalVariance} at year fraction `years` > 0; 0 where total variance is below 0. */
export function sviVol(parameters: SviParameters, years: number, k: number): number {
  return Math.sqrt(Math.max(sviTotalVariance(parameters, k), 0) / years);
}

/** Total variance at one log moneyness, and its derivatives there. */
export interface VariancePoint {
  readonly variance: number;
  /** ∂w/∂k and ∂²w/∂k². */
  readonly first: number;
  readonly second: number;
}

/** {@link sviTotalVariance} with its derivatives in k. */
export function sviPoint(parameters: SviParameters, k: number): VariancePoint {
  const { b, rho, m, sigma } = parameters;
  const x = k - m;
  const root = Math.sqrt(x * x + sigma * sigma);
  const variance = sviTotalVariance(parameters, k);
  return { variance, first: b * (rho + x / root), second: (b * sigma * sigma) / (root * root * root) };
}
