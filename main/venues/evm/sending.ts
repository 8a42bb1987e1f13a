import {
  BaseError,
  type Hex,
  keccak256,
  parseTransaction,
  RpcRequestError,
  serializeTransaction,
  type TransactionSerializableEIP1559,
} from 'viem';
import type { Transaction, TransactionEvent } from '#shared/domain/transaction.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { ChainAccount } from './account.ts';
import { addressOf, type ChainLine } from './chain.ts';
import { type Fee, fromGasPrice } from './fees.ts';

/** A node has it already. */
const ALREADY = /already known|already imported|known transaction/i;
/** Its nonce is used: by this very transaction, or by another; only the chain can tell. */
const PASSED = /nonce too low|nonce is too low/i;
const SAID = 200;

export interface Signed {
  readonly raw: Hex;
  readonly hash: Hex;
}

function payloadOf(transaction: Transaction, chainId: number, { most, tip }: Fee): TransactionSerializableEIP1559 {
  const { to, input, value, nonce, gas } = transaction;
  return {
    type: 'eip1559',
    chainId,
    to: addressOf(to),
    data: `0x${input.slice(2)}`,
    value: BigInt(value),
    nonce,
    gas: BigInt(gas),
    maxFeePerGas: most,
    maxPriorityFeePerGas: tip,
  };
}

/** The bytes that are to be signed for a transaction at a fee. */
export function unsignedBytes({ config }: ChainLine, transaction: Transaction, fee: Fee): Hex {
  return serializeTransaction(payloadOf(transaction, config.chainId, fee));
}

/** Signed bytes without their signature. */
function withoutSignature(raw: Hex): Hex {
  const { r: _r, s: _s, v: _v, yParity: _y, ...rest } = parseTransaction(raw as `0x02${string}`);
  return serializeTransaction(rest);
}

/** Signed bytes of a transaction at a fee. Rejects as the account does; throws `signature` where it signed something else. */
export async function signed(
  { config }: ChainLine,
  account: ChainAccount,
  transaction: Transaction,
  fee: Fee,
): Promise<Signed> {
  const payload = payloadOf(transaction, config.chainId, fee);
  const raw = await account.signTransaction(payload);
  if (withoutSignature(raw) === serializeTransaction(payload)) return { raw, hash: keccak256(raw) };
  throw new FaultError(
    fault('signature', `${transaction.about}: the account signed another transaction than it was given`),
  );
}

/**
 * The last attempt once more, byte for byte; the nonce sees to it that it counts once. Throws `signature` where the
 * account signs differently from before: it would be another transaction.
 */
export async function signedAgain(line: ChainLine, account: ChainAccount, transaction: Transaction): Promise<Signed> {
  const last = transaction.attempts.at(-1);
  if (last === undefined) throw new FaultError(fault('signature', `${transaction.about} was never signed`));
  const again = await signed(line, account, transaction, fromGasPrice(last));
  if (again.hash === last.hash) return again;
  const message = `${transaction.about}: the account signed another transaction than before`;
  throw new FaultError(fault('signature', message, { before: last.hash, now: again.hash }));
}

/** What handing signed bytes to the node came to. Never throws: without an answer it is unknown. */
export async function handOver(
  { client, config }: ChainLine,
  { raw }: Signed,
  about: string,
): Promise<TransactionEvent> {
  try {
    await client.sendRawTransaction({ serializedTransaction: raw });
    return { type: 'sent' };
  } catch (thrown) {
    const refusal = thrown instanceof BaseError ? thrown.walk((one) => one instanceof RpcRequestError) : null;
    const said = refusal instanceof RpcRequestError ? refusal.details : '';
    if (ALREADY.test(said)) return { type: 'sent' };
    if (refusal !== null && !PASSED.test(said)) {
      const message = `${about}: the node of ${config.chain} refused it: ${said.slice(0, SAID)}`;
      return { type: 'rejected', reason: fault('rejected', message) };
    }
    const why = said || (thrown instanceof BaseError ? thrown.shortMessage : String(thrown));
    const message = `${about}: ${config.chain} gave no answer that proves anything: ${why.slice(0, SAID)}`;
    return { type: 'unknown', reason: fault('unanswered', message) };
  }
}
