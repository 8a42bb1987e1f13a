import type { Order, OrderRequest } from '#shared/domain/order.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import type { HeldPool, PoolBook } from '#shared/risk/pool-book.ts';
import type { AccountId, VenueId } from '#shared/units/ids.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { bookStress, worstLoss } from './book-stress.ts';
import { closingOrder, type FlattenPlan, rehearseFlatten } from './flatten.ts';
import { type Goal, goalOf } from './goal.ts';
import type { ProtectionCaps, ProtectionPolicy, Rung, Standing } from './protection-policy.ts';
import { reduceTo } from './reduce-search.ts';
import { poolNamed } from './reductions.ts';
import { type Transfer, topUpTo } from './top-up.ts';
import type { Tradable } from './unwind-cost.ts';

export interface ProtectionQuestion {
  readonly book: PoolBook;
  readonly tradable: Tradable;
  readonly orders: readonly Order[];
  readonly policy: ProtectionPolicy;
  /** By {@link poolKey}. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** Rungs of the last look, by {@link poolKey}. */
  readonly before: ReadonlyMap<string, Rung>;
  readonly silent: ReadonlySet<VenueId>;
  /** Accounts whose venue turned a transfer down lately: they are not asked again. */
  readonly refused: ReadonlySet<AccountId>;
  /** Time to liquidation on the course that is reckoned with, ms, by {@link poolKey}; missing or null: not in sight. */
  readonly untilLiquidation: ReadonlyMap<string, DurationMs | null>;
  /** What of the caps is used up. */
  readonly used: ProtectionCaps;
}

export type ProtectionKind = 'top-up' | 'reduce' | 'close' | 'divest';

/** One way to bring a pool back, with its price and what it leads to. */
export interface ProtectionAction {
  readonly kind: ProtectionKind;
  readonly transfers: readonly Transfer[];
  readonly orders: readonly OrderRequest[];
  readonly costUsd: number;
  readonly notionalUsd: number;
  readonly ratioAfter: number;
  /** Change of the book's largest stressed loss, USD, positive = deeper. */
  readonly riskChangeUsd: number;
  /** Whether the goal is reached. */
  readonly enough: boolean;
  /** Why it goes no further, or cannot be done; null when nothing stops it. */
  readonly stoppedBy: string | null;
}

/** A way as it was worked out. */
export interface Way {
  readonly action: ProtectionAction;
  /** The pool it leads to; null: nothing is left of it. */
  readonly pool: HeldPool | null;
}

/** In the order of their rungs. */
export const KINDS: readonly ProtectionKind[] = ['top-up', 'reduce', 'close', 'divest'];

function topUp(question: ProtectionQuestion, { key }: HeldPool, goal: Goal): Way {
  const { book, policy, silent, refused, used } = question;
  const capUsd = Math.max(policy.caps.topUpUsd - used.topUpUsd, 0);
  const plan = topUpTo(goal, key, book, { policy, silent, refused, capUsd });
  const pool = poolNamed(plan.book, key);
  const action: ProtectionAction = {
    kind: 'top-up',
    transfers: plan.transfers,
    orders: [],
    costUsd: plan.costUsd,
    notionalUsd: plan.movedUsd,
    ratioAfter: ratioOf(pool.rules.of(pool.pool)),
    riskChangeUsd: 0,
    enough: plan.shortage <= 0,
    stoppedBy: plan.stoppedBy,
  };
  return { action, pool };
}

function reduce(question: ProtectionQuestion, { key }: HeldPool, goal: Goal): Way {
  const { book, tradable, policy, silent, used } = question;
  const caps = {
    ...policy.caps,
    reduceUsd: Math.max(policy.caps.reduceUsd - used.reduceUsd, 0),
    costUsd: Math.max(policy.caps.costUsd - used.costUsd, 0),
  };
  const stress = bookStress(book, policy.stress);
  const rules = { tradable, policy: { ...policy, caps }, silent };
  const { descent, shortage, stoppedBy } = reduceTo(goal, key, book, stress, rules);
  const account = (pool: string): AccountId => poolNamed(book, pool).account.id;
  const pool = poolNamed(descent.book, key);
  const action: ProtectionAction = {
    kind: 'reduce',
    transfers: [],
    orders: [...descent.legs.values()].map((leg) => closingOrder(account(leg.pool), leg.instrument, leg.quantity)),
    costUsd: descent.cost.total,
    notionalUsd: descent.notionalUsd,
    ratioAfter: ratioOf(pool.rules.of(pool.pool)),
    riskChangeUsd: worstLoss(descent.stress) - worstLoss(stress),
    enough: shortage <= 0,
    stoppedBy,
  };
  return { action, pool };
}

function closeAll(question: ProtectionQuestion, kind: 'close' | 'divest', held: HeldPool): Way {
  const { book, tradable, orders, silent, policy } = question;
  const scope = kind === 'close' ? new Set([held.key]) : null;
  const plan: FlattenPlan = rehearseFlatten({ book, tradable, orders, silent, scope, stress: policy.stress });
  const own = plan.legs.filter((leg) => leg.pool === held.key).at(-1);
  const last = plan.legs.at(-1);
  const [block] = plan.blocked;
  const action: ProtectionAction = {
    kind,
    transfers: [],
    orders: plan.legs.map((leg) => leg.order),
    costUsd: plan.cost.total,
    notionalUsd: plan.legs.reduce((sum, leg) => sum + leg.notionalUsd, 0),
    ratioAfter: own?.ratioAfter ?? ratioOf(held.rules.of(held.pool)),
    riskChangeUsd: (last?.worstLossUsd ?? plan.start.worstLossUsd) - plan.start.worstLossUsd,
    enough: plan.blocked.length === 0 && plan.legs.length > 0,
    stoppedBy: block ? `${block.instrument}: ${block.why}` : null,
  };
  return { action, pool: null };
}

/** The ways to bring a pool back to its goal; each is worked out when it is first asked for. Nothing is sent. */
export function waysBack(
  question: ProtectionQuestion,
  held: HeldPool,
  { dailySigma, lapse }: Pick<Standing, 'dailySigma' | 'lapse'>,
): (kind: ProtectionKind) => Way {
  const goal = goalOf(question.policy, dailySigma, lapse);
  const known = new Map<ProtectionKind, Way>();
  const found = (kind: ProtectionKind): Way => {
    if (kind === 'top-up') return topUp(question, held, goal);
    return kind === 'reduce' ? reduce(question, held, goal) : closeAll(question, kind, held);
  };
  return (kind) => {
    const way = known.get(kind) ?? found(kind);
    known.set(kind, way);
    return way;
  };
}
