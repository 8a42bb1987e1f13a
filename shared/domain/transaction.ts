import type { Decimal } from '#shared/units/decimal.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/**
 * PREPARED: on disk, not signed. SENT: a node holds it. UNKNOWN: it may be anywhere. MINED: in a block that may still go;
 * REORGED: that block went. The others are for good, as deep as the chain's rule asks: CONFIRMED did what it says,
 * REVERTED cost gas and did nothing, REPLACED: its nonce went to another transaction. REJECTED: it never left.
 */
export type TransactionState =
  | 'PREPARED'
  | 'SIGNED'
  | 'SENT'
  | 'UNKNOWN'
  | 'MINED'
  | 'REORGED'
  | 'CONFIRMED'
  | 'REVERTED'
  | 'REPLACED'
  | 'REJECTED';

/** Wei per unit of gas: the most in all, and the part of it that goes to who builds the block. */
export interface GasPrice {
  readonly most: Decimal;
  readonly tip: Decimal;
}

/** One signed form of a transaction; a later one takes the place of those before it at a higher price. */
export interface Attempt extends GasPrice {
  readonly hash: string;
}

/** Where a transaction stands in the chain, and what it did there. */
export interface Inclusion {
  readonly hash: string;
  readonly block: number;
  readonly blockHash: string;
  readonly succeeded: boolean;
  /** Wei paid for gas. */
  readonly cost: Decimal;
}

/** What a contract is asked to do. */
export interface TransactionCall {
  readonly to: string;
  /** Hexadecimal. */
  readonly input: string;
  /** Wei sent along. */
  readonly value: Decimal;
  /** In words: "supply 1 WETH to aave-v3". */
  readonly about: string;
}

/** One nonce of one account on one chain, and what it is used for. */
export interface Transaction extends TransactionCall {
  /** Ours, deterministic. */
  readonly id: string;
  readonly chain: string;
  readonly from: string;
  readonly nonce: number;
  /** Most gas it may use. */
  readonly gas: number;
  readonly state: TransactionState;
  readonly attempts: readonly Attempt[];
  readonly inclusion: Inclusion | null;
  readonly reason: Fault | null;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** What moves a transaction on. */
export type TransactionEvent =
  | { readonly type: 'signed'; readonly attempt: Attempt }
  | { readonly type: 'sent' }
  | { readonly type: 'unknown'; readonly reason: Fault }
  | { readonly type: 'rejected'; readonly reason: Fault }
  | { readonly type: 'mined'; readonly inclusion: Inclusion }
  | { readonly type: 'reorged'; readonly reason: Fault }
  | { readonly type: 'confirmed'; readonly reason: Fault | null }
  | { readonly type: 'replaced'; readonly reason: Fault };

const ALLOWED: Readonly<Record<TransactionState, readonly TransactionEvent['type'][]>> = {
  PREPARED: ['signed', 'rejected', 'replaced'],
  SIGNED: ['sent', 'unknown', 'rejected', 'mined', 'replaced'],
  SENT: ['signed', 'sent', 'unknown', 'mined', 'replaced'],
  // Only the chain's word ends it: a node that refuses a second sending says nothing of the first.
  UNKNOWN: ['signed', 'sent', 'unknown', 'mined', 'replaced'],
  MINED: ['confirmed', 'reorged'],
  REORGED: ['signed', 'sent', 'unknown', 'mined', 'replaced'],
  CONFIRMED: [],
  REVERTED: [],
  REPLACED: [],
  REJECTED: [],
};

const NEXT: Readonly<Record<Exclude<TransactionEvent['type'], 'signed' | 'confirmed'>, TransactionState>> = {
  sent: 'SENT',
  unknown: 'UNKNOWN',
  rejected: 'REJECTED',
  mined: 'MINED',
  reorged: 'REORGED',
  replaced: 'REPLACED',
};

/** Whether nothing can happen to it any more. */
export function isSettled(state: TransactionState): boolean {
  return ALLOWED[state].length === 0;
}

function stateAfter(transaction: Transaction, event: TransactionEvent): TransactionState {
  if (event.type === 'confirmed') return transaction.inclusion?.succeeded ? 'CONFIRMED' : 'REVERTED';
  if (event.type !== 'signed') return NEXT[event.type];
  // A further attempt leaves those before it where they are.
  return transaction.state === 'PREPARED' ? 'SIGNED' : transaction.state;
}

/** The transaction after `event`, or a fault naming the state and the event that do not go together. */
export function advance(transaction: Transaction, event: TransactionEvent, at: EpochMs): Result<Transaction> {
  const { id, state } = transaction;
  if (!ALLOWED[state].includes(event.type)) {
    const message = `transaction ${id}: ${event.type} is not possible in state ${state}`;
    return fail(fault('transaction-transition', message, { transaction: id, state, event: event.type }));
  }
  const known = event.type === 'signed' && transaction.attempts.some((one) => one.hash === event.attempt.hash);
  return ok({
    ...transaction,
    state: stateAfter(transaction, event),
    attempts: event.type === 'signed' && !known ? [...transaction.attempts, event.attempt] : transaction.attempts,
    inclusion: event.type === 'mined' ? event.inclusion : event.type === 'reorged' ? null : transaction.inclusion,
    reason: 'reason' in event ? event.reason : null,
    updatedAt: at,
  });
}

/** The latest of each transaction that is not settled, oldest nonce first, from all that was recorded of any. */
export function unsettled(recorded: Iterable<Transaction>): readonly Transaction[] {
  const latest = new Map<string, Transaction>();
  for (const one of recorded) latest.set(one.id, one);
  return [...latest.values()].filter((one) => !isSettled(one.state)).sort((a, b) => a.nonce - b.nonce);
}
