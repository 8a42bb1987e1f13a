/** A token supplied to a lending market or borrowed from it. */
export interface LendingAsset {
  /** Signed: negative is owed. */
  readonly quantity: number;
  /** Account currency per unit, at least 0. */
  readonly price: number;
  /** Part of its value that may be borrowed against, and up to which debt is tolerated: 0.80 and 0.825. */
  readonly ltv: number;
  readonly threshold: number;
  /** Supplied, but not counted as collateral; left out = it counts. */
  readonly unused?: boolean;
}

/** Sums of a lending position in the account's currency. */
export interface LendingSums {
  /** What counts as collateral. */
  readonly collateral: number;
  /** Unsigned. */
  readonly debt: number;
  /** Σ collateral · threshold, and Σ collateral · LTV. */
  readonly tolerated: number;
  readonly borrowable: number;
}

export function lendingSums(assets: readonly LendingAsset[]): LendingSums {
  let collateral = 0;
  let debt = 0;
  let tolerated = 0;
  let borrowable = 0;
  for (const { quantity, price, ltv, threshold, unused } of assets) {
    const value = quantity * price;
    if (quantity < 0) debt -= value;
    else if (!unused) {
      collateral += value;
      tolerated += value * threshold;
      borrowable += value * ltv;
    }
  }
  return { collateral, debt, tolerated, borrowable };
}

/** Σ(collateral · threshold) ÷ debt (Aave): liquidation below 1. Infinity without debt. */
export function healthFactor({ tolerated, debt }: LendingSums): number {
  return debt === 0 ? Number.POSITIVE_INFINITY : tolerated / debt;
}

/** What a position is to a change of one coin's price, all amounts in the account's currency unless said otherwise. */
export interface LendingGreeks {
  /** Supplied less owed, tokens that are not counted as collateral included. */
  readonly value: number;
  /** ∂value/∂price, coins: what is supplied of the coin less what is owed of it. Gamma is 0 short of liquidation. */
  readonly delta: number;
  /** ∂HF/∂price, per 1 of price; 0 without debt. */
  readonly healthDelta: number;
  /** Price of the coin at which the health factor is 1, other prices held; null where no price above 0 does it. */
  readonly liquidationPrice: number | null;
}

/** Greeks of a whole position toward the coin whose assets `of` picks, at that coin's `price`. */
export function lendingGreeks<T extends LendingAsset>(
  assets: readonly T[],
  of: (asset: T) => boolean,
  price: number,
): LendingGreeks {
  const all = lendingSums(assets);
  const own = lendingSums(assets.filter(of));
  const value = assets.reduce((sum, one) => sum + one.quantity * one.price, 0);
  const ownValue = assets.reduce((sum, one) => (of(one) ? sum + one.quantity * one.price : sum), 0);
  const factor = liquidationFactor(all, own);
  const toleratedDelta = own.tolerated / price;
  const debtDelta = own.debt / price;
  return {
    value,
    delta: ownValue / price,
    healthDelta: all.debt === 0 ? 0 : (toleratedDelta * all.debt - all.tolerated * debtDelta) / all.debt ** 2,
    liquidationPrice: factor === null ? null : factor * price,
  };
}

/**
 * Factor on the prices of `own` (a part of `all`) at which tolerated debt meets debt; null where none above 0 does: own
 * collateral and own debt weigh the same, or the others alone decide.
 */
function liquidationFactor(all: LendingSums, own: LendingSums): number | null {
  const slope = own.tolerated - own.debt;
  const rest = all.tolerated - own.tolerated - (all.debt - own.debt);
  if (slope === 0 || all.debt === 0) return null;
  const factor = -rest / slope;
  return factor > 0 && Number.isFinite(factor) ? factor : null;
}
