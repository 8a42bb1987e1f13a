import { black76Greeks } from '#shared/pricing/kernel/black76.ts';
import { allocateGreeks, allocateOptions } from '#shared/pricing/kernel/columns.ts';
import type { Result } from '#shared/units/result.ts';
import { ok, unwrap } from '#shared/units/result.ts';
import { Jet, powerTimesCdf } from './jet.ts';
import { gaussLegendre } from './quadrature.ts';
import {
  type BarrierKind,
  type BarrierTerms,
  checkBarrierTerms,
  type ExoticValue,
  type InvalidExotic,
} from './terms.ts';

/** σ·√T at and below which the path is taken as certain. */
const NO_DEVIATION = 1e-12;
const NOTHING: Jet = new Jet(0);

/** All that the six terms of Reiner & Rubinstein share. */
interface Setting {
  readonly terms: BarrierTerms;
  /** +1 barrier below spot, −1 above. */
  readonly eta: 1 | -1;
  /** +1 call, −1 put. */
  readonly phi: 1 | -1;
  readonly spot: Jet;
  readonly vol: Jet;
  /** σ√T. */
  readonly s: Jet;
  /** ln(H/S). */
  readonly h: Jet;
  /** (b − σ²/2)/σ². */
  readonly mu: Jet;
}

function settingOf(terms: BarrierTerms): Setting {
  const spot = Jet.spot(terms.spot);
  const vol = Jet.vol(terms.vol);
  return {
    terms,
    eta: terms.kind.startsWith('barrier-down') ? 1 : -1,
    phi: terms.right === 'call' ? 1 : -1,
    spot,
    vol,
    s: vol.scale(Math.sqrt(terms.years)),
    h: spot.log().scale(-1).add(Math.log(terms.barrier)),
    mu: new Jet(terms.carry).over(vol.times(vol)).add(-0.5),
  };
}

/** ln(x/level)/s + (1 + μ)·s with ln(x/level) given. */
function standard({ s, mu }: Setting, log: Jet): Jet {
  return log.over(s).plus(mu.add(1).times(s));
}

/** Terms A (level = strike) and B (level = barrier): the option as if there were no barrier, exercised beyond `level`. */
function direct(setting: Setting, level: number): Jet {
  const { terms, phi, spot, s } = setting;
  const d1 = standard(setting, spot.log().add(-Math.log(level))).scale(phi);
  const d2 = d1.minus(s.scale(phi));
  const asset = powerTimesCdf(NOTHING, d1, -0.5 * d1.value ** 2).times(spot);
  const cash = powerTimesCdf(NOTHING, d2, -0.5 * d2.value ** 2);
  return combined(terms, phi, asset, cash);
}

/** Terms C (level = strike) and D (level = barrier): the same for the path mirrored at the barrier. */
function mirrored(setting: Setting, level: number): Jet {
  const { terms, eta, phi, spot, s, h, mu } = setting;
  const logLevel = Math.log(terms.barrier / level);
  const y1 = standard(setting, h.add(logLevel)).scale(eta);
  const y2 = y1.minus(s.scale(eta));
  // (H/S)^(2(μ+1))·φ(y1) = φ(x1)·e^(−2·ln(H/S)·ln(H/level)/s²), and so without the 1 for the second.
  const shift = (-2 * h.value * logLevel) / s.value ** 2;
  const x1 = (logLevel - h.value) / s.value + (1 + mu.value) * s.value;
  const x2 = x1 - s.value;
  const asset = powerTimesCdf(mu.add(1).times(h).scale(2), y1, shift - 0.5 * x1 * x1).times(spot);
  const cash = powerTimesCdf(mu.times(h).scale(2), y2, shift - 0.5 * x2 * x2);
  return combined(terms, phi, asset, cash);
}

function combined({ strike, years, rate, carry }: BarrierTerms, phi: number, asset: Jet, cash: Jet): Jet {
  return asset.scale(phi * Math.exp((carry - rate) * years)).minus(cash.scale(phi * strike * Math.exp(-rate * years)));
}

