import type { FrontierLine } from '#shared/risk/frontier.ts';
import { assess, type LiquidationPrices } from '#shared/risk/margin/assessment.ts';
import { type HeldPool, type PoolBook, poolKey } from '#shared/risk/pool-book.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';
import { HOUR } from '#shared/units/time.ts';
import { breachProbability } from './breach-forecast.ts';
import { chooseWay } from './protection-choice.ts';
import { type Rung, rank, rungOf, type Standing } from './protection-policy.ts';
import {
  KINDS,
  type ProtectionAction,
  type ProtectionKind,
  type ProtectionQuestion,
  type Way,
  waysBack,
} from './protection-ways.ts';
import type { Motion } from './spot-watch.ts';
import { type VenueTake, venueLiquidation } from './venue-liquidation.ts';

/** A way back as it is shown. */
export interface ProposedAction extends ProtectionAction {
  /** USD prices of the coin at which the pool is liquidated afterwards; null: none, or the pool is gone. */
  readonly liquidationAfter: LiquidationPrices;
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
  readonly actions: readonly ProposedAction[];
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

function leftAlone(question: ProtectionQuestion, held: HeldPool, near: Nearest | null): LeftAlone {
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

function proposed({ action, pool }: Way, coin: Currency | null): ProposedAction {
  const prices = pool === null || coin === null ? undefined : assess(pool.rules, pool.pool).liquidation[coin];
  return { ...action, liquidationAfter: prices ?? { below: null, above: null } };
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

/** A pool on a rung. */
interface Raised {
  readonly held: HeldPool;
  readonly standing: Standing;
  readonly rung: Exclude<Rung, 'none'>;
  readonly why: readonly string[];
}

/** The most endangered first. */
function raisedOf({ book, standings, policy, before }: ProtectionQuestion): readonly Raised[] {
  return book.pools
    .flatMap((held): Raised[] => {
      const standing = standings.get(held.key);
      if (standing === undefined) return [];
      const { rung, why } = rungOf(standing, policy, before.get(held.key) ?? 'none');
      return rung === 'none' ? [] : [{ held, standing, rung, why }];
    })
    .sort((a, b) => rank(b.rung) - rank(a.rung) || b.standing.ratio - a.standing.ratio);
}

function proposalFor(question: ProtectionQuestion, { held, standing, rung, why }: Raised): ProtectionProposal {
  const ways = waysBack(question, held, standing);
  const { chosen, byItself } = chooseWay(question, ways, rung, standing);
  const near = nearestOf(held, question.book);
  const actions = standing.stale ? [] : KINDS.map((kind) => proposed(ways(kind), near?.coin ?? null));
  const indexOf = (kind: ProtectionKind | null): number | null => (kind === null ? null : KINDS.indexOf(kind));
  const doNothing = leftAlone(question, held, near);
  return {
    pool: held.key,
    account: held.account.id,
    currency: held.currency,
    rung,
    ratio: standing.ratio,
    chosen: indexOf(chosen),
    actions,
    automatic: chosen !== null && byItself === chosen,
    byItself: indexOf(byItself),
    doNothing,
    reasons: reasonsFor(actions, indexOf(chosen) ?? -1, why, doNothing),
  };
}

/**
 * The trader's own liquidation engine: for every pool on a rung of the ladder the ways to bring it back, the one it would
 * take, and what the venue would take if nothing is done. The most endangered pool first; what one proposal uses up is
 * not left for the next, so they are to be carried out one at a time. Nothing is sent.
 */
export function proposeProtection(question: ProtectionQuestion): readonly ProtectionProposal[] {
  return raisedOf(question).map((one) => proposalFor(question, one));
}

/** What of a proposal somebody needs who acts on it at once. */
export interface ProtectionDecision {
  readonly pool: string;
  readonly rung: Rung;
  readonly why: string;
  readonly action: ProtectionAction;
  /** It may go without asking. */
  readonly byItself: boolean;
}

/**
 * What {@link proposeProtection} would do, pool by pool in its order: no way is worked out that the choice does not hang
 * on, and nothing that is only told. Pools that nothing is done for are left out.
 */
export function* decideProtection(question: ProtectionQuestion): Generator<ProtectionDecision> {
  for (const { held, standing, rung, why } of raisedOf(question)) {
    const ways = waysBack(question, held, standing);
    const { chosen, byItself } = chooseWay(question, ways, rung, standing);
    const kind = byItself ?? chosen;
    if (kind === null) continue;
    const reason = why[0] === undefined ? '' : `${why[0]}.`;
    yield { pool: held.key, rung, why: reason, action: ways(kind).action, byItself: byItself !== null };
  }
}
