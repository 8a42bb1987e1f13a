import { exoticValue } from '#shared/pricing/exotics/exotic.ts';
import { powerPerpetual } from '#shared/pricing/exotics/power-perpetual.ts';
import { seasonedArithmetic, seasonedGeometric } from '#shared/pricing/exotics/seasoned-asian.ts';
import type { ExoticValue, SpotTerms } from '#shared/pricing/exotics/terms.ts';
import { rangeGreeks } from '#shared/pricing/onchain/uniswap-v3.ts';
import { vaultShareGreeks } from '#shared/pricing/onchain/vault-share.ts';
import { ok, type Result } from '#shared/units/result.ts';
import type { ClaimMarket, ClaimTerms, ClaimValue } from './terms.ts';

type Kind<K extends ClaimTerms['kind']> = Extract<ClaimTerms, { kind: K }>;
type SpotClaim = Kind<'barrier' | 'digital' | 'asian'>;
/** Greeks with the carry held: index and forward move in proportion. */
type Priced = Result<ExoticValue>;

const NOTHING: ExoticValue = { price: 0, delta: 0, gamma: 0, vega: 0 };

function barrierAt(claim: Kind<'barrier'>, terms: SpotTerms): Priced {
  const { style, barrier, rebate, touched } = claim;
  const kind = `barrier-${style}` as const;
  if (touched === 'never') return exoticValue({ ...terms, kind, barrier, rebate });
  // A knock-out has paid its rebate: before now that is cash of the account. A knock-in is the plain option, as it is with
  // spot on the barrier.
  if (style.endsWith('-out')) return ok({ ...NOTHING, price: touched === 'since' ? rebate : 0 });
  return exoticValue({ ...terms, kind, barrier: terms.spot, rebate: 0 });
}

/** The claim after the index has been between two prices: a barrier that was met on the way stays met. */
export function afterPath(claim: ClaimTerms, lowest: number, highest: number): ClaimTerms {
  if (claim.kind !== 'barrier' || claim.touched !== 'never') return claim;
  const met = claim.style.startsWith('down') ? lowest <= claim.barrier : highest >= claim.barrier;
  return met ? { ...claim, touched: 'since' } : claim;
}

/** Mean of what is past at `years` to expiry: the index went on as it stands since the terms were taken. */
function averageAt({ life, left, average, mean }: Kind<'asian'>, spot: number, years: number): number {
  if (life <= left) return spot;
  const share = (left - years) / (life - years);
  return mean === 'geometric' ? average ** (1 - share) * spot ** share : average * (1 - share) + spot * share;
}

function asianAt(claim: Kind<'asian'>, terms: SpotTerms): Priced {
  const { right, spot, strike, years } = terms;
  const average = averageAt(claim, spot, years);
  if (years <= 0) return ok({ ...NOTHING, price: Math.max((right === 'call' ? 1 : -1) * (average - strike), 0) });
  const past = { ahead: years / claim.life, average };
  return claim.mean === 'geometric' ? seasonedGeometric(terms, past) : seasonedArithmetic(terms, past);
}

function atCarry(claim: SpotClaim, terms: SpotTerms): Priced {
  switch (claim.kind) {
    case 'barrier':
      return barrierAt(claim, terms);
    case 'digital':
      return exoticValue({ ...terms, kind: `digital-${claim.pays}` });
    default:
      return asianAt(claim, terms);
  }
}

/** Spot-carry form: forward = spot·e^(carry·years), undiscounted as the options are; at expiry only the forward is left. */
function spotTerms({ right, strike }: SpotClaim, { spot, forward, vol, years }: ClaimMarket, basis: number): SpotTerms {
  if (years <= 0) return { right, strike, spot: forward, years: 0, rate: 0, carry: 0, vol };
  return { right, strike, spot, years, rate: 0, carry: basis / years, vol };
}

/** Step of ln(forward/spot) for derivatives by the basis. */
const BASIS_STEP = 1e-4;

/**
 * From Greeks at constant carry to a parallel move x of index S and forward F. With b = ln(F/S): b' = 1/F − 1/S,
 * b'' = 1/S² − 1/F²; delta = V_S + V_b·b', gamma = V_SS + 2·V_Sb·b' + V_bb·b'² + V_b·b''. V_b by central differences: what
 * they lack is multiplied by the basis.
 */
