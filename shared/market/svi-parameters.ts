/**
 * One expiry's smile in raw SVI (Gatheral 2004): total variance
 * w(k) = a + b·(rho·(k − m) + √((k − m)² + sigma²)), with k = ln(strike/forward) and w = vol² · years.
 */
export interface SviParameters {
  /** Level, total variance. */
  readonly a: number;
  /** Slope of the wings, ≥ 0; the wings' slopes are b·(rho ± 1). */
  readonly b: number;
  /** Tilt, −1 < rho < 1. */
  readonly rho: number;
  /** Shift along k. */
  readonly m: number;
  /** Roundness at the bottom, > 0, in units of k. */
  readonly sigma: number;
}
