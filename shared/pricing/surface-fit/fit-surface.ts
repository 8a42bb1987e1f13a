import type { SviParameters } from '#shared/market/svi-parameters.ts';
import type { SviSlice } from '#shared/pricing/svi.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { findArbitrage, type SliceArbitrage } from './arbitrage.ts';
import type { LeftOut, OptionChain } from './chain.ts';
import { insideMisfit, type MisfitRule, robustMisfit } from './misfit.ts';
import { leaveOutOffMarket } from './off-market.ts';
import { errorsOf, type FitErrors } from './quality.ts';
import { fromRaw, RAW_COUNT, toRaw } from './raw-svi.ts';
import { type Repair, removeArbitrage } from './repair.ts';
import { type ForwardSource, type SourcedSmile, smilesOf } from './smiles.ts';
import { type SsviShape, ssviSlice } from './ssvi.ts';
import { fitSsvi, type SsviFit } from './ssvi-fit.ts';
import { fitSlice, SmileCost } from './svi-fit.ts';

export type SurfaceModel = 'svi' | 'ssvi';

/** One expiry of a fitted surface. */
export interface ExpiryFit {
  readonly expiry: EpochMs;
  /** Year fraction from the snapshot, ACT/365. */
  readonly years: number;
  /** Quote currency per unit of the underlying. */
  readonly forward: number;
  readonly forwardFrom: ForwardSource;
  /** Quotes with both sides, and those of them that were fitted. */
  readonly twoSided: number;
  readonly fitted: number;
  /** Null where no quote of the expiry could be used. */
  readonly parameters: SviParameters | null;
  /** At-the-money total variance w(0) of the slice. */
  readonly theta: number | null;
  readonly errors: FitErrors | null;
  /** As fitted expiry by expiry, and of what is given here. */
  readonly arbitrageBefore: SliceArbitrage | null;
  readonly arbitrageAfter: SliceArbitrage | null;
}

export interface SurfaceFit {
  readonly underlying: string;
  readonly asOf: EpochMs;
  readonly model: SurfaceModel;
  /** Continuously compounded rate per year that prices were discounted with; 0 where they were not. */
  readonly rate: number;
  /** The shape all smiles share, of model ssvi only. */
  readonly shape: SsviShape | null;
  readonly repair: Repair;
  /** Ascending in expiry. */
  readonly expiries: readonly ExpiryFit[];
  /** Ready for surfaceVol and forwardAt: the expiries that have parameters. */
  readonly slices: readonly SviSlice[];
  readonly leftOut: readonly LeftOut[];
}

const SLICE_ROUNDS = 40;

/** Slices of the common SSVI shape. */
function ssviSlices(fit: SsviFit): Float64Array {
  const out = new Float64Array(fit.theta.length * RAW_COUNT);
  fit.theta.forEach((theta, slice) => {
    toRaw(ssviSlice(fit, theta), out, slice * RAW_COUNT);
  });
  return out;
}

/** Each smile by itself. */
function sviSlices(costs: readonly SmileCost[], start: Float64Array, rule: MisfitRule): Float64Array {
  const out = start.slice();
  costs.forEach((cost, slice) => {
    fitSlice(cost, out.subarray(slice * RAW_COUNT, (slice + 1) * RAW_COUNT), rule, SLICE_ROUNDS);
  });
  return out;
}

function costsOf(smiles: readonly SourcedSmile[], common: Float64Array): SmileCost[] {
  return smiles.map(
    (smile, slice) => new SmileCost(smile, common.subarray(slice * RAW_COUNT, (slice + 1) * RAW_COUNT)),
  );
}

/** Both fits of the smiles, after quotes that the rest contradicts have been left out. */
function fitBoth(chain: OptionChain, smiles: readonly SourcedSmile[]) {
  if (smiles.length === 0) {
    const none = new Float64Array(0);
    return { shape: { rho: 0, eta: 1, gamma: 0.5, theta: none }, common: none, costs: [], own: none, leftOut: [] };
  }
  let shape = fitSsvi(smiles);
  let common = ssviSlices(shape);
  let costs = costsOf(smiles, common);
  let own = sviSlices(costs, common, robustMisfit);
  const leftOut = smiles.flatMap((smile, slice) => leaveOutOffMarket(chain, smile, own, slice * RAW_COUNT));
  if (leftOut.length > 0) {
    shape = fitSsvi(smiles);
    common = ssviSlices(shape);
    costs = costsOf(smiles, common);
    own = sviSlices(costs, common, robustMisfit);
  }
  return { shape, common, costs, own, leftOut };
}

function countUsed({ used, count }: SourcedSmile): number {
  return used.subarray(0, count).reduce((sum, one) => sum + one, 0);
}

function expiryFit(smile: SourcedSmile): ExpiryFit {
  const { expiry, years, forward, forwardFrom, count } = smile;
  return {
    expiry,
    years,
    forward,
    forwardFrom,
    twoSided: count,
    fitted: countUsed(smile),
    parameters: null,
    theta: null,
    errors: null,
    arbitrageBefore: null,
    arbitrageAfter: null,
  };
}

/**
 * Fits a volatility surface to one snapshot of a chain: raw SVI per expiry (model svi) or one SSVI over all of them
 * (model ssvi), Gatheral & Jacquier (2014). Each quote weighs by its bid–ask in vol, which is that in price over vega: first
 * by its square, beyond 1.5 half spreads linearly, then (svi) by whether the smile passes through it. Quotes that cannot be used are left out and listed with the reason; static arbitrage is looked
 * for on a fine grid and removed, so `arbitrageAfter` has none. An expiry with few quotes takes what they do not say
 * from the shape of all expiries.
 */
export function fitSurface(chain: OptionChain, model: SurfaceModel = 'svi'): SurfaceFit {
  const { smiles: all, rate, leftOut: sieved } = smilesOf(chain);
  const smiles = all.filter((smile) => countUsed(smile) > 0);
  const { shape, common, costs, own, leftOut } = fitBoth(chain, smiles);
  const years = Float64Array.from(smiles, (smile) => smile.years);
  const parameters = model === 'svi' ? sviSlices(costs, own, insideMisfit) : common;
  const before = findArbitrage({ parameters, years });
  const repair = model === 'svi' ? removeArbitrage(costs, { parameters, years }, common) : 'none-needed';
  const after = findArbitrage({ parameters, years });
  const expiries = all.map((smile): ExpiryFit => {
    const slice = smiles.indexOf(smile);
    const plain = expiryFit(smile);
    if (slice < 0) return plain;
    const found = fromRaw(parameters, slice * RAW_COUNT);
    return {
      ...plain,
      parameters: found,
      theta: found.a + found.b * (Math.hypot(found.m, found.sigma) - found.rho * found.m),
      errors: errorsOf(parameters, slice * RAW_COUNT, smile),
      arbitrageBefore: before[slice] ?? null,
      arbitrageAfter: after[slice] ?? null,
    };
  });
  return {
    underlying: chain.underlying,
    asOf: chain.asOf,
    model,
    rate,
    shape: model === 'ssvi' ? { rho: shape.rho, eta: shape.eta, gamma: shape.gamma } : null,
    repair,
    expiries,
    slices: expiries.flatMap(({ expiry, forward, parameters: found }) =>
      found ? [{ ...found, expiry, forward }] : [],
    ),
    leftOut: [...sieved, ...leftOut].sort((a, b) => a.row - b.row),
  };
}
