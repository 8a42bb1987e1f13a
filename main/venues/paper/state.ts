import type { VenueOrder } from '#main/engine/ports.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order } from '#shared/domain/order.ts';
import type { Position } from '#shared/domain/position.ts';
import type { Decimal, Quantity } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, Currency, InstrumentId, VenueOrderId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** The part of an order a venue is told. */
export type OrderTerms = Pick<
  Order,
  | 'account'
  | 'instrument'
  | 'side'
  | 'quantity'
  | 'type'
  | 'limit'
  | 'trigger'
  | 'timeInForce'
  | 'postOnly'
  | 'reduceOnly'
>;

/** The venue's record of one order. */
export interface PaperOrder {
  readonly id: ClientOrderId;
  readonly venueOrderId: VenueOrderId;
  readonly terms: OrderTerms;
  readonly state: VenueOrder['state'];
  readonly filled: Quantity;
  readonly reason: Fault | null;
  /** Tape time. */
  readonly arrivedAt: EpochMs;
  /** Quantity queued before it at its price while it rests; below zero it is traded volume due to the order. */
  readonly queueAhead: number;
}

/** One line of an account's history; the cursor is its sequence. */
export interface HistoryLine {
  readonly seq: number;
  readonly account: AccountId;
  readonly fill: Fill | null;
  readonly payment: FundingPayment | null;
}

export interface PaperAccount {
  readonly id: AccountId;
  readonly cash: Map<Currency, Decimal>;
  readonly positions: Map<InstrumentId, Position>;
  /** Funding earned but not yet paid, settlement currency, by instrument. */
  readonly accrued: Map<InstrumentId, number>;
  /** Margin pools (by currency) that have been warned, and until when liquidation waits, tape time. */
  readonly warned: Set<Currency>;
  readonly cooldownUntil: Map<Currency, EpochMs>;
  /** Sequence of its last history line that is no longer kept; 0 while all are. */
  forgotten: number;
}

/** What the trader took from a book: it comes back with time. Instrument units, as of `at`. */
export interface Taken {
  readonly at: EpochMs;
  readonly bids: number;
  readonly asks: number;
}

/** Everything a paper venue must not forget; the market itself is a function of the tape. Changed in place. */
export interface PaperState {
  /** Which market it belongs to: tape, book and seed. */
  readonly market: string;
  /** Tape time up to which everything has happened. */
  now: EpochMs;
  nextOrder: number;
  nextTrade: number;
  nextLine: number;
  readonly accounts: Map<AccountId, PaperAccount>;
  /** In order of arrival; ended orders are kept for a while, so that a resent one is recognised. */
  readonly orders: Map<ClientOrderId, PaperOrder>;
  history: HistoryLine[];
  readonly taken: Map<InstrumentId, Taken>;
  /** Sum and count of the premium samples since the last funding, by perpetual. */
  readonly premiums: Map<InstrumentId, { readonly sum: number; readonly count: number }>;
}

/** History lines and ended orders that are kept. */
export const HISTORY_KEPT = 500;
export const ENDED_KEPT = 500;

const ENDED: ReadonlySet<PaperOrder['state']> = new Set(['FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED']);

export function isEnded(order: PaperOrder): boolean {
  return ENDED.has(order.state);
}

export function emptyState(market: string, now: EpochMs): PaperState {
  return {
    market,
    now,
    nextOrder: 1,
    nextTrade: 1,
    nextLine: 1,
    accounts: new Map(),
    orders: new Map(),
    history: [],
    taken: new Map(),
    premiums: new Map(),
  };
}

export function emptyAccount(id: AccountId): PaperAccount {
  return {
    id,
    cash: new Map(),
    positions: new Map(),
    accrued: new Map(),
    warned: new Set(),
    cooldownUntil: new Map(),
    forgotten: 0,
  };
}

/** Puts an order's new state in place; of ended ones only the last are kept. */
export function keepOrder(state: PaperState, order: PaperOrder): void {
  state.orders.set(order.id, order);
  if (state.orders.size <= ENDED_KEPT) return;
  for (const [id, other] of state.orders) {
    if (!isEnded(other)) continue;
    state.orders.delete(id);
    return;
  }
}
