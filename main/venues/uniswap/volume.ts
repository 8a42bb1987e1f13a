import { asked, type BlockMark, type ChainLine } from '#main/venues/evm/chain.ts';
import { tokensOf } from '#main/venues/evm/tokens.ts';
import { DAY } from '#shared/units/time.ts';
import { SWAP } from './contracts.ts';
import type { PoolReading } from './reading.ts';

/** Blocks over which the time between two of them is measured. */
const SAMPLE = 1_000n;

/** How many blocks make a day, by the last thousand of them. */
async function blocksADay({ client }: ChainLine, { number, at }: BlockMark): Promise<bigint> {
  const span = number < SAMPLE ? number : SAMPLE;
  if (span === 0n) return 0n;
  const { timestamp } = await client.getBlock({ blockNumber: number - span });
  const tookMs = Math.max(at - Number(timestamp) * 1_000, 1);
  return BigInt(Math.ceil((Number(span) * DAY) / tookMs));
}

/**
 * What a pool's swaps of the last day come to, quote tokens; of a chain younger than a day, what there was. Throws
 * `chain` where the node does not keep as much.
 */
export function dailyVolume(line: ChainLine, pool: PoolReading, block: BlockMark): Promise<number> {
  return asked(line.config, async () => {
    const blocks = await blocksADay(line, block);
    const fromBlock = block.number > blocks ? block.number - blocks : 0n;
    const { address, tokens, token0, token1 } = pool;
    const query = { address, event: SWAP, fromBlock, toBlock: block.number, strict: true } as const;
    const logs = await line.client.getLogs(query);
    const [quote, amount] = tokens.base === 0 ? ([token1, 'amount1'] as const) : ([token0, 'amount0'] as const);
    const units = logs.reduce((sum, { args }) => sum + (args[amount] < 0n ? -args[amount] : args[amount]), 0n);
    return Number(tokensOf(units, quote));
  });
}
