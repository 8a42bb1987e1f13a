import type { Order, OrderRequest } from '#shared/domain/order.ts';
import type { FrontierLine } from '#shared/risk/frontier.ts';
import { assess, ratioOf } from '#shared/risk/margin/assessment.ts';
import { type HeldPool, type PoolBook, poolKey } from '#shared/risk/pool-book.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';
import { type DurationMs, HOUR } from '#shared/units/time.ts';
import { bookStress, worstLoss } from './book-stress.ts';
import { breachProbability } from './breach-forecast.ts';
import { closingOrder, type FlattenPlan, rehearseFlatten } from './flatten.ts';
import {
  type ProtectionCaps,
  type ProtectionPolicy,
  type Rung,
  rank,
  rungOf,
  type Standing,
} from './protection-policy.ts';
import { reduceTo } from './reduce-search.ts';
import { type Goal, goalOf, poolNamed } from './reductions.ts';
import type { Motion } from './spot-watch.ts';
import { type Transfer, topUpTo } from './top-up.ts';
import type { Tradable } from './unwind-cost.ts';
import { type VenueTake, venueLiquidation } from './venue-liquidation.ts';

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
  /** USD prices of the coin at which the pool is liquidated afterwards; null: none, or the pool is gone. */
  readonly liquidationAfter: { readonly below: number | null; readonly above: number | null };
  /** Change of the book's largest stressed loss, USD, positive = deeper. */
  readonly riskChangeUsd: number;
  /** Whether the goal is reached. */
  readonly enough: boolean;
  /** Why it goes no further, or cannot be done; null when nothing stops it. */
  readonly stoppedBy: string | null;
}

/** What happens when nobody does anything. */
export interface LeftAlone {
  /** USD price of the coin at which the venue liquidates; null: none within reach. */
  readonly liquidationAt: number | null;
  /** Null where there is no such price. */
  readonly venue: VenueTake | null;
  readonly text: string;
}

export interface ProtectionProposal {
  readonly pool: string;
  readonly account: AccountId;
  readonly currency: Currency;
  readonly rung: Exclude<Rung, 'none'>;
  readonly ratio: number;
  /** Index into `actions`; null: watch. */
  readonly chosen: number | null;
  readonly actions: readonly ProtectionAction[];
  /** Within the policy's rung, its caps and no deeper risk: the chosen one may go without asking. */
  readonly automatic: boolean;
  /** Index of what may go without asking: the chosen one, else what helps most of those that may; null: nothing may. */
  readonly byItself: number | null;
  readonly doNothing: LeftAlone;
  readonly reasons: readonly string[];
}

const NO_MOTION = { spot: null, dailySigma: 0, lapse: 0 };

/**
 * How each pool stands: distances in daily standard deviations of the larger of implied and seen vol, less what may come
 * before the next look; by the report and, where they are known, the joint frontier and the
 * forecast.
 */
export function standingsOf(
  pools: readonly PoolMargin[],
  known: {
    readonly frontier: readonly FrontierLine[];
    /** Probability of a breach by a forecast of its own, by {@link poolKey}; else it follows from the vol. */
    readonly probability: ReadonlyMap<string, number>;
    /** How the coin that moves a pool has moved, by {@link poolKey}. */
    readonly motion: ReadonlyMap<string, Motion>;
    readonly silent: ReadonlySet<VenueId>;
  },
): ReadonlyMap<string, Standing> {
  const joint = new Map(
    known.frontier.flatMap(({ account, currency, nearest }) =>
      account === null || currency === null || nearest === null
        ? []
        : [[poolKey(account, currency), nearest.sigmaDays]],
    ),
  );
  return new Map(
    pools.map((pool) => {
      const key = poolKey(pool.account, pool.currency);
      const near = [pool.distanceSigmaDays, joint.get(key) ?? null].flatMap((one) => (one === null ? [] : [one]));
      const { distance, distanceSigmaDays: far, ratio } = pool;
      const implied = distance === null || !far ? null : distance / far;
      const { spot, dailySigma: seen, lapse } = known.motion.get(key) ?? NO_MOTION;
      const dailySigma = implied === null ? null : Math.max(implied, seen);
      const sigmaDays =
        near.length === 0 || implied === null || dailySigma === null
          ? null
          : Math.max((Math.min(...near) * implied - lapse) / dailySigma, 0);
      const own = known.probability.get(key) ?? null;
      const probability = own ?? (dailySigma === null ? null : breachProbability(pool, { spot, dailySigma, lapse }));
      return [key, { ratio, sigmaDays, dailySigma, lapse, probability, stale: known.silent.has(pool.venue) }];
    }),
  );
}

interface Nearest {
  readonly coin: Currency;
  readonly price: number;
  readonly factor: number;
}

