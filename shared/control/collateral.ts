import type { Currency } from '#shared/units/ids.ts';

/** A pool or a wallet, and what lies there. By asset; quantities in tokens, 0 or more. */
export interface CollateralPlace {
  readonly id: string;
  readonly kind: 'pool' | 'wallet';
  readonly chain: string;
  readonly holdings: ReadonlyMap<Currency, number>;
  readonly debts: ReadonlyMap<Currency, number>;
  /** Share that does not count as collateral; an asset that is missing does not count at all. */
  readonly haircuts: ReadonlyMap<Currency, number>;
  /** Earned per year by what lies here, fraction. */
  readonly yields: ReadonlyMap<Currency, number>;
  /** Paid per year on what is owed here, fraction. */
  readonly borrowRates: ReadonlyMap<Currency, number>;
  /** By scenario: USD of collateral that positions ask for there, their own profit taken off; below 0: they bring some. */
  readonly requirementUsd: readonly number[];
}

/** Relative moves of assets' prices; an asset that is missing stays. */
export interface CollateralScenario {
  readonly id: string;
  readonly moves: ReadonlyMap<Currency, number>;
}

/** One way for one asset. */
export interface CollateralRoute {
  readonly from: string;
  readonly to: string;
  readonly asset: Currency;
  /** repay: pays debt of the asset at the destination. */
  readonly action: 'move' | 'repay';
  /** Share of what is sent that is lost on the way. */
  readonly feeShare: number;
  /** Gas and fixed fees, USD. */
  readonly fixedUsd: number;
  readonly minutes: number;
  /** USD per transfer. */
  readonly leastUsd: number;
  readonly mostUsd: number;
}

export interface CollateralPolicy {
  readonly scenarios: readonly CollateralScenario[];
  /** Every pool keeps this share of its requirement on top of it, in every scenario. */
  readonly buffer: number;
  /** Over which yield and interest count. */
  readonly horizonDays: number;
  /** What an hour on the way costs, share of the value on the way. */
  readonly delayPerHour: number;
  /** Slower routes are not used. */
  readonly latestMinutes: number;
  readonly caps: {
    /** All transfers together. */
    readonly movedUsd: number;
    readonly perTransferUsd: number;
    /** Fees, gas, delay and yield of all transfers together. */
    readonly costUsd: number;
    /** What may lie at one place at most: how far one venue or wallet is trusted. Where more lies already: no more. */
    readonly perPlaceUsd: number;
  };
}

export interface CollateralProblem {
  /** USD per token. */
  readonly prices: ReadonlyMap<Currency, number>;
  readonly places: readonly CollateralPlace[];
  readonly routes: readonly CollateralRoute[];
  readonly policy: CollateralPolicy;
}

/** What of a place stands above its requirement and buffer in each scenario, USD; wallets have none to meet. */
export function surpluses(place: CollateralPlace, { prices, policy }: CollateralProblem): readonly number[] {
  return policy.scenarios.map((scenario, s) => {
    const worth = (asset: Currency, quantity: number): number =>
      quantity * (prices.get(asset) ?? Number.NaN) * (1 + (scenario.moves.get(asset) ?? 0));
    let counted = 0;
    for (const [asset, quantity] of place.holdings) {
      const haircut = place.haircuts.get(asset);
      if (haircut !== undefined) counted += worth(asset, quantity) * (1 - haircut);
    }
    for (const [asset, quantity] of place.debts) counted -= worth(asset, quantity);
    return counted - neededUsd(place, s, policy);
  });
}

/** A requirement with its buffer; what positions bring counts as it is. */
function neededUsd(place: CollateralPlace, scenario: number, { buffer }: CollateralPolicy): number {
  const asked = place.requirementUsd[scenario] ?? 0;
  return asked > 0 ? asked * (1 + buffer) : asked;
}

/** USD that lie at a place at the prices of now. */
export function valueUsd(place: CollateralPlace, { prices }: CollateralProblem): number {
  let sum = 0;
  for (const [asset, quantity] of place.holdings) sum += quantity * (prices.get(asset) ?? Number.NaN);
  return sum;
}
