export interface ZakamoulineTerms {
  /** λ: proportional cost, fraction of notional. */
  readonly cost: number;
  /** γ: risk aversion, per USD. */
  readonly riskAversion: number;
  /** USD. */
  readonly spot: number;
  /** Annual: 0.65 = 65 %. */
  readonly vol: number;
  /** Γ: coins per USD, long options positive. */
  readonly gamma: number;
  /** To expiry, > 0. */
  readonly years: number;
}

export interface ZakamoulineBand {
  /** H0 + H1, coins on either side of the delta at `hedgingVol`. */
  readonly halfWidth: number;
  /** Vol at which delta is to be taken: lower for long gamma, higher for short. */
  readonly hedgingVol: number;
}

/**
 * Zakamouline's approximation of the utility-based no-trade band (rates taken as nil):
 *   H0 = λ / (γ S σ² T),   H1 = 1.12 λ^0.31 T^0.05 σ^−0.25 (|Γ| / γ)^0.5,
 *   σ_m² = σ² (1 + sign(Γ) K),   K = −4.76 λ^0.78 T^−0.02 σ^−0.25 (γ S² |Γ|)^0.15.
 * Unlike the asymptotic band it does not close where gamma is nil: H0 is what the hedge of an option far from its strike
 * is worth. V. I. Zakamouline (2006), "Efficient analytic approximation of the optimal hedging strategy for a European
 * call option with transaction costs", Quantitative Finance 6(5); as in Sinclair, "Volatility Trading", chapter 5.
 * The fit is for costs of single percents; K is held above −1, so that the vol stays one.
 */
export function zakamoulineBand(terms: ZakamoulineTerms): ZakamoulineBand {
  const { cost, riskAversion, spot, vol, gamma, years } = terms;
  const size = Math.abs(gamma);
  const far = cost / (riskAversion * spot * vol * vol * years);
  const near = 1.12 * cost ** 0.31 * years ** 0.05 * vol ** -0.25 * Math.sqrt(size / riskAversion);
  const shift = -4.76 * cost ** 0.78 * years ** -0.02 * vol ** -0.25 * (riskAversion * spot * spot * size) ** 0.15;
  const factor = 1 + Math.sign(gamma) * Math.max(shift, -1);
  return { halfWidth: far + near, hedgingVol: vol * Math.sqrt(factor) };
}
