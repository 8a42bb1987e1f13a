import type { OrderOrigin, OrderRequest } from '#shared/domain/order.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import {
  absolute,
  compare,
  type Decimal,
  decimal,
  divide,
  multiply,
  type Price,
  subtract,
} from '#shared/units/decimal.ts';
import type { InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { referencePrice } from './collar.ts';
import type { Core } from './core.ts';
import type { Verdict } from './gate/verdict.ts';

/** What the trader looked at when he staged. */
export interface Basis {
  /** Sequence of the risk report; null when none was used. */
  readonly reportSeq: number | null;
  /** A hedge aims at the whole underlying: any fill in it since staging makes the target another one. */
  readonly underlying?: UnderlyingId;
}

export interface ReferencePrice {
  readonly instrument: InstrumentId;
  /** Mark or mid; null when there was none. */
  readonly price: Price | null;
}

/** Orders and transfers that wait for the trader's second key. */
export interface Staged {
  readonly id: string;
  readonly origin: OrderOrigin;
  /** With collars filled in: exactly what commit sends. */
  readonly orders: readonly OrderRequest[];
  /** Money that is sent with them, before them. */
  readonly transfers: readonly TransferRequest[];
  /** Every check of the gate per order, then per transfer, passed or not, with its numbers. */
  readonly checks: readonly (readonly Verdict[])[];
  /** True when the gate would let all of it through now. */
  readonly passed: boolean;
  /** USD, per order; zero where an order cannot be valued. */
  readonly notionalsUsd: readonly Decimal[];
  readonly referencePrices: readonly ReferencePrice[];
  readonly stagedAt: EpochMs;
  /** Engine time. */
  readonly expiresAt: EpochMs;
  readonly reportSeq: number | null;
  /** Counts the fills behind what the orders aim at; see {@link Targets}. */
  readonly target: number;
  readonly basis: Basis;
}

/** Counts what moved positions, so that a staged order knows when its target has changed. */
export interface Targets {
  moved(instrument: InstrumentId): void;
  versionOf(origin: OrderOrigin, orders: readonly OrderRequest[], basis: Basis): number;
}

export function createTargets(underlyingOf: (instrument: InstrumentId) => UnderlyingId | undefined): Targets {
  const counts = new Map<string, number>();
  const bump = (key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const countOf = (key: string): number => counts.get(key) ?? 0;
  return {
    moved(instrument) {
      bump(`instrument ${instrument}`);
      const underlying = underlyingOf(instrument);
      if (underlying !== undefined) bump(`underlying ${underlying}`);
    },
    versionOf(origin, orders, basis) {
      if (basis.underlying !== undefined) return countOf(`underlying ${basis.underlying}`);
      // A ticket's order is its own target; a close aims at the position it was staged against.
      if (origin !== 'close') return 0;
      return orders.reduce((sum, one) => sum + countOf(`instrument ${one.instrument}`), 0);
    },
  };
}

export function referencesOf(core: Core, orders: readonly OrderRequest[]): readonly ReferencePrice[] {
  return orders.map(({ instrument }) => {
    const view = core.market.quote(instrument);
    return { instrument, price: view === null ? null : referencePrice(view.quote) };
  });
}

/** How far a price may move between stage and commit: the wider of basis points and ticks, in price units. */
function allowance(core: Core, instrument: InstrumentId, from: Price): Decimal {
  const { movedBp, movedTicks } = core.limits.staging;
  const share = divide(multiply(from, decimal(movedBp)), decimal(10_000));
  const tick = core.book.instruments.get(instrument)?.tick;
  const ticks = tick === undefined ? decimal(0) : multiply(tick, decimal(movedTicks));
  return compare(share, ticks) >= 0 ? share : ticks;
}

function moveFault(core: Core, before: ReferencePrice): Fault | null {
  const view = core.market.quote(before.instrument);
  const price = view === null ? null : referencePrice(view.quote);
  if (before.price === null || price === null) {
    const message = `there is no reference price of ${before.instrument} to compare with the one at staging`;
    return fault('missing-reference', message, { instrument: before.instrument });
  }
  const allowed = allowance(core, before.instrument, before.price);
  const moved = absolute(subtract(price, before.price));
  if (compare(moved, allowed) <= 0) return null;
  const message = `${before.instrument} moved from ${before.price} to ${price} since staging, more than ${allowed}: stage again`;
  return fault('price-moved', message, { instrument: before.instrument, from: before.price, to: price, allowed });
}

/** Why staged orders can no longer be committed (time, target, price), or null. */
export function staleFault(core: Core, targets: Targets, staged: Staged): Fault | null {
  const now = core.clock.now();
  if (now >= staged.expiresAt) {
    const message = `the orders were staged ${now - staged.stagedAt} ms ago and have expired: stage again`;
    return fault('staging-expired', message, { ageMs: now - staged.stagedAt, limitMs: core.limits.staging.lifeMs });
  }
  if (targets.versionOf(staged.origin, staged.orders, staged.basis) !== staged.target) {
    return fault('target-changed', 'positions have changed since staging: stage again on the new ones');
  }
  for (const before of staged.referencePrices) {
    const moved = moveFault(core, before);
    if (moved !== null) return moved;
  }
  return null;
}
