import {
  type Address,
  BaseError,
  type Chain,
  createPublicClient,
  type Hex,
  type HttpTransport,
  http,
  type PublicClient,
  RpcRequestError,
} from 'viem';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { ChainConfig } from './config.ts';

/** viem's client of one chain: reads, and hands over what is signed. */
export type ChainClient = PublicClient<HttpTransport, Chain>;

/** A chain that is asked: one of several, each on its own line. */
export interface ChainLine {
  readonly config: ChainConfig;
  readonly client: ChainClient;
}

/** A block by its number, and by what tells it from another of that number. */
export interface BlockMark {
  readonly number: bigint;
  readonly hash: Hex;
  /** The block's own time. */
  readonly at: EpochMs;
  /** Wei per gas. */
  readonly baseFee: bigint;
}

/** What many reads of one block found. */
export interface AtBlock<T> {
  readonly block: BlockMark;
  readonly value: T;
}

const READINGS = 3;
/** Words of a node that reach a message are cut to this. */
const SAID = 200;

/**
 * The line to a chain; nothing is asked yet. No second try: who asks decides whether to ask again. `fetchFn`: what carries
 * the questions, the machine's own unless given.
 */
export function openLine(config: ChainConfig, fetchFn?: typeof fetch): ChainLine {
  const { chainId: id, chain: name, url, answerMs, watchMs, coin } = config;
  const nativeCurrency = { name: coin, symbol: coin, decimals: 18 };
  const chain: Chain = { id, name, nativeCurrency, rpcUrls: { default: { http: [url] } } };
  const transport = http(url, { timeout: answerMs, retryCount: 0, ...(fetchFn === undefined ? {} : { fetchFn }) });
  return { config, client: createPublicClient({ chain, transport, pollingInterval: watchMs, cacheTime: 0 }) };
}

/** Throws `wrong-chain` where the node is of another chain than the configuration says. */
export async function checkChain({ client, config }: ChainLine): Promise<void> {
  const found = await asked(config, () => client.getChainId());
  if (found === config.chainId) return;
  const message = `${config.chain}: expected chain ${config.chainId}, the node is of chain ${found}`;
  throw new FaultError(fault('wrong-chain', message, { expected: config.chainId, found }));
}

/** Whether what was thrown is the node's own word, and not that there was none. */
export function isAnswer(thrown: unknown): boolean {
  return thrown instanceof BaseError && thrown.walk((one) => one instanceof RpcRequestError) !== null;
}

/** What viem throws, as one fault in its short words. */
export function chainFault(config: ChainConfig, thrown: unknown): FaultError {
  if (thrown instanceof FaultError) return thrown;
  const said = thrown instanceof BaseError ? thrown.shortMessage : String(thrown);
  return new FaultError(fault('chain', `${config.chain}: ${said.slice(0, SAID)}`, { chain: config.chain }), {
    cause: thrown,
  });
}

/** The answer of `ask`; throws {@link chainFault} where there is none. */
export async function asked<T>(config: ChainConfig, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    throw chainFault(config, thrown);
  }
}

/** Throws `chain` where a node's answer says what cannot be: viem hands on much of what it is given. */
export function sensible({ chain }: ChainConfig, what: string, all: Readonly<Record<string, boolean>>): void {
  const wrong = Object.keys(all).find((field) => !all[field]);
  if (wrong === undefined) return;
  throw new FaultError(
    fault('chain', `${chain}: the node told ${what} without a sound ${wrong}`, { chain, field: wrong }),
  );
}

export const isCount = (value: unknown): boolean => typeof value === 'bigint' && value >= 0n;
export const isHash = (value: unknown): boolean => typeof value === 'string' && /^0x[0-9a-f]{64}$/i.test(value);

/** Events of a node's answer: each stands in a block and a transaction, or `chain` is thrown. */
export function soundLogs<T extends { readonly blockNumber: unknown; readonly transactionHash: unknown }>(
  config: ChainConfig,
  logs: readonly T[],
): readonly T[] {
  for (const { blockNumber, transactionHash } of logs) {
    sensible(config, 'an event', {
      blockNumber: isCount(blockNumber) && Number.isSafeInteger(Number(blockNumber)),
      transactionHash: isHash(transactionHash),
    });
  }
  return logs;
}

export async function blockNow({ client, config }: ChainLine): Promise<BlockMark> {
  const { number, hash, timestamp, baseFeePerGas: baseFee } = await client.getBlock({ blockTag: 'latest' });
  const at = Number(timestamp) * 1_000;
  sensible(config, 'a block', {
    number: isCount(number) && Number.isSafeInteger(Number(number)),
    hash: isHash(hash),
    timestamp: isCount(timestamp) && Number.isSafeInteger(at),
    baseFeePerGas: (baseFee ?? null) === null || isCount(baseFee),
  });
  return { number, hash, at, baseFee: baseFee ?? 0n };
}

/**
 * Everything that `read` asks for as of one block: it is given the block to name in each question, and asked again where
 * the block was replaced meanwhile. Throws `chain` where the node does not answer or the chain does not hold still.
 */
export async function atOneBlock<T>(line: ChainLine, read: (block: BlockMark) => Promise<T>): Promise<AtBlock<T>> {
  const { client, config } = line;
  return asked(config, async () => {
    for (let reading = 0; reading < READINGS; reading++) {
      const block = await blockNow(line);
      const value = await read(block);
      const { hash } = await client.getBlock({ blockNumber: block.number });
      if (hash === block.hash) return { block, value };
    }
    const message = `${config.chain}: the last block was replaced ${READINGS} times while it was read`;
    throw new FaultError(fault('chain', message, { chain: config.chain }));
  });
}

/** How all reads of a block go: in one call, and none of them may fail. */
export function together(block: BlockMark) {
  return { blockNumber: block.number, allowFailure: false, deployless: true } as const;
}

/** An address as everything else writes it; throws `address` for what is none. */
export function addressOf(text: string): Address {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return `0x${text.slice(2)}`;
  throw new FaultError(fault('address', `expected 0x and 40 hexadecimal digits, was "${text.slice(0, 60)}"`));
}
