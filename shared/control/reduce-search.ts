import type { HeldPool, PoolBook } from '#shared/risk/pool-book.ts';
import { type BookStress, stressKey } from './book-stress.ts';
import { type Goal, shortageMeter } from './goal.ts';
import {
  type Descent,
  type DescentRules,
  keepsRisk,
  lotOf,
  poolNamed,
  type Step,
  sparesOthers,
  startOf,
  take,
  wholeLots,
} from './reductions.ts';
import { type Unwinder, unwinder } from './unwind-cost.ts';

/** What a search for reductions came to. */
export interface ReducePlan {
  readonly descent: Descent;
  /** Equity that still lacks for the goal, pool currency; 0 or less: reached. */
  readonly shortage: number;
  /** Why it stopped short; null when it did not. */
  readonly stoppedBy: string | null;
}

interface Move {
  readonly steps: readonly Step[];
  readonly descent: Descent;
  readonly relief: number;
  readonly costUsd: number;
}

interface Search extends DescentRules {
  readonly key: string;
  readonly firstStress: BookStress;
  /** Equity that lacks for the goal. */
  readonly shortage: (held: HeldPool) => number;
  readonly spares: ReturnType<typeof sparesOthers>;
  readonly unwound: Unwinder;
  /** Sizes at the start, unsigned, by account and instrument: clips are shares of them. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Cheaper than this per unit of relief is as good as free: larger relief wins. */
const FREE = 1e-9;
/** A descent ends after so many moves whatever is left. */
const MOST_MOVES = 2_000;

function sizesOf(book: PoolBook): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { account, instruments, pool } of book.pools) {
    instruments.forEach((id, k) => {
      sizes.set(stressKey(account.id, id), Math.abs(pool.positions[k]!.quantity));
    });
  }
  return sizes;
}

/** Every step of a pool that takes one clip off one position. */
function clipsOf(search: Search, book: PoolBook, key: string): readonly Step[] {
  const held = poolNamed(book, key);
  if (search.silent.has(held.account.venue)) return [];
  return held.pool.positions.flatMap(({ quantity }, k) => {
    const instrument = held.instruments[k]!;
    const size = search.sizes.get(stressKey(held.account.id, instrument)) ?? 0;
    const clip = wholeLots(size / search.policy.clips, lotOf(search.tradable, instrument), Math.abs(quantity));
    return clip > 0 ? [{ pool: key, instrument, quantity: -Math.sign(quantity) * clip }] : [];
  });
}

function lackingAt(search: Search, { book }: Descent): number {
  return search.shortage(poolNamed(book, search.key));
}

/** All steps in turn; null where one cannot be traded or puts another pool on a higher rung. */
function tryMove(search: Search, from: Descent, steps: readonly Step[]): Move | null {
  let descent = from;
  for (const step of steps) {
    const taken = take(descent, step, search.unwound);
    if (!taken || !search.spares(taken, step)) return null;
    descent = taken.descent;
  }
  const relief = lackingAt(search, from) - lackingAt(search, descent);
  return { steps, descent, relief, costUsd: descent.cost.total - from.cost.total };
}

/**
 * Steps that keep a step from deepening the book's worst state: the other side of a hedge, in proportion, each position
 * that loses in the state which would become the worst by itself.
 */
function partnersOf(search: Search, at: Descent, step: Step, alone: Descent): readonly Step[] {
  const { unit } = at.stress;
  const { book } = alone.stress;
  const account = poolNamed(at.book, step.pool).account.id;
  const state = book.indexOf(Math.min(...book));
  const own = (unit.get(stressKey(account, step.instrument))?.[state] ?? 0) * step.quantity;
  return at.book.pools.flatMap((held) => {
    if (search.silent.has(held.account.venue)) return [];
    return held.pool.positions.flatMap(({ quantity }, k) => {
      const instrument = held.instruments[k]!;
      if (held.key === step.pool && instrument === step.instrument) return [];
      const each = unit.get(stressKey(held.account.id, instrument))?.[state] ?? 0;
      // Closing it gains −each per unit held: only what loses in that state can make up for what the step loses.
      if (own >= 0 || each * quantity >= 0) return [];
      const size = wholeLots(Math.abs(own / each), lotOf(search.tradable, instrument), Math.abs(quantity));
      return size > 0 ? [{ pool: held.key, instrument, quantity: -Math.sign(quantity) * size }] : [];
    });
  });
}

