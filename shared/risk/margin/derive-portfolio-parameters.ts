import type { Dated, Table } from './model.ts';

/** How a scenario moves vol: by tenor up or down, not at all, or the wings tilted ("linear") or raised ("absolute"). */
export type VolShock = 'up' | 'none' | 'down' | 'linear' | 'absolute';

export interface DeriveScenario {
  /** Spot is multiplied by it: 1.18 = 18 % up. */
  readonly spot: number;
  readonly vol: VolShock;
  /** The scenario's profit is multiplied by it. */
  readonly dampening: number;
}

/** Tilt of the wings: vol times 1 + min(cap, k·cap/k*), k = ln(K/F), cap = base + slope·√T. */
export interface SkewParameters {
  readonly linearCap: number;
  readonly linearSlope: number;
  readonly absoluteCap: number;
  readonly absoluteSlope: number;
  /** k* = max(least, √T · width · (level + √T · levelSlope)). */
  readonly leastWidth: number;
  readonly width: number;
  readonly level: number;
  readonly levelSlope: number;
}

/** Haircuts of an asset's value: maintenance, and what is added to it initially. */
export interface DeriveHaircut {
  readonly maintenance: number;
  readonly initialExtra: number;
}

export interface DeriveAsset {
  /** Where spot moves it as well: the coin whose portfolio it secures without being a stranger to it. */
  readonly follows: string;
  /** Haircut in the portfolio of the coin it follows, and in any other. */
  readonly own: DeriveHaircut;
  readonly other: DeriveHaircut;
}

export interface DerivePortfolioParameters extends Dated {
  readonly scenarios: readonly DeriveScenario[];
  readonly vol: {
    readonly up: number;
    readonly down: number;
    readonly shortTermPower: number;
    readonly longTermPower: number;
    readonly leastDays: number;
    /** Vol after a shock up is at least this. */
    readonly leastUp: number;
  };
  readonly skew: SkewParameters;
  readonly loss: { readonly initialFactor: number; readonly maintenanceFactor: number };
  /** Scenario values are discounted: positive by long·e^(−T(rate·multiple + add)), negative by short·e^(+T(…)). */
  readonly discount: {
    readonly long: number;
    readonly longMultiple: number;
    readonly longAdd: number;
    readonly short: number;
    readonly shortMultiple: number;
    readonly shortAdd: number;
  };
  /** Each expiry's worse loss at the two spot factors, times add + multiple·T. */
  readonly basis: { readonly up: number; readonly down: number; readonly add: number; readonly multiple: number };
  readonly contingency: {
    readonly perpetualMaintenance: number;
    /** Added to the maintenance one initially; the same for options. */
    readonly perpetualInitialExtra: number;
    readonly optionMaintenance: number;
    readonly optionInitialExtra: number;
    readonly confidenceThreshold: number;
    readonly confidenceFactor: number;
    readonly pegThreshold: number;
    readonly pegFactor: number;
  };
  readonly assets: Table<DeriveAsset>;
}

/** 1 + n/1000 as the nearest double of the decimal: 1.045. */
const thousandths = (n: number): number => (1000 + n) / 1000;

/** Both ends of ±18 % with vol up, and seven steps of 4.5 % with vol down, as it is and up. */
function regular(): DeriveScenario[] {
  const scenarios: DeriveScenario[] = [{ spot: 1.18, vol: 'up', dampening: 1 }];
  for (let bucket = 3; bucket >= -3; bucket--) {
    for (const vol of ['down', 'none', 'up'] as const) {
      scenarios.push({ spot: thousandths(45 * bucket), vol, dampening: 1 });
    }
  }
  return [...scenarios, { spot: 0.82, vol: 'up', dampening: 1 }];
}

const tail = (spot: number, dampening: number): DeriveScenario => ({ spot, vol: 'up', dampening });
const stable = (maintenance: number, initialExtra: number): DeriveAsset => ({
  follows: '',
  own: { maintenance, initialExtra },
  other: { maintenance, initialExtra },
});

/**
 * As the contract's public test cases state them (derivexyz/v2-core, test/risk-managers/unit-tests/PMRM_2/
 * portfolio_cases, "Parameters" and "Collaterals"; February 2025): 23 regular scenarios, 6 tails, 2 skews. The venue's
 * page of parameters has since listed heavier tails (−66 % at 0.21 … +500 % at 0.027): give them to override these.
 */
export const DERIVE_PORTFOLIO: DerivePortfolioParameters = {
  asOf: '2025-02-19',
  source: 'derivexyz/v2-core PMRM_2 portfolio_cases; docs.derive.xyz/docs/pm2',
  scenarios: [
    ...regular(),
    tail(0.34, 0.6 / 11),
    tail(0.67, 1.2 / 11),
    tail(1.5, 0.072),
    tail(2, 0.036),
    tail(3, 0.018),
    tail(4, 0.012),
    { spot: 1, vol: 'linear', dampening: 1 },
    { spot: 1, vol: 'absolute', dampening: 1 },
  ],
  vol: { up: 0.5, down: 0.275, shortTermPower: 0.3, longTermPower: 0.13, leastDays: 1, leastUp: 0.45 },
  skew: {
    linearCap: 0.15,
    linearSlope: -0.05,
    absoluteCap: 0.15,
    absoluteSlope: -0.05,
    leastWidth: 0.01,
    width: 4,
    level: 0.6,
    levelSlope: -0.1,
  },
  loss: { initialFactor: 1, maintenanceFactor: 0.8 },
  discount: { long: 0.95, longMultiple: 1, longAdd: 0.08, short: 1.04, shortMultiple: 0.5, shortAdd: 0.08 },
  basis: { up: 1.045, down: 0.955, add: 0.5, multiple: 2 },
  contingency: {
    perpetualMaintenance: 0.015,
    perpetualInitialExtra: 0.005,
    optionMaintenance: 0.003,
    optionInitialExtra: 0.002,
    confidenceThreshold: 0.55,
    confidenceFactor: 1,
    pegThreshold: 0.98,
    pegFactor: 2,
  },
  assets: {
    default: stable(1, 0),
    BTC: {
      follows: 'BTC',
      own: { maintenance: 0.02, initialExtra: 0.01 },
      other: { maintenance: 0.25, initialExtra: 0.05 },
    },
    LBTC: {
      follows: 'BTC',
      own: { maintenance: 0.03, initialExtra: 0.015 },
      other: { maintenance: 1, initialExtra: 0 },
    },
    CBBTC: {
      follows: 'BTC',
      own: { maintenance: 0.04, initialExtra: 0.015 },
      other: { maintenance: 0.35, initialExtra: 0.1 },
    },
    ETH: {
      follows: 'ETH',
      own: { maintenance: 0.015, initialExtra: 0.005 },
      other: { maintenance: 0.15, initialExtra: 0.05 },
    },
    RSWETH: {
      follows: 'ETH',
      own: { maintenance: 0.03, initialExtra: 0.01 },
      other: { maintenance: 1, initialExtra: 0 },
    },
    WEETH: {
      follows: 'ETH',
      own: { maintenance: 0.05, initialExtra: 0.01 },
      other: { maintenance: 0.25, initialExtra: 0.1 },
    },
    USDT: stable(0.02, 0.03),
    DAI: stable(0.08, 0.02),
    SDAI: stable(0.12, 0.03),
    USDE: stable(0.2, 0.05),
    SUSDE: stable(0.25, 0.1),
  },
};
