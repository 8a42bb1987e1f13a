import { black76Greeks } from '#shared/pricing/kernel/black76.ts';
import { allocateGreeks, allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { ok, type Result } from '#shared/units/result.ts';
import { arithmeticAsian } from './asian.ts';
import { checkAsianTerms, type ExoticValue, type InvalidExotic, type SpotTerms } from './terms.ts';

/** What of an average is past. */
export interface PastAverage {
  /** Share of the averaging time that is still to come, above 0, at most 1. */
  readonly ahead: number;
  /** Mean of what is past, quote currency; of no account where all is ahead. */
  readonly average: number;
}

/** A strike that every average exceeds. */
const NO_STRIKE = 1e-25;

/**
 * Arithmetic average of which a part is past: w·M + (1 − w)·A against K is w times an option on the part ahead with strike
 * (K − (1 − w)·A)/w; where that is not above 0 the call is sure to be exercised. `terms.years` is the time ahead.
 */
export function seasonedArithmetic(terms: SpotTerms, past: PastAverage): Result<ExoticValue, InvalidExotic> {
  const { ahead, average } = past;
  const strike = (terms.strike - (1 - ahead) * average) / ahead;
  const sure = strike <= NO_STRIKE;
  if (sure && terms.right === 'put') return ok({ price: 0, delta: 0, gamma: 0, vega: 0 });
  const priced = arithmeticAsian({ ...terms, strike: sure ? NO_STRIKE : strike });
  if (!priced.ok) return priced;
  const { price, delta, gamma, vega } = priced.value;
  const owed = sure ? -strike * Math.exp(-terms.rate * Math.max(terms.years, 0)) : 0;
  return ok({ price: ahead * (price + owed), delta: ahead * delta, gamma: ahead * gamma, vega: ahead * vega });
}

const row = allocateOptions(1);
const answer = allocateGreeks(1);

/**
 * Geometric average of which a part is past: ln of A^(1−w)·M^w is normal with mean (1 − w)·ln A + w·(ln S + (b − σ²/2)·T/2)
 * and variance w²·σ²·T/3, so Black (1976) holds as it does for the whole (Kemna & Vorst 1990). `terms.years` is the time
 * ahead.
 */
export function seasonedGeometric(terms: SpotTerms, past: PastAverage): Result<ExoticValue, InvalidExotic> {
  const checked = checkAsianTerms(terms);
  if (!checked.ok) return checked;
  const { spot, strike, carry, vol, rate, right } = terms;
  const { ahead: w, average } = past;
  const time = Math.max(terms.years, 0);
  const drift = ((carry - (vol * vol) / 2) * time) / 2 + (w * vol * vol * time) / 6;
  const known = w === 1 ? 0 : (1 - w) * Math.log(average);
  row.forward[0] = Math.exp(known + w * (Math.log(spot) + drift));
  row.strike[0] = strike;
  row.years[0] = time > 0 ? 1 : 0;
  row.vol[0] = w * vol * Math.sqrt(time / 3);
  row.rate[0] = rate * time;
  row.right[0] = right === 'call' ? 1 : -1;
  const priced = black76Greeks(1, row, answer);
  if (!priced.ok) return { ok: false, error: { ...priced.error, field: 'spot', expected: 'a number', was: spot } };
  const forward = row.forward[0]!;
  const bySpot = (forward * w) / spot;
  const delta = answer.delta[0]!;
  // ∂ ln F/∂σ = w·(−σ·T/2 + w·σ·T/3), and the deviation grows by w·√(T/3) per unit of vol.
  const byVol = forward * w * vol * time * (w / 3 - 0.5);
  return ok({
    price: answer.price[0]!,
    delta: delta * bySpot,
    gamma: answer.gamma[0]! * bySpot * bySpot + (delta * bySpot * (w - 1)) / spot,
    vega: answer.vega[0]! * w * Math.sqrt(time / 3) + delta * byVol,
  });
}
