import { type Address, BaseError, type Hex } from 'viem';
import type { GasEstimate } from '#shared/domain/chain-step.ts';
import type { TransactionCall } from '#shared/domain/transaction.ts';
import { decimal } from '#shared/units/decimal.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { addressOf, asked, type BlockMark, type ChainLine } from './chain.ts';
import { gasLimit } from './fees.ts';
import { tokensOf } from './tokens.ts';

/** What calls would do if they were the next transactions. */
export interface Simulated {
  /** Gas they may use together; 0 where one is refused. */
  readonly gas: bigint;
  /** What each answered, those of `reads` after the others; null where one was refused. */
  readonly answers: readonly Hex[] | null;
  readonly refusal: Fault | null;
}

/** A question put after the calls, in the state they leave. */
export interface Question {
  readonly to: Address;
  readonly input: Hex;
}

const SAID = 200;

/**
 * Runs calls one after the other on the state after a block, and asks `questions` of what they leave (eth_simulateV1).
 * Nothing is sent. Throws `chain` where the node cannot.
 */
export async function simulated(
  { client, config }: ChainLine,
  block: BlockMark,
  from: Address,
  calls: readonly TransactionCall[],
  questions: readonly Question[],
): Promise<Simulated> {
  const asCall = ({ to, input }: { readonly to: string; readonly input: string }) =>
    ({ to: addressOf(to), data: `0x${input.slice(2)}` }) as const;
  const all = [...calls, ...questions].map(asCall);
  const { results } = await asked(config, () =>
    client.simulateCalls({ account: from, blockNumber: block.number, calls: all }),
  );
  const refused = results.findIndex((one) => one.status === 'failure');
  if (refused >= 0) {
    const { error } = results[refused] ?? {};
    const why = error instanceof BaseError ? error.shortMessage.replaceAll('\n', ' ') : 'no reason given';
    const about = calls[refused]?.about ?? 'a question about the state afterwards';
    const message = `${about} would revert: ${why.slice(0, SAID)}`;
    return { gas: 0n, answers: null, refusal: fault('would-revert', message, { about }) };
  }
  const gas = results.slice(0, calls.length).reduce((sum, one) => sum + gasLimit(one.gasUsed, config.fees), 0n);
  return { gas, answers: results.map((one) => one.data), refusal: null };
}

/** What that gas may cost at the price of now. */
export async function gasEstimate(
  line: ChainLine,
  block: BlockMark,
  gas: bigint,
  coinUsd: number | null,
): Promise<GasEstimate> {
  const tip = await asked(line.config, () => line.client.estimateMaxPriorityFeePerGas());
  const coins = tokensOf(gas * (block.baseFee + tip), { decimals: 18 });
  return { units: Number(gas), coins: decimal(coins), usd: coinUsd === null ? null : Number(coins) * coinUsd };
}
