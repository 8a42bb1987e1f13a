import type { KeyStatus } from '#main/engine/arming.ts';
import type { OpenExposure } from '#main/engine/exposure.ts';
import type { EngineLimits } from '#main/engine/limits.ts';
import type { QuoteView } from '#main/engine/market-data.ts';
import type { Capabilities, VenueStatus } from '#main/engine/ports.ts';
import type { TradingStatus } from '#main/engine/trading-state.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Mandate } from '#shared/domain/automation.ts';
import type { Book } from '#shared/domain/book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { ParentMandate } from '#shared/domain/parent-order.ts';
import type { Decimal, Price } from '#shared/units/decimal.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** What one check of the gate found, with its numbers: shown at staging whether it passed or not. */
export interface Verdict {
  /** Name of the check, for the trader: "Order notional". */
  readonly check: string;
  readonly passed: boolean;
  /** "passed", or the stable code of the denial. */
  readonly code: string;
  /** One sentence with the numbers in it. */
  readonly text: string;
  readonly details: NonNullable<Fault['details']>;
}

export type Denial = Verdict & { readonly passed: false };

export function passed(check: string, text: string, details: Verdict['details'] = {}): Verdict {
  return { check, passed: true, code: 'passed', text, details };
}

export function denied(check: string, code: string, text: string, details: Verdict['details'] = {}): Denial {
  return { check, passed: false, code, text, details };
}

export function toDenialFault(verdict: Verdict): Fault {
  return { code: verdict.code, message: verdict.text, details: verdict.details };
}

/** An order that left recently, for the throttle and the duplicate check. */
export interface RecentSend {
  readonly id: ClientOrderId;
  readonly request: OrderRequest;
  readonly at: EpochMs;
}

export interface VenueReadiness {
  readonly status: VenueStatus;
  /** Asked for its orders, fills and positions since it was last connected. */
  readonly reconciled: boolean;
  readonly capabilities: Capabilities;
}

/** What an order is judged against. Everything that may be missing is null and leads to a denial. */
export interface GateContext {
  readonly now: EpochMs;
  readonly limits: EngineLimits;
  readonly book: Book;
  readonly trading: TradingStatus;
  readonly keys: KeyStatus;
  readonly armedOrdersInLastMinute: number;
  /** Of the rule or the parent order that sends; null for a hand. Blocked by any unknown order on the instrument. */
  readonly mandate: Mandate | ParentMandate | null;
  readonly account: Account | null;
  readonly instrument: Instrument | null;
  readonly venue: VenueReadiness | null;
  /** Time at the venue: expiries are judged by it. */
  readonly venueTime: EpochMs | null;
  readonly quote: QuoteView | null;
  /** Newest first or oldest first, no matter: every one within the last minute. */
  readonly recent: readonly RecentSend[];
  /** Earlier legs of the same group, as if they were open. */
  readonly pending: readonly OrderRequest[];
  /** Notional of those legs, USD. */
  readonly pendingUsd: Decimal;
}

/** The context once instrument, account, quote and the order's own numbers are known to be sound. */
export interface PricedContext extends GateContext {
  readonly account: Account;
  readonly instrument: Instrument;
  readonly venue: VenueReadiness;
  readonly quote: QuoteView;
  /** Mark or mid. */
  readonly reference: Price;
  /** The order's limit, also where it is a collar. */
  readonly limit: Price;
  /** At the higher of limit and reference. */
  readonly notionalUsd: Decimal;
  /** Of it what is sent at a time: of an order that is worked over time its largest part. */
  readonly atOnceUsd: Decimal;
  readonly exposure: OpenExposure;
}

/** Run on every order as it comes; the first denial ends the judgement, for later checks build on them. */
export type FirstCheck = (request: OrderRequest, context: GateContext) => Verdict;
/** Run on sound orders, all of them, also after a denial: the trader sees every number. */
export type Check = (request: OrderRequest, context: PricedContext) => Verdict;
