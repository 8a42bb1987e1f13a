import {
  type Dated,
  entryOf,
  equityOf,
  groupedBy,
  type MarginPool,
  type MarginResult,
  type PoolAsset,
  type PoolPosition,
  type Requirement,
  type Table,
  worthOf,
} from './model.ts';

/** Fractions of spot unless said otherwise; the contract's names in brackets. */
export interface DeriveMarket {
  /** Of the perpetual's notional [imPerpReq, mmPerpReq]. */
  readonly perpetualInitial: number;
  readonly perpetualMaintenance: number;
  /** Short options, initial: between the two, less how far out of the money [maxSpotReq, minSpotReq]. */
  readonly optionMost: number;
  readonly optionLeast: number;
  /** Short options, maintenance [mmCallSpotReq, mmPutSpotReq], puts also of the mark [MMPutMtMReq]. */
  readonly callMaintenance: number;
  readonly putMaintenance: number;
  readonly putMarkMaintenance: number;
  /** A short put's initial is at least this times its maintenance margin [mmOffsetScale]. */
  readonly putInitialScale: number;
  /** Each net short call adds this times the forward to the greatest loss [unpairedIMScale, unpairedMMScale]. */
  readonly unpairedInitial: number;
  readonly unpairedMaintenance: number;
}

/** How much of a base asset's value counts [marginFactor], and how much of that initially [IMScale]. */
export interface DeriveCollateral {
  readonly factor: number;
  readonly initialScale: number;
}

export interface DeriveStandardParameters extends Dated {
  readonly markets: Table<DeriveMarket>;
  readonly collateral: Table<DeriveCollateral>;
  /** Below the threshold, initial margin grows by (1 − confidence) · factor of the notional, up to the whole of it. */
  readonly confidence: {
    readonly perpetual: number;
    readonly option: number;
    readonly collateral: number;
    readonly factor: number;
  };
  /** Below the threshold of the stable coin's price, initial margin grows by the gap · factor of short notional. */
  readonly depeg: { readonly threshold: number; readonly factor: number };
}

const MAJOR: DeriveMarket = {
  perpetualInitial: 0.066,
  perpetualMaintenance: 0.05,
  optionMost: 0.15,
  optionLeast: 0.13,
  callMaintenance: 0.09,
  putMaintenance: 0.09,
  putMarkMaintenance: 0.09,
  putInitialScale: 1.05,
  unpairedInitial: 1.2,
  unpairedMaintenance: 1.1,
};

/**
 * Perpetuals and base assets as docs.derive.xyz (Standard Margin Parameters, BTC and ETH) states them, the rest as
 * derivexyz/v2-core deploys it (scripts/config-mainnet.sol at f4697305). Base assets that are not listed count nothing.
 */
export const DERIVE_STANDARD: DeriveStandardParameters = {
  asOf: '2025-07-14',
  source: 'docs.derive.xyz standard-manager-parameters; derivexyz/v2-core scripts/config-mainnet.sol',
  markets: { default: MAJOR, BTC: MAJOR, ETH: MAJOR },
  collateral: {
    default: { factor: 0, initialScale: 1 },
    ETH: { factor: 0.8, initialScale: 0.9375 },
    WSTETH: { factor: 0.8, initialScale: 0.9375 },
    BTC: { factor: 0.75, initialScale: 0.93 },
    USDT: { factor: 0.98, initialScale: 0.98 },
    DAI: { factor: 0.925, initialScale: 0.92 },
    PYUSD: { factor: 0.925, initialScale: 0.92 },
    USDE: { factor: 0.8, initialScale: 0.875 },
  },
  confidence: { perpetual: 0.55, option: 0.55, collateral: 0.55, factor: 1 },
  depeg: { threshold: 0.99, factor: 2 },
};

const certain = (one: { readonly confidence?: number }): number => one.confidence ?? 1;

/** What a low confidence adds to initial margin, as a fraction of notional. */
function doubt(confidence: number, threshold: number, factor: number): number {
  return confidence < threshold ? (1 - confidence) * factor : 0;
}

/** A short option on its own, USD, mark included. */
function isolated(position: PoolPosition, market: DeriveMarket): Requirement {
  const { quantity, right, strike, index, mark } = position;
  if (quantity >= 0) return { initial: 0, maintenance: 0 };
  const size = -quantity;
  const owed = size * mark;
  const outOfTheMoney = Math.max(right * (strike - index), 0) / index;
  const fraction = Math.max(market.optionMost - outOfTheMoney, market.optionLeast);
  const initial = size * fraction * index + owed;
  if (right > 0) return { initial, maintenance: size * market.callMaintenance * index + owed };
  const maintenance = Math.max(size * market.putMaintenance * index, market.putMarkMaintenance * owed) + owed;
  return { initial: Math.max(initial, maintenance * market.putInitialScale), maintenance };
}

/** Payoff of the options of one expiry at a settlement price, USD. */
function payoffAt(options: readonly PoolPosition[], price: number): number {
  let payoff = 0;
  for (const { quantity, right, strike } of options) payoff += quantity * Math.max(right * (price - strike), 0);
  return payoff;
}

