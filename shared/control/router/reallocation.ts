import { type Choice, costOfLots, wholeLots } from './lots.ts';

/** Moving one lot of a path elsewhere, and what that would change. */
export interface Reallocation {
  /** Path numbers; `to` null: the lot would be left unplaced. */
  readonly from: number;
  readonly to: number | null;
  /** USD more; never negative where the allocation is optimal. */
  readonly changeUsd: number;
}

interface Move extends Reallocation {
  /** Lots that `to` would get. */
  readonly count: number;
}

/** USD by which one path's part of the objective changes when it goes from `before` to `after` lots. */
function changeOf(choice: Choice, path: number, before: number, after: number): number {
  const opened = Math.sign(after) - Math.sign(before);
  const coins = (after - before) * (choice.lotCoins[path] ?? 0);
  const paid = costOfLots(choice, path, after) - costOfLots(choice, path, before);
  return paid + opened * (choice.fixedUsd[path] ?? 0) - choice.collar * coins;
}

/** Lots that `to` can take once `from` has one less; 0 where a limit forbids it. `room`: coins unplaced then. */
function takeable(choice: Choice, lots: Float64Array, { from, to, room }: { from: number; to: number; room: number }) {
  const held = lots[to] ?? 0;
  const lotCoins = choice.lotCoins[to] ?? 1;
  const count = Math.min(wholeLots(room, lotCoins), Math.max(1, wholeLots(choice.lotCoins[from] ?? 0, lotCoins)));
  if (held + count < (choice.fewest[to] ?? 1) || held + count > (choice.most[to] ?? 0)) return 0;
  if (held > 0 || choice.maxVenues >= choice.venues) return count;
  const others = choice.venue.filter((_venue, path) => (lots[path] ?? 0) - (path === from ? 1 : 0) > 0);
  return new Set([...others, choice.venue[to]]).size > choice.maxVenues ? 0 : count;
}

/** Every move of one lot of `from`: to each other path, or nowhere. */
function movesOf(choice: Choice, lots: Float64Array, from: number, unplaced: number): readonly Move[] {
  const held = lots[from] ?? 0;
  if (held === 0 || (held > 1 && held - 1 < (choice.fewest[from] ?? 1))) return [];
  const freed = changeOf(choice, from, held, held - 1);
  const room = unplaced + (choice.lotCoins[from] ?? 0);
  const moves: Move[] = [{ from, to: null, count: 0, changeUsd: freed }];
  for (const to of lots.keys()) {
    const count = to === from ? 0 : takeable(choice, lots, { from, to, room });
    const before = lots[to] ?? 0;
    if (count > 0) moves.push({ from, to, count, changeUsd: freed + changeOf(choice, to, before, before + count) });
  }
  return moves;
}

/**
 * The reallocation of one lot that would cost least more, over every pair of paths and over leaving the lot. Null where
 * nothing was placed or no limit lets a lot move.
 */
export function cheapestReallocation(choice: Choice, lots: Float64Array): Move | null {
  const placed = lots.reduce((sum, count, path) => sum + count * (choice.lotCoins[path] ?? 0), 0);
  const moves = [...lots.keys()].flatMap((from) => movesOf(choice, lots, from, choice.wanted - placed));
  return moves.reduce<Move | null>((best, one) => (best && best.changeUsd <= one.changeUsd ? best : one), null);
}

/** Moves after which it is left at that: the bound of the search says what they can be worth. */
const MOST_MOVES = 64;

/**
 * The allocation after every move of one lot that saves more than `least` USD. With lots of one size there is none;
 * with several sizes a move may still save a fraction of what one lot costs, below what the search looks for.
 */
export function settled(choice: Choice, lots: Float64Array, least: number): Float64Array {
  let best = lots;
  for (let step = 0; step < MOST_MOVES; step++) {
    const move = cheapestReallocation(choice, best);
    if (!move || move.changeUsd >= -least) return best;
    best = best.with(move.from, (best[move.from] ?? 0) - 1);
    if (move.to !== null) best = best.with(move.to, (best[move.to] ?? 0) + move.count);
  }
  return best;
}
