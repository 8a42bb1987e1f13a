import type { MarginPool } from '#shared/risk/margin/model.ts';
import { driverOf, poolMover } from '#shared/risk/margin/moved.ts';
import type { HeldPool } from '#shared/risk/pool-book.ts';
import type { ProtectionPolicy } from './protection-policy.ts';

/** What a pool is to be brought to. */
export interface Goal {
  /** Maintenance ÷ equity at most. */
  readonly ratio: number;
  /** Relative spot moves, all coins together, in which maintenance margin is to be met. */
  readonly moves: readonly number[];
}

/**
 * The goal of a policy for a pool whose spot moves by `dailySigma` a day; null: only the ratio counts.
 * @param lapse relative move that may come before the next look
 */
export function goalOf({ targetRatio, targetSigmaDays }: ProtectionPolicy, dailySigma: number | null, lapse = 0): Goal {
  const far = dailySigma === null ? 0 : targetSigmaDays * dailySigma + lapse;
  return { ratio: targetRatio, moves: far > 0 ? [Math.exp(-far) - 1, Math.exp(far) - 1] : [] };
}

/** The pool with all its coins at a factor, one after the other. */
function mover(pool: MarginPool): (factor: number) => MarginPool {
  const coins = new Set(pool.positions.map((one) => one.underlying));
  for (const one of pool.assets) if (driverOf(one) !== pool.currency) coins.add(driverOf(one));
  const [first, ...others] = coins;
  const moveFirst = first === undefined ? () => pool : poolMover(pool, first);
  return (factor) => others.reduce((moved, coin) => poolMover(moved, coin)(factor), moveFirst(factor));
}

/** A pool at the prices of `there`, with what `now` holds of its instruments, and its cash. */
function at(there: MarginPool, first: HeldPool): (now: HeldPool) => MarginPool {
  const named = new Map(first.instruments.map((id, k) => [id, there.positions[k]!]));
  return ({ pool, instruments }) => {
    const positions = pool.positions.map(({ quantity }, k) => ({ ...named.get(instruments[k]!)!, quantity }));
    return { ...there, cash: pool.cash, positions };
  };
}

/**
 * Equity that lacks for the goal, pool currency; below 0: so much to spare. For `first` and what it becomes by closing
 * parts of its positions: prices in the goal's moves hang on no quantity, so they are worked out once.
 */
export function shortageMeter(first: HeldPool, goal: Goal): (now: HeldPool) => number {
  const { rules } = first;
  const movedTo = mover(first.pool);
  const moved = goal.moves.map((move) => at(movedTo(1 + move), first));
  const known = new WeakMap<MarginPool, number>();
  const measured = (now: HeldPool): number => {
    const { marginBalance, maintenance } = rules.of(now.pool);
    let worst = maintenance / goal.ratio - marginBalance;
    for (const there of moved) {
      const found = rules.of(there(now));
      worst = Math.max(worst, found.maintenance - found.marginBalance);
    }
    return worst;
  };
  return (now) => {
    const lacking = known.get(now.pool) ?? measured(now);
    known.set(now.pool, lacking);
    return lacking;
  };
}

/** See {@link shortageMeter}. */
export function shortage(held: HeldPool, goal: Goal): number {
  return shortageMeter(held, goal)(held);
}