/** The liquidation price nearest to where its coin stands. */
function nearestOf(held: HeldPool, book: PoolBook): Nearest | null {
  let best: Nearest | null = null;
  for (const [coin, { below, above }] of Object.entries(assess(held.rules, held.pool).liquidation)) {
    for (const price of [below, above]) {
      const factor = price === null ? Number.NaN : price / (book.index.get(coin) ?? Number.NaN);
      if (price === null || !Number.isFinite(factor)) continue;
      if (best === null || Math.abs(Math.log(factor)) < Math.abs(Math.log(best.factor))) best = { coin, price, factor };
    }
  }
  return best;
}

/** A hair past the price at which the pool still meets its maintenance margin. */
const PAST = 1e-4;

function leftAlone(question: ProtectionQuestion, held: HeldPool): LeftAlone {
  const near = nearestOf(held, question.book);
  if (near === null) {
    return { liquidationAt: null, venue: null, text: 'Nothing is done: no price within reach liquidates the pool.' };
  }
  const factor = near.factor < 1 ? near.factor * (1 - PAST) : near.factor * (1 + (near.factor > 1 ? PAST : 0));
  const until = question.untilLiquidation.get(held.key) ?? null;
  const soon = until === null ? '' : `; on this course in ${(until / HOUR).toFixed(1)} h`;
  const venue = venueLiquidation(held, near.coin, factor, question.tradable);
  const text =
    `Nothing is done: at ${near.coin} ${near.price.toFixed(0)} (${((near.factor - 1) * 100).toFixed(1)} %) the venue ${venue.how}: ` +
    `${venue.closedUsd.toFixed(0)} USD closed for ${venue.total.toFixed(0)} USD ` +
    `(fees ${venue.fee.toFixed(0)}, penalty ${venue.penalty.toFixed(0)}, slippage ${venue.slippage.toFixed(0)})${soon}.`;
  return { liquidationAt: near.price, venue, text };
}

function after(held: HeldPool, coin: Currency | null): Pick<ProtectionAction, 'ratioAfter' | 'liquidationAfter'> {
  const { ratio, liquidation } = assess(held.rules, held.pool);
  const none = { below: null, above: null };
  return { ratioAfter: ratio, liquidationAfter: coin === null ? none : (liquidation[coin] ?? none) };
}

/** What a pool needs, and the coin whose liquidation price is told. */
interface Need {
  readonly key: string;
  readonly coin: Currency | null;
  readonly goal: Goal;
}

function topUp(question: ProtectionQuestion, { key, coin, goal }: Need): ProtectionAction {
  const { book, policy, silent, refused, used } = question;
  const capUsd = Math.max(policy.caps.topUpUsd - used.topUpUsd, 0);
  const plan = topUpTo(goal, key, book, { policy, silent, refused, capUsd });
  return {
    kind: 'top-up',
    transfers: plan.transfers,
    orders: [],
    costUsd: plan.costUsd,
    notionalUsd: plan.movedUsd,
    ...after(poolNamed(plan.book, key), coin),
    riskChangeUsd: 0,
    enough: plan.shortage <= 0,
    stoppedBy: plan.stoppedBy,
  };
}

function reduce(question: ProtectionQuestion, { key, coin, goal }: Need): ProtectionAction {
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
  return {
    kind: 'reduce',
    transfers: [],
    orders: [...descent.legs.values()].map((leg) => closingOrder(account(leg.pool), leg.instrument, leg.quantity)),
    costUsd: descent.cost.total,
    notionalUsd: descent.notionalUsd,
    ...after(poolNamed(descent.book, key), coin),
    riskChangeUsd: worstLoss(descent.stress) - worstLoss(stress),
    enough: shortage <= 0,
    stoppedBy,
  };
}

function closeAll(question: ProtectionQuestion, kind: 'close' | 'divest', held: HeldPool): ProtectionAction {
  const { book, tradable, orders, silent, policy } = question;
  const scope = kind === 'close' ? new Set([held.key]) : null;
  const plan: FlattenPlan = rehearseFlatten({ book, tradable, orders, silent, scope, stress: policy.stress });
  const own = plan.legs.filter((leg) => leg.pool === held.key).at(-1);
  const last = plan.legs.at(-1);
  const [block] = plan.blocked;
  return {
    kind,
    transfers: [],
    orders: plan.legs.map((leg) => leg.order),
    costUsd: plan.cost.total,
    notionalUsd: plan.legs.reduce((sum, leg) => sum + leg.notionalUsd, 0),
    ratioAfter: own?.ratioAfter ?? ratioOf(held.rules.of(held.pool)),
    liquidationAfter: { below: null, above: null },
    riskChangeUsd: (last?.worstLossUsd ?? plan.start.worstLossUsd) - plan.start.worstLossUsd,
    enough: plan.blocked.length === 0 && plan.legs.length > 0,
    stoppedBy: block ? `${block.instrument}: ${block.why}` : null,
  };
}

const KINDS: readonly ProtectionKind[] = ['top-up', 'reduce', 'close', 'divest'];

/**
 * The cheapest of the actions up to the rung that is enough and makes the book no riskier; failing that the mildest beyond
 * the rung that is; failing that what frees most. −1: nothing helps.
 */
