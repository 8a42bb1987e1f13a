import { black76Greeks } from '#shared/pricing/kernel/black76.ts';
import { allocateGreeks, allocateOptions } from '#shared/pricing/kernel/columns.ts';
import type { Result } from '#shared/units/result.ts';
import { ok, unwrap } from '#shared/units/result.ts';
import { gaussLegendre } from './quadrature.ts';
import { checkAsianTerms, type ExoticValue, type InvalidExotic, type SpotTerms } from './terms.ts';

/** A log-normal average: its forward over spot, its total deviation, and how both answer the vol. */
interface Average {
  readonly growth: number;
  readonly growthByVol: number;
  readonly deviation: number;
  readonly deviationByVol: number;
}

const row = allocateOptions(1);
const answer = allocateGreeks(1);

/** Black (1976) on the average: one "year" of its whole deviation. */
function priced(terms: SpotTerms, average: Average): ExoticValue {
  const { growth, growthByVol, deviation, deviationByVol } = average;
  row.forward[0] = terms.spot * growth;
  row.strike[0] = terms.strike;
  row.years[0] = terms.years > 0 ? 1 : 0;
  row.vol[0] = deviation;
  row.rate[0] = terms.rate * terms.years;
  row.right[0] = terms.right === 'call' ? 1 : -1;
  unwrap(black76Greeks(1, row, answer));
  const delta = answer.delta[0]!;
  return {
    price: answer.price[0]!,
    delta: delta * growth,
    gamma: answer.gamma[0]! * growth * growth,
    vega: answer.vega[0]! * deviationByVol + delta * terms.spot * growthByVol,
  };
}

/** ln of the geometric average is normal with mean ln S + (b − σ²/2)·T/2 and variance σ²·T/3. */
function geometricAverage({ years, carry, vol }: SpotTerms): Average {
  const time = Math.max(years, 0);
  const growth = Math.exp(0.5 * (carry - (vol * vol) / 6) * time);
  const root = Math.sqrt(time / 3);
  return { growth, growthByVol: (-growth * vol * time) / 6, deviation: vol * root, deviationByVol: root };
}

const RULE = gaussLegendre(40);

/** (e^x − 1)/x. */
function meanGrowth(x: number): number {
  return x === 0 ? 1 : Math.expm1(x) / x;
}

/**
 * First two moments of A = (1/T)·∫S dt over S: M1 = (e^β − 1)/β and
 * M2 − M1² = 2·∫₀¹ e^(2βu)·(e^(νu) − 1)·(1 − u)·(e^(β(1−u)) − 1)/(β(1 − u)) du with β = bT, ν = σ²T: nothing is
 * subtracted, so that short and calm averages keep all digits.
 */
function arithmeticAverage({ years, carry, vol }: SpotTerms): Average {
  const time = Math.max(years, 0);
  const beta = carry * time;
  const nu = vol * vol * time;
  const first = meanGrowth(beta);
  let excess = 0;
  let slope = 0;
  for (let i = 0; i < RULE.nodes.length; i++) {
    const u = RULE.nodes[i]!;
    // Over M1², inside the exponential: the powers of a steep carry cancel there.
    const weight = RULE.weights[i]! * 2 * Math.exp(2 * (beta * u - Math.log(first)));
    const rest = weight * (1 - u) * meanGrowth(beta * (1 - u));
    excess += rest * Math.expm1(nu * u);
    slope += rest * u * Math.exp(nu * u);
  }
  const deviation = Math.sqrt(Math.log1p(excess));
  const byVariance = slope / (1 + excess);
  const root = Math.sqrt(time);
  // As vol → 0 the deviation is vol·√(T·slope): both are taken by their ratio, which stays finite.
  const ratio = nu > 0 ? deviation / (vol * root) : Math.sqrt(slope);
  return { growth: first, growthByVol: 0, deviation, deviationByVol: ratio > 0 ? (byVariance * root) / ratio : 0 };
}

/**
 * Option on the continuous geometric average over its whole life. Exact: Kemna & Vorst (1990).
 */
export function geometricAsian(terms: SpotTerms): Result<ExoticValue, InvalidExotic> {
  const checked = checkAsianTerms(terms);
  return checked.ok ? ok(priced(terms, geometricAverage(terms))) : checked;
}

/**
 * Option on the continuous arithmetic average over its whole life: Black (1976) on the log-normal that has the average's
 * own first two moments, Turnbull & Wakeman (1991), Levy (1992). An approximation. Its error against simulation, strikes
 * from 80 % to 120 % of spot, at most, in percent of spot: 0.04 at vol·√years 0.25, 0.3 at 0.5, 0.7 at 0.75, 1.4 at 1 and
 * 4 at 1.5; mostly too dear.
 */
export function arithmeticAsian(terms: SpotTerms): Result<ExoticValue, InvalidExotic> {
  const checked = checkAsianTerms(terms);
  return checked.ok ? ok(priced(terms, arithmeticAverage(terms))) : checked;
}
