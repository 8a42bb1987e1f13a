import { type LiquidityRange, rangeAmounts, type TokenAmounts } from '#shared/pricing/onchain/uniswap-v3.ts';

/** A range as its owner holds it. */
export interface HeldRange {
  /** Token id of the position. */
  readonly id: string;
  readonly range: LiquidityRange;
  /** Fees that could be collected now, whole tokens. */
  readonly owed: TokenAmounts;
}

/** One transaction of leaving a range. */
export type RangeStep =
  | {
      readonly action: 'decrease-liquidity';
      readonly liquidity: number;
      /** Fewer than these and the transaction reverts. */
      readonly least: TokenAmounts;
    }
  | { readonly action: 'collect'; readonly expected: TokenAmounts }
  | { readonly action: 'burn'; readonly id: string };

export interface RangeExit {
  readonly steps: readonly RangeStep[];
  /** Expected in the wallet afterwards, whole tokens. */
  readonly received: TokenAmounts;
  /** In quote tokens at the price of now. */
  readonly value: number;
  readonly gasUsd: number;
}

/** The fewest tokens of each kind that the range gives anywhere within `slippage` of the price; each is monotone in it. */
function leastAmounts(range: LiquidityRange, price: number, slippage: number): TokenAmounts {
  return {
    base: rangeAmounts(range, price * (1 + slippage)).base,
    quote: rangeAmounts(range, price * (1 - slippage)).quote,
  };
}

/**
 * The way out of a range: take the liquidity out, collect it with its fees, burn the token. A pure function of what is
 * left: without liquidity the first step falls away, without anything owed the second.
 * @param price quote tokens per base token  @param slippage relative move of the price that is still accepted
 */
export function exitRange(
  { id, range, owed }: HeldRange,
  price: number,
  terms: { readonly slippage: number; readonly gasUsd: number },
): RangeExit {
  const held = rangeAmounts(range, price);
  const received = { base: held.base + owed.base, quote: held.quote + owed.quote };
  const steps: RangeStep[] = [];
  if (range.liquidity > 0) {
    const least = leastAmounts(range, price, terms.slippage);
    steps.push({ action: 'decrease-liquidity', liquidity: range.liquidity, least });
  }
  if (received.base > 0 || received.quote > 0) steps.push({ action: 'collect', expected: received });
  steps.push({ action: 'burn', id });
  return { steps, received, value: received.base * price + received.quote, gasUsd: steps.length * terms.gasUsd };
}
