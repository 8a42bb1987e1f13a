import type { Result } from '#shared/units/result.ts';
import { fail, fault, ok } from '#shared/units/result.ts';
import type { ExoticValue } from './terms.ts';

/** A perpetual on spot^power whose longs pay mark − spot^power each funding period. */
export interface PowerPerpetualTerms {
  /** Quote currency per unit of the underlying, > 0. */
  readonly spot: number;
  /** 2 for a squared perpetual; 1 is an ordinary one, 0 a loan. */
  readonly power: number;
  /** Years between two payments of mark − index; 1/365 for daily funding. */
  readonly fundingYears: number;
  /** Continuously compounded, per year. */
  readonly rate: number;
  /** Cost of carry of the underlying per year; the rate for an asset without yield. */
  readonly carry: number;
  /** Fraction per √year. */
  readonly vol: number;
}

export interface PowerPerpetualValue extends ExoticValue {
  /** spot^power, what funding measures the mark against. */
  readonly index: number;
  /** What longs pay at the end of a period, mark − index, as a fraction of the mark then. */
  readonly fundingPerPeriod: number;
}

function invalid(field: string, expected: string, was: number): Result<never> {
  return fail(fault('invalid', `power perpetual: ${field}: expected ${expected}, was ${was}`, { field }));
}

function check(terms: PowerPerpetualTerms): Result<null> {
  const { spot, power, fundingYears, rate, carry, vol } = terms;
  if (!(spot > 0 && spot < Infinity)) return invalid('spot', 'a finite number above 0', spot);
  if (!Number.isFinite(power)) return invalid('power', 'a finite number', power);
  if (!(fundingYears > 0 && fundingYears < Infinity)) return invalid('fundingYears', 'a time above 0', fundingYears);
  if (!Number.isFinite(rate)) return invalid('rate', 'a finite number', rate);
  if (!Number.isFinite(carry)) return invalid('carry', 'a finite number', carry);
  return vol >= 0 && vol < Infinity ? ok(null) : invalid('vol', 'a finite vol of 0 or more', vol);
}

/** Growth of a discounted claim on spot^power, per year: p·b − r + p·(p − 1)·σ²/2. */
function growthOf({ power, rate, carry, vol }: PowerPerpetualTerms): number {
  return power * carry - rate + 0.5 * power * (power - 1) * vol * vol;
}

/**
 * Fair mark and Greeks of a power perpetual just after a payment: it is worth a half, a quarter, an eighth … of the claims
 * on spot^power that pay after one, two, three … funding periods f, so mark = S^p/(2·e^(−f·g) − 1) with g the growth of
 * such a claim.
 * White, Robinson, Koticha, Leone, Gauba & Krishnan (2021), "Power perpetuals". In the quote currency per contract
 * (to the power); vega per 1.00 of vol. Fails where f·g reaches ln 2: no mark is finite then.
 */
export function powerPerpetual(terms: PowerPerpetualTerms): Result<PowerPerpetualValue> {
  const checked = check(terms);
  if (!checked.ok) return checked;
  const { spot, power, fundingYears, vol } = terms;
  const growth = fundingYears * growthOf(terms);
  const shrink = 2 * Math.exp(-growth);
  if (!(shrink > 1)) return invalid('fundingYears', 'growth over a funding period below ln 2', growth);
  const index = spot ** power;
  const price = index / (shrink - 1);
  if (!Number.isFinite(price)) return invalid('spot', 'a finite spot^power', spot);
  const growthByVol = fundingYears * power * (power - 1) * vol;
  return ok({
    index,
    price,
    delta: (price * power) / spot,
    gamma: ((price * power) / spot) * ((power - 1) / spot),
    vega: (price * shrink * growthByVol) / (shrink - 1),
    fundingPerPeriod: Math.expm1(growth),
  });
}

/**
 * The vol at which `mark` is the fair one: what the funding implies. Fails where no vol gives it: powers 0 and 1 do not
 * answer vol, and a mark can be too low (too high for powers between 0 and 1).
 */
export function powerPerpetualVol(terms: Omit<PowerPerpetualTerms, 'vol'>, mark: number): Result<number> {
  const still = { ...terms, vol: 0 };
  const checked = check(still);
  if (!checked.ok) return checked;
  if (!(mark > 0 && mark < Infinity)) return invalid('mark', 'a finite number above 0', mark);
  const { spot, power, fundingYears } = terms;
  const curvature = power * (power - 1);
  if (curvature === 0) return invalid('power', 'other than 0 and 1', power);
  const growth = -Math.log(0.5 * (spot ** power / mark + 1)) / fundingYears;
  const variance = (2 * (growth - growthOf(still))) / curvature;
  return variance >= 0 ? ok(Math.sqrt(variance)) : invalid('mark', 'a mark that some vol gives', mark);
}
