import type { Result } from '#shared/units/result.ts';
import { ok } from '#shared/units/result.ts';
import { normalCdf, normalDensity } from './normal.ts';
import { checkSpotTerms, type ExoticValue, type InvalidExotic, type SpotTerms } from './terms.ts';

/** σ·√T at and below which only the payoff is left, as in the Black-76 kernel. */
const NO_DEVIATION = 1e-12;

/** Probability of the payoff where nothing is left to chance: a half where the forward is the strike itself. */
function certain(terms: SpotTerms): number {
  const forward = terms.spot * Math.exp(terms.carry * Math.max(terms.years, 0));
  return (Math.sign((terms.right === 'call' ? 1 : -1) * (forward - terms.strike)) + 1) / 2;
}

/** +1 or −1, σ√T, d1 and d2; null where nothing is left to chance. */
function spreadOf(terms: SpotTerms) {
  const { spot, strike, years, carry, vol } = terms;
  const s = vol * Math.sqrt(Math.max(years, 0));
  if (!(s > NO_DEVIATION)) return null;
  const d1 = (Math.log(spot / strike) + carry * years) / s + 0.5 * s;
  return { sign: terms.right === 'call' ? 1 : -1, s, d1, d2: d1 - s };
}

/**
 * Cash-or-nothing: pays 1 in the quote currency at expiry where spot ends above (call) or below (put) the strike.
 * V = e^(−rT)·N(±d2). Reiner & Rubinstein (1991), "Unscrambling the binary code".
 */
export function cashDigital(terms: SpotTerms): Result<ExoticValue, InvalidExotic> {
  const checked = checkSpotTerms(terms);
  if (!checked.ok) return checked;
  const discount = Math.exp(-terms.rate * Math.max(terms.years, 0));
  const spread = spreadOf(terms);
  if (!spread) return ok({ price: discount * certain(terms), delta: 0, gamma: 0, vega: 0 });
  const { sign, s, d1, d2 } = spread;
  const slope = sign * discount * normalDensity(d2);
  const { spot, vol } = terms;
  return ok({
    price: discount * normalCdf(sign * d2),
    delta: slope / (spot * s),
    gamma: (-slope * d1) / (spot * s) / (spot * s),
    vega: (-slope * d1) / vol,
  });
}

/**
 * Asset-or-nothing: pays one unit of the underlying at expiry where spot ends above (call) or below (put) the strike.
 * V = S·e^((b−r)T)·N(±d1). Reiner & Rubinstein (1991), "Unscrambling the binary code".
 */
export function assetDigital(terms: SpotTerms): Result<ExoticValue, InvalidExotic> {
  const checked = checkSpotTerms(terms);
  if (!checked.ok) return checked;
  const { spot, vol } = terms;
  const growth = Math.exp((terms.carry - terms.rate) * Math.max(terms.years, 0));
  const spread = spreadOf(terms);
  if (!spread) {
    const held = growth * certain(terms);
    return ok({ price: spot * held, delta: held, gamma: 0, vega: 0 });
  }
  const { sign, s, d1, d2 } = spread;
  const likely = growth * normalCdf(sign * d1);
  const slope = sign * growth * normalDensity(d1);
  return ok({
    price: spot * likely,
    delta: likely + slope / s,
    gamma: (slope / (spot * s)) * (1 - d1 / s),
    vega: (-slope * spot * d2) / vol,
  });
}
