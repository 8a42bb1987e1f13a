import type { SviParameters } from '#shared/market/svi-parameters.ts';

/**
 * How SSVI's curvature falls with the at-the-money total variance: φ(θ) = eta/(θ^gamma·(1 + θ)^(1 − gamma)),
 * Gatheral & Jacquier (2014), "Arbitrage-free SVI volatility surfaces", eq. 4.5.
 */
export interface SsviShape {
  /** Tilt of every smile, −1 < rho < 1. */
  readonly rho: number;
  readonly eta: number;
  /** 0 ≤ gamma < 1. */
  readonly gamma: number;
}

/** φ(θ), per unit of log-strike, at the at-the-money total variance θ > 0. */
export function ssviCurvature({ eta, gamma }: Omit<SsviShape, 'rho'>, theta: number): number {
  return eta * theta ** -gamma * (1 + theta) ** (gamma - 1);
}

/**
 * One smile of SSVI as raw SVI, of which it is a special case:
 * w(k) = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)), θ the at-the-money total variance.
 */
export function ssviSlice(shape: SsviShape, theta: number): SviParameters {
  const phi = ssviCurvature(shape, theta);
  const { rho } = shape;
  const across = Math.sqrt(1 - rho * rho);
  return { a: 0.5 * theta * across * across, b: 0.5 * theta * phi, rho, m: -rho / phi, sigma: across / phi };
}

/** The largest θφ²/eta² and θφ/eta between two values of θ: where they bend is known, so three points suffice. */
function steepest(gamma: number, lowest: number, highest: number): { readonly slope: number; readonly bend: number } {
  const unit = { eta: 1, gamma };
  const top = Math.min(Math.max(1 - 2 * gamma, lowest), highest);
  const bends = [lowest, top, highest].map((theta) => theta * ssviCurvature(unit, theta) ** 2);
  return { slope: highest * ssviCurvature(unit, highest), bend: Math.max(...bends) };
}

/**
 * The largest eta for which SSVI has no butterfly anywhere between two at-the-money variances:
 * θφ·(1 + |ρ|) < 4 and θφ²·(1 + |ρ|) ≤ 4, Gatheral & Jacquier (2014), theorem 4.2. With φ of this form smiles whose θ
 * grows with time have no calendar arbitrage either (theorem 4.1).
 */
export function largestEta(rho: number, gamma: number, lowest: number, highest: number): number {
  const { slope, bend } = steepest(gamma, lowest, highest);
  const room = 4 / (1 + Math.abs(rho));
  return Math.min(0.9999 * (room / slope), Math.sqrt(room / bend));
}

/** The least eta at which no wing is flatter than `slope` where the at-the-money variance is at least `lowest`. */
export function smallestEta(rho: number, gamma: number, lowest: number, slope: number): number {
  return (2 * slope) / ((1 - Math.abs(rho)) * lowest * ssviCurvature({ eta: 1, gamma }, lowest));
}
