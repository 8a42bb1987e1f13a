import type { Account, Balance } from '#shared/domain/account.ts';
import type { Book } from '#shared/domain/book.ts';
import type { StepLeg, TakenStep } from '#shared/domain/chain-step.ts';
import type { ChainVitals } from '#shared/domain/chain-vitals.ts';
import type { DomainEvent, FundingPayment, JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Order, OrderState } from '#shared/domain/order.ts';
import type { Position } from '#shared/domain/position.ts';
import type { Transaction } from '#shared/domain/transaction.ts';
import type { Transfer } from '#shared/domain/transfer.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { Greeks, PoolMargin, RiskReport } from '#shared/risk/report.ts';
import type { Price, Quantity } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, InstrumentId, TradeId, VenueId, VenueOrderId } from '#shared/units/ids.ts';
import type { Fault, Result } from '#shared/units/result.ts';
import type { Quantiles } from '#shared/units/samples.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** Engine time. Everything in main/engine reads time here and nowhere else. */
export interface Clock {
  now(): EpochMs;
  /** Calls `action` every `every` ms of engine time until the returned function is called. */
  every(every: number, action: () => void): () => void;
}

export type Unsubscribe = () => void;

// ---------------------------------------------------------------- venues

/** What an adapter can do; asked before it is tried. */
export interface Capabilities {
  readonly orderTypes: readonly ('limit' | 'market' | 'stop')[];
  readonly timeInForce: readonly ('gtc' | 'ioc' | 'fok')[];
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly amend: boolean;
  readonly cancelAll: boolean;
  /** Margin after orders that were not sent can be asked for. */
  readonly preview: boolean;
  /** The venue tells Greeks of its own. */
  readonly greeks: boolean;
  /** Resting orders go when the connection does. */
  readonly cancelOnDisconnect: boolean;
  /** Client order ids are unique at the venue: the same id and payload may be resent. */
  readonly idempotent: boolean;
  /** Money can be sent from its accounts to the trader's others; left out: it cannot. */
  readonly transfers?: boolean;
  /** It takes steps on a chain; left out: it does not, or nothing signs for its address. */
  readonly takesSteps?: boolean;
}

export type VenueStatus = 'connecting' | 'live' | 'stale' | 'down';

/** An order as the venue sees it. */
export interface VenueOrder {
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId: VenueOrderId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly state: Extract<OrderState, 'ACKED' | 'PARTIAL' | 'FILLED' | 'CANCELLED' | 'EXPIRED' | 'REJECTED'>;
  readonly filled: Quantity;
  readonly reason: Fault | null;
}

/** What a venue tells. Quotes may be conflated by the receiver, nothing else may. */
export type VenueEvent =
  | { readonly type: 'status'; readonly status: VenueStatus; readonly latencyMs: number; readonly reason: Fault | null }
  | { readonly type: 'quotes'; readonly quotes: readonly Quote[] }
  | { readonly type: 'instruments'; readonly instruments: readonly Instrument[] }
  | { readonly type: 'order'; readonly order: VenueOrder; readonly tsEvent: EpochMs }
  | { readonly type: 'fill'; readonly fill: Fill }
  | { readonly type: 'funding'; readonly payment: FundingPayment }
  | { readonly type: 'margin-call'; readonly account: AccountId; readonly reason: Fault }
  | { readonly type: 'liquidation'; readonly account: AccountId; readonly reason: Fault };

/** Everything an account holds at one venue at one time. */
export interface AccountSnapshot {
  readonly account: Account;
  readonly asOf: EpochMs;
  readonly balances: readonly Balance[];
  readonly positions: readonly Pick<Position, 'account' | 'instrument' | 'quantity' | 'entry'>[];
  readonly openOrders: readonly VenueOrder[];
  /** The venue's own margin figures, beside Keel's. */
  readonly pools: readonly PoolMargin[];
  /** False when the venue could not report in full: such a snapshot is never taken as "flat". */
  readonly complete: boolean;
}

/** The venue's own Greeks of one unit of an option, as it tells them: beside Keel's, never instead of them. */
export interface VenueGreeks extends Greeks {
  readonly instrument: InstrumentId;
  readonly at: EpochMs;
}

/** What orders would do to an account, by the venue's own figures. */
export interface Preview {
  readonly asOf: EpochMs;
  /** The margin pools after all of the orders have traded in full. */
  readonly pools: readonly PoolMargin[];
}

export type VenueCommand =
  | { readonly type: 'place'; readonly orders: readonly Order[] }
  /** Gives a working order another quantity (filled part included) and limit. */
  | {
      readonly type: 'amend';
      readonly account: AccountId;
      readonly order: ClientOrderId;
      readonly quantity: Quantity;
      readonly limit: Price;
    }
  | { readonly type: 'cancel'; readonly account: AccountId; readonly order: ClientOrderId }
  | { readonly type: 'cancel-all'; readonly account: AccountId; readonly includeProtective: boolean };

/** The venue's answer to one leg. unknown: it may or may not have been taken (time-out, disconnect, unparsable answer). */
export type LegResult =
  | { readonly outcome: 'accepted'; readonly id: ClientOrderId; readonly venueOrderId: VenueOrderId }
  | { readonly outcome: 'rejected'; readonly id: ClientOrderId; readonly reason: Fault }
  | { readonly outcome: 'unknown'; readonly id: ClientOrderId; readonly reason: Fault };

/** accepted: the money is at its destination. unknown: it may or may not have left. */
export type TransferResult =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'rejected' | 'unknown'; readonly reason: Fault };

