import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Account, Balance } from './account.ts';
import type { AutomationAct, Controller } from './automation.ts';
import type { TakenStep } from './chain-step.ts';
import type { Command } from './commands.ts';
import type { Fill } from './fill.ts';
import type { Annotation, EntryRisk } from './history/annotation.ts';
import type { Instrument } from './instrument.ts';
import type { Order, OrderEvent } from './order.ts';
import type { ParentOrder } from './parent-order.ts';
import type { Position } from './position.ts';
import type { Statement, StatementFact } from './statement.ts';
import type { Transaction } from './transaction.ts';
import type { Transfer } from './transfer.ts';

/** HALTED: nothing may be sent. REDUCING: cancels and reductions only. ACTIVE: everything the gate lets through. */
export type TradingState = 'HALTED' | 'REDUCING' | 'ACTIVE';
/** LOCKED: keys do nothing. SAFE: keys may stage. ARMED: keys may commit, inside a budget and for a time. */
export type KeyState = 'LOCKED' | 'SAFE' | 'ARMED';

/** Interest between longs and shorts of a perpetual. */
export interface FundingPayment {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly currency: Currency;
  /** Positive = received. */
  readonly amount: Decimal;
  /** Unique within the account: a payment is booked once. */
  readonly id: string;
  readonly at: EpochMs;
}

/** A difference found by reconciliation: the venue's word replaces ours, visibly. */
export type Adjustment =
  | {
      readonly what: 'position';
      readonly account: AccountId;
      readonly key: InstrumentId;
      readonly ours: Quantity;
      readonly theirs: Quantity;
      /** The venue's average entry; "0" when flat. */
      readonly entry: Price;
    }
  | {
      readonly what: 'balance';
      readonly account: AccountId;
      readonly key: Currency;
      readonly ours: Decimal;
      readonly theirs: Decimal;
    };

/** Everything private that happened, in order. The journal is a list of these; every table is a fold over them. */
export type DomainEvent =
  | { readonly type: 'session-started'; readonly profile: string; readonly tape: string; readonly seed: number }
  | {
      readonly type: 'account-opened';
      readonly account: Account;
      readonly balances: readonly Balance[];
      readonly positions: readonly Position[];
      /** The venue's time of the snapshot. Journals of earlier versions do not have it. */
      readonly asOf?: EpochMs;
    }
  | { readonly type: 'instruments-listed'; readonly instruments: readonly Instrument[] }
  | {
      readonly type: 'command';
      readonly command: Command;
      /** Sequence of the risk report the decision was based on. */
      readonly report: number | null;
    }
  | { readonly type: 'order-intended'; readonly order: Order }
  | { readonly type: 'order'; readonly id: ClientOrderId; readonly event: OrderEvent }
  | { readonly type: 'fill'; readonly fill: Fill }
  | {
      readonly type: 'funding';
      readonly payment: FundingPayment;
      /** Of a payment in coin: its USD index when it was booked, where there was one. Earlier journals do not have it. */
      readonly index?: Price;
    }
  | { readonly type: 'trading-state'; readonly from: TradingState; readonly to: TradingState; readonly reason: Fault }
  | { readonly type: 'key-state'; readonly from: KeyState; readonly to: KeyState; readonly reason: Fault }
  | {
      readonly type: 'adjustment';
      readonly adjustment: Adjustment;
      /** The venue's time of the snapshot that differed. Journals of earlier versions do not have it. */
      readonly asOf?: EpochMs;
    }
  | {
      readonly type: 'reconciled';
      readonly venue: VenueId;
      readonly differences: number;
      readonly unknownResolved: number;
    }
  | {
      /** What a rule did, or would have done, by itself and why. */
      readonly type: 'automation';
      readonly controller: Controller;
      readonly underlying: UnderlyingId;
      readonly act: Exclude<AutomationAct, 'wait'>;
      readonly why: string;
    }
  /** A step on a chain came to another state. */
  | { readonly type: 'chain-step'; readonly taken: TakenStep }
  /** A parent order began, sent a child, ends or has ended. */
  | { readonly type: 'parent-order'; readonly parent: ParentOrder }
  /** A transfer came to another state. */
  | { readonly type: 'transfer'; readonly transfer: Transfer }
  /** A margin pool became better or worse. */
  | {
      readonly type: 'margin-alert';
      readonly account: AccountId;
      readonly currency: Currency;
      readonly severity: 'ok' | 'watch' | 'critical';
      readonly text: string;
    }
  | { readonly type: 'alarm'; readonly alarm: Fault }
  | MemoryEvent;

/** What is added to the memory beside the engine: the book is not touched by it, and no replay makes it anew. */
export type MemoryEvent =
  /** A transaction on a chain as it stands from now on: on disk before its bytes exist, by who signs it. */
  | { readonly type: 'transaction'; readonly transaction: Transaction }
  | { readonly type: 'statement'; readonly statement: Statement }
  | {
      readonly type: 'imported';
      /** {@link Statement.id}. */
      readonly statement: string;
      /** Row of the file, counted from 1 without its head. */
      readonly row: number;
      /** Place among facts of the same time. */
      readonly order: number;
      readonly fact: StatementFact;
    }
  | { readonly type: 'annotated'; readonly annotation: Annotation }
  | { readonly type: 'entry-risk'; readonly risk: EntryRisk };

export const MEMORY_EVENTS: ReadonlySet<DomainEvent['type']> = new Set<MemoryEvent['type']>([
  'transaction',
  'statement',
  'imported',
  'annotated',
  'entry-risk',
]);

/** One line of the journal. */
export interface JournalEntry {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** Engine time. */
  readonly at: EpochMs;
  readonly event: DomainEvent;
}