/** Probability that the barrier has been hit after `share` of the life. */
function hitProbability({ eta, s, h, mu }: Setting, share: number): Jet {
  const root = Math.sqrt(share);
  const width = s.scale(root);
  const away = h.over(width);
  const drift = mu.times(width);
  const through = away.minus(drift).scale(eta);
  const back = away.plus(drift).scale(eta);
  const g = -0.5 * through.value ** 2;
  return powerTimesCdf(NOTHING, through, g).plus(powerTimesCdf(mu.times(h).scale(2), back, g));
}

/** Term E: the rebate of a knock-in, paid at expiry where the barrier was never hit. */
function rebateAtExpiry(setting: Setting): Jet {
  const { rebate, rate, years } = setting.terms;
  if (rebate === 0) return NOTHING;
  return new Jet(1).minus(hitProbability(setting, 1)).scale(rebate * Math.exp(-rate * years));
}

const RULE = gaussLegendre(48);
/** Below it λ·σ√T is taken as too small (or imaginary) for the closed form, whose derivative has a pole at 0. */
const LEAST_LAMBDA = 1e-3;

/** Term F: the rebate of a knock-out, paid at the hit. */
function rebateAtHit(setting: Setting): Jet {
  const { terms, eta, s, h, mu, vol } = setting;
  const { rebate, rate, years } = terms;
  if (rebate === 0) return NOTHING;
  const squared = mu.times(mu).plus(new Jet(2 * rate).over(vol.times(vol)));
  if (!(squared.value * s.value ** 2 > LEAST_LAMBDA ** 2)) return rebateByTime(setting);
  const lambda = squared.sqrt();
  const away = h.over(s);
  const near = away.plus(lambda.times(s)).scale(eta);
  const far = away.minus(lambda.times(s)).scale(eta);
  const x2 = away.value - mu.value * s.value;
  const g = -0.5 * x2 * x2 - rate * years;
  const [upper, lower] = powers(mu, lambda, new Jet(2 * rate).over(vol.times(vol)));
  return powerTimesCdf(upper.times(h), near, g)
    .plus(powerTimesCdf(lower.times(h), far, g))
    .scale(rebate);
}

/** μ + λ and μ − λ; the one that would cancel is taken from their product, −2r/σ². */
function powers(mu: Jet, lambda: Jet, product: Jet): readonly [Jet, Jet] {
  if (mu.value > 0) return [mu.plus(lambda), product.scale(-1).over(mu.plus(lambda))];
  return [product.scale(-1).over(mu.minus(lambda)), mu.minus(lambda)];
}

/** E[e^(−rτ); τ ≤ T] = e^(−rT)·P(T) + r·∫₀ᵀ e^(−rt)·P(t) dt with P the probability of a hit by t; t = T·u². */
function rebateByTime(setting: Setting): Jet {
  const { rebate, rate, years } = setting.terms;
  let sum = hitProbability(setting, 1).scale(Math.exp(-rate * years));
  for (let i = 0; i < RULE.nodes.length; i++) {
    const u = RULE.nodes[i]!;
    const weight = RULE.weights[i]! * 2 * u * years * rate * Math.exp(-rate * years * u * u);
    sum = sum.plus(hitProbability(setting, u * u).scale(weight));
  }
  return sum.scale(rebate);
}

/** The knock-in's value without rebate, from the four terms; what it lacks of the plain option is the knock-out's. */
function knockIn(setting: Setting): Jet {
  const { terms, eta, phi } = setting;
  const { strike, barrier } = terms;
  const isBeyond = strike >= barrier;
  // A call above, or a put below: every path that pays has crossed an up (down) barrier on its way.
  if (eta !== phi) return (phi === 1) === isBeyond ? direct(setting, strike) : crossing(setting);
  if ((phi === 1) === isBeyond) return mirrored(setting, strike);
  return direct(setting, strike).minus(direct(setting, barrier)).plus(mirrored(setting, barrier));
}

