import type { Barrier, OptionRight } from '#shared/domain/instrument.ts';

interface Struck {
  readonly right: OptionRight;
  readonly strike: number;
}

/** What of a claim does not change with the market, as numbers; meanings as in domain/instrument.ts. */
export type ClaimTerms =
  | (Struck & {
      readonly kind: 'barrier';
      readonly style: Barrier['style'];
      readonly barrier: number;
      readonly rebate: number;
      /** Whether the index has met the barrier: before now, or since on the way to the market at hand. */
      readonly touched: 'never' | 'before' | 'since';
    })
  | (Struck & { readonly kind: 'digital'; readonly pays: 'cash' | 'asset' })
  | (Struck & {
      readonly kind: 'asian';
      readonly mean: 'arithmetic' | 'geometric';
      /** Years from the start of the averaging to expiry. */
      readonly life: number;
      /** Years left when the terms were taken, and the mean until then; of no account where the two years agree. */
      readonly left: number;
      readonly average: number;
    })
  | { readonly kind: 'power-perpetual'; readonly power: number; readonly fundingYears: number }
  | { readonly kind: 'liquidity-range'; readonly liquidity: number; readonly lower: number; readonly upper: number }
  | (Struck & { readonly kind: 'vault-share'; readonly collateral: number; readonly sold: number });

/** The market a claim is priced at. */
export interface ClaimMarket {
  /** USD index of the underlying. */
  readonly spot: number;
  /** USD forward for the claim's expiry; of a range of liquidity the pool's price. */
  readonly forward: number;
  /** Fraction per √year. */
  readonly vol: number;
  /** Years to expiry, ACT/365; 0 for what expires now or never. */
  readonly years: number;
}

/** One unit of a claim in USD. Conventions of the risk report: index and forward move together, dollar by dollar. */
export interface ClaimValue {
  readonly price: number;
  /** Coins. */
  readonly delta: number;
  /** Coins per dollar. */
  readonly gamma: number;
  /** USD per 1.00 of vol. */
  readonly vega: number;
  /** USD per year that passes with index, forward and vol held. */
  readonly theta: number;
  /** What one unit is written on, USD, never negative. */
  readonly notional: number;
}
