import type { Address } from 'viem';
import type { TransactionLog } from '#main/engine/ports.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import type { AaveConfig } from '#main/venues/aave/config.ts';
import type { ChainAccount } from '#main/venues/evm/account.ts';
import { type ChainLine, openLine } from '#main/venues/evm/chain.ts';
import { type ChainConfig, ETHEREUM_FEES } from '#main/venues/evm/config.ts';
import type { Patience } from '#main/venues/evm/performer.ts';
import { createSender, type Sender } from '#main/venues/evm/sender.ts';
import type { ChainToken } from '#main/venues/evm/tokens.ts';
import type { PerpConfig } from '#main/venues/perp-v2/config.ts';
import type { UniswapConfig } from '#main/venues/uniswap/config.ts';
import { type Transaction, unsettled } from '#shared/domain/transaction.ts';
import type { LocalChain } from './local-chain.ts';

/** The local chain as an adapter is told of it. */
export function configOf(url: string, more: Partial<ChainConfig> = {}): ChainConfig {
  return {
    chain: 'local',
    chainId: 31_337,
    coin: 'ETH',
    url,
    confirmations: 1,
    answerMs: 30_000,
    watchMs: 5,
    fees: ETHEREUM_FEES,
    ...more,
  };
}

/** A log in memory; what it was told is `recorded`, in order. */
export interface MemoryLog extends TransactionLog {
  readonly recorded: Transaction[];
}

export function memoryLog(before: readonly Transaction[] = []): MemoryLog {
  const recorded = [...before];
  return { recorded, record: (one) => void recorded.push(one), unsettled: () => unsettled(recorded) };
}

/** Somebody who sends: an account, its log and its line. */
export interface Bench {
  readonly line: ChainLine;
  readonly log: MemoryLog;
  readonly sender: Sender;
}

export function openBench(config: ChainConfig, account: ChainAccount, log: MemoryLog = memoryLog()): Bench {
  const line = openLine(config);
  let count = log.recorded.length;
  const newId = () => `test-${++count}`;
  return { line, log, sender: createSender({ line, account, log, clock: machineClock(), newId }) };
}

/** States that a transaction went through, in order. */
export function courseOf({ recorded }: MemoryLog, id: string): readonly string[] {
  return recorded.filter((one) => one.id === id).map((one) => one.state);
}

/** Only against hanging for ever: nothing has to wait on a chain of one's own. */
export const PATIENCE: Patience = { waitMs: 60_000, raises: 0 };

const tokensOf = ({ aave }: LocalChain): readonly ChainToken[] => [
  { symbol: 'WETH', address: aave.tokens.WETH.address, coin: 'ETH' },
  { symbol: 'WBTC', address: aave.tokens.WBTC.address, coin: 'BTC' },
  { symbol: 'USDC', address: aave.tokens.USDC.address, coin: 'USDC' },
];

/** Aave of the local chain as an adapter is told of it. */
export function aaveConfig(chain: LocalChain, owner: Address): AaveConfig {
  const { pool, oracle, reader } = chain.aave;
  return {
    venue: 'aave-local',
    account: { id: 'loan', name: 'Loan' },
    owner,
    pool: pool.address,
    oracle: oracle.address,
    reader: reader.address,
    tokens: tokensOf(chain),
  };
}

/** Uniswap of the local chain as an adapter is told of it. */
export function uniswapConfig(chain: LocalChain, owner: Address): UniswapConfig {
  const { factory, positions, router } = chain.uniswap;
  return {
    venue: 'uniswap-local',
    account: { id: 'wallet', name: 'Wallet' },
    owner,
    factory: factory.address,
    positions: positions.address,
    router: router.address,
    pools: [{ id: 'WETH-USDC-500', base: 'WETH', quote: 'USDC', fee: 500 }],
    tokens: tokensOf(chain),
  };
}

/** Perp v2 of the local chain as an adapter is told of it. */
export function perpConfig(chain: LocalChain, owner: Address): PerpConfig {
  const { clearingHouse, accountBalance, exchange, vault, base } = chain.perp;
  return {
    venue: 'perp-local',
    account: { id: 'perp', name: 'Perp' },
    owner,
    clearingHouse: clearingHouse.address,
    accountBalance: accountBalance.address,
    exchange: exchange.address,
    vault: vault.address,
    settlement: { symbol: 'USDC', address: chain.aave.tokens.USDC.address, coin: 'USDC' },
    markets: [{ id: 'ETH-PERP', base: base.address, coin: 'ETH' }],
  };
}
