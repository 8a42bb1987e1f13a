import { encodeFunctionData, maxUint128 } from 'viem';
import type { ChainLine } from '#main/venues/evm/chain.ts';
import { approvals, call, type SizedToken, unitsOf } from '#main/venues/evm/tokens.ts';
import type { RangeStepOnChain, TokenPair } from '#shared/domain/chain-step.ts';
import type { TransactionCall } from '#shared/domain/transaction.ts';
import { ticksOf } from '#shared/pricing/onchain/uniswap-v3-chain.ts';
import { decimal, multiply, type Quantity } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import type { UniswapConfig } from './config.ts';
import { POSITIONS, ROUTER } from './contracts.ts';
import type { PoolReading, RangeReading } from './reading.ts';
import type { RangeState } from './state.ts';

/** A transaction that is not mined in this time reverts: it was priced for another market. */
const VALID_MS = 20 * MINUTE;

type Of<A extends RangeStepOnChain['action']> = Extract<RangeStepOnChain, { action: A }>;

export function poolNamed({ markets }: RangeState, id: string): PoolReading {
  const found = markets.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new FaultError(fault('unknown-pool', `pool ${id} is not configured`, { pool: id }));
}

function rangeNamed({ ranges }: RangeState, id: string): RangeReading {
  const found = ranges.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new FaultError(fault('unknown-range', `there is no range ${id} of this owner`, { range: id }));
}

/** The pool that a step is about. */
export function poolOfStep(state: RangeState, step: RangeStepOnChain): PoolReading {
  return 'pool' in step ? poolNamed(state, step.pool) : rangeNamed(state, step.position).pool;
}

/** Base and quote tokens as units of token0 and token1. */
function unitsOfPair({ token0, token1, tokens }: PoolReading, { base, quote }: TokenPair) {
  const [first, second]: readonly [Quantity, Quantity] = tokens.base === 0 ? [base, quote] : [quote, base];
  return [unitsOf(first, token0), unitsOf(second, token1)] as const;
}

function deadlineOf({ block }: RangeState): bigint {
  return BigInt(Math.floor((block.at + VALID_MS) / SECOND));
}

/** What a mint or an increase asks for, and the permissions it needs. */
async function paidIn(
  line: ChainLine,
  { owner, positions }: UniswapConfig,
  state: RangeState,
  pool: PoolReading,
  { most, least }: Pick<Of<'mint'>, 'most' | 'least'>,
) {
  const [amount0Desired, amount1Desired] = unitsOfPair(pool, most);
  const [amount0Min, amount1Min] = unitsOfPair(pool, least);
  const allow = (token: SizedToken, units: bigint) => approvals(line, token, owner, positions, units);
  const before = [...(await allow(pool.token0, amount0Desired)), ...(await allow(pool.token1, amount1Desired))];
  return { before, amounts: { amount0Desired, amount1Desired, amount0Min, amount1Min, deadline: deadlineOf(state) } };
}

async function mintCalls(line: ChainLine, config: UniswapConfig, state: RangeState, step: Of<'mint'>) {
  const pool = poolNamed(state, step.pool);
  const { before, amounts } = await paidIn(line, config, state, pool, step);
  const ticks = ticksOf({ lower: Number(step.lower), upper: Number(step.upper) }, pool.tokens, pool.spacing);
  const [token0, token1] = [pool.token0.address, pool.token1.address];
  const params = { token0, token1, fee: pool.fee, ...ticks, ...amounts, recipient: config.owner };
  const input = encodeFunctionData({ abi: POSITIONS, functionName: 'mint', args: [params] });
  const about = `open a range of ${pool.id} from ${step.lower} to ${step.upper}`;
  return [...before, call(config.positions, input, about)];
}

