import type { MarginRules } from '#shared/domain/account.ts';
import { ok, type Result } from '#shared/units/result.ts';
import { aaveV3 } from './aave-v3.ts';
import { AAVE_V3 } from './aave-v3-parameters.ts';
import { deribitPortfolio } from './deribit-portfolio.ts';
import { DERIBIT_PORTFOLIO } from './deribit-portfolio-parameters.ts';
import { DERIBIT_STANDARD, deribitStandardPool } from './deribit-standard.ts';
import { derivePortfolio } from './derive-portfolio.ts';
import { DERIVE_PORTFOLIO } from './derive-portfolio-parameters.ts';
import { DERIVE_STANDARD, deriveStandard } from './derive-standard.ts';
import { hyperliquidCross, hyperliquidPrices } from './hyperliquid.ts';
import { HYPERLIQUID } from './hyperliquid-tiers.ts';
import type { Dated, MarginModel, MarginPool, MarginResult } from './model.ts';
import { type Misfit, override } from './override.ts';
import { PERP_V2, perpV2 } from './perp-v2.ts';

/** A rule set with the parameters it is to use. */
export interface Rules {
  readonly name: MarginRules;
  readonly parameters: Dated;
  of(pool: MarginPool): MarginResult;
  /** Per position: USD price at which it is liquidated, other coins held; null where the rules have no such price. */
  positionPrices(pool: MarginPool): readonly (number | null)[];
  /** The same rules with the given parameters in the place of the standard ones. */
  with(given: unknown): Result<Rules, Misfit>;
}

type PositionPrices<P> = (pool: MarginPool, parameters: P) => readonly (number | null)[];

const noPrices: PositionPrices<unknown> = (pool) => pool.positions.map(() => null);

function rules<P extends Dated>(
  name: MarginRules,
  model: MarginModel<P>,
  parameters: P,
  positionPrices: PositionPrices<P> = noPrices,
): Rules {
  return {
    name,
    parameters,
    of: (pool) => model(pool, parameters),
    positionPrices: (pool) => positionPrices(pool, parameters),
    with(given) {
      const merged = override(parameters, given);
      return merged.ok ? ok(rules(name, model, merged.value, positionPrices)) : merged;
    },
  };
}

/** Every rule set at its standard parameters. */
export const RULES: Readonly<Record<MarginRules, Rules>> = {
  'deribit-standard': rules('deribit-standard', deribitStandardPool, DERIBIT_STANDARD),
  'deribit-portfolio': rules('deribit-portfolio', deribitPortfolio, DERIBIT_PORTFOLIO),
  'derive-standard': rules('derive-standard', deriveStandard, DERIVE_STANDARD),
  'derive-portfolio': rules('derive-portfolio', derivePortfolio, DERIVE_PORTFOLIO),
  hyperliquid: rules('hyperliquid', hyperliquidCross, HYPERLIQUID, hyperliquidPrices),
  'aave-v3': rules('aave-v3', aaveV3, AAVE_V3),
  'perp-v2': rules('perp-v2', perpV2, PERP_V2),
};
