import type { Dated, Table } from './model.ts';

/** Shocks of one underlying against USD. Moves and vol shocks are fractions: 0.16 = 16 %. */
export interface PairParameters {
  /** Largest move of the standard table, both ways. */
  readonly priceRange: number;
  /** Vol is multiplied by 1 + volUp · (30/DTE)^power, and by 1 − volDown · (30/DTE)^power. */
  readonly volUp: number;
  readonly volDown: number;
  /** The shocked-up vol is at least this. */
  readonly leastVolUp: number;
  /** Power of 30/DTE below 30 days, and from 30 days on. */
  readonly shortTermPower: number;
  readonly longTermPower: number;
  readonly extendedTableFactor: number;
  /** Delta shock: fraction per coin of delta beyond the threshold. */
  readonly deltaIncrement: number;
  readonly deltaThresholdUsd: number;
  readonly largestDeltaShock: number;
}

/** What depends on the currency a pool is settled in. */
export interface SettlementParameters {
  /** Roll shock: per year to expiry, continuously compounded, and at least. */
  readonly annualisedMoveRisk: number;
  readonly leastAnnualisedMove: number;
  readonly extendedDampenerUsd: number;
}

export interface DeribitPortfolioParameters extends Dated {
  /** Maintenance ÷ initial margin. */
  readonly maintenanceFactor: number;
  /** Steps of the standard table on each side of no move. */
  readonly buckets: number;
  readonly extendedMoves: readonly number[];
  /** Days to expiry are taken as at least this. */
  readonly leastDays: number;
  /** By underlying; `default` for all others. */
  readonly pairs: Table<PairParameters>;
  /** By settlement currency; `default` for all others. */
  readonly settlement: Table<SettlementParameters>;
}

const BTC: PairParameters = {
  priceRange: 0.16,
  volUp: 0.5,
  volDown: 0.25,
  leastVolUp: 0.5,
  shortTermPower: 0.3,
  longTermPower: 0.13,
  extendedTableFactor: 1,
  deltaIncrement: 0.00005,
  deltaThresholdUsd: 20_000_000,
  largestDeltaShock: 0.1,
};

const DOLLARS: SettlementParameters = {
  annualisedMoveRisk: 0.1,
  leastAnnualisedMove: 0.01,
  extendedDampenerUsd: 25_000,
};

/**
 * BTC and USD as `model_params` of the documented answer of private/pme/simulate state them (docs.deribit.com, answer of
 * 17 June 2024); ETH as an account's answer of 15 February 2026 does. An account with portfolio margin can ask the venue
 * for those in force. Other coins are given the wider of the two, which is an assumption.
 */
export const DERIBIT_PORTFOLIO: DeribitPortfolioParameters = {
  asOf: '2026-02-15',
  source: 'docs.deribit.com private/pme/simulate, support.deribit.com article 25944756247837',
  maintenanceFactor: 0.8,
  buckets: 4,
  extendedMoves: [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5],
  leastDays: 1,
  pairs: {
    default: { ...BTC, priceRange: 0.18 },
    BTC,
    ETH: { ...BTC, priceRange: 0.18, volUp: 0.4, deltaIncrement: 0.000004 },
  },
  settlement: {
    default: DOLLARS,
    USDC: DOLLARS,
    BTC: { annualisedMoveRisk: 0.075, leastAnnualisedMove: 0.01, extendedDampenerUsd: 100_000 },
    ETH: { annualisedMoveRisk: 0.05, leastAnnualisedMove: 0.005, extendedDampenerUsd: 200_000 },
  },
};