function better(a: Move | null, b: Move | null): Move | null {
  if (!b || b.relief <= 0) return a;
  if (!a) return b;
  const worth = ({ relief, costUsd }: Move): number => relief / Math.max(costUsd, relief * FREE);
  return worth(b) > worth(a) ? b : a;
}

/** The clip, alone or with the other side of its hedge, that frees most per USD of cost; null where none is admissible. */
function bestMove(search: Search, from: Descent): Move | null {
  let best: Move | null = null;
  for (const step of clipsOf(search, from.book, search.key)) {
    const alone = tryMove(search, from, [step]);
    if (!alone || alone.relief <= 0) continue;
    if (keepsRisk(alone.descent, search.firstStress, search.policy)) {
      best = better(best, alone);
      continue;
    }
    for (const partner of partnersOf(search, from, step, alone.descent)) {
      const pair = tryMove(search, from, [partner, step]);
      if (pair && keepsRisk(pair.descent, search.firstStress, search.policy)) best = better(best, pair);
    }
  }
  return best;
}

/** The last move no larger than it has to be: the fewest lots of a single step that still reach the goal. */
function trimmed(search: Search, from: Descent, move: Move): Descent {
  const [step] = move.steps;
  if (!step || move.steps.length > 1) return move.descent;
  const lot = lotOf(search.tradable, step.instrument) || Math.abs(step.quantity) / 64;
  let [short, enough] = [0, Math.ceil(Math.abs(step.quantity) / lot - 1e-9)];
  let found = move.descent;
  while (enough - short > 1) {
    const lots = Math.floor((short + enough) / 2);
    const size = Number((lots * lot).toPrecision(14));
    const tried = tryMove(search, from, [{ ...step, quantity: Math.sign(step.quantity) * size }]);
    const reached = tried !== null && lackingAt(search, tried.descent) <= 0;
    if (reached) [enough, found] = [lots, tried.descent];
    else short = lots;
  }
  return keepsRisk(found, search.firstStress, search.policy) ? found : move.descent;
}

/**
 * Takes one pool down to its goal at the least cost: clip by clip what frees most margin per USD of
 * fee, spread and impact, impact growing with what was already taken. Only reductions; no other pool changes to a higher
 * rung on the way, own push on the price included; the book's worst stressed loss gets no deeper. Nothing is sent.
 */
export function reduceTo(goal: Goal, key: string, book: PoolBook, stress: BookStress, rules: DescentRules): ReducePlan {
  const search: Search = {
    ...rules,
    key,
    firstStress: stress,
    shortage: shortageMeter(poolNamed(book, key), goal),
    spares: sparesOthers(book, rules.policy),
    unwound: unwinder(rules.tradable),
    sizes: sizesOf(book),
  };
  let descent = startOf(book, stress);
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const lacking = lackingAt(search, descent);
    if (lacking <= 0) return { descent, shortage: lacking, stoppedBy: null };
    const move = bestMove(search, descent);
    if (!move) {
      const why = 'no further reduction frees margin without deepening the book’s worst loss or another pool’s rung';
      return { descent, shortage: lacking, stoppedBy: why };
    }
    const after = lacking <= move.relief ? trimmed(search, descent, move) : move.descent;
    const stop = breachedCap(after, rules);
    if (stop) return { descent, shortage: lacking, stoppedBy: stop };
    descent = after;
  }
  return { descent, shortage: lackingAt(search, descent), stoppedBy: 'too many moves' };
}

function breachedCap({ notionalUsd, cost }: Descent, { policy: { caps } }: DescentRules): string | null {
  if (notionalUsd > caps.reduceUsd) return `the cap of ${caps.reduceUsd} USD of notional is reached`;
  if (cost.total > caps.costUsd) return `the cap of ${caps.costUsd} USD of cost is reached`;
  return null;
}
