import type { Claim, Lending } from '#shared/domain/instrument.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { answersVol, claimPrice, claimValue } from '#shared/pricing/claims/claim-value.ts';
import type { ClaimMarket, ClaimTerms, ClaimValue } from '#shared/pricing/claims/terms.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { type EpochMs, yearsBetween } from '#shared/units/time.ts';
import type { InstrumentTable, RiskProblem } from './problem.ts';

const HOURS_A_YEAR = 8760;

/** Claims that are rows of the instrument table; lending is held like cash. */
export type PricedClaim = Exclude<Claim, Lending>;

/** What of a claim is numbers, with what its past left of it. */
export function claimTerms(claim: PricedClaim, quote: Quote, asOf: EpochMs): ClaimTerms {
  switch (claim.kind) {
    case 'barrier': {
      const { kind, style, right, strike, barrier, rebate } = claim;
      const terms = { strike: toNumber(strike), barrier: toNumber(barrier), rebate: toNumber(rebate) };
      return { kind, style, right, ...terms, touched: quote.touched ? 'before' : 'never' };
    }
    case 'digital':
      return { kind: claim.kind, right: claim.right, strike: toNumber(claim.strike), pays: claim.pays };
    case 'asian': {
      const { kind, mean, right, start, expiry } = claim;
      const left = Math.max(yearsBetween(Math.max(asOf, start), expiry), 0);
      const average = quote.average ?? Number.NaN;
      return { kind, mean, right, strike: toNumber(claim.strike), life: yearsBetween(start, expiry), left, average };
    }
    case 'power-perpetual':
      return { kind: claim.kind, power: claim.power, fundingYears: claim.fundingHours / HOURS_A_YEAR };
    case 'liquidity-range': {
      const { kind, liquidity, lower, upper } = claim;
      return { kind, liquidity: toNumber(liquidity), lower: toNumber(lower), upper: toNumber(upper) };
    }
    default: {
      const { kind, right, strike, collateral, sold } = claim;
      return { kind, right, strike: toNumber(strike), collateral: toNumber(collateral), sold: toNumber(sold) };
    }
  }
}

/** Why a claim cannot be valued on its quote, or null. */
export function claimFlaw(claim: PricedClaim, quote: Quote, { asOf, index }: MarketSnapshot): string | null {
  const terms = claimTerms(claim, quote, asOf);
  const spot = index.get(claim.underlying);
  if (spot === undefined) return 'no index yet';
  if (answersVol(terms) && quote.markVol === null) return 'no vol in its quote';
  if (claim.kind === 'asian') {
    if (claim.start > asOf) return 'its averaging has not begun';
    if (claim.start < asOf && !(quote.average !== undefined && quote.average > 0)) return 'no average in its quote';
  }
  const { forward, markVol } = quote;
  const years = 'expiry' in claim ? Math.max(yearsBetween(asOf, claim.expiry), 0) : 0;
  const priced = claimValue(terms, { spot, forward, vol: markVol ?? 0, years });
  return priced.ok ? null : priced.error.message;
}

/** The market an instrument of a problem stands in. */
export function claimMarket(table: InstrumentTable, spot: Float64Array, i: number): ClaimMarket {
  return { spot: spot[table.underlying[i]!]!, forward: table.forward[i]!, vol: table.vol[i]!, years: table.years[i]! };
}

/** One unit of claim `i` at its own market. Throws FaultError on numbers outside of the formula's domain. */
export function claimFigures({ instruments: table, spot }: RiskProblem, i: number, terms: ClaimTerms): ClaimValue {
  return unwrap(claimValue(terms, claimMarket(table, spot, i)));
}

/** USD price of one unit at a market. Throws FaultError on numbers outside of the formula's domain. */
export function claimPriceAt(terms: ClaimTerms, market: ClaimMarket): number {
  return unwrap(claimPrice(terms, market));
}
