import type { AccountSnapshot } from '#main/engine/ports.ts';
import type { ChainStep, StepPreview } from '#shared/domain/chain-step.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { TransactionCall } from '#shared/domain/transaction.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { AccountId, VenueId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { BlockMark, ChainLine } from './chain.ts';

/** What an owner holds at a protocol, and what it is worth: everything as of one block. */
export interface ProtocolState extends Pick<AccountSnapshot, 'account' | 'balances' | 'positions' | 'pools'> {
  readonly block: BlockMark;
  readonly instruments: readonly Instrument[];
  readonly quotes: readonly Quote[];
  /** What is held and cannot be counted, or does not agree with the contract's own figures. */
  readonly flaws: readonly Fault[];
}

/** A protocol on a chain, for one owner. Reads and prepares; it signs nothing and sends nothing. */
export interface Protocol<S extends ProtocolState = ProtocolState> {
  readonly venue: VenueId;
  readonly account: AccountId;
  readonly line: ChainLine;
  read(): Promise<S>;
  /** Liquidations of the owner in these blocks, first and last included. */
  liquidations(from: bigint, to: bigint): Promise<readonly Fault[]>;
  /** The transactions of a step, in the order in which each needs those before it. */
  calls(step: ChainStep): Promise<readonly TransactionCall[]>;
  preview(step: ChainStep): Promise<StepPreview>;
}

/** Throws for a step of another kind or venue. */
export function stepOf<K extends ChainStep['kind']>(
  step: ChainStep,
  venue: VenueId,
  ...kinds: readonly K[]
): Extract<ChainStep, { kind: K }> {
  const fits = (one: ChainStep): one is Extract<ChainStep, { kind: K }> => kinds.some((kind) => kind === one.kind);
  if (step.venue === venue && fits(step)) return step;
  const message = `${venue} takes steps of its own (${kinds.join(', ')}), was a ${step.kind} step of ${step.venue}`;
  throw new FaultError(fault('step', message, { venue, kind: step.kind }));
}
