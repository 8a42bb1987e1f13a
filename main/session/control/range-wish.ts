import type { GroundedWish } from '#main/engine/automation.ts';
import type { ChainDesk, Followed } from '#main/session/chain-desk.ts';
import { tokenNamed } from '#main/venues/evm/tokens.ts';
import type { PoolReading, RangeReading } from '#main/venues/uniswap/reading.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import { dailyVolume } from '#main/venues/uniswap/volume.ts';
import { nextOfRecentring } from '#shared/control/chain-steps.ts';
import type { PoolActivity } from '#shared/control/lp-carry.ts';
import { proposeRange, type RangePolicy, type RangeProposal } from '#shared/control/lp-rebalancer.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { RangeRules } from '#shared/ipc/range-policy-file.ts';
import { MINUTE } from '#shared/units/time.ts';
import { stepWish, waiting } from './chain-step-wish.ts';
import { type ControlGround, type Look, looksAfter } from './ground.ts';
import { type CourseBook, heldRange, inHand, type RangeCourse } from './range-course.ts';

/** Gas of one transaction of a range: of those that open, collect or leave it the dearest. */
const GAS_UNITS = 350_000;
/** How long a pool's volume of a day is taken for true. */
const VOLUME_FOR = 10 * MINUTE;

/** The LP rebalancer's part of a look. */
export interface RangeWishes {
  wish(desk: ChainDesk, look: Look, view: AutomationView): Promise<GroundedWish | null>;
}

/** Liquidity counts √(units of token0 · units of token1): so much of it is one of √(base · quote) in whole tokens. */
function activityOf(pool: PoolReading, volume: number): PoolActivity {
  const { token0, token1, fee, activeLiquidity } = pool;
  const scale = 10 ** ((token0.decimals + token1.decimals) / 2);
  return { dailyVolume: volume, feeTier: fee / 1e6, activeLiquidity: Number(activeLiquidity) / scale };
}

function policyOf(rules: RangeRules, { block }: RangeState, price: number): RangePolicy {
  const gas = (GAS_UNITS * Number(block.baseFee) * price) / 1e18;
  const { horizonDays, swapCost, hedgeCost, hedgeFunding8h, riskAversion, width, leastGainUsd: leastGain } = rules;
  return { horizonDays, gas, swapCost, hedgeCost, hedgeFunding8h, riskAversion, width, leastGain };
}

/** "range 7 of WETH-USDC-500: re-centre is worth 12.30 USD, leave −1.20". */
function summaryOf({ pool, id }: RangeReading, { actions, chosen }: RangeProposal): string {
  const worth = (choice: string) => (actions.find((one) => one.choice === choice)?.worth ?? 0).toFixed(2);
  const rest = chosen === 'leave' ? '' : `, leave ${worth('leave')}`;
  return `range ${id} of ${pool.id}: ${chosen} is worth ${worth(chosen)} USD over the horizon${rest}`;
}

