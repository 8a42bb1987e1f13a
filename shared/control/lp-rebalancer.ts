import {
  type LiquidityRange,
  liquidityOf,
  lossVersusRebalancing,
  rangeAmounts,
  rangeGreeks,
} from '#shared/pricing/onchain/uniswap-v3.ts';
import { type PoolActivity, type RangeCarry, rangeCarry } from './lp-carry.ts';
import type { HeldRange } from './lp-exit.ts';

/** What acting costs, and how much risk weighs. Quote tokens. */
export interface RangePolicy {
  readonly horizonDays: number;
  /** Gas of one transaction. */
  readonly gas: number;
  /** Share of a swap that fee, spread and impact take. */
  readonly swapCost: number;
  /** Share of the notional that opening a hedge takes: fee and half spread. */
  readonly hedgeCost: number;
  /** What a short hedge pays per 8 hours, fraction; negative: it receives. */
  readonly hedgeFunding8h: number;
  /** Dislike of variance a, per quote token: an action is worth its mean less a/2 times its variance. */
  readonly riskAversion: number;
  /** Upper over lower bound of a new range; null: as wide as now. */
  readonly width: number | null;
  /** By so much an action has to be better than leaving all as it is. */
  readonly leastGain: number;
}

export interface RangeQuestion {
  readonly held: HeldRange;
  readonly pool: PoolActivity;
  /** Quote tokens per base token. */
  readonly price: number;
  /** Annual, 0.65 = 65 %. */
  readonly vol: number;
  readonly policy: RangePolicy;
}

export type RangeChoice = 'leave' | 're-centre' | 'hedge' | 'withdraw';

/** One way to go on over the horizon. Quote tokens; variance in their square. */
export interface RangeAction {
  readonly choice: RangeChoice;
  /** The range afterwards; null: none. */
  readonly range: LiquidityRange | null;
  /** Base tokens to be sold short outside; 0: none. */
  readonly hedge: number;
  readonly fees: number;
  readonly lossVersusRebalancing: number;
  /** Gas, swaps and what a hedge costs. */
  readonly cost: number;
  /** Fees less loss-versus-rebalancing less cost. */
  readonly mean: number;
  /** Of the price exposure that is left, without the range's own loss. */
  readonly variance: number;
  /** mean − a/2 · variance. */
  readonly worth: number;
  readonly inRange: number;
}

export interface RangeProposal {
  readonly id: string;
  readonly value: number;
  readonly delta: number;
  readonly gamma: number;
  /** Loss-versus-rebalancing a year at the price of now, fraction of the value; σ²/8 for an unbounded range. */
  readonly lossRate: number;
  /** Vol at which fees only just pay for the loss, at this activity. */
  readonly breakEvenVol: number;
  /** All ways, the best first. */
  readonly actions: readonly RangeAction[];
  /** The first, or 'leave' where that is not better by the policy's least gain. */
  readonly chosen: RangeChoice;
  readonly reasons: readonly string[];
}

const DAYS_A_YEAR = 365;
/** Transactions of leaving (decrease, collect, burn) and of opening a range. */
const LEAVING = 3;
const OPENING = 1;

type Sums = Pick<RangeAction, 'fees' | 'lossVersusRebalancing' | 'inRange'>;

const sums = ({ fees, lossVersusRebalancing: loss, inRange }: RangeCarry): Sums => ({
  fees,
  lossVersusRebalancing: loss,
  inRange,
});
const NO_CARRY: Sums = { fees: 0, lossVersusRebalancing: 0, inRange: 0 };

/** Variance of holding `delta` base tokens over the horizon. */
function varianceOf(delta: number, { price, vol, policy }: RangeQuestion): number {
  return (delta * price * vol) ** 2 * (policy.horizonDays / DAYS_A_YEAR);
}

function action(
  question: RangeQuestion,
  more: Pick<RangeAction, 'choice' | 'range' | 'hedge' | 'cost'>,
  carry: Sums,
  delta: number,
): RangeAction {
  const mean = carry.fees - carry.lossVersusRebalancing - more.cost;
  const variance = varianceOf(delta, question);
  return { ...more, ...carry, mean, variance, worth: mean - (question.policy.riskAversion / 2) * variance };
}

