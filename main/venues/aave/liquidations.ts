import type { Address } from 'viem';
import { type ChainLine, soundLogs } from '#main/venues/evm/chain.ts';
import { type SizedToken, tokensOf } from '#main/venues/evm/tokens.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { AaveConfig } from './config.ts';
import { LIQUIDATION } from './contracts.ts';

/** What liquidators took from the owner in these blocks: what was repaid for him, and what was seized for it. */
export async function liquidationsOf(
  { client, config: chain }: ChainLine,
  { pool, owner, venue }: AaveConfig,
  sizes: readonly SizedToken[],
  [fromBlock, toBlock]: readonly [bigint, bigint],
): Promise<readonly Fault[]> {
  const found = await client.getLogs({
    address: pool,
    event: LIQUIDATION,
    args: { user: owner },
    strict: true,
    fromBlock,
    toBlock,
  });
  const said = (address: Address, units: bigint): string => {
    const token = sizes.find((one) => BigInt(one.address) === BigInt(address));
    return token === undefined ? `${units} units of ${address}` : `${tokensOf(units, token)} ${token.symbol}`;
  };
  return soundLogs(chain, found).map(({ args: { collateral, debt, repaid, seized }, blockNumber, transactionHash }) => {
    const message = `${venue}: ${said(debt, repaid)} were repaid by a liquidator, who took ${said(collateral, seized)}`;
    return fault('liquidated', message, { block: Number(blockNumber), transaction: transactionHash });
  });
}