async function increaseCalls(line: ChainLine, config: UniswapConfig, state: RangeState, step: Of<'increase'>) {
  const { pool } = rangeNamed(state, step.position);
  const { before, amounts } = await paidIn(line, config, state, pool, step);
  const params = { tokenId: BigInt(step.position), ...amounts };
  const input = encodeFunctionData({ abi: POSITIONS, functionName: 'increaseLiquidity', args: [params] });
  return [...before, call(config.positions, input, `add to range ${step.position} of ${pool.id}`)];
}

/** So much of the liquidity, rounded down; all of it at a share of 1. */
function liquidityShare({ liquidity }: RangeReading, share: Of<'decrease'>['share']): bigint {
  const part = Number(share);
  if (part > 0 && part <= 1) {
    return BigInt(multiply(decimal(liquidity.toString()), share).split('.')[0] ?? '0');
  }
  throw new FaultError(fault('share', `expected a share above 0 and at most 1, was ${share}`, { share }));
}

function decreaseCall({ positions }: UniswapConfig, state: RangeState, step: Of<'decrease'>): TransactionCall {
  const range = rangeNamed(state, step.position);
  const [amount0Min, amount1Min] = unitsOfPair(range.pool, step.least);
  const amounts = { amount0Min, amount1Min, deadline: deadlineOf(state) };
  const params = { tokenId: BigInt(range.id), liquidity: liquidityShare(range, step.share), ...amounts };
  const input = encodeFunctionData({ abi: POSITIONS, functionName: 'decreaseLiquidity', args: [params] });
  return call(positions, input, `take ${step.share} of range ${range.id} of ${range.pool.id} out`);
}

function endCall(
  { positions, owner }: UniswapConfig,
  state: RangeState,
  step: Of<'collect' | 'burn'>,
): TransactionCall {
  const { id, pool } = rangeNamed(state, step.position);
  const tokenId = BigInt(id);
  if (step.action === 'burn') {
    const input = encodeFunctionData({ abi: POSITIONS, functionName: 'burn', args: [tokenId] });
    return call(positions, input, `burn range ${id} of ${pool.id}`);
  }
  const params = { tokenId, recipient: owner, amount0Max: maxUint128, amount1Max: maxUint128 };
  const input = encodeFunctionData({ abi: POSITIONS, functionName: 'collect', args: [params] });
  return call(positions, input, `collect from range ${id} of ${pool.id}`);
}

async function swapCalls(line: ChainLine, config: UniswapConfig, state: RangeState, step: Of<'swap'>) {
  const { owner, router } = config;
  const pool = poolNamed(state, step.pool);
  const { token0, token1, tokens, fee } = pool;
  const zeroForOne = (step.sell === 'base') === (tokens.base === 0);
  const [sold, bought] = zeroForOne ? [token0, token1] : [token1, token0];
  const amountIn = unitsOf(step.quantity, sold);
  const params = {
    tokenIn: sold.address,
    tokenOut: bought.address,
    fee,
    recipient: owner,
    deadline: deadlineOf(state),
    amountIn,
    amountOutMinimum: unitsOf(step.least, bought),
    sqrtPriceLimitX96: 0n,
  };
  const input = encodeFunctionData({ abi: ROUTER, functionName: 'exactInputSingle', args: [params] });
  const about = `swap ${step.quantity} ${sold.symbol} for at least ${step.least} ${bought.symbol}`;
  return [...(await approvals(line, sold, owner, router, amountIn)), call(router, input, about)];
}

/** A step as transactions, permissions first. */
export async function rangeCalls(
  line: ChainLine,
  config: UniswapConfig,
  state: RangeState,
  step: RangeStepOnChain,
): Promise<readonly TransactionCall[]> {
  switch (step.action) {
    case 'mint':
      return mintCalls(line, config, state, step);
    case 'increase':
      return increaseCalls(line, config, state, step);
    case 'decrease':
      return [decreaseCall(config, state, step)];
    case 'swap':
      return swapCalls(line, config, state, step);
    default:
      return [endCall(config, state, step)];
  }
}