/** The range that so much value buys around the price, and what of its tokens has to be swapped first. */
export function centredRange(held: HeldRange, price: number, policy: RangePolicy) {
  const { range, owed } = held;
  const ratio = policy.width ?? range.upper / range.lower;
  const [lower, upper] = [price / Math.sqrt(ratio), price * Math.sqrt(ratio)];
  const now = rangeAmounts(range, price);
  const tokens = { base: now.base + owed.base, quote: now.quote + owed.quote };
  const each = rangeAmounts({ liquidity: 1, lower, upper }, price);
  const share = (each.base * price) / (each.base * price + each.quote);
  const value = tokens.base * price + tokens.quote;
  // Selling x of base value leaves share · (value − cost · x): solved for x, either way round.
  const excess = tokens.base * price - share * value;
  const swapped = excess > 0 ? excess / (1 - share * policy.swapCost) : -excess / (1 - (1 - share) * policy.swapCost);
  const left = value - swapped * policy.swapCost - policy.gas * (LEAVING + OPENING);
  const amounts = { base: (share * left) / price, quote: (1 - share) * left };
  const liquidity = left > 0 ? liquidityOf(amounts, lower, upper, price) : 0;
  const cost = swapped * policy.swapCost + policy.gas * (LEAVING + OPENING);
  return { range: { liquidity, lower, upper }, swapped, cost };
}

function recentre(question: RangeQuestion): RangeAction {
  const { held, price, vol, policy, pool } = question;
  const { range, cost } = centredRange(held, price, policy);
  // Own liquidity moves from the old range to the new one: the pool's own is what is there without it.
  const inside = price > held.range.lower && price < held.range.upper;
  const others = pool.activeLiquidity - (inside ? held.range.liquidity : 0);
  const activity = { ...pool, activeLiquidity: others + range.liquidity };
  const carry = sums(rangeCarry(range, price, vol, policy.horizonDays, activity));
  return action(question, { choice: 're-centre', range, hedge: 0, cost }, carry, rangeGreeks(range, price).delta);
}

/**
 * What to do with a liquidity range over the policy's horizon: leave it, open it anew around the price, hedge its delta
 * outside, or withdraw; each by its fees against its loss-versus-rebalancing, what it costs, and what price risk it
 * leaves. Nothing is sent.
 */
export function proposeRange(question: RangeQuestion): RangeProposal {
  const { held, price, vol, policy, pool } = question;
  const { value, delta, gamma } = rangeGreeks(held.range, price);
  const carry = sums(rangeCarry(held.range, price, vol, policy.horizonDays, pool));
  const funding = delta * price * policy.hedgeFunding8h * ((policy.horizonDays * 24) / 8);
  const hedgeCost = delta * price * policy.hedgeCost + funding;
  const leave = action(question, { choice: 'leave', range: held.range, hedge: 0, cost: 0 }, carry, delta);
  const actions = [
    leave,
    recentre(question),
    action(question, { choice: 'hedge', range: held.range, hedge: delta, cost: hedgeCost }, carry, 0),
    action(question, { choice: 'withdraw', range: null, hedge: 0, cost: policy.gas * LEAVING }, NO_CARRY, delta),
  ].sort((a, b) => b.worth - a.worth);
  const best = actions[0] ?? leave;
  const chosen = best.worth > leave.worth + policy.leastGain ? best.choice : 'leave';
  const lossRate = value === 0 ? 0 : lossVersusRebalancing(held.range, price, vol) / value;
  // Both are in proportion to the time in range: what is left is fee income against σ²L√P/4.
  const feesAYear =
    pool.dailyVolume * pool.feeTier * DAYS_A_YEAR * Math.min(held.range.liquidity / pool.activeLiquidity, 1);
  const lossAtOne = (held.range.liquidity * Math.sqrt(price)) / 4;
  const breakEvenVol = lossAtOne === 0 ? 0 : Math.sqrt(feesAYear / lossAtOne);
  return {
    id: held.id,
    value,
    delta,
    gamma,
    lossRate,
    breakEvenVol,
    actions,
    chosen,
    reasons: reasonsFor(actions, breakEvenVol, vol),
  };
}

function sentence({ choice, fees, lossVersusRebalancing: loss, cost, worth, inRange, hedge }: RangeAction): string {
  const sold = hedge === 0 ? '' : `, ${hedge.toPrecision(4)} sold short`;
  return `${choice}: fees ${fees.toFixed(2)} − loss ${loss.toFixed(2)} − cost ${cost.toFixed(2)}, in range ${(inRange * 100).toFixed(0)} % of the time${sold}; worth ${worth.toFixed(2)} with its risk.`;
}

function reasonsFor(actions: readonly RangeAction[], breakEvenVol: number, vol: number): readonly string[] {
  const pays = breakEvenVol >= vol ? 'pay for' : 'do not pay for';
  return [
    `Fees ${pays} the loss against rebalancing: they would up to a vol of ${(breakEvenVol * 100).toFixed(0)} %, it is ${(vol * 100).toFixed(0)} %.`,
    ...actions.map(sentence),
  ];
}
