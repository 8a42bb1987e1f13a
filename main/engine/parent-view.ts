import type { OpenChild, ParentView } from '#shared/control/router/parent-step.ts';
import { isTerminal, isWorking, type Order, type OrderRequest, remaining } from '#shared/domain/order.ts';
import { leftOf, type ParentOrder } from '#shared/domain/parent-order.ts';
import { decimal, type Price, type Quantity, subtract } from '#shared/units/decimal.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { referencePrice } from './collar.ts';
import { type Core, effectiveStatus, venueOfInstrument } from './core.ts';

/** A parent order with what this run knows of its children beside the book. */
export interface ParentEntry {
  parent: ParentOrder;
  lastSentAt: EpochMs | null;
  /** When the cancel of a child was last asked for. */
  readonly cancels: Map<ClientOrderId, EpochMs>;
}

export function childrenIn({ book }: Core, { parent: { children } }: ParentEntry): readonly Order[] {
  return children.flatMap((id) => book.orders.get(id) ?? []);
}

export function openIn(core: Core, entry: ParentEntry): readonly OpenChild[] {
  return childrenIn(core, entry)
    .filter((one) => isWorking(one.state))
    .map((one) => ({
      id: one.id,
      left: remaining(one),
      limit: one.limit,
      resting: one.state === 'ACKED' || one.state === 'PARTIAL',
      sentAt: one.createdAt,
      cancelledAt: entry.cancels.get(one.id) ?? null,
    }));
}

/** Wanted, and neither filled nor possibly still filling. */
export function freeIn(core: Core, entry: ParentEntry): Quantity {
  return openIn(core, entry).reduce((sum, one) => subtract(sum, one.left), leftOf(entry.parent));
}

/** Why its venue or its quotes are not there. */
function deaf(core: Core, { instrument }: OrderRequest): string | null {
  const session = venueOfInstrument(core, instrument);
  if (session === undefined) return 'its venue is not connected';
  const { id } = session.adapter;
  const status = effectiveStatus(core, session);
  if (status !== 'live') return `${id} is ${status}`;
  if (!session.reconciled) return `${id} is not reconciled`;
  return core.market.quote(instrument)?.stale === false ? null : 'its quotes are stale';
}

/** Why nothing may be sent in this instrument now; null where the gate is to judge. */
function blockedBy(core: Core, request: OrderRequest): string | null {
  const { account, instrument, reduceOnly } = request;
  const { state, reductions, reason } = core.trading.status;
  if (state !== 'ACTIVE' && !(reduceOnly && reductions)) return `trading is ${state}: ${reason.message}`;
  const unknown = [...core.book.orders.working.values()].find(
    (one) => one.state === 'UNKNOWN' && one.account === account && one.instrument === instrument,
  );
  if (unknown !== undefined) return `order ${unknown.id} is unknown`;
  return core.recorder.fault?.message ?? null;
}

/** Null while nobody lists the instrument. */
export function parentView(core: Core, entry: ParentEntry): ParentView | null {
  const { request } = entry.parent;
  const instrument = core.book.instruments.get(request.instrument);
  if (instrument === undefined) return null;
  const quote = core.market.quote(request.instrument)?.quote;
  const ended = childrenIn(core, entry).filter((one) => isTerminal(one.state));
  return {
    open: openIn(core, entry),
    lastSentAt: entry.lastSentAt,
    refusals: ended.length - 1 - ended.findLastIndex((one) => one.state !== 'REJECTED'),
    bid: quote?.bid ?? null,
    ask: quote?.ask ?? null,
    tick: instrument.tick,
    lot: instrument.lot,
    blocked: deaf(core, request) ?? blockedBy(core, request),
  };
}

/** The best price of the other side, else the mark or mid; null without any. */
export function arrivalOf(core: Core, { instrument, side }: OrderRequest): Price | null {
  const quote = core.market.quote(instrument)?.quote;
  if (quote === undefined) return null;
  const other = side === 'buy' ? quote.ask : quote.bid;
  return other === null ? referencePrice(quote) : decimal<Price>(other);
}
