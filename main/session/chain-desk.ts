import type { Address } from 'viem';
import type { Confirm } from '#main/engine/confirm-port.ts';
import type { Clock, StepResult, TransactionLog, VenueAdapter } from '#main/engine/ports.ts';
import type { LoanState } from '#main/venues/aave/state.ts';
import type { ChainAccount } from '#main/venues/evm/account.ts';
import { type ChainVenue, createChainAdapter } from '#main/venues/evm/adapter.ts';
import { outcomeOf, type Patience, perform, reasonOf } from '#main/venues/evm/performer.ts';
import type { Protocol, ProtocolState } from '#main/venues/evm/protocol.ts';
import { type OpenChain, protocolsOf } from '#main/venues/evm/protocols.ts';
import { createSender, type Sender } from '#main/venues/evm/sender.ts';
import type { PerpState } from '#main/venues/perp-v2/state.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import type { ChainStep, PlannedStep, StepLeg, TakenStep } from '#shared/domain/chain-step.ts';
import type { ChainVitals } from '#shared/domain/chain-vitals.ts';
import type { Transaction } from '#shared/domain/transaction.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import { chainAsking } from './chain-asking.ts';

/** A protocol that is followed block by block, and can be asked at once. */
export interface Followed<S extends ProtocolState = ProtocolState> {
  readonly protocol: Protocol<S>;
  /** As read last; null while nobody answers. */
  state(): S | null;
}

export interface ChainDeskSetup {
  readonly chain: OpenChain;
  readonly owner: Address;
  /** Who signs for the owner; null: the chain is only read. */
  readonly account: ChainAccount | null;
  readonly clock: Clock;
  readonly patience: Patience;
  /** How often the chain is asked for a new block. */
  readonly refreshMs: DurationMs;
  readonly onFlaw: (reason: Fault) => void;
  /** Asks the trader before what he sends by hand is signed; null: nobody is there to be asked. */
  readonly confirm: Confirm | null;
  /** Who signs, as he knows it. */
  readonly signedBy: string;
}

/** One owner on one chain: his protocols as venues, and steps there previewed by the contracts and taken one by one. */
export interface ChainDesk {
  readonly chain: string;
  readonly owner: Address;
  readonly adapters: readonly VenueAdapter[];
  readonly loans: readonly Followed<LoanState>[];
  readonly ranges: readonly Followed<RangeState>[];
  readonly perps: readonly Followed<PerpState>[];
  /** Transactions are written to this log from now on; those that it holds unsettled are seen through. */
  attach(log: TransactionLog, newId: () => string): void;
  /** What the contract says of a step on the newest block, with what of the address is not settled. */
  plan(step: ChainStep, continues: boolean): Promise<PlannedStep>;
  /** Waits for nothing any more: what was sent stands in the log. */
  stop(): void;
}

/** How long a transaction is followed at a time while nothing is left to do but wait. */
const WAIT: DurationMs = 5 * SECOND;

function legOf({ about, state, inclusion, attempts, reason }: Transaction): StepLeg {
  return { about, state, hash: inclusion?.hash ?? attempts.at(-1)?.hash ?? null, reason };
}

export function createChainDesk(setup: ChainDeskSetup): ChainDesk {
  const { chain, owner, account, clock, patience } = setup;
  const { chain: name } = chain.line.config;
  let sender: Sender | null = null;
  let stopped = false;
  let nonceGap = 0;
  let stopWatch: (() => void) | null = null;

  const signing = (): Sender => {
    if (sender !== null) return sender;
    throw new FaultError(fault('not-signed', `nothing signs on ${name}: its transactions have no log`));
  };
  const protocolOf = (venue: VenueId): Protocol => {
    const found = protocolsOf(chain).find((one) => one.venue === venue);
    if (found !== undefined) return found;
    throw new FaultError(fault('unknown-venue', `venue ${venue} is not on ${name}`, { venue }));
  };

  /** Waits until the chain has told of a transaction, however long: its nonce is used for one thing. */
  async function settled(transaction: Transaction): Promise<Transaction> {
    let now = transaction;
    while (outcomeOf(now) === 'unknown' && !stopped) now = await signing().follow(now.id, 'settled', WAIT);
    return now;
  }

  async function take({ step }: TakenStep, byHand: boolean): Promise<StepResult> {
    const asking = byHand ? askTrader : undefined;
    const performed = await perform(protocolOf(step.venue), signing(), step, patience, asking);
    if (performed.outcome !== 'unknown') return { ...performed, legs: performed.transactions.map(legOf) };
    const before = performed.transactions.slice(0, -1);
    const last = await settled(performed.transactions.at(-1)!);
    return { outcome: outcomeOf(last), legs: [...before, last].map(legOf), reason: reasonOf(last) };
  }

  /** Asks about what an earlier run left open; a node that lost it is handed it again, byte for byte. */
  async function seeThrough(): Promise<readonly Transaction[]> {
    if (sender === null) return [];
    if (sender.open().length > 0) await sender.look();
    for (const one of sender.open()) if (one.state === 'UNKNOWN') await sender.resend(one.id);
    return sender.open();
  }

  const sending = (): Pick<ChainVitals, 'pending' | 'nonceGap'> => ({ pending: sender?.open().length ?? 0, nonceGap });
  /** For the screen: without an answer it stays as it was told last. */
  function watchNonces(): void {
    const ask = async (): Promise<void> => {
      nonceGap = (await sender?.missing()) ?? 0;
    };
    stopWatch ??= clock.every(setup.refreshMs, () => {
      if (nonceGap > 0 || (sender?.open().length ?? 0) > 0) void ask().catch(() => undefined);
    });
  }

  const follow = <S extends ProtocolState>(protocol: Protocol<S>): ChainVenue<S> & Followed<S> => {
    const { refreshMs, onFlaw } = setup;
    const venue = createChainAdapter({
      protocol,
      clock,
      refreshMs,
      onFlaw,
      ...(account === null ? { take: null } : { take, sending }),
    });
    return { ...venue, protocol };
  };
  const loans = chain.loans.map(follow);
  const ranges = chain.ranges.map(follow);
  const perps = chain.perps.map(follow);
  const states = (): readonly ProtocolState[] => [...loans, ...ranges, ...perps].flatMap((one) => one.state() ?? []);
  const { confirm, signedBy } = setup;
  const askTrader = confirm === null ? undefined : chainAsking({ chain, owner, signedBy, confirm, states });

  return {
    chain: name,
    owner,
    adapters: [...loans, ...ranges, ...perps].map((one) => one.adapter),
    loans,
    ranges,
    perps,
    attach(log, newId) {
      if (account === null) return;
      sender = createSender({ line: chain.line, account, log, clock, newId });
      watchNonces();
    },
    async plan(step, continues) {
      const protocol = protocolOf(step.venue);
      const open = await seeThrough();
      const { changes: _, ...preview } = await protocol.preview(step);
      return { account: protocol.account, preview, open, continues };
    },
    stop() {
      stopped = true;
      stopWatch?.();
    },
  };
}
