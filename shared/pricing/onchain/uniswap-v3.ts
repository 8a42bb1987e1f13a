/**
 * Liquidity between two prices, in units of whole tokens. Prices are quote tokens per base token, liquidity √(base·quote).
 */
export interface LiquidityRange {
  readonly liquidity: number;
  readonly lower: number;
  readonly upper: number;
}

export interface TokenAmounts {
  readonly base: number;
  readonly quote: number;
}

/** What a range is to its base token's price, in quote tokens. */
export interface RangeGreeks {
  /** Quote tokens, fees that are owed left out. */
  readonly value: number;
  /** ∂value/∂price: the base tokens it holds. */
  readonly delta: number;
  /** ∂²value/∂price²: never positive; 0 out of range. */
  readonly gamma: number;
}

/**
 * What a range holds at a price: base L(1/√P − 1/√Pb), quote L(√P − √Pa), P taken within the range (Uniswap v3 core
 * whitepaper, 6.29 and 6.30).
 */
export function rangeAmounts({ liquidity, lower, upper }: LiquidityRange, price: number): TokenAmounts {
  const root = Math.sqrt(Math.min(Math.max(price, lower), upper));
  return {
    base: Math.max(liquidity * (1 / root - 1 / Math.sqrt(upper)), 0),
    quote: Math.max(liquidity * (root - Math.sqrt(lower)), 0),
  };
}

/**
 * In range: V = L(2√P − √Pa − P/√Pb), delta = L(1/√P − 1/√Pb), gamma = −L/(2P^1.5). Below it is all base tokens, above all
 * quote tokens.
 */
export function rangeGreeks(range: LiquidityRange, price: number): RangeGreeks {
  const { base, quote } = rangeAmounts(range, price);
  const inside = price > range.lower && price < range.upper;
  return {
    value: base * price + quote,
    delta: base,
    gamma: inside ? -range.liquidity / (2 * price ** 1.5) : 0,
  };
}

/** The most liquidity that so many tokens give at a price; of one token some may be left over. */
export function liquidityOf({ base, quote }: TokenAmounts, lower: number, upper: number, price: number): number {
  const root = Math.sqrt(Math.min(Math.max(price, lower), upper));
  const fromBase = root < Math.sqrt(upper) ? base / (1 / root - 1 / Math.sqrt(upper)) : Number.POSITIVE_INFINITY;
  const fromQuote = root > Math.sqrt(lower) ? quote / (root - Math.sqrt(lower)) : Number.POSITIVE_INFINITY;
  return Math.min(fromBase, fromQuote);
}

/**
 * What a range loses to those who trade it back to the market's price, quote tokens per year at a vol per √year:
 * −½ σ²P² · gamma = σ²L√P/4 (Milionis, Moallemi, Roughgarden & Zhang 2022). Fees are to pay for it.
 */
export function lossVersusRebalancing(range: LiquidityRange, price: number, vol: number): number {
  return -0.5 * vol ** 2 * price ** 2 * rangeGreeks(range, price).gamma;
}
