import { type Address, maxUint128, zeroAddress } from 'viem';
import { type BlockMark, type ChainLine, together } from '#main/venues/evm/chain.ts';
import { heldUnits, type SizedToken, sized, tokenNamed, tokensOf } from '#main/venues/evm/tokens.ts';
import type { TokenPair } from '#shared/domain/chain-step.ts';
import type { LiquidityRange } from '#shared/pricing/onchain/uniswap-v3.ts';
import { type PoolTokens, priceOfRoot, rangeOf } from '#shared/pricing/onchain/uniswap-v3-chain.ts';
import { amountsOut } from '#shared/pricing/onchain/uniswap-v3-exact.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { PoolConfig, UniswapConfig } from './config.ts';
import { FACTORY, POOL, POSITIONS } from './contracts.ts';

/** A pool as of a block. */
export interface PoolReading extends PoolConfig {
  readonly address: Address;
  readonly token0: SizedToken;
  readonly token1: SizedToken;
  readonly tokens: PoolTokens;
  readonly spacing: number;
  readonly sqrtPriceX96: bigint;
  readonly tick: number;
  /** At the price, smallest units. */
  readonly activeLiquidity: bigint;
  /** Quote tokens per base token. */
  readonly price: number;
}

/** A range as of a block: what it holds and what it could collect, to the smallest unit. */
export interface RangeReading {
  readonly id: string;
  readonly pool: PoolReading;
  readonly tickLower: number;
  readonly tickUpper: number;
  readonly liquidity: bigint;
  readonly range: LiquidityRange;
  readonly held: TokenPair;
  readonly owed: TokenPair;
}

export interface WalletReading {
  readonly markets: readonly PoolReading[];
  readonly ranges: readonly RangeReading[];
  /** In the owner's hands, by token. */
  readonly wallet: ReadonlyMap<Currency, Decimal>;
  /** The chain's own coin. */
  readonly coins: Decimal;
  /** Ids of ranges in pools that are not configured. */
  readonly foreign: readonly string[];
}

/** Amounts of token0 and token1 as base and quote. */
export function pairOf({ token0, token1, tokens }: PoolReading, amount0: bigint, amount1: bigint): TokenPair {
  const [first, second] = [tokensOf(amount0, token0), tokensOf(amount1, token1)];
  return tokens.base === 0 ? { base: first, quote: second } : { base: second, quote: first };
}

async function poolAt(
  { client }: ChainLine,
  { factory }: UniswapConfig,
  block: BlockMark,
  sizes: readonly SizedToken[],
  config: PoolConfig,
): Promise<PoolReading> {
  const [base, quote] = [tokenNamed(sizes, config.base), tokenNamed(sizes, config.quote)];
  const first = BigInt(base.address) < BigInt(quote.address);
  const [token0, token1] = first ? [base, quote] : [quote, base];
  const args = [token0.address, token1.address, config.fee] as const;
  const { number: blockNumber } = block;
  const address = await client.readContract({
    address: factory,
    abi: FACTORY,
    functionName: 'getPool',
    args,
    blockNumber,
  });
  if (address === zeroAddress)
    throw new FaultError(fault('unknown-pool', `there is no pool ${config.id} on this chain`));
  const of = { address, abi: POOL } as const;
  const [[sqrtPriceX96, tick], activeLiquidity, spacing] = await client.multicall({
    ...together(block),
    contracts: [
      { ...of, functionName: 'slot0' },
      { ...of, functionName: 'liquidity' },
      { ...of, functionName: 'tickSpacing' },
    ],
  });
  const tokens: PoolTokens = { decimals0: token0.decimals, decimals1: token1.decimals, base: first ? 0 : 1 };
  const price = priceOfRoot(sqrtPriceX96, tokens);
  return { ...config, address, token0, token1, tokens, spacing, sqrtPriceX96, tick, activeLiquidity, price };
}

/** The ids of all ranges of an owner. */
async function idsOf(
  { client }: ChainLine,
  { positions, owner }: UniswapConfig,
  block: BlockMark,
): Promise<readonly bigint[]> {
  const of = { address: positions, abi: POSITIONS } as const;
  const { number: blockNumber } = block;
  const count = await client.readContract({ ...of, functionName: 'balanceOf', args: [owner], blockNumber });
  const contracts = Array.from(
    { length: Number(count) },
    (_, index) => ({ ...of, functionName: 'tokenOfOwnerByIndex', args: [owner, BigInt(index)] }) as const,
  );
  return client.multicall({ ...together(block), contracts });
}

/**
 * Fees that could be collected: a collect that is only called. What the contract has stored stays behind until the range
 * is touched.
 */
async function owedBy({ client }: ChainLine, config: UniswapConfig, block: BlockMark, id: bigint, pool: PoolReading) {
  const { positions, owner } = config;
  const all = { tokenId: id, recipient: owner, amount0Max: maxUint128, amount1Max: maxUint128 };
  const { result } = await client.simulateContract({
    address: positions,
    abi: POSITIONS,
    functionName: 'collect',
    args: [all],
    account: owner,
    blockNumber: block.number,
  });
  return pairOf(pool, ...result);
}

const same = (a: Address, b: Address): boolean => BigInt(a) === BigInt(b);

async function rangesAt(line: ChainLine, config: UniswapConfig, block: BlockMark, markets: readonly PoolReading[]) {
  const ids = await idsOf(line, config, block);
  const contracts = ids.map(
    (id) => ({ address: config.positions, abi: POSITIONS, functionName: 'positions', args: [id] }) as const,
  );
  const states = await line.client.multicall({ ...together(block), contracts });
  const foreign: string[] = [];
  const ranges = await Promise.all(
    states.map(async (state, i): Promise<RangeReading | null> => {
      const [, , token0, token1, fee, tickLower, tickUpper, liquidity] = state;
      const id = ids[i]!;
      const pool = markets.find(
        (one) => same(one.token0.address, token0) && same(one.token1.address, token1) && one.fee === fee,
      );
      if (pool === undefined) {
        foreign.push(id.toString());
        return null;
      }
      const position = { liquidity, tickLower, tickUpper };
      const { amount0, amount1 } = amountsOut(position, pool.sqrtPriceX96);
      return {
        ...position,
        id: id.toString(),
        pool,
        range: rangeOf(position, pool.tokens),
        held: pairOf(pool, amount0, amount1),
        owed: await owedBy(line, config, block, id, pool),
      };
    }),
  );
  return { ranges: ranges.filter((one) => one !== null), foreign };
}

/** Ranges, pools and the wallet of an owner at a block. */
export async function walletAt(line: ChainLine, config: UniswapConfig, block: BlockMark): Promise<WalletReading> {
  const { tokens, owner } = config;
  const sizes = await sized(line, block, tokens);
  const [markets, held, coins] = await Promise.all([
    Promise.all(config.pools.map((one) => poolAt(line, config, block, sizes, one))),
    heldUnits(line, block, sizes, owner),
    line.client.getBalance({ address: owner, blockNumber: block.number }),
  ]);
  const { ranges, foreign } = await rangesAt(line, config, block, markets);
  return {
    markets,
    ranges,
    foreign,
    wallet: new Map(sizes.map((one, i) => [one.symbol, tokensOf(held[i] ?? 0n, one)])),
    coins: tokensOf(coins, { decimals: 18 }),
  };
}
