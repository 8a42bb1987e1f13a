import type { UnderlyingId } from '#shared/units/ids.ts';
import { zakamoulineBand } from './zakamouline.ts';

/** A band that follows gamma and cost. */
interface GammaBand {
  /** Risk aversion, per USD: the larger, the narrower the band. */
  readonly riskAversion: number;
  /** Proportional cost of trading the hedge, fraction of notional. */
  readonly cost: number;
  /** Coins. */
  readonly atLeast: number;
  readonly atMost: number;
}

/** When a hedge is due. */
export type HedgeBand =
  | { readonly rule: 'fixed'; readonly halfWidth: number }
  /** At even times, wherever delta stands. */
  | { readonly rule: 'time'; readonly everyMinutes: number }
  | ({ readonly rule: 'whalley-wilmott' } & GammaBand)
  /** `days`: time to expiry that the book is taken to have. */
  | ({ readonly rule: 'zakamouline'; readonly days: number } & GammaBand);

/** Which delta is kept at the target. */
export type DeltaMeasure =
  | { readonly by: 'model' }
  /**
   * The one with the least variance when vol moves against spot. correlation: of spot and vol, −1 to 1.
   * volOfVol: standard deviation of at-the-money vol over a year, as vol is written: 0.8 = eighty vol points.
   */
  | { readonly by: 'minimum-variance'; readonly correlation: number; readonly volOfVol: number };

/** Whose delta it is: the underlying's own, or the whole book's, weighted by beta against the underlying (1 if not named). */
export type HedgeScope =
  | { readonly of: 'underlying' }
  | { readonly of: 'book'; readonly betas: Readonly<Record<UnderlyingId, number>> };

/** Where a Greek is wanted, and how far it may stand from there. */
export interface GreekTarget {
  readonly target: number;
  readonly halfWidth: number;
}

/** How the delta hedger decides when and how far. Deltas in coins, money in USD. */
export interface HedgePolicy {
  /** Net delta wanted. */
  readonly target: number;
  readonly band: HedgeBand;
  readonly measure: DeltaMeasure;
  readonly scope: HedgeScope;
  /** Kept by options before delta is hedged: gamma in coins per USD, vega in USD per vol point; null = as it comes. */
  readonly greeks: { readonly gamma: GreekTarget | null; readonly vega: GreekTarget | null };
  /** Where a hedge that is due goes: all the way, or to the nearer edge of the band. */
  readonly goTo: 'target' | 'edge';
  /** Smallest hedge worth sending, coins. */
  readonly minimumClip: number;
  /** Largest hedge sent at once, coins; null = no limit. */
  readonly maximumClip: number | null;
  /** To lots: nearest, or down, so that a hedge never goes further than asked. */
  readonly rounding: 'nearest' | 'down';
  /** Time after a hedge before another one is due. */
  readonly coolDownSeconds: number;
  /** Bounds of how often it looks; between them gamma decides. */
  readonly lookSeconds: { readonly least: number; readonly most: number };
  /** How long the hedge is expected to be held: funding and margin are charged over it. */
  readonly holdingHours: number;
  /** Yearly cost of tying up one USD of initial margin. */
  readonly marginCarry: number;
}

/** For a hedge by hand: all the way to the target. */
export const DEFAULT_POLICY: HedgePolicy = {
  target: 0,
  band: { rule: 'whalley-wilmott', riskAversion: 1e-3, cost: 0.0005, atLeast: 0.05, atMost: 2 },
  measure: { by: 'model' },
  scope: { of: 'underlying' },
  greeks: { gamma: null, vega: null },
  goTo: 'target',
  minimumClip: 0.01,
  maximumClip: null,
  rounding: 'nearest',
  coolDownSeconds: 0,
  lookSeconds: { least: 1, most: 300 },
  holdingHours: 8,
  marginCarry: 0.05,
};

/** The same for a rule that hedges by itself: at a cost in proportion the edge is where the theory of the band ends. */
export const RULE_POLICY: HedgePolicy = { ...DEFAULT_POLICY, goTo: 'edge' };

/** Annual vol where nothing says: 80 %. */
export const ASSUMED_VOL = 0.8;
const DAYS_A_YEAR = 365;

/**
 * Half-width of the no-trade band in delta, (3/2 · c · S · Γ² · e^(−rτ) / a)^(1/3) with r = 0.
 * Whalley & Wilmott (1997), "An asymptotic analysis of an optimal hedging model for option pricing with transaction costs".
 * @param gamma coins per USD  @param spot USD
 */
export function whalleyWilmottBand(cost: number, spot: number, gamma: number, riskAversion: number): number {
  return Math.cbrt((1.5 * cost * spot * gamma * gamma) / riskAversion);
}

/**
 * The band half-width the policy asks for at this gamma and spot, coins; 0 for a policy by time alone.
 * @param vol annual, 0.65 = 65 %: Zakamouline's alone needs it
 */
export function bandOf(policy: HedgePolicy, spot: number, gamma: number, vol = ASSUMED_VOL): number {
  const { band } = policy;
  if (band.rule === 'fixed') return band.halfWidth;
  if (band.rule === 'time') return 0;
  const { cost, riskAversion } = band;
  const width =
    band.rule === 'whalley-wilmott'
      ? whalleyWilmottBand(cost, spot, gamma, riskAversion)
      : zakamoulineBand({ cost, riskAversion, spot, vol, gamma, years: band.days / DAYS_A_YEAR }).halfWidth;
  return Math.min(Math.max(width, band.atLeast), band.atMost);
}

const BAND_NAMES: Readonly<Record<HedgeBand['rule'], string>> = {
  fixed: 'fixed', time: 'by time', 'whalley-wilmott': 'Whalley–Wilmott', zakamouline: 'Zakamouline',
}; // biome-ignore format: one glance

export function bandName(band: HedgeBand): string {
  return BAND_NAMES[band.rule];
}
