import type { LiquidityRange } from './uniswap-v3.ts';

const TICK = 1.0001;
const Q96 = 2 ** 96;
/** Fee growth is counted modulo 2^256 and in units of 2^−128. */
const WORD = 1n << 256n;
const FEE_BITS = 128n;

/** The two tokens of a pool: decimals of each, and which of them is priced. */
export interface PoolTokens {
  readonly decimals0: number;
  readonly decimals1: number;
  /** The base token: 0, or 1 where the pool quotes it the other way round. */
  readonly base: 0 | 1;
}

/** token1 per token0, whole tokens, as seen from the base token. */
function seen(raw: number, { decimals0, decimals1, base }: PoolTokens): number {
  const price = raw * 10 ** (decimals0 - decimals1);
  return base === 0 ? price : 1 / price;
}

/** Price of the base token at a tick: 1.0001^tick, whole tokens. */
export function priceOfTick(tick: number, tokens: PoolTokens): number {
  return seen(TICK ** tick, tokens);
}

/** Price of the base token as slot0 states it: (sqrtPriceX96 / 2^96)². */
export function priceOfRoot(sqrtPriceX96: bigint, tokens: PoolTokens): number {
  return seen((Number(sqrtPriceX96) / Q96) ** 2, tokens);
}

/** A position of the contract, in whole tokens and seen from the base token. */
export function rangeOf(
  position: { readonly liquidity: bigint; readonly tickLower: number; readonly tickUpper: number },
  tokens: PoolTokens,
): LiquidityRange {
  const a = priceOfTick(position.tickLower, tokens);
  const b = priceOfTick(position.tickUpper, tokens);
  return {
    liquidity: Number(position.liquidity) / 10 ** ((tokens.decimals0 + tokens.decimals1) / 2),
    lower: Math.min(a, b),
    upper: Math.max(a, b),
  };
}

function modulo(value: bigint): bigint {
  return ((value % WORD) + WORD) % WORD;
}

/** Fee growth within a range, from the pool's global growth and that outside of each of its ticks. */
export function growthInside(
  growth: { readonly global: bigint; readonly outsideLower: bigint; readonly outsideUpper: bigint },
  range: { readonly tickLower: number; readonly tickUpper: number },
  tick: number,
): bigint {
  const below = tick >= range.tickLower ? growth.outsideLower : modulo(growth.global - growth.outsideLower);
  const above = tick < range.tickUpper ? growth.outsideUpper : modulo(growth.global - growth.outsideUpper);
  return modulo(growth.global - below - above);
}

/**
 * Fees of one token that a position could collect, in the token's smallest unit: what it is owed and liquidity · (growth
 * inside − growth when last touched) / 2^128. The contract's own `tokensOwed` stays behind until it is touched.
 */
export function feesOwed(
  position: { readonly liquidity: bigint; readonly growthInsideLast: bigint; readonly owed: bigint },
  inside: bigint,
): bigint {
  return position.owed + ((position.liquidity * modulo(inside - position.growthInsideLast)) >> FEE_BITS);
}

/**
 * Ticks of a range of base prices, each moved to the nearest that the pool knows; at least one step apart.
 * @param spacing ticks between two that may bound a range
 */
export function ticksOf(
  { lower, upper }: Pick<LiquidityRange, 'lower' | 'upper'>,
  { decimals0, decimals1, base }: PoolTokens,
  spacing: number,
): { readonly tickLower: number; readonly tickUpper: number } {
  const scale = 10 ** (decimals1 - decimals0);
  const tickAt = (price: number): number => {
    const raw = (base === 0 ? price : 1 / price) * scale;
    return Math.round(Math.log(raw) / Math.log(TICK) / spacing) * spacing;
  };
  const [a, b] = [tickAt(lower), tickAt(upper)];
  return { tickLower: Math.min(a, b), tickUpper: Math.max(a, b, Math.min(a, b) + spacing) };
}
