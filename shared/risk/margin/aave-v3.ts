import { healthFactor, type LendingAsset, lendingSums } from '#shared/pricing/onchain/lending.ts';
import type { Currency } from '#shared/units/ids.ts';
import { AAVE_V3, type AaveParameters, type AaveTerms } from './aave-v3-parameters.ts';
import { entryOf, type MarginPool, type MarginResult, type PoolAsset } from './model.ts';

/** A token of the pool with the terms it is under: those of the chosen e-mode category for its members. */
export interface Reserve extends Omit<PoolAsset, 'ltv' | 'threshold'>, LendingAsset {
  readonly bonus: number;
}

/** Those of the chosen e-mode category for its members, else the token's own, else the rule set's. */
function termsOf(asset: PoolAsset, pool: MarginPool, parameters: AaveParameters): AaveTerms {
  const category = entryOf(parameters.categories, pool.emode ?? 'default');
  if (category.members.includes(asset.currency)) return category;
  const reserve = entryOf(parameters.reserves, asset.currency);
  const { ltv = reserve.ltv, threshold = reserve.threshold } = asset;
  return { ltv, threshold, bonus: reserve.bonus };
}

/** Cash of the pool's currency is a token like any other. */
function assetsOf(pool: MarginPool): readonly PoolAsset[] {
  if (pool.cash === 0) return pool.assets;
  return [...pool.assets, { currency: pool.currency, quantity: pool.cash, price: 1 }];
}

/** The tokens of a pool, cash included, each with its terms. */
export function reservesOf(pool: MarginPool, parameters: AaveParameters = AAVE_V3): readonly Reserve[] {
  return assetsOf(pool).map((asset) => {
    const { ltv, threshold, bonus } = termsOf(asset, pool, parameters);
    return { ...asset, ltv, threshold, bonus };
  });
}

/**
 * An Aave v3 account (docs.aave.com; contracts GenericLogic): HF = Σ(collateral · threshold) ÷ debt. As margin: maintenance
 * is what of the collateral may not be owed, Σ value · (1 − threshold), initial the same with the LTV, equity is
 * collateral less debt. So equity meets maintenance margin exactly at HF 1, and equity − initial is what may still be
 * borrowed. Isolation mode, caps and the grace of a paused sequencer are not in it.
 */
export function aaveV3(pool: MarginPool, parameters: AaveParameters = AAVE_V3): MarginResult {
  const reserves = reservesOf(pool, parameters);
  const sums = lendingSums(reserves);
  const { collateral, debt, tolerated, borrowable } = sums;
  return {
    initial: collateral - borrowable,
    maintenance: collateral - tolerated,
    equity: collateral - debt,
    marginBalance: collateral - debt,
    byPosition: null,
    details: {
      healthFactor: healthFactor(sums),
      collateral,
      debt,
      loanToValue: collateral === 0 ? 0 : debt / collateral,
      maximumLoanToValue: collateral === 0 ? 0 : borrowable / collateral,
      liquidationThreshold: collateral === 0 ? 0 : tolerated / collateral,
      availableBorrows: Math.max(borrowable - debt, 0),
      maximumLiquidatable: largestLiquidation(pool, parameters)?.repaidValue ?? 0,
    },
  };
}

/** A liquidation at its largest: one debt repaid for one collateral. Values in the pool's currency. */
export interface Liquidation {
  readonly debt: Currency;
  readonly collateral: Currency;
  /** Part of that debt that is repaid. */
  readonly closeFactor: number;
  /** Tokens. */
  readonly repaid: number;
  readonly repaidValue: number;
  readonly seized: number;
  readonly seizedValue: number;
}

/**
 * How much of `debt` one liquidation may repay, and what it takes of `collateral` for it: repaid value · bonus, no more
 * than there is; null where the account is sound or holds none of them (LiquidationLogic.executeLiquidationCall).
 */
export function maximumLiquidation(
  pool: MarginPool,
  debt: Currency,
  collateral: Currency,
  parameters: AaveParameters = AAVE_V3,
): Liquidation | null {
  const reserves = reservesOf(pool, parameters);
  const sums = lendingSums(reserves);
  const owed = reserves.find((one) => one.currency === debt && one.quantity < 0);
  const held = reserves.find((one) => one.currency === collateral && one.quantity > 0 && !one.unused);
  const health = healthFactor(sums);
  if (!owed || !held || held.threshold === 0 || health >= 1) return null;
  const { closing } = parameters;
  const owedValue = -owed.quantity * owed.price;
  const heldValue = held.quantity * held.price;
  const inPart = health > closing.wholeBelow && Math.min(owedValue, heldValue) >= closing.leastForPart;
  const base = closing.of === 'account' ? sums.debt : owedValue;
  const allowed = inPart ? Math.min(owedValue, base * closing.closeFactor) : owedValue;
  const exhausted = allowed * held.bonus >= heldValue;
  const repaidValue = exhausted
    ? heldValue / held.bonus
    : withoutDust(allowed, owedValue, heldValue, held.bonus, parameters);
  const seizedValue = exhausted ? heldValue : repaidValue * held.bonus;
  return {
    debt,
    collateral,
    closeFactor: repaidValue / owedValue,
    repaid: repaidValue / owed.price,
    repaidValue,
    seized: seizedValue / held.price,
    seizedValue,
  };
}

/** Less of a debt is repaid where otherwise what is left of it or of the collateral were too small to be worth closing. */
function withoutDust(repaid: number, owed: number, held: number, bonus: number, { closing }: AaveParameters): number {
  if (repaid >= owed) return repaid;
  return Math.max(Math.min(repaid, owed - closing.leastLeft, (held - closing.leastLeft) / bonus), 0);
}

/** The pair whose liquidation repays most; null where the account is sound. */
export function largestLiquidation(pool: MarginPool, parameters: AaveParameters = AAVE_V3): Liquidation | null {
  const assets = assetsOf(pool);
  let largest: Liquidation | null = null;
  for (const owed of assets.filter((one) => one.quantity < 0)) {
    for (const held of assets.filter((one) => one.quantity > 0)) {
      const found = maximumLiquidation(pool, owed.currency, held.currency, parameters);
      if (found && found.repaidValue > (largest?.repaidValue ?? 0)) largest = found;
    }
  }
  return largest;
}

/** A step an owner may take. Quantity unsigned, price in the pool's currency. */
export interface LoanChange {
  readonly action: 'supply' | 'withdraw' | 'borrow' | 'repay';
  readonly currency: Currency;
  readonly quantity: number;
  readonly price: number;
}

/** The pool after a step; repaying or withdrawing more than there is leaves none. */
export function withLoanChange(pool: MarginPool, { action, currency, quantity, price }: LoanChange): MarginPool {
  const owed = action === 'borrow' || action === 'repay';
  const sign = owed ? -1 : 1;
  const assets = assetsOf(pool);
  const at = assets.findIndex((one) => one.currency === currency && Math.sign(one.quantity) === sign);
  const before = assets[at];
  const grows = action === 'supply' || action === 'borrow';
  const left = Math.max(Math.abs(before?.quantity ?? 0) + (grows ? quantity : -quantity), 0);
  const others = assets.filter((_one, index) => index !== at);
  const changed = { ...(before ?? { currency, price }), quantity: sign * left };
  return { ...pool, cash: 0, assets: left === 0 ? others : [...others, changed] };
}
