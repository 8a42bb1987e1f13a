import type { AutomationView } from '#shared/domain/automation.ts';
import type { DomainEvent, FundingPayment, JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Order } from '#shared/domain/order.ts';
import type { ParentOrder } from '#shared/domain/parent-order.ts';
import type { Transfer } from '#shared/domain/transfer.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { InstrumentId, VenueId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { KeyStatus } from './arming.ts';
import type { Staged } from './staging.ts';
import type { TradingStatus } from './trading-state.ts';
import type { VenueView } from './venue-session.ts';

/** What the engine tells the publisher, in the order in which it happened. */
export type Notice =
  /** Quotes that were good enough to keep. */
  | { readonly type: 'quotes'; readonly venue: VenueId; readonly quotes: readonly Quote[] }
  /** The list of instruments with stale quotes changed. */
  | { readonly type: 'market'; readonly stale: readonly InstrumentId[] }
  | { readonly type: 'instruments'; readonly instruments: readonly Instrument[] }
  /** Journalled, in order; every other notice about the book follows its own. */
  | { readonly type: 'book'; readonly entries: readonly JournalEntry[] }
  | { readonly type: 'order'; readonly order: Order }
  /** A parent order made progress, or waits for another reason than before. */
  | { readonly type: 'parent-order'; readonly parent: ParentOrder }
  | { readonly type: 'fill'; readonly fill: Fill; readonly seq: number }
  | { readonly type: 'funding'; readonly payment: FundingPayment }
  | { readonly type: 'alarm'; readonly alarm: Fault; readonly at: EpochMs }
  /** A margin pool became better or worse. */
  | Extract<DomainEvent, { readonly type: 'margin-alert' }>
  | { readonly type: 'transfer'; readonly transfer: Transfer }
  /** A step on a chain came to another state. */
  | Extract<DomainEvent, { readonly type: 'chain-step' }>
  | { readonly type: 'trading-state'; readonly status: TradingStatus }
  | { readonly type: 'key-state'; readonly status: KeyStatus }
  | { readonly type: 'venue-status'; readonly venue: VenueView }
  | {
      readonly type: 'reconciled';
      readonly venue: VenueId;
      readonly differences: number;
      readonly unknownResolved: number;
      /** False when the venue could not report in full or would not hold still. */
      readonly complete: boolean;
    }
  | { readonly type: 'staged'; readonly staged: Staged }
  | { readonly type: 'unstaged'; readonly id: string; readonly reason: Fault }
  | { readonly type: 'risk'; readonly report: RiskReport }
  /** A rule was set, did something, or waits for another reason than before. */
  | { readonly type: 'automation'; readonly automation: AutomationView }
  /** The journal refuses writes, or takes them again. */
  | { readonly type: 'journal'; readonly fault: Fault | null };
