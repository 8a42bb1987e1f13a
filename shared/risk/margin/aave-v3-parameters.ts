import type { Dated, Table } from './model.ts';

/** Fractions; the bonus as the contract counts it, 1.05 = the liquidator is given 5 % more than he repays. */
export interface AaveTerms {
  readonly ltv: number;
  readonly threshold: number;
  readonly bonus: number;
}

/** Terms of an e-mode category, and the tokens they are for. */
export interface AaveCategory extends AaveTerms {
  readonly members: readonly string[];
}

/** How much of a debt one liquidation may repay. USD. */
export interface AaveClosing {
  /** Part of the debt that may be repaid while the position is only little below 1. */
  readonly closeFactor: number;
  /** 'account': of all debts together (v3.3 on); 'reserve': of the one repaid (before). */
  readonly of: 'account' | 'reserve';
  /** Below this health factor, and where collateral or debt of the reserve is less than the least, all of it. */
  readonly wholeBelow: number;
  readonly leastForPart: number;
  /** What is left of collateral and of debt is nothing, or at least this. */
  readonly leastLeft: number;
}

export interface AaveParameters extends Dated {
  /** By token; `default` for all others. */
  readonly reserves: Table<AaveTerms>;
  /** By name, as an account chooses one; `default` is no category. */
  readonly categories: Table<AaveCategory>;
  readonly closing: AaveClosing;
}

/** v3.3 (aave-dao/aave-v3-origin, LiquidationLogic; docs/3.3). */
export const CLOSING_V33: AaveClosing = {
  closeFactor: 0.5,
  of: 'account',
  wholeBelow: 0.95,
  leastForPart: 2000,
  leastLeft: 1000,
};

/** v3.0 to v3.2. */
export const CLOSING_V30: AaveClosing = {
  closeFactor: 0.5,
  of: 'reserve',
  wholeBelow: 0.95,
  leastForPart: 0,
  leastLeft: 0,
};

const terms = (ltv: number, threshold: number, bonus: number): AaveTerms => ({ ltv, threshold, bonus });

/**
 * Ethereum's main market as read from the chain in January 2024 (Debt-Purchasing/debt-purchasing-contracts,
 * MAINNET_CONFIG_ANALYSIS), its ETH category as voted then (governance.aave.com/t/16168). Tokens that are not listed
 * secure nothing. Governance changes them often: give those of the day, market and chain to override.
 */
export const AAVE_V3: AaveParameters = {
  asOf: '2024-01-15',
  source: 'Aave v3 Ethereum reserves read from the chain; LiquidationLogic of v3.3',
  reserves: {
    default: terms(0, 0, 1),
    WETH: terms(0.805, 0.83, 1.05),
    ETH: terms(0.805, 0.83, 1.05),
    wstETH: terms(0.785, 0.81, 1.06),
    rETH: terms(0.745, 0.77, 1.075),
    cbETH: terms(0.745, 0.77, 1.075),
    WBTC: terms(0.73, 0.78, 1.05),
    BTC: terms(0.73, 0.78, 1.05),
    LINK: terms(0.53, 0.68, 1.07),
    AAVE: terms(0.66, 0.73, 1.075),
    USDC: terms(0.77, 0.8, 1.045),
    DAI: terms(0.77, 0.8, 1.05),
    USDT: terms(0.74, 0.76, 1.045),
    LUSD: terms(0.77, 0.8, 1.045),
  },
  categories: {
    default: { ...terms(0, 0, 1), members: [] },
    ETH: { ...terms(0.93, 0.95, 1.01), members: ['WETH', 'ETH', 'wstETH', 'rETH', 'cbETH'] },
  },
  closing: CLOSING_V33,
};
