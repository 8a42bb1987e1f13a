import { foundry } from 'viem/chains';
import type { Program } from '#test/venues/simulator/stand-alone.ts';
import { type LocalChain, TRADER } from './local-chain.ts';
import { startSimChain } from './sim-book.ts';

const addresses = (all: object) =>
  Object.fromEntries(
    Object.entries<{ readonly address: string }>({ ...all }).map(([name, { address }]) => [name, address]),
  );

/** Where the chain and everything on it is. */
export function readyLine({ anvil, aave: { tokens, ...market }, uniswap, perp }: LocalChain) {
  return {
    endpoint: anvil.url,
    rpc: anvil.url,
    ws: anvil.ws,
    chainId: foundry.id,
    trader: TRADER.address,
    tokens: addresses(tokens),
    aave: addresses(market),
    uniswap: addresses(uniswap),
    perp: addresses(perp),
  };
}

/** The local chain beside the order books: its blocks have the time of the day that they play. */
export const EVM_SIM: Program<LocalChain> = {
  venue: 'evm-sim',
  port: 8545,
  start: ({ resources: { tape }, clock, port }) => {
    const began = clock.now();
    return startSimChain({ now: () => tape.startAt + clock.now() - began, every: clock.every }, port ?? 0);
  },
  ready: readyLine,
};
