import { ratioOf } from '#shared/risk/margin/assessment.ts';
import type { MarginPool } from '#shared/risk/margin/model.ts';
import { poolMover } from '#shared/risk/margin/moved.ts';
import { type HeldPool, type PoolBook, reduced, withPool } from '#shared/risk/pool-book.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type BookStress, stressAfter, stressKey, worstLoss } from './book-stress.ts';
import { type ProtectionPolicy, rank, rungByRatio } from './protection-policy.ts';
import { addCosts, NO_COST, type Tradable, type Unwind, type UnwindCost, type Unwinder } from './unwind-cost.ts';

/** What has been closed of one position so far, with its price as one order. */
export interface Leg {
  readonly pool: string;
  readonly instrument: InstrumentId;
  /** Signed as the order, instrument unit. */
  readonly quantity: number;
  readonly cost: UnwindCost;
  readonly notionalUsd: number;
}

/** A book part of the way down, and how it got there. */
export interface Descent {
  readonly book: PoolBook;
  readonly stress: BookStress;
  readonly legs: ReadonlyMap<string, Leg>;
  readonly cost: UnwindCost;
  readonly notionalUsd: number;
}

export interface DescentRules {
  readonly tradable: Tradable;
  readonly policy: ProtectionPolicy;
  /** Nothing is sent to these. */
  readonly silent: ReadonlySet<VenueId>;
}

export function startOf(book: PoolBook, stress: BookStress): Descent {
  return { book, stress, legs: new Map(), cost: NO_COST, notionalUsd: 0 };
}

export function poolNamed(book: PoolBook, key: string): HeldPool {
  const held = book.pools.find((one) => one.key === key);
  if (!held) throw new RangeError(`no pool ${key}`);
  return held;
}

/** USD notional of `quantity` of a position. */
export function notionalUsd(pool: MarginPool, position: number, quantity: number): number {
  const one = pool.positions[position]!;
  return one.kind === 'future' && one.inverse ? Math.abs(quantity) : Math.abs(quantity) * one.index;
}

export interface Step {
  readonly pool: string;
  readonly instrument: InstrumentId;
  /** Signed as the order. */
  readonly quantity: number;
}

interface Taken {
  readonly descent: Descent;
  /** Of the last order: how far it pushed its price, relative. */
  readonly pushed: number;
  readonly coin: UnderlyingId;
}

/** The later part of an order that went on; prices of inverse contracts average harmonically. */
function difference(whole: Unwind, before: Unwind | null, step: { quantity: number; taken: number; inverse: boolean }) {
  if (!before) return whole;
  const { quantity, taken, inverse } = step;
  const cost = addCosts(whole.cost, {
    fee: -before.cost.fee,
    spread: -before.cost.spread,
    impact: -before.cost.impact,
    total: -before.cost.total,
  });
  const price = inverse
    ? quantity / ((taken + quantity) / whole.price - taken / before.price)
    : (whole.price * (taken + quantity) - before.price * taken) / quantity;
  return { ...whole, price, fee: whole.fee - before.fee, cost };
}

/** The descent after one more clip, priced after what was already taken from the same side; null where nobody trades. */
export function take(descent: Descent, step: Step, unwound: Unwinder): Taken | null {
  const held = poolNamed(descent.book, step.pool);
  const position = held.instruments.indexOf(step.instrument);
  const key = stressKey(held.account.id, step.instrument);
  const leg = descent.legs.get(key);
  const taken = leg?.quantity ?? 0;
  const whole = unwound(step.instrument, taken + step.quantity);
  const one = held.pool.positions[position];
  if (!whole || !one) return null;
  const before = taken === 0 ? null : unwound(step.instrument, taken);
  const { price, fee, cost } = difference(whole, before, {
    quantity: step.quantity,
    taken,
    inverse: one.inverse && one.kind === 'future',
  });
  const size = notionalUsd(held.pool, position, step.quantity);
  const after = reduced(held, { position, quantity: step.quantity, price, fee });
  const legs = new Map(descent.legs);
  legs.set(key, {
    pool: step.pool,
    instrument: step.instrument,
    quantity: taken + step.quantity,
    cost: addCosts(leg?.cost ?? NO_COST, cost),
    notionalUsd: (leg?.notionalUsd ?? 0) + size,
  });
  return {
    descent: {
      book: withPool(descent.book, after),
      stress: stressAfter(descent.stress, held.account.id, step.instrument, step.quantity),
      legs,
      cost: addCosts(descent.cost, cost),
      notionalUsd: descent.notionalUsd + size,
    },
    pushed: whole.pushed,
    coin: one.underlying,
  };
}

/**
 * Tells whether a step leaves every other pool on its rung, also where the order's own push stays in the mark of the
 * coin. What a pool comes to at a push is worked out once: while one pool is taken down the others mostly stand still.
 *
 * @param first where each stood before anything was done
 */
export function sparesOthers(first: PoolBook, policy: ProtectionPolicy): (after: Taken, step: Step) => boolean {
  const rankAt = (held: HeldPool, pool: MarginPool): number => rank(rungByRatio(ratioOf(held.rules.of(pool)), policy));
  const limits = new Map(first.pools.map((held) => [held.key, rankAt(held, held.pool)]));
  const pushes = new WeakMap<MarginPool, Map<string, number>>();
  const pushed = (held: HeldPool, coin: UnderlyingId, factor: number): number => {
    const known = pushes.get(held.pool) ?? new Map<string, number>();
    pushes.set(held.pool, known);
    const name = `${coin} ${factor}`;
    const found = known.get(name) ?? rankAt(held, poolMover(held.pool, coin)(factor));
    known.set(name, found);
    return found;
  };
  return ({ descent, coin, pushed: by }, step) => {
    const factor = 1 + by * policy.lastingImpact;
    return descent.book.pools.every((held) => {
      if (held.key === step.pool) return true;
      if (!held.pool.positions.some((one) => one.underlying === coin) && held.currency !== coin) return true;
      return pushed(held, coin, factor) <= (limits.get(held.key) ?? 0);
    });
  };
}

/** Whether the book's worst state is no deeper than at the start. */
export function keepsRisk(after: Descent, first: BookStress, policy: ProtectionPolicy): boolean {
  return worstLoss(after.stress) <= worstLoss(first) + policy.stressToleranceUsd;
}

export function lotOf({ instruments }: Tradable, id: InstrumentId): number {
  const lot = instruments.get(id)?.lot;
  return lot === undefined ? 0 : toNumber(lot);
}

/** `size` up to whole lots, no more than what is held; unsigned. */
export function wholeLots(size: number, lot: number, held: number): number {
  if (lot <= 0) return Math.min(size, held);
  const lots = Math.ceil(size / lot - 1e-9);
  const rounded = Number((lots * lot).toPrecision(14));
  return held - rounded < lot / 2 ? held : Math.min(rounded, held);
}
