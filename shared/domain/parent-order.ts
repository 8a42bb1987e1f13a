import { isZero, type Price, type Quantity, subtract } from '#shared/units/decimal.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { Order, OrderOrigin, OrderRequest } from './order.ts';

/** How an order is worked over time instead of at once. After `durationMs` what is left stays undone. */
export type OrderSchedule = {
  readonly durationMs: DurationMs;
  /** Rests at the best price of its own side and follows it, and never takes. */
  readonly post: boolean;
} & (
  | { readonly kind: 'iceberg' /** Shown, or taken, at a time. */; readonly clip: Quantity }
  | { readonly kind: 'twap'; readonly parts: number }
  | {
      readonly kind: 'almgren-chriss';
      readonly parts: number;
      /** κT of Almgren & Chriss: half-lives, to base e, within the duration. Zero would be TWAP. */
      readonly urgency: number;
    }
  /** Follows the best price of its own side, at most so many ticks away from where it began; takes the rest at the end. */
  | { readonly kind: 'chase'; readonly ticks: number }
);

/** working: child orders leave. ending: no more do, and those at work are cancelled. ended: nothing of it can fill. */
export type ParentState = 'working' | 'ending' | 'ended';

/** An order that is worked by child orders. Each passes the gate by itself; together they are never more than it wants. */
export interface ParentOrder {
  readonly id: string;
  /** The whole of it; `limit` of a market order is its collar when it was committed, and no child's. */
  readonly request: OrderRequest;
  readonly schedule: OrderSchedule;
  readonly origin: OrderOrigin;
  readonly startedAt: EpochMs;
  /** When it began: the best price of the other side, else mark or mid. */
  readonly arrival: Price;
  /** Oldest first. */
  readonly children: readonly ClientOrderId[];
  /** By all of its children. */
  readonly filled: Quantity;
  /** Of those fills, quantity-weighted; null before the first. */
  readonly averagePrice: Price | null;
  readonly state: ParentState;
  /** Why it ends or ended, and what is left; while it works, what it waits for. */
  readonly reason: Fault | null;
  readonly updatedAt: EpochMs;
  /** Since when it ends; null while it works. */
  readonly endingAt: EpochMs | null;
}

/** What lets a parent's children pass without armed keys: the trader's commit of the whole. */
export interface ParentMandate {
  readonly parent: ParentOrder;
  /** Wanted, and neither filled nor possibly still filling. */
  readonly free: Quantity;
}

export function isWorked(request: OrderRequest): request is OrderRequest & { readonly schedule: OrderSchedule } {
  return request.schedule !== undefined;
}

/** Wanted and not filled. */
export function leftOf({ request, filled }: Pick<ParentOrder, 'request' | 'filled'>): Quantity {
  return subtract(request.quantity, filled);
}

/** The parent as a row among orders: the trader sees its progress and cancels it like any other. */
export function rowOf(parent: ParentOrder): Order {
  const { id, request, filled, averagePrice, origin, reason, startedAt, updatedAt } = parent;
  const some = isZero(filled) ? 'ACKED' : 'PARTIAL';
  const ended = filled === request.quantity ? 'FILLED' : 'CANCELLED';
  const state = parent.state === 'ended' ? ended : some;
  const own = { id, venueOrderId: null, state, filled, averagePrice, origin, group: id, reason } as const;
  return { ...request, ...own, createdAt: startedAt, updatedAt };
}
