import { normalCdf } from './exotics/normal.ts';
import { type SviSlice, sviTotalVariance, sviVol } from './svi.ts';

/** A smile in the three numbers a trader quotes it by; vols as fractions per √year. */
export interface SmilePoints {
  readonly atm: number;
  /** Vol of the 25-delta call less that of the 25-delta put; negative where puts are dearer. */
  readonly riskReversal: number;
  /** Mean of the two less the at-the-money vol: how much the wings are lifted. */
  readonly butterfly: number;
}

const MOST_STEPS = 80;
/** Log-moneyness beyond which no strike is looked for. */
const REACH = 5;

/** N(d1), the undiscounted forward delta of a call at log-strike k; falls from 1 to 0 as k rises. */
function callDelta(slice: SviSlice, k: number): number {
  const spread = Math.sqrt(Math.max(sviTotalVariance(slice, k), 1e-300));
  return normalCdf(-k / spread + 0.5 * spread);
}

/**
 * The log-strike k = ln(strike/forward) at which a call has forward delta N(d1) = `delta`, 0 < delta < 1; a put of delta
 * −δ stands where the call's is 1 − δ. By bisection within ±5, whose ends it answers where the smile goes beyond them.
 */
export function logStrikeOfDelta(slice: SviSlice, delta: number): number {
  let [low, high] = [-REACH, REACH];
  for (let step = 0; step < MOST_STEPS && high - low > 1e-14; step++) {
    const middle = 0.5 * (low + high);
    if (callDelta(slice, middle) > delta) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/** At-the-money vol (strike = forward), 25-delta risk reversal and butterfly of a slice with `years` to go, > 0. */
export function smilePoints(slice: SviSlice, years: number): SmilePoints {
  const atm = sviVol(slice, years, 0);
  const call = sviVol(slice, years, logStrikeOfDelta(slice, 0.25));
  const put = sviVol(slice, years, logStrikeOfDelta(slice, 0.75));
  return { atm, riskReversal: call - put, butterfly: 0.5 * (call + put) - atm };
}