function crossing(setting: Setting): Jet {
  const { strike, barrier } = setting.terms;
  return direct(setting, barrier).minus(mirrored(setting, strike)).plus(mirrored(setting, barrier));
}

function knockOut(setting: Setting): Jet {
  const { terms, eta, phi } = setting;
  const { strike, barrier } = terms;
  const isBeyond = strike >= barrier;
  if (eta !== phi && (phi === 1) === isBeyond) return NOTHING;
  const inside = eta !== phi || (phi === 1) === isBeyond ? direct(setting, strike) : direct(setting, barrier);
  if (eta !== phi) return inside.minus(crossing(setting));
  return inside.minus(mirrored(setting, (phi === 1) === isBeyond ? strike : barrier));
}

const row = allocateOptions(1);
const answer = allocateGreeks(1);

/** The option without a barrier. */
function plain(terms: BarrierTerms): ExoticValue {
  const growth = Math.exp(terms.carry * Math.max(terms.years, 0));
  row.forward[0] = terms.spot * growth;
  row.strike[0] = terms.strike;
  row.years[0] = terms.years;
  row.vol[0] = terms.vol;
  row.rate[0] = terms.rate;
  row.right[0] = terms.right === 'call' ? 1 : -1;
  unwrap(black76Greeks(1, row, answer));
  return {
    price: answer.price[0]!,
    delta: answer.delta[0]! * growth,
    gamma: answer.gamma[0]! * growth * growth,
    vega: answer.vega[0]!,
  };
}

const cash = (price: number): ExoticValue => ({ price, delta: 0, gamma: 0, vega: 0 });

const isKnockIn = (kind: BarrierKind) => kind.endsWith('-in');

/** Without chance the path runs straight to the forward and meets the barrier on its way, or does not. */
function certain(terms: BarrierTerms): ExoticValue {
  const { spot, barrier, rebate, rate, carry } = terms;
  const years = Math.max(terms.years, 0);
  const distance = Math.log(barrier / spot);
  const isHit = Math.abs(carry * years) >= Math.abs(distance) && Math.sign(carry) === Math.sign(distance);
  if (isKnockIn(terms.kind) === isHit) return plain(terms);
  if (!isHit) return cash(rebate * Math.exp(-rate * years));
  const power = rate / carry;
  const price = rebate * Math.exp(-power * distance);
  const delta = (price * power) / spot;
  return { price, delta, gamma: (delta * (power - 1)) / spot, vega: 0 };
}

/**
 * Single-barrier option, watched continuously: Reiner & Rubinstein (1991), "Breaking down the barriers"; a spot at or
 * beyond the barrier counts as hit. Greeks by automatic differentiation of the formula. Price error at most 1e-13 of
 * spot + strike; the rebate of a knock-out with λ = √(μ² + 2r/σ²) near zero or imaginary is integrated over time.
 */
export function barrierOption(terms: BarrierTerms): Result<ExoticValue, InvalidExotic> {
  const checked = checkBarrierTerms(terms);
  if (!checked.ok) return checked;
  const isIn = isKnockIn(terms.kind);
  const isHit = terms.kind.startsWith('barrier-down') ? terms.spot <= terms.barrier : terms.spot >= terms.barrier;
  if (isHit) return ok(isIn ? plain(terms) : cash(terms.rebate));
  if (!(terms.vol * Math.sqrt(Math.max(terms.years, 0)) > NO_DEVIATION)) return ok(certain(terms));
  const setting = settingOf(terms);
  const value = isIn ? knockIn(setting).plus(rebateAtExpiry(setting)) : knockOut(setting).plus(rebateAtHit(setting));
  return ok({ price: value.value, delta: value.bySpot, gamma: value.bySpot2, vega: value.byVol });
}
