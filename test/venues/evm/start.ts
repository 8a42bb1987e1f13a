/**
 * Starts the local chain: `node test/venues/evm/start.ts`. Prints one line of JSON with its address and those of the
 * contracts when it is ready and ends when its standard input does, as it does with its parent.
 */
import { startLocalChain, TRADER } from './local-chain.ts';

const chain = await startLocalChain(process.argv.slice(2));
const { aave, uniswap, perp, anvil, clients } = chain;
const addresses = (all: object) =>
  Object.fromEntries(
    Object.entries<{ readonly address: string }>({ ...all }).map(([name, { address }]) => [name, address]),
  );
const { tokens, ...market } = aave;
const ready = {
  venue: 'evm-local',
  rpc: anvil.url,
  ws: anvil.ws,
  chainId: await clients.reader.getChainId(),
  trader: TRADER.address,
  tokens: addresses(tokens),
  aave: addresses(market),
  uniswap: addresses(uniswap),
  perp: addresses(perp),
};
process.stdout.write(`${JSON.stringify(ready)}\n`);
const stop = () => void chain.close().then(() => process.exit(0));
process.stdin.on('end', stop).on('close', stop).resume();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
