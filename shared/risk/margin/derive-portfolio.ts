import { DERIVE_PORTFOLIO, type DeriveAsset, type DerivePortfolioParameters } from './derive-portfolio-parameters.ts';
import { type Expiry, expiryOf, scenarioProfit, valueAt } from './derive-portfolio-value.ts';
import {
  entryOf,
  equityOf,
  groupedBy,
  type MarginPool,
  type MarginResult,
  type PoolAsset,
  type PoolPosition,
  type Requirement,
  worthOf,
} from './model.ts';

const certain = (one: { readonly confidence?: number }): number => one.confidence ?? 1;

/** A pool as the rules look at it: one coin's options by expiry, its perpetuals, and what secures them. */
interface Portfolio {
  readonly coin: string;
  readonly index: number;
  readonly expiries: readonly Expiry[];
  readonly perpetuals: readonly PoolPosition[];
  /** Value in the pool's currency of what spot moves along with the coin. */
  readonly alongside: number;
  readonly assets: readonly { readonly asset: PoolAsset; readonly rule: DeriveAsset }[];
  /** Lowest confidence of spot and perpetual feeds. */
  readonly confidence: number;
}

function portfolioOf(pool: MarginPool, parameters: DerivePortfolioParameters): Portfolio {
  const assets = pool.assets.map((asset) => ({
    asset,
    rule: entryOf(parameters.assets, asset.currency),
  }));
  const coin = pool.positions[0]?.underlying ?? assets.find((one) => one.rule.follows !== '')?.rule.follows ?? '';
  const options = pool.positions.filter((one) => one.kind === 'option');
  const perpetuals = pool.positions.filter((one) => one.kind === 'future');
  return {
    coin,
    index: pool.positions[0]?.index ?? 0,
    expiries: [...groupedBy(options, (one) => one.years).values()].map((one) => expiryOf(one, parameters)),
    perpetuals,
    alongside: assets.reduce(
      (sum, { asset, rule }) => (rule.follows === coin ? sum + asset.quantity * asset.price : sum),
      0,
    ),
    assets,
    confidence: Math.min(certain(pool), ...perpetuals.map(certain)),
  };
}

/** The least profit over the scenarios and the basis contingency; 0 or below. */
function worstOf(portfolio: Portfolio, parameters: DerivePortfolioParameters) {
  const { expiries, perpetuals, alongside } = portfolio;
  const { basis } = parameters;
  let basisLoss = 0;
  for (const one of expiries) {
    const moved = [basis.up, basis.down].map((spot) => valueAt(one, { spot, vol: 'none' }, parameters) - one.value);
    basisLoss += Math.min(0, ...moved) * (basis.add + basis.multiple * one.years);
  }
  let worst = basisLoss;
  let scenario = parameters.scenarios.length;
  parameters.scenarios.forEach((one, s) => {
    const moved = perpetuals.reduce((sum, { quantity, mark }) => sum + quantity * mark, alongside) * (one.spot - 1);
    let profit = moved * one.dampening;
    for (const expiry of expiries) profit += scenarioProfit(expiry, one, parameters);
    if (profit < worst) [worst, scenario] = [profit, s];
  });
  return { loss: -worst, scenario, basisLoss: -basisLoss };
}

/** Net short options at a strike of an expiry are naked. */
function nakedShorts(options: readonly PoolPosition[]): number {
  let naked = 0;
  for (const strike of groupedBy(options, (one) => one.strike).values()) {
    naked += Math.max(-strike.reduce((sum, one) => sum + one.quantity, 0), 0);
  }
  return naked;
}

/** Initial includes maintenance. */
interface Contingencies {
  readonly perpetual: Requirement;
  readonly option: Requirement;
  readonly asset: Requirement;
  /** Initial only. */
  readonly confidence: number;
}

function contingenciesOf(portfolio: Portfolio, parameters: DerivePortfolioParameters): Contingencies {
  const { contingency } = parameters;
  const doubt = (confidence: number, notional: number): number =>
    confidence < contingency.confidenceThreshold ? (1 - confidence) * contingency.confidenceFactor * notional : 0;
  const { index, coin } = portfolio;
  const notional = Math.abs(portfolio.perpetuals.reduce((sum, one) => sum + one.quantity, 0)) * index;
  let confidence = doubt(portfolio.confidence, notional);
  let naked = 0;
  for (const { options } of portfolio.expiries) {
    naked += nakedShorts(options) * index;
    const least = Math.min(portfolio.confidence, ...options.map(certain));
    confidence += doubt(least, options.reduce((sum, one) => sum + Math.abs(one.quantity), 0) * index);
  }
  let initial = 0;
  let maintenance = 0;
  for (const { asset, rule } of portfolio.assets) {
    const value = asset.quantity * asset.price;
    const haircut = rule.follows === coin ? rule.own : rule.other;
    maintenance += value * haircut.maintenance;
    initial += value * (haircut.maintenance + haircut.initialExtra);
    confidence += doubt(certain(asset), value);
  }
  const asked = (on: number, always: number, extra: number): Requirement => ({
    initial: on * (always + extra),
    maintenance: on * always,
  });
  return {
    perpetual: asked(notional, contingency.perpetualMaintenance, contingency.perpetualInitialExtra),
    option: asked(naked, contingency.optionMaintenance, contingency.optionInitialExtra),
    asset: { initial, maintenance },
    confidence,
  };
}

/**
 * Derive's portfolio margin PM2 (docs.derive.xyz/docs/pm2; derivexyz/v2-core PMRM_2), of one coin's options and
 * perpetuals and whatever secures them: factor · greatest loss over the scenarios + contingencies. Options are valued by
 * Black-76 at their vol, forward and rate, discounted for scenarios. The contract's net margins, at or above 0 in a sound
 * account, are details.netInitial and details.netMaintenance. It knows one coin per account; so does this.
 */
export function derivePortfolio(
  pool: MarginPool,
  parameters: DerivePortfolioParameters = DERIVE_PORTFOLIO,
): MarginResult {
  const portfolio = portfolioOf(pool, parameters);
  const { loss, scenario, basisLoss } = worstOf(portfolio, parameters);
  const asked = contingenciesOf(portfolio, parameters);
  const { pegThreshold, pegFactor } = parameters.contingency;
  const depeg = Math.max(pegThreshold - (pool.stablePrice ?? 1), 0) * pegFactor;
  const initialFactor = parameters.loss.initialFactor + depeg;
  const contingencies = asked.perpetual.initial + asked.option.initial + asked.asset.initial + asked.confidence;
  const initial = loss * initialFactor + contingencies;
  const maintenance =
    loss * parameters.loss.maintenanceFactor +
    asked.perpetual.maintenance +
    asked.option.maintenance +
    asked.asset.maintenance;
  const optionValue = portfolio.expiries.reduce((sum, one) => sum + one.value, 0);
  const marked = pool.positions.reduce((sum, one) => (one.kind === 'option' ? sum + worthOf(one) : sum), 0);
  const equity = equityOf(pool) - marked + optionValue;
  return {
    initial,
    maintenance,
    equity,
    marginBalance: equity,
    byPosition: null,
    details: {
      worstLoss: loss,
      worstScenario: scenario,
      initialFactor,
      basisLoss,
      perpetualContingency: asked.perpetual.initial,
      optionContingency: asked.option.initial,
      assetContingency: asked.asset.initial,
      confidenceContingency: asked.confidence,
      optionValue,
      netInitial: equity - initial,
      netMaintenance: equity - maintenance,
    },
  };
}