function parallel(claim: SpotClaim, market: ClaimMarket): Priced {
  const { spot, forward, years } = market;
  const basis = Math.log(forward / spot);
  const here = atCarry(claim, spotTerms(claim, market, basis));
  if (!here.ok || basis === 0 || years <= 0) return here;
  const up = atCarry(claim, spotTerms(claim, market, basis + BASIS_STEP));
  if (!up.ok) return up;
  const down = atCarry(claim, spotTerms(claim, market, basis - BASIS_STEP));
  if (!down.ok) return down;
  const { price, delta, gamma, vega } = here.value;
  const slope = 1 / forward - 1 / spot;
  const byBasis = (up.value.price - down.value.price) / (2 * BASIS_STEP);
  const curvature = (up.value.price - 2 * price + down.value.price) / BASIS_STEP ** 2;
  const cross = (up.value.delta - down.value.delta) / (2 * BASIS_STEP);
  return ok({
    price,
    delta: delta + byBasis * slope,
    gamma: gamma + 2 * cross * slope + curvature * slope ** 2 + byBasis * (1 / spot ** 2 - 1 / forward ** 2),
    vega,
  });
}

/** An hour in years, the longest step over which time decay is measured. */
const DECAY_STEP = 1 / 8760;

/** Time decay per year by a one-sided difference of second order; the life left is never left. */
function decay(claim: SpotClaim, market: ClaimMarket, price: number): Result<number> {
  const { years } = market;
  if (years <= 0) return ok(0);
  const step = Math.min(DECAY_STEP, years / 4);
  const soon = priceOf(claim, { ...market, years: years - step });
  if (!soon.ok) return soon;
  const later = priceOf(claim, { ...market, years: years - 2 * step });
  return later.ok ? ok((4 * soon.value - 3 * price - later.value) / (2 * step)) : later;
}

function priceOf(claim: SpotClaim, market: ClaimMarket): Result<number> {
  const priced = atCarry(claim, spotTerms(claim, market, Math.log(market.forward / market.spot)));
  return priced.ok ? ok(priced.value.price) : priced;
}

function spotClaimValue(claim: SpotClaim, market: ClaimMarket): Result<ClaimValue> {
  const greeks = parallel(claim, market);
  if (!greeks.ok) return greeks;
  const theta = decay(claim, market, greeks.value.price);
  if (!theta.ok) return theta;
  const perDollar = claim.kind === 'digital' && claim.pays === 'cash';
  return ok({ ...greeks.value, theta: theta.value, notional: perDollar ? 1 : market.spot });
}

function powerValue({ power, fundingYears }: Kind<'power-perpetual'>, { spot, vol }: ClaimMarket): Result<ClaimValue> {
  const priced = powerPerpetual({ spot, power, fundingYears, rate: 0, carry: 0, vol });
  if (!priced.ok) return priced;
  const { price, delta, gamma, vega, index } = priced.value;
  return ok({ price, delta, gamma, vega, theta: 0, notional: index });
}

function rangeValue(claim: Kind<'liquidity-range'>, { forward }: ClaimMarket): Result<ClaimValue> {
  const { value, delta, gamma } = rangeGreeks(claim, forward);
  return ok({ price: value, delta, gamma, vega: 0, theta: 0, notional: value });
}

/** Coins are worth the index, the option sold depends on the forward; both move dollar by dollar. */
function vaultValue(claim: Kind<'vault-share'>, { spot, forward, vol, years }: ClaimMarket): Result<ClaimValue> {
  const { right, strike, collateral, sold } = claim;
  const option = { right, strike, forward, vol, years, rate: 0 };
  const priced = vaultShareGreeks({ collateral, sold, option }, 1, forward);
  if (!priced.ok) return priced;
  const { value, delta, gamma, vega, theta } = priced.value;
  const coins = right === 'call' ? collateral : 0;
  const notional = right === 'call' ? collateral * spot : collateral;
  return ok({ price: value + coins * (spot - forward), delta, gamma, vega: vega * 100, theta: theta * 365, notional });
}

/** Price and Greeks of one unit of a claim; conventions in {@link ClaimValue}, formulas where they are defined. */
export function claimValue(claim: ClaimTerms, market: ClaimMarket): Result<ClaimValue> {
  switch (claim.kind) {
    case 'power-perpetual':
      return powerValue(claim, market);
    case 'liquidity-range':
      return rangeValue(claim, market);
    case 'vault-share':
      return vaultValue(claim, market);
    default:
      return spotClaimValue(claim, market);
  }
}

/** The price alone, USD per unit: what scenarios ask for. */
export function claimPrice(claim: ClaimTerms, market: ClaimMarket): Result<number> {
  switch (claim.kind) {
    case 'power-perpetual':
    case 'liquidity-range':
    case 'vault-share': {
      const priced = claimValue(claim, market);
      return priced.ok ? ok(priced.value.price) : priced;
    }
    default:
      return priceOf(claim, market);
  }
}

/** Whether the claim answers vol, and so needs one. */
export function answersVol(claim: ClaimTerms): boolean {
  return claim.kind !== 'liquidity-range';
}
