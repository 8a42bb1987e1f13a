import type { VenueEvent, VenueOrder } from '#main/engine/ports.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { flat } from '#shared/domain/position.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { decimal, fromNumber, type Price, type Quantity } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, InstrumentId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { BookGrower } from './books.ts';
import type { DemoBook } from './demo-book.ts';
import type { PaperMarket } from './market.ts';
import { TICK_MS } from './path.ts';
import { isEnded, keepOrder, type PaperAccount, type PaperOrder, type PaperState } from './state.ts';
import type { Tape } from './tape.ts';

/** What decides about a margin pool. */
export type PoolState = Pick<
  PoolMargin,
  'currency' | 'equity' | 'marginBalance' | 'initialMargin' | 'maintenanceMargin' | 'ratio'
>;

/** The venues' own margin figures of an account, as if it held what `account` says. */
export type PoolsOf = (account: PaperAccount, at: EpochMs) => readonly PoolState[];

/** Everything the parts of the exchange share. Only `state`, `instruments` and `working` change. */
export interface World {
  readonly demo: DemoBook;
  readonly tape: Tape;
  readonly market: PaperMarket;
  readonly books: BookGrower;
  readonly accounts: ReadonlyMap<AccountId, Account>;
  readonly pools: PoolsOf;
  readonly state: PaperState;
  /** Listed and not expired. */
  readonly instruments: Map<InstrumentId, Instrument>;
  /** What a new instrument is listed with. */
  readonly terms: (instrument: Instrument) => Instrument;
  readonly isDeliveryFree: boolean;
  /** Orders that may still trade, in order of arrival; {@link putOrder} keeps it. */
  readonly working: Map<ClientOrderId, PaperOrder>;
  /** Tells the venue's subscribers. Called in the order things happen. */
  readonly emit: (venue: VenueId, event: VenueEvent) => void;
}

const CENT = decimal('0.01');

/** The tick a time belongs to: nothing in the market changes between two. */
export function tickOf(at: EpochMs): EpochMs {
  return Math.floor(at / TICK_MS) * TICK_MS;
}

export function indexPrice(world: World, at: EpochMs): Price {
  return fromNumber<Price>(world.market.index(at), CENT, 'nearest');
}

export function heldQuantity(world: World, account: AccountId, instrument: InstrumentId): Quantity {
  return world.state.accounts.get(account)?.positions.get(instrument)?.quantity ?? flat(account, instrument).quantity;
}

export function putOrder(world: World, order: PaperOrder): void {
  keepOrder(world.state, order);
  if (isEnded(order)) world.working.delete(order.id);
  else world.working.set(order.id, order);
}

export function toVenueOrder(order: PaperOrder): VenueOrder {
  return {
    clientOrderId: order.id,
    venueOrderId: order.venueOrderId,
    account: order.terms.account,
    instrument: order.terms.instrument,
    state: order.state,
    filled: order.filled,
    reason: order.reason,
  };
}

/** Tells an order's state, as of now. */
export function emitOrder(world: World, order: PaperOrder): void {
  const venue = world.accounts.get(order.terms.account)?.venue;
  if (venue !== undefined) world.emit(venue, { type: 'order', order: toVenueOrder(order), tsEvent: world.state.now });
}