function choose(actions: readonly ProtectionAction[], rung: Rung, policy: ProtectionPolicy, ratio: number): number {
  const sound = actions.filter((one) => one.enough && one.riskChangeUsd <= policy.stressToleranceUsd);
  const within = sound.filter((one) => rank(one.kind) <= rank(rung));
  const cheapest = [...within].sort((a, b) => a.costUsd - b.costUsd)[0] ?? sound[0];
  if (cheapest) return actions.indexOf(cheapest);
  const mild = Math.max(rank(rung), rank('reduce'));
  const helpful = actions.filter((one) => one.ratioAfter < ratio && rank(one.kind) <= mild);
  const most = [...helpful].sort((a, b) => a.riskChangeUsd - b.riskChangeUsd || a.ratioAfter - b.ratioAfter)[0];
  return most ? actions.indexOf(most) : -1;
}

function isAutomatic(action: ProtectionAction, { policy, used }: ProtectionQuestion): boolean {
  const { caps } = policy;
  const moved = action.kind === 'top-up' ? caps.topUpUsd - used.topUpUsd : caps.reduceUsd - used.reduceUsd;
  return (
    rank(action.kind) <= rank(policy.automaticUpTo) &&
    action.riskChangeUsd <= policy.stressToleranceUsd &&
    action.notionalUsd <= moved &&
    action.costUsd <= caps.costUsd - used.costUsd
  );
}

function mayGo(actions: readonly ProtectionAction[], picked: number, ratio: number, question: ProtectionQuestion) {
  const chosen = actions[picked];
  if (chosen === undefined || isAutomatic(chosen, question)) return chosen === undefined ? null : picked;
  const [best] = actions
    .filter((one) => one.ratioAfter < ratio && one.notionalUsd > 0 && isAutomatic(one, question))
    .sort((a, b) => a.ratioAfter - b.ratioAfter);
  return best ? actions.indexOf(best) : null;
}

/** What an action does, costs and leads to. */
export function actionSentence({
  kind,
  costUsd,
  notionalUsd,
  ratioAfter,
  stoppedBy,
  riskChangeUsd,
}: ProtectionAction): string {
  const moved = kind === 'top-up' ? 'moved' : 'closed';
  const deeper = riskChangeUsd > 1 ? `; the book’s worst loss is ${riskChangeUsd.toFixed(0)} USD deeper` : '';
  const stop = stoppedBy ? `; ${stoppedBy}` : '';
  return `${kind}: ${notionalUsd.toFixed(0)} USD ${moved} for ${costUsd.toFixed(2)} USD, maintenance then ${(ratioAfter * 100).toFixed(0)} % of equity${deeper}${stop}.`;
}

function reasonsFor(
  actions: readonly ProtectionAction[],
  chosen: number,
  why: readonly string[],
  doNothing: LeftAlone,
): readonly string[] {
  const action = actions[chosen];
  const venue = doNothing.venue?.total;
  const beats =
    action && venue !== undefined && venue > 0
      ? [`This costs ${((action.costUsd / venue) * 100).toFixed(0)} % of what the venue’s liquidation would take.`]
      : [];
  return [...why.map((one) => `${one}.`), ...actions.map(actionSentence), ...beats, doNothing.text];
}

function proposalFor(question: ProtectionQuestion, held: HeldPool, standing: Standing): ProtectionProposal | null {
  const { policy, before, book } = question;
  const { rung, why } = rungOf(standing, policy, before.get(held.key) ?? 'none');
  if (rung === 'none') return null;
  const coin = nearestOf(held, book)?.coin ?? null;
  const need = { key: held.key, coin, goal: goalOf(policy, standing.dailySigma, standing.lapse) };
  const actions = standing.stale
    ? []
    : KINDS.map((kind) => {
        if (kind === 'top-up') return topUp(question, need);
        return kind === 'reduce' ? reduce(question, need) : closeAll(question, kind, held);
      });
  const picked = rung === 'alert' ? -1 : choose(actions, rung, policy, standing.ratio);
  const chosen = actions[picked] ?? null;
  const doNothing = leftAlone(question, held);
  return {
    pool: held.key,
    account: held.account.id,
    currency: held.currency,
    rung,
    ratio: standing.ratio,
    chosen: chosen === null ? null : picked,
    actions,
    automatic: chosen !== null && isAutomatic(chosen, question),
    byItself: mayGo(actions, picked, standing.ratio, question),
    doNothing,
    reasons: reasonsFor(actions, picked, why, doNothing),
  };
}

/**
 * The trader's own liquidation engine: for every pool on a rung of the ladder the ways to bring it back, the one it would
 * take, and what the venue would take if nothing is done. The most endangered pool first; what one proposal uses up is
 * not left for the next, so they are to be carried out one at a time. Nothing is sent.
 */
export function proposeProtection(question: ProtectionQuestion): readonly ProtectionProposal[] {
  return question.book.pools
    .flatMap((held) => {
      const standing = question.standings.get(held.key);
      const proposal = standing ? proposalFor(question, held, standing) : null;
      return proposal ? [proposal] : [];
    })
    .sort((a, b) => rank(b.rung) - rank(a.rung) || b.ratio - a.ratio);
}