/** What came of a step, transaction by transaction. */
export interface StepResult {
  readonly outcome: 'done' | 'failed' | 'unknown';
  readonly legs: readonly StepLeg[];
  /** Null where it is done. */
  readonly reason: Fault | null;
}

export interface FillPage {
  readonly fills: readonly Fill[];
  readonly funding: readonly FundingPayment[];
  /** Pass it to get what came after; null at the end. */
  readonly next: string | null;
}

/** What an adapter measures of its connection. Null: it does not, or has not yet. */
export interface LineVitals {
  /** Requests until their answers, ms: the latest of them. */
  readonly roundTrip: Quantiles | null;
  /** Venue clock less ours. */
  readonly skewMs: DurationMs | null;
  /** Messages of the venue since the start. */
  readonly messages: number | null;
  /** Share of each pool of request credits that is left, 0 to 1. */
  readonly credits: Readonly<Record<string, number>> | null;
  /** Left out: it is no chain, or none of its blocks was read. */
  readonly chain?: ChainVitals | null;
}

/** The venue's own switch that takes working orders away when nobody is connected any more. */
export interface DeadManSwitch {
  readonly armed: boolean;
  /** Rejects with the venue's refusal; then it stands as it did. */
  arm(on: boolean): Promise<void>;
}

/** One venue. Adapters know nothing of the engine; the engine knows venues only through this. */
export interface VenueAdapter {
  readonly id: VenueId;
  /** onchain: what is held at a contract; it takes steps, no orders, and interest changes it with every block. */
  readonly kind: 'paper' | 'orderbook' | 'onchain';
  capabilities(): Capabilities;
  connect(): Promise<void>;
  close(): Promise<void>;
  instruments(): Promise<readonly Instrument[]>;
  accounts(): Promise<readonly Account[]>;
  subscribe(on: (event: VenueEvent) => void): Unsubscribe;
  snapshot(account: AccountId): Promise<AccountSnapshot>;
  /** Fills and funding after `cursor` (null = from the beginning), oldest first. */
  history(account: AccountId, cursor: string | null): Promise<FillPage>;
  depth(instrument: InstrumentId, levels: number): Promise<OrderBook>;
  /** The venue's record of one order, null when it does not know it. The only proof that settles an UNKNOWN. */
  orderState(account: AccountId, id: ClientOrderId): Promise<VenueOrder | null>;
  /** The venue's own Greeks of an option, as last told; null where it tells none. */
  greeks(instrument: InstrumentId): VenueGreeks | null;
  /** Margin after `orders`, none of which is sent. Rejects where the venue cannot tell. */
  preview(account: AccountId, orders: readonly Order[]): Promise<Preview>;
  /** One result per leg, in the order of the command's orders, also when others fail. Never throws for a venue's refusal. */
  execute(command: VenueCommand): Promise<readonly LegResult[]>;
  /** Sends money out of one of its accounts; where the capabilities name it. Never throws for a venue's refusal. */
  transfer?(transfer: Transfer): Promise<TransferResult>;
  /** Left out: it measures nothing. For the screen: the engine decides nothing by it. */
  vitals?(): LineVitals;
  /** Left out: the venue has none, or it cannot be moved from here. */
  readonly deadMan?: DeadManSwitch;
  /**
   * Takes a step on its chain; where the capabilities name it. Answers when the chain has told, however long that is.
   * `byHand`: the trader sent it himself, inside no rule's limits: whoever signs asks him once more.
   */
  take?(step: TakenStep, byHand: boolean): Promise<StepResult>;
}

// ---------------------------------------------------------------- store

export interface SessionHead {
  readonly profile: string;
  readonly tape: string;
  readonly seed: number;
  readonly startedAt: EpochMs;
}

/** Journal first: what `append` returned from is on disk, or it throws and nothing is. */
export interface Journal {
  /** Appends in one durable transaction and folds the events into `book` and the projections. */
  append(events: readonly DomainEvent[], at: EpochMs): readonly JournalEntry[];
  /** The folded state of everything appended so far. One live object, changed by `append`. */
  readonly book: Book;
  readonly head: SessionHead | null;
  /** Sequence of the last entry, 0 when empty. */
  readonly seq: number;
  hasFill(venue: VenueId, account: AccountId, trade: TradeId): boolean;
  hasFunding(account: AccountId, id: string): boolean;
  /** Last state told to the journal, e.g. the history cursor of a venue account. */
  fills(query: { readonly before?: number; readonly limit: number }): readonly (Fill & { readonly seq: number })[];
  /** Small named values that belong to the session and are not events (history cursors, install id). */
  readSetting(name: string): string | null;
  writeSetting(name: string, value: string): void;
  close(): void;
}

/** Transactions on chains. What `record` returned from is on disk, or it throws and nothing is. */
export interface TransactionLog {
  record(transaction: Transaction): void;
  /** Those whose end is not recorded, oldest nonce first. */
  unsettled(): readonly Transaction[];
}

// ---------------------------------------------------------------- risk

/** The risk loop: one report at a time, the latest request wins. */
export interface RiskLoop {
  /** Tells it that book or market changed; a report follows. */
  markDirty(): void;
  readonly latest: RiskReport | null;
  /** `on` is called with each new report; `onFault` when the worker is late or died. */
  subscribe(on: (report: RiskReport) => void, onFault: (reason: Fault) => void): Unsubscribe;
  close(): Promise<void>;
}

export type { Result };
