/** How the delta hedger decides when and how far. Deltas in coins, money in USD. */
export interface HedgePolicy {
  /** Net delta wanted. */
  readonly target: number;
  readonly band:
    | { readonly rule: 'fixed'; readonly halfWidth: number }
    | {
        readonly rule: 'whalley-wilmott';
        /** Risk aversion a, per USD: the larger, the narrower the band. */
        readonly riskAversion: number;
        /** Proportional cost c of trading the hedge, fraction of notional. */
        readonly cost: number;
        readonly atLeast: number;
        readonly atMost: number;
      };
  /** Smallest hedge worth sending, coins. */
  readonly minimumClip: number;
  /** How long the hedge is expected to be held: funding and margin are charged over it. */
  readonly holdingHours: number;
  /** Yearly cost of tying up one USD of initial margin. */
  readonly marginCarry: number;
}

export const DEFAULT_POLICY: HedgePolicy = {
  target: 0,
  band: { rule: 'whalley-wilmott', riskAversion: 1e-2, cost: 0.0005, atLeast: 0.05, atMost: 2 },
  minimumClip: 0.01,
  holdingHours: 8,
  marginCarry: 0.05,
};

/**
 * Half-width of the no-trade band in delta, (3/2 · c · S · Γ² · e^(−rτ) / a)^(1/3) with r = 0.
 * Whalley & Wilmott (1997), "An asymptotic analysis of an optimal hedging model for option pricing with transaction costs".
 * @param gamma coins per USD  @param spot USD
 */
export function whalleyWilmottBand(cost: number, spot: number, gamma: number, riskAversion: number): number {
  return Math.cbrt((1.5 * cost * spot * gamma * gamma) / riskAversion);
}

/** The band half-width the policy asks for at this gamma and spot, coins. */
export function bandOf(policy: HedgePolicy, spot: number, gamma: number): number {
  const { band } = policy;
  if (band.rule === 'fixed') return band.halfWidth;
  const width = whalleyWilmottBand(band.cost, spot, gamma, band.riskAversion);
  return Math.min(Math.max(width, band.atLeast), band.atMost);
}
