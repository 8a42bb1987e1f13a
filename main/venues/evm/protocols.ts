import type { Clock } from '#main/engine/ports.ts';
import { createAave } from '#main/venues/aave/adapter.ts';
import { createPerpV2 } from '#main/venues/perp-v2/adapter.ts';
import { createUniswap } from '#main/venues/uniswap/adapter.ts';
import type { OnchainFile } from '#shared/ipc/onchain-file.ts';
import { SECOND } from '#shared/units/time.ts';
import { type ChainLine, openLine } from './chain.ts';
import { ETHEREUM_FEES } from './config.ts';
import type { Protocol } from './protocol.ts';

/** A chain of the file, and all of the owner's protocols there. */
export interface OpenChain {
  readonly line: ChainLine;
  readonly protocols: readonly Protocol[];
}

/** Blocks after which a transaction counts as there for good, and how often an open one is asked for. */
const CONFIRMATIONS = 3;
const WATCH_MS = 4 * SECOND;

/** The lines and protocols of a file; nothing is asked yet. */
export function openChains({ owner, chains }: OnchainFile, clock: Clock): readonly OpenChain[] {
  return chains.map(({ aave, uniswap, perp, tokens, answerSeconds, ...chain }) => {
    const waits = { answerMs: answerSeconds * SECOND, watchMs: WATCH_MS, confirmations: CONFIRMATIONS };
    const line = openLine({ ...chain, ...waits, fees: ETHEREUM_FEES });
    return {
      line,
      protocols: [
        ...aave.map((one) => createAave(line, { ...one, owner, tokens }, clock)),
        ...uniswap.map((one) => createUniswap(line, { ...one, owner, tokens }, clock)),
        ...perp.map((one) => createPerpV2(line, { ...one, owner }, clock)),
      ],
    };
  });
}
