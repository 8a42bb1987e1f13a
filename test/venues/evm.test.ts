import { formatGwei } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineClock } from '#main/session/machine-clock.ts';
import { createAave } from '#main/venues/aave/adapter.ts';
import { createChainAdapter } from '#main/venues/evm/adapter.ts';
import { type ChainLine, openLine } from '#main/venues/evm/chain.ts';
import type { Protocol } from '#main/venues/evm/protocol.ts';
import { createPerpV2 } from '#main/venues/perp-v2/adapter.ts';
import { createUniswap } from '#main/venues/uniswap/adapter.ts';
import { type ContractVenue, venueContract } from './contract.ts';
import { aaveConfig, configOf, perpConfig, uniswapConfig } from './evm/bench.ts';
import { type LocalChain, PROVIDER, startLocalChain } from './evm/local-chain.ts';

let chain: LocalChain;
beforeAll(async () => {
  chain = await startLocalChain();
});
afterAll(() => chain.close());

/** The chain goes by its own time: what an engine would wait for has happened long before. */
const ENOUGH_MS = 60;

async function observed(account: string, create: (line: ChainLine) => Protocol): Promise<ContractVenue> {
  const protocol = create(openLine(configOf(chain.anvil.url)));
  const onFlaw = () => undefined;
  return {
    adapter: createChainAdapter({ protocol, clock: machineClock(), refreshMs: 10, onFlaw, take: null }).adapter,
    advance: () => new Promise((resolve) => setTimeout(resolve, ENOUGH_MS)),
    account,
    instrument: `${protocol.venue}:WETH`,
    quantity: '1',
  };
}

const owner = PROVIDER.address;
const clock = machineClock();
venueContract('aave', () => observed('loan', (line) => createAave(line, aaveConfig(chain, owner), clock)), false);
venueContract(
  'uniswap',
  () => observed('wallet', (line) => createUniswap(line, uniswapConfig(chain, owner), clock)),
  false,
);
venueContract('perp-v2', () => observed('perp', (line) => createPerpV2(line, perpConfig(chain, owner), clock)), false);

describe('vitals of a chain', () => {
  it('are the node’s own block, its gas beside the cap, and what of the owner is on its way', async () => {
    const line = openLine(configOf(chain.anvil.url));
    const sending = () => ({ pending: 2, nonceGap: 1 });
    const setup = { protocol: createAave(line, aaveConfig(chain, owner), clock), clock, refreshMs: 60_000 };
    const { adapter } = createChainAdapter({ ...setup, onFlaw: () => undefined, sending, take: null });
    expect(adapter.vitals?.().chain).toBeNull();
    await adapter.connect();
    const { number, timestamp, baseFeePerGas } = await chain.clients.reader.getBlock();
    const { chain: told, roundTrip } = adapter.vitals?.() ?? {};
    expect(told).toEqual({
      block: Number(number),
      blockAt: Number(timestamp) * 1_000,
      gasGwei: Number(formatGwei(baseFeePerGas ?? 0n)),
      gasCapGwei: 300,
      ...sending(),
    });
    expect(roundTrip?.count).toBe(1);
    await adapter.close();
  });
});
