/** One position as a margin rule sees it. */
export interface MarginPosition {
  readonly kind: 'future' | 'option';
  /** Coin-settled: quantities of futures are USD, marks of options are coin, margin is coin. */
  readonly inverse: boolean;
  /** +1 call, −1 put, 0 for futures and perpetuals. */
  readonly right: number;
  /** USD; 0 for futures. */
  readonly strike: number;
  /** Signed, instrument unit. */
  readonly quantity: number;
  /** Quote unit: coin for coin-settled options, USD otherwise. */
  readonly mark: number;
  /** USD index of the underlying. */
  readonly index: number;
}

/** Margin in the currency of the pool: coin for coin-settled positions, USD otherwise. Never negative. */
export interface Requirement {
  readonly initial: number;
  readonly maintenance: number;
}

/** What a rule set asks for one position. `leverage` is the trader's choice where the rules know one, else 0. */
export type MarginRule = (position: MarginPosition, leverage: number) => Requirement;

export const NOTHING: Requirement = { initial: 0, maintenance: 0 };
