import type { ChainStep } from '#shared/domain/chain-step.ts';
import type { Transaction } from '#shared/domain/transaction.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import type { Protocol } from './protocol.ts';
import type { Asking, Sender } from './sender.ts';

/** What came of a step: done only where each of its transactions is confirmed. */
export interface Performed {
  readonly outcome: 'done' | 'failed' | 'unknown';
  /** The last is the one that decided. */
  readonly transactions: readonly Transaction[];
  /** Why it is not done; null where it is. */
  readonly reason: Fault | null;
}

/** How long a transaction may wait before it is raised, and how often. */
export interface Patience {
  readonly waitMs: DurationMs;
  readonly raises: number;
}

/** What a transaction's end means for its step. */
export function outcomeOf({ state }: Transaction): Performed['outcome'] {
  if (state === 'CONFIRMED') return 'done';
  return state === 'REVERTED' || state === 'REJECTED' || state === 'REPLACED' ? 'failed' : 'unknown';
}

/** What is thrown where nothing was recorded: it never left. */
function refusalOf(thrown: unknown): Fault {
  if (thrown instanceof FaultError) return thrown.fault;
  throw thrown;
}

/** Raised, or left waiting where that would cost more than the caps allow. */
async function raised(sender: Sender, { id }: Transaction): Promise<boolean> {
  try {
    await sender.bump(id);
    return true;
  } catch (thrown) {
    if (thrown instanceof FaultError && thrown.fault.code === 'gas-cap') return false;
    throw thrown;
  }
}

/** Waits for one, at a higher price each time its patience ends; a price above the cap leaves it waiting. */
async function awaited(sender: Sender, sent: Transaction, { waitMs, raises }: Patience): Promise<Transaction> {
  let now = await sender.follow(sent.id, 'settled', waitMs);
  for (let raise = 0; raise < raises && (now.state === 'SENT' || now.state === 'UNKNOWN'); raise++) {
    if (!(await raised(sender, now))) return now;
    now = await sender.follow(now.id, 'settled', waitMs);
  }
  return now;
}

/** Why a step ends here; null where it goes on. */
export function reasonOf(last: Transaction): Fault | null {
  if (outcomeOf(last) === 'done') return null;
  return last.reason ?? fault('pending', `"${last.about}" is ${last.state}`, { transaction: last.id });
}

/**
 * Takes a step: its transactions one after the other, each only when the one before it is confirmed. What is left of a
 * step that failed or is unknown is not sent; one that {@link Sender.send} refuses never left. `asking` is asked before
 * each of them. Throws where the chain cannot be asked what the step consists of.
 */
export async function perform(
  protocol: Protocol,
  sender: Sender,
  step: ChainStep,
  patience: Patience,
  asking?: Asking,
): Promise<Performed> {
  const transactions: Transaction[] = [];
  for (const call of await protocol.calls(step)) {
    const sent = await sender.send(call, asking).catch(refusalOf);
    if ('code' in sent) return { outcome: 'failed', transactions, reason: sent };
    const last = sent.state === 'REJECTED' ? sent : await awaited(sender, sent, patience);
    transactions.push(last);
    if (outcomeOf(last) !== 'done') return { outcome: outcomeOf(last), transactions, reason: reasonOf(last) };
  }
  return { outcome: 'done', transactions, reason: null };
}