/** The greatest loss at settlement over nil and every strike; unpaired short calls count apart. */
function greatestLoss(options: readonly PoolPosition[]): number {
  let worst = Math.min(payoffAt(options, 0), 0);
  for (const { strike } of options) worst = Math.min(worst, payoffAt(options, strike));
  return -worst;
}

/** Options of one expiry: the better of the isolated margins and the greatest loss. */
function expiryRequirement(options: readonly PoolPosition[], market: DeriveMarket): Requirement {
  let initial = 0;
  let maintenance = 0;
  let netCalls = 0;
  for (const one of options) {
    const alone = isolated(one, market);
    initial += alone.initial;
    maintenance += alone.maintenance;
    if (one.right > 0) netCalls += one.quantity;
  }
  const loss = greatestLoss(options);
  const unpaired = Math.max(-netCalls, 0) * (options[0]?.forward ?? 0);
  return {
    initial: Math.min(initial, loss + unpaired * market.unpairedInitial),
    maintenance: Math.min(maintenance, loss + unpaired * market.unpairedMaintenance),
  };
}

interface Sum {
  perpetuals: Requirement;
  options: Requirement;
  /** Initial margin only. */
  confidence: number;
  depeg: number;
}

/** What one underlying asks. */
function marketRequirement(
  group: readonly PoolPosition[],
  pool: MarginPool,
  parameters: DeriveStandardParameters,
): Sum {
  const market = entryOf(parameters.markets, group[0]?.underlying ?? '');
  const { confidence, depeg } = parameters;
  const index = group[0]?.index ?? 0;
  const spot = certain(pool);
  const sum: Sum = {
    perpetuals: { initial: 0, maintenance: 0 },
    options: { initial: 0, maintenance: 0 },
    confidence: 0,
    depeg: 0,
  };
  let penalised = 0;
  for (const one of group.filter((held) => held.kind === 'future')) {
    const size = Math.abs(one.quantity);
    sum.perpetuals = {
      initial: sum.perpetuals.initial + size * one.mark * market.perpetualInitial,
      maintenance: sum.perpetuals.maintenance + size * one.mark * market.perpetualMaintenance,
    };
    sum.confidence += doubt(Math.min(certain(one), spot), confidence.perpetual, confidence.factor) * index * size;
    penalised += size;
  }
  const options = group.filter((held) => held.kind === 'option');
  for (const expiry of groupedBy(options, (one) => one.years).values()) {
    const asked = expiryRequirement(expiry, market);
    const short = expiry.reduce((total, one) => total + Math.max(-one.quantity, 0), 0);
    const least = Math.min(spot, ...expiry.map(certain));
    sum.options = {
      initial: sum.options.initial + asked.initial,
      maintenance: sum.options.maintenance + asked.maintenance,
    };
    sum.confidence += doubt(least, confidence.option, confidence.factor) * index * short;
    penalised += short;
  }
  sum.depeg = Math.max(depeg.threshold - (pool.stablePrice ?? 1), 0) * depeg.factor * index * penalised;
  return sum;
}

/** What of an asset's value does not count as margin. */
function haircut(asset: PoolAsset, pool: MarginPool, parameters: DeriveStandardParameters): Requirement {
  const { factor, initialScale } = entryOf(parameters.collateral, asset.currency);
  const { collateral, factor: scale } = parameters.confidence;
  const value = asset.quantity * asset.price;
  const counted = value * (pool.stablePrice ?? 1);
  const unsure = doubt(Math.min(certain(asset), certain(pool)), collateral, scale);
  return {
    initial: value - counted * (factor * initialScale - unsure),
    maintenance: value - counted * factor,
  };
}

/**
 * Derive's standard manager (docs.derive.xyz, Standard Margin; derivexyz/v2-core StandardManager): perpetuals by
 * notional; options per expiry the better of isolated margins and the greatest loss over strikes. Long options and the
 * haircut of base assets are asked for in full, because equity counts them: equity − initial margin is the contract's
 * net margin (details.netInitial, details.netMaintenance), at or above 0 in a sound account.
 */
export function deriveStandard(pool: MarginPool, parameters: DeriveStandardParameters = DERIVE_STANDARD): MarginResult {
  let initial = 0;
  let maintenance = 0;
  const details = { perpetuals: 0, options: 0, optionValue: 0, haircut: 0, confidence: 0, depeg: 0 };
  for (const group of groupedBy(pool.positions, (one) => one.underlying).values()) {
    const sum = marketRequirement(group, pool, parameters);
    initial += sum.perpetuals.initial + sum.options.initial + sum.confidence + sum.depeg;
    maintenance += sum.perpetuals.maintenance + sum.options.maintenance;
    details.perpetuals += sum.perpetuals.initial;
    details.options += sum.options.initial;
    details.confidence += sum.confidence;
    details.depeg += sum.depeg;
  }
  for (const asset of pool.assets) {
    const asked = haircut(asset, pool, parameters);
    initial += asked.initial;
    maintenance += asked.maintenance;
    details.haircut += asked.initial;
  }
  for (const one of pool.positions) if (one.kind === 'option') details.optionValue += worthOf(one);
  initial += details.optionValue;
  maintenance += details.optionValue;
  const equity = equityOf(pool);
  return {
    initial,
    maintenance,
    equity,
    marginBalance: equity,
    byPosition: null,
    details: { ...details, netInitial: equity - initial, netMaintenance: equity - maintenance },
  };
}
