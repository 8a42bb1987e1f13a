import { coinsToKink } from './cost-curve.ts';
import { type Bounds, type Choice, lotsBelow, nextUnitCost, wholeLots } from './lots.ts';

/** Halvings of the price interval; what is left between its ends is taken lot by lot. */
const HALVINGS = 24;

/** Lots of every path at a common price, at least `least` and at most `most` each; fills `lots`, returns their coins. */
function lotsAt(choice: Choice, bounds: Bounds, price: number, lots: Float64Array): number {
  let coins = 0;
  for (let path = 0; path < lots.length; path++) {
    const most = bounds.most[path] ?? 0;
    const count = most === 0 ? 0 : Math.min(Math.max(lotsBelow(choice, path, price), bounds.least[path] ?? 0), most);
    lots[path] = count;
    coins += count * (choice.lotCoins[path] ?? 0);
  }
  return coins;
}

/** The cheapest next lot that still fits into `room` coins; −1 where none does. */
function cheapestNext(choice: Choice, bounds: Bounds, lots: Float64Array, room: number): number {
  let [best, cheapest] = [-1, choice.collar];
  for (let path = 0; path < lots.length; path++) {
    const count = lots[path] ?? 0;
    if (count >= (bounds.most[path] ?? 0) || wholeLots(room, choice.lotCoins[path] ?? 1) < 1) continue;
    const unit = nextUnitCost(choice, path, count);
    if (unit < cheapest) [best, cheapest] = [path, unit];
  }
  return best;
}

/**
 * The cheapest allocation within bounds that all have to be kept: lots in the order of their unit cost. Exact where all
 * lots are of one size, since every path's cost is convex; with lots of several sizes a coarse lot that does not fit is
 * passed over for finer ones. Null where the least lots alone exceed what is wanted.
 */
export function fillLots(choice: Choice, bounds: Bounds): Float64Array | null {
  const lots = new Float64Array(choice.curves.length);
  const limit = choice.wanted * (1 + 1e-12);
  if (lotsAt(choice, bounds, Number.NEGATIVE_INFINITY, lots) > limit) return null;
  let placed = lotsAt(choice, bounds, choice.collar, lots);
  if (placed > limit) {
    let [below, above] = [lowestUnit(choice), choice.collar];
    for (let step = 0; step < HALVINGS && below < above; step++) {
      const price = (below + above) / 2;
      if (price === below || price === above) break;
      placed = lotsAt(choice, bounds, price, lots);
      if (placed > limit) above = price;
      else below = price;
      if (placed === choice.wanted) break;
    }
    placed = lotsAt(choice, bounds, below, lots);
  }
  takeWhileRoom(choice, bounds, lots, choice.wanted - placed);
  return lots;
}

function lowestUnit(choice: Choice): number {
  let lowest = choice.collar;
  for (const curve of choice.curves) if (curve.count > 0) lowest = Math.min(lowest, curve.unit[0] ?? lowest);
  return lowest;
}

function takeWhileRoom(choice: Choice, bounds: Bounds, lots: Float64Array, room: number): void {
  let left = room;
  for (;;) {
    const path = cheapestNext(choice, bounds, lots, left);
    const curve = choice.curves[path];
    if (curve === undefined) return;
    const lotCoins = choice.lotCoins[path] ?? 1;
    const count = lots[path] ?? 0;
    const even = wholeLots(coinsToKink(curve, count * lotCoins), lotCoins);
    const taken = Math.max(1, Math.min(even, wholeLots(left, lotCoins), (bounds.most[path] ?? 0) - count));
    lots[path] = count + taken;
    left -= taken * lotCoins;
  }
}
