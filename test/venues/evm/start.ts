/**
 * Starts the local chain: `node test/venues/evm/start.ts [--port 8545] [--book]`, without a port on any that is free.
 * With a book the trader of the profile `evm-sim` holds something, and a block comes every second. Prints one line of JSON
 * with its address and those of the contracts when it is ready, and ends when its standard input does, as it does with
 * its parent.
 */
import { parseArgs } from 'node:util';
import { startLocalChain, TRADER } from './local-chain.ts';
import { AHEAD_SECONDS, openSimBook } from './sim-book.ts';

const BLOCK_MS = 1_000;
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, book: { type: 'boolean', default: false } },
});
const begun = Math.floor(Date.now() / 1_000) - AHEAD_SECONDS;
const chain = await startLocalChain([...(values.book ? ['--timestamp', String(begun)] : [])], Number(values.port));
if (values.book) {
  await openSimBook(chain);
  setInterval(() => void chain.clients.control.mine({ blocks: 1 }).catch(() => undefined), BLOCK_MS).unref();
}
const { aave, uniswap, perp, anvil, clients } = chain;
const addresses = (all: object) =>
  Object.fromEntries(
    Object.entries<{ readonly address: string }>({ ...all }).map(([name, { address }]) => [name, address]),
  );
const { tokens, ...market } = aave;
const ready = {
  venue: values.book ? 'evm-sim' : 'evm-local',
  endpoint: anvil.url,
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
