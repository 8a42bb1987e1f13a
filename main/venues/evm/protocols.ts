import type { Address } from 'viem';
import type { Clock } from '#main/engine/ports.ts';
import { createAave } from '#main/venues/aave/adapter.ts';
import type { LoanState } from '#main/venues/aave/state.ts';
import { createPerpV2 } from '#main/venues/perp-v2/adapter.ts';
import type { PerpState } from '#main/venues/perp-v2/state.ts';
import { createUniswap } from '#main/venues/uniswap/adapter.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import type { OnchainFile } from '#shared/ipc/onchain-file.ts';
import { SECOND } from '#shared/units/time.ts';
import { type ChainLine, openLine } from './chain.ts';
import { type ChainConfig, ETHEREUM_FEES } from './config.ts';
import type { Protocol } from './protocol.ts';
import type { ChainToken, SizedToken } from './tokens.ts';

/** A chain of the file, and all of the owner's protocols there. */
export interface OpenChain {
  readonly line: ChainLine;
  /** What its contracts are called, by their address in small letters. */
  readonly names: ReadonlyMap<string, string>;
  readonly tokens: readonly ChainToken[];
  /** What stands for the markets of perpetuals. */
  readonly markets: readonly SizedToken[];
  readonly loans: readonly Protocol<LoanState>[];
  readonly ranges: readonly Protocol<RangeState>[];
  readonly perps: readonly Protocol<PerpState>[];
}

/** All of them, in the order of the file. */
export function protocolsOf({ loans, ranges, perps }: OpenChain): readonly Protocol[] {
  return [...loans, ...ranges, ...perps];
}

/** Blocks after which a transaction counts as there for good, and how often an open one is asked for. */
const CONFIRMATIONS = 3;
const WATCH_MS = 4 * SECOND;

/** Perp v2 counts the coins of every market so. */
const MARKET_DECIMALS = 18;

function namesOf({ aave, uniswap, perp }: Pick<OnchainFile['chains'][number], 'aave' | 'uniswap' | 'perp'>) {
  const named: readonly (readonly [Address, string])[] = [
    ...aave.map(({ pool, venue }) => [pool, `lending pool of ${venue}`] as const),
    ...uniswap.flatMap(({ positions, router, venue }) => [
      [positions, `ranges of ${venue}`] as const,
      [router, `router of ${venue}`] as const,
    ]),
    ...perp.flatMap(({ clearingHouse, vault, venue }) => [
      [clearingHouse, `clearing house of ${venue}`] as const,
      [vault, `vault of ${venue}`] as const,
    ]),
  ];
  return new Map(named.map(([address, name]) => [address.toLowerCase(), name]));
}

/** The lines and protocols of a file; nothing is asked yet. */
export function openChains({ owner, chains }: OnchainFile, clock: Clock): readonly OpenChain[] {
  return chains.map((one) => openChain({ ...one, owner }, { confirmations: CONFIRMATIONS, watchMs: WATCH_MS }, clock));
}

/** One chain of a file; nothing is asked yet. */
export function openChain(
  { owner, aave, uniswap, perp, tokens, answerSeconds, ...chain }: OnchainFile['chains'][number] & { owner: Address },
  waits: Pick<ChainConfig, 'confirmations' | 'watchMs'>,
  clock: Clock,
): OpenChain {
  const line = openLine({ ...chain, ...waits, answerMs: answerSeconds * SECOND, fees: ETHEREUM_FEES });
  return {
    line,
    names: namesOf({ aave, uniswap, perp }),
    tokens: [...tokens, ...perp.map((one) => one.settlement)],
    markets: perp.flatMap(({ markets }) =>
      markets.map(({ id, base, coin }) => ({ symbol: id, address: base, coin, decimals: MARKET_DECIMALS })),
    ),
    loans: aave.map((one) => createAave(line, { ...one, owner, tokens }, clock)),
    ranges: uniswap.map((one) => createUniswap(line, { ...one, owner, tokens }, clock)),
    perps: perp.map((one) => createPerpV2(line, { ...one, owner }, clock)),
  };
}
