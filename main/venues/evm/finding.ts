import { BaseError, type Hex, TransactionNotFoundError, TransactionReceiptNotFoundError } from 'viem';
import type { Inclusion, Transaction, TransactionEvent } from '#shared/domain/transaction.ts';
import { decimal } from '#shared/units/decimal.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { addressOf, asked, blockNow, type ChainLine, isCount, isHash, sensible } from './chain.ts';

const SAID = 200;

/** The answer, or null where the node knows no such thing; every other failure is thrown. */
async function known<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (thrown) {
    if (thrown instanceof TransactionReceiptNotFoundError || thrown instanceof TransactionNotFoundError) return null;
    throw thrown;
  }
}

/** A hash of the journal as viem wants it. */
const hex = (hash: string): Hex => `0x${hash.slice(2)}`;

async function inclusionOf({ client, config }: ChainLine, transaction: Transaction): Promise<Inclusion | null> {
  // The newest attempt is the likeliest; only one of them can be in a chain.
  for (const { hash } of transaction.attempts.toReversed()) {
    const receipt = await known(client.getTransactionReceipt({ hash: hex(hash) }));
    if (receipt === null) continue;
    const { blockNumber, blockHash, status, gasUsed, effectiveGasPrice } = receipt;
    sensible(config, 'a receipt', {
      blockNumber: isCount(blockNumber) && Number.isSafeInteger(Number(blockNumber)),
      blockHash: isHash(blockHash),
      status: status === 'success' || status === 'reverted',
      gasUsed: isCount(gasUsed),
      effectiveGasPrice: isCount(effectiveGasPrice),
    });
    const cost = decimal((gasUsed * effectiveGasPrice).toString());
    return { hash, block: Number(blockNumber), blockHash, succeeded: status === 'success', cost };
  }
  return null;
}

/** Why a transaction reverted: asked for again as a call before its block. */
async function revertReason({ client, config }: ChainLine, transaction: Transaction, block: number): Promise<Fault> {
  const { from, to, input, value, id, about } = transaction;
  const call = { account: addressOf(from), to: addressOf(to), data: hex(input), value: BigInt(value) };
  const why = await client.call({ ...call, blockNumber: BigInt(block - 1) }).then(
    () => 'only in the state of that block',
    (thrown: unknown) => (thrown instanceof BaseError ? thrown.details || thrown.shortMessage : String(thrown)),
  );
  return fault('reverted', `${about} reverted on ${config.chain}: ${why.slice(0, SAID)}`, { transaction: id });
}

/** What became of one in a block: it is still there, deep enough, or the block went. */
async function afterMined(line: ChainLine, transaction: Transaction, head: number): Promise<TransactionEvent | null> {
  const { inclusion, id, about } = transaction;
  if (inclusion === null) return null;
  const found = await inclusionOf(line, transaction);
  if (found?.blockHash !== inclusion.blockHash) {
    const message = `${about}: block ${inclusion.block} of ${line.config.chain} was replaced by another`;
    return { type: 'reorged', reason: fault('reorged', message, { transaction: id, block: inclusion.block }) };
  }
  if (head - inclusion.block + 1 < line.config.confirmations) return null;
  const reason = inclusion.succeeded ? null : await revertReason(line, transaction, inclusion.block);
  return { type: 'confirmed', reason };
}

/** A node may know a block before it knows its receipts: never by the last block alone. */
const LEAST_DEPTH = 2;
const NONCE_USED = 'nonce-used';

/** Whether the nonce is used, as deep as the chain's rule asks. */
async function isUsed({ client, config }: ChainLine, { from, nonce }: Transaction, head: number): Promise<boolean> {
  const deep = BigInt(Math.max(head - Math.max(config.confirmations, LEAST_DEPTH) + 1, 0));
  return (await client.getTransactionCount({ address: addressOf(from), blockNumber: deep })) > nonce;
}

/** Its nonce is used and no attempt is in a chain: proof when it is found so twice. */
function afterUsed({ state, reason, id, about, nonce }: Transaction): TransactionEvent {
  const details = { transaction: id, nonce };
  if (state === 'UNKNOWN' && reason?.code === NONCE_USED) {
    const message = `${about}: nonce ${nonce} went to another transaction`;
    return { type: 'replaced', reason: fault('replaced', message, details) };
  }
  const message = `${about}: nonce ${nonce} is used and the node does not know by what; it is asked again`;
  return { type: 'unknown', reason: fault(NONCE_USED, message, details) };
}

async function isHeld({ client }: ChainLine, { attempts }: Transaction): Promise<boolean> {
  for (const { hash } of attempts.toReversed()) {
    if ((await known(client.getTransaction({ hash: hex(hash) }))) !== null) return true;
  }
  return false;
}

/**
 * What the chain says of a transaction that is news; null: nothing. A question that is not answered throws and proves
 * nothing. A node that does not know it proves nothing either, until its nonce is used for good.
 */
export function findOut(line: ChainLine, transaction: Transaction): Promise<TransactionEvent | null> {
  const { state, id, about } = transaction;
  return asked(line.config, async () => {
    const head = Number((await blockNow(line)).number);
    if (state === 'MINED') return afterMined(line, transaction, head);
    const used = await isUsed(line, transaction, head);
    const inclusion = await inclusionOf(line, transaction);
    if (inclusion !== null) return { type: 'mined', inclusion };
    if (used) return afterUsed(transaction);
    const held = await isHeld(line, transaction);
    if (held) return state === 'SENT' ? null : { type: 'sent' };
    // A nonce that was used is free again where its block went: what was found before proves nothing any more.
    if (state === 'UNKNOWN' && transaction.reason?.code !== NONCE_USED) return null;
    const message = `${about}: the node of ${line.config.chain} does not hold it any more`;
    return { type: 'unknown', reason: fault('dropped', message, { transaction: id }) };
  });
}
