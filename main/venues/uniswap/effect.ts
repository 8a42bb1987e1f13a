import { decodeFunctionResult, type Hex } from 'viem';
import { tokensOf } from '#main/venues/evm/tokens.ts';
import type { RangeStepOnChain, TokenPair } from '#shared/domain/chain-step.ts';
import { negate, type Quantity, ZERO } from '#shared/units/decimal.ts';
import { POSITIONS, ROUTER } from './contracts.ts';
import { type PoolReading, pairOf } from './reading.ts';

/** What a step moves, as the contract answered it in a simulation: what the owner gets, negative what he pays. */
export interface RangeEffect {
  readonly change: TokenPair;
  readonly valueUsd: number;
  /** Share of the value lost against the pool's price; null for what is no swap. */
  readonly slippage: number | null;
}

const NOTHING: TokenPair = { base: ZERO, quote: ZERO };

function turned({ base, quote }: TokenPair): TokenPair {
  return { base: negate(base), quote: negate(quote) };
}

/** Tokens that come out of a range or go into one. What is taken out waits in the contract to be collected. */
function paired(pool: PoolReading, step: Exclude<RangeStepOnChain, { action: 'swap' }>, data: Hex): TokenPair {
  switch (step.action) {
    case 'mint': {
      const [, , amount0, amount1] = decodeFunctionResult({ abi: POSITIONS, functionName: 'mint', data });
      return turned(pairOf(pool, amount0, amount1));
    }
    case 'increase': {
      const [, amount0, amount1] = decodeFunctionResult({ abi: POSITIONS, functionName: 'increaseLiquidity', data });
      return turned(pairOf(pool, amount0, amount1));
    }
    case 'decrease':
      return pairOf(pool, ...decodeFunctionResult({ abi: POSITIONS, functionName: 'decreaseLiquidity', data }));
    case 'collect':
      return pairOf(pool, ...decodeFunctionResult({ abi: POSITIONS, functionName: 'collect', data }));
    default:
      return NOTHING;
  }
}

function swapped(pool: PoolReading, step: Extract<RangeStepOnChain, { action: 'swap' }>, data: Hex): RangeEffect {
  const out = decodeFunctionResult({ abi: ROUTER, functionName: 'exactInputSingle', data });
  const buysFirst = (step.sell === 'quote') === (pool.tokens.base === 0);
  const bought: Quantity = tokensOf(out, buysFirst ? pool.token0 : pool.token1);
  const sold = negate(step.quantity);
  const change = step.sell === 'base' ? { base: sold, quote: bought } : { base: bought, quote: sold };
  const usd = (pair: TokenPair): number => Number(pair.base) * pool.price + Number(pair.quote);
  const valueUsd = usd(
    step.sell === 'base' ? { base: step.quantity, quote: ZERO } : { base: ZERO, quote: step.quantity },
  );
  return { change, valueUsd, slippage: -usd(change) / valueUsd };
}

export function effectOf(pool: PoolReading, step: RangeStepOnChain, data: Hex): RangeEffect {
  if (step.action === 'swap') return swapped(pool, step, data);
  const change = paired(pool, step, data);
  return { change, valueUsd: Math.abs(Number(change.base) * pool.price + Number(change.quote)), slippage: null };
}