export function createRangeWishes({ clock }: Pick<ControlGround, 'clock'>, courses: CourseBook): RangeWishes {
  const volumes = new Map<string, { readonly volume: number; readonly until: number }>();

  async function volumeOf(desk: Followed<RangeState>, state: RangeState, pool: PoolReading): Promise<number> {
    const known = volumes.get(pool.address);
    if (known !== undefined && clock.now() < known.until) return known.volume;
    const volume = await dailyVolume(desk.protocol.line, pool, state.block);
    volumes.set(pool.address, { volume, until: clock.now() + VOLUME_FOR });
    return volume;
  }

  async function proposalFor(followed: Followed<RangeState>, state: RangeState, held: RangeReading, rules: RangeRules) {
    const volume = rules.dailyVolumeUsd ?? (await volumeOf(followed, state, held.pool));
    const { price } = held.pool;
    const policy = policyOf(rules, state, price);
    return proposeRange({
      held: heldRange(held),
      pool: activityOf(held.pool, volume),
      price,
      vol: rules.vol,
      policy,
    });
  }

  /** The next step of a course; null where it has come to its end. */
  function next(course: RangeCourse, state: RangeState, rules: RangeRules) {
    const pool = state.markets.find((one) => one.id === course.pool);
    if (pool === undefined) return null;
    const old = state.ranges.find((one) => one.id === course.old);
    const hand = inHand(state, pool);
    const { venue, target, reserved, known } = course;
    const { slippage, leastSwap } = rules;
    // Selling x against liquidity L loses x·√P/L on the average: half of the slippage, the rest is for the market.
    const mostSwap = (activityOf(pool, 0).activeLiquidity * slippage) / 2 / Math.sqrt(pool.price);
    return nextOfRecentring({
      mostSwap,
      ...{ venue, target, slippage, leastSwap, price: pool.price, pool: pool.id, swapFee: pool.fee / 1e6 },
      old: old === undefined ? null : heldRange(old),
      free: {
        base: Math.max(hand.base - reserved.base, 0),
        quote: Math.max(hand.quote - reserved.quote, 0),
      },
      opened: state.ranges.some((one) => one.pool.id === pool.id && !known.includes(one.id)),
    });
  }

  async function goOn(desk: ChainDesk, course: RangeCourse, state: RangeState, { policies }: Look) {
    const step = next(course, state, policies.range);
    if (step === null) {
      courses.end();
      return null;
    }
    const summary = `${step.kind === 'range' ? step.action : step.kind}: ${course.why}`;
    return stepWish(desk, step, { summary, continues: true, mostGasUsd: Number.POSITIVE_INFINITY });
  }

  async function begin(
    desk: ChainDesk,
    state: RangeState,
    held: RangeReading,
    proposal: RangeProposal,
    { policies }: Look,
  ): Promise<GroundedWish> {
    const why = summaryOf(held, proposal);
    const range = proposal.actions.find((one) => one.choice === 're-centre')?.range;
    if (proposal.chosen !== 're-centre' || range == null) {
      const whose = proposal.chosen === 'hedge' ? 'the delta hedger holds its delta' : 'it is yours to do';
      return waiting(proposal.chosen === 'leave' ? why : `${why}; ${whose}`);
    }
    const { lower, upper } = range;
    const course: RangeCourse = {
      venue: state.account.venue,
      pool: held.pool.id,
      old: held.id,
      target: { lower, upper },
      reserved: inHand(state, held.pool),
      known: state.ranges.map((one) => one.id),
      why: `${why}; around ${held.pool.price.toFixed(2)}, from ${lower.toFixed(2)} to ${upper.toFixed(2)}`,
    };
    const step = next(course, state, policies.range);
    if (step === null) return waiting(why);
    courses.offer(course);
    const { mostGasUsd } = policies.range;
    return stepWish(desk, step, { summary: `decrease: ${course.why}`, continues: false, mostGasUsd });
  }

  /** The first range of a wallet that is to be acted on; where none is, what is said of the first. */
  async function wishAt(desk: ChainDesk, followed: Followed<RangeState>, look: Look, view: AutomationView) {
    const state = await followed.protocol.read();
    const mine = ({ token0, token1, base }: PoolReading): boolean =>
      tokenNamed([token0, token1], base).coin === view.rule.underlying;
    const course = courses.current;
    if (course !== null) {
      const own =
        course.venue === state.account.venue && state.markets.some((one) => one.id === course.pool && mine(one));
      return own ? goOn(desk, course, state, look) : null;
    }
    let first: GroundedWish | null = null;
    for (const held of state.ranges.filter(({ pool, liquidity }) => liquidity > 0n && mine(pool))) {
      const wish = await begin(desk, state, held, await proposalFor(followed, state, held, look.policies.range), look);
      if (wish.step !== undefined) return wish;
      first ??= wish;
    }
    return first;
  }

  return {
    async wish(desk, look, view) {
      for (const followed of desk.ranges) {
        const { venue, account } = followed.protocol;
        if (!looksAfter(view.rule, account) || look.silent.has(venue)) continue;
        const wish = await wishAt(desk, followed, look, view);
        if (wish !== null) return wish;
      }
      return null;
    },
  };
}
