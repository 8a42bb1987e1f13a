/** What one unit of each axis of the search is: one day's standard deviation, or a day. */
export interface FrontierScale {
  /** Standard deviation of a day's change of ln(vol): 0.05 = 5 % of the vol. */
  readonly volOfVol: number;
  /** How many days count as much as one standard deviation. */
  readonly daysPerSigma: number;
  /** Correlation of any two underlyings, 0 to 1: what they have in common is one axis, what each has alone another. */
  readonly correlation: number;
  /** How far is looked, in standard deviations. */
  readonly farthest: number;
}

export const DEFAULT_SCALE: FrontierScale = { volOfVol: 0.05, daysPerSigma: 1, correlation: 0.8, farthest: 40 };
