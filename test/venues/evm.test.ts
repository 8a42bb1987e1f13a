import { afterAll, beforeAll } from 'vitest';
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
