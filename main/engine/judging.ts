import type { Mandate } from '#shared/domain/automation.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { ParentMandate } from '#shared/domain/parent-order.ts';
import { compare, type Decimal, decimal, ZERO } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';
import { referencePrice, withCollar } from './collar.ts';
import { type Core, effectiveStatus, venueOfInstrument } from './core.ts';
import { notionalUsd } from './exposure.ts';
import { type Judgement, judgeGroup } from './gate/gate.ts';
import type { GateContext, RecentSend, VenueReadiness } from './gate/verdict.ts';
import type { VenueSession } from './venue-session.ts';

/** Orders that left within the last minute, for throttle and duplicates. */
export interface SendLog {
  recent(now: number): readonly RecentSend[];
  add(sends: readonly RecentSend[]): void;
}

export function createSendLog(): SendLog {
  let sends: readonly RecentSend[] = [];
  return {
    recent(now) {
      sends = sends.filter((one) => now - one.at < MINUTE);
      return sends;
    },
    add(more) {
      sends = [...sends, ...more];
    },
  };
}

export function readinessOf(core: Core, session: VenueSession): VenueReadiness {
  return {
    status: effectiveStatus(core, session),
    reconciled: session.reconciled,
    capabilities: session.adapter.capabilities(),
  };
}

/** Judges the legs of a group against the engine's present state; `mandate` where a rule or a parent order wants to send them. */
export function judgeOrders(
  core: Core,
  log: SendLog,
  orders: readonly OrderRequest[],
  mandate: Mandate | ParentMandate | null,
): readonly Judgement[] {
  const now = core.clock.now();
  const contextOf = (request: OrderRequest, pending: readonly OrderRequest[], pendingUsd: Decimal): GateContext => {
    const instrument = core.book.instruments.get(request.instrument) ?? null;
    const session = venueOfInstrument(core, request.instrument);
    return {
      now,
      limits: core.limits,
      book: core.book,
      trading: core.trading.status,
      keys: core.arming.status,
      armedOrdersInLastMinute: core.arming.ordersInLastMinute(now),
      mandate,
      account: core.book.accounts.get(request.account) ?? null,
      instrument,
      venue: session === undefined ? null : readinessOf(core, session),
      venueTime: instrument === null ? null : core.market.venueTime(instrument.venue),
      quote: core.market.quote(request.instrument),
      recent: log.recent(now),
      pending,
      pendingUsd,
    };
  };
  return judgeGroup(orders, contextOf);
}

/** What an order is worth at the price the gate judges it by, USD; 0 where it cannot be valued, as the gate has it. */
export function worthUsd(core: Core, { instrument: id, limit, quantity }: OrderRequest): Decimal {
  const instrument = core.book.instruments.get(id);
  const quote = core.market.quote(id)?.quote;
  const level = quote === undefined ? null : referencePrice(quote);
  if (instrument === undefined || quote === undefined || level === null || limit === null) return ZERO;
  const worth = notionalUsd(instrument, quantity, compare(limit, level) > 0 ? limit : level, decimal(quote.index));
  return worth.ok ? worth.value : ZERO;
}

/** The orders with collars where they need one; those without a reference price stay as they are and will be denied. */
export function withCollars(core: Core, orders: readonly OrderRequest[]): readonly OrderRequest[] {
  return orders.map((request) => {
    const instrument = core.book.instruments.get(request.instrument);
    const view = core.market.quote(request.instrument);
    const reference = view === null ? null : referencePrice(view.quote);
    return instrument && reference !== null ? withCollar(request, instrument, reference, core.limits) : request;
  });
}
