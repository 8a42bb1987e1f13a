/**
 * Starts the local chain: `node test/venues/evm/start.ts [--port 8545] [--book]`, without a port on any that is free.
 * With a book the trader of the profile `evm-sim` holds something, and a block comes every second. Prints one line of JSON
 * with its address and those of the contracts when it is ready, and ends when its standard input does, as it does with
 * its parent.
 */
import { parseArgs } from 'node:util';
import { machineClock } from '#main/session/machine-clock.ts';
import { serve } from '#test/venues/simulator/stand-alone.ts';
import { startLocalChain } from './local-chain.ts';
import { readyLine } from './program.ts';
import { startSimChain } from './sim-book.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, book: { type: 'boolean', default: false } },
});
const port = Number(values.port);
const chain = await (values.book ? startSimChain(machineClock(), port) : startLocalChain([], port));
serve({ venue: values.book ? 'evm-sim' : 'evm-local', ...readyLine(chain) }, () => chain.close());
