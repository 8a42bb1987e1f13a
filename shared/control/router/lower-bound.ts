import { type Bounds, type Choice, costOfLots, lotsBelow } from './lots.ts';

/** What no allocation within the bounds can undercut, and the price of exposure that shows it. */
export interface LowerBound {
  readonly usd: number;
  /** USD per coin: the multiplier at which the bound holds. Anyone can check it there. */
  readonly price: number;
  /** Lots that are cheapest at that price, path by path; zero where the path is better left alone. */
  readonly lots: Float64Array;
  /** The same at a price a hair higher: where the two differ, the price alone does not decide. */
  readonly lotsAbove: Float64Array;
}

/** One evaluation of {@link boundAt}, kept between evaluations to spare allocations. */
interface Evaluation {
  usd: number;
  placed: number;
  readonly lots: Float64Array;
  readonly worth: Float64Array;
  readonly gain: Float64Array;
  readonly forced: Uint8Array;
}

/** Far more than it takes: the lines on either side meet after a dozen. */
const STEPS = 100;
/** Of what the collar would take: nothing finer is sought. */
const ROUNDING = 1e-13;

/**
 * Lagrange's bound at one price: every path takes the lots that pay at `price`, or none; of the venues only the
 * `maxVenues` that gain most are kept. Relaxing "no more than wanted" in this way can only make it cheaper, so the
 * figure is a lower bound of every allocation within the bounds, at any price not above the collar.
 */
function boundAt(choice: Choice, bounds: Bounds, price: number, into: Evaluation): void {
  into.gain.fill(0);
  into.forced.fill(0);
  for (let path = 0; path < into.lots.length; path++) takePath(choice, bounds, { path, price }, into);
  keepBestVenues(choice, into);
  into.usd = price * choice.wanted;
  into.placed = 0;
  for (let path = 0; path < into.lots.length; path++) {
    const count = into.lots[path] ?? 0;
    if (count === 0) continue;
    into.usd += into.worth[path] ?? 0;
    into.placed += count * (choice.lotCoins[path] ?? 0);
  }
}

/** The lots of one path at one price, and what they gain; none where they lose and nothing obliges them. */
function takePath(
  choice: Choice,
  bounds: Bounds,
  at: { readonly path: number; readonly price: number },
  { lots, worth, gain, forced }: Evaluation,
): void {
  const { path, price } = at;
  const [least, most] = [bounds.least[path] ?? 0, bounds.most[path] ?? 0];
  lots[path] = 0;
  if (most === 0) return;
  const fewest = Math.max(least, choice.fewest[path] ?? 1);
  const count = Math.min(Math.max(lotsBelow(choice, path, price), fewest), most);
  const coins = count * (choice.lotCoins[path] ?? 0);
  const value = (choice.fixedUsd[path] ?? 0) + costOfLots(choice, path, count) - price * coins;
  if (least === 0 && value >= 0) return;
  const venue = choice.venue[path] ?? 0;
  lots[path] = count;
  worth[path] = value;
  gain[venue] = (gain[venue] ?? 0) + value;
  if (least > 0) forced[venue] = 1;
}

/** Beyond the number of venues allowed, those that gain least are given up. Venues in use by decision stay. */
function keepBestVenues(choice: Choice, { gain, forced, lots }: Evaluation): void {
  if (choice.maxVenues >= choice.venues) return;
  const ranked = [...gain.keys()].sort(
    (a, b) => (forced[b] ?? 0) - (forced[a] ?? 0) || (gain[a] ?? 0) - (gain[b] ?? 0),
  );
  const kept = new Set(ranked.slice(0, choice.maxVenues));
  for (let path = 0; path < lots.length; path++) if (!kept.has(choice.venue[path] ?? 0)) lots[path] = 0;
}

function evaluation(choice: Choice): Evaluation {
  const paths = choice.curves.length;
  return {
    usd: 0,
    placed: 0,
    lots: new Float64Array(paths),
    worth: new Float64Array(paths),
    gain: new Float64Array(choice.venues),
    forced: new Uint8Array(choice.venues),
  };
}

/**
 * The highest of the Lagrange bounds. As a function of the price they are concave and piecewise linear: the next price
 * tried is where the lines on either side cross, and every other time the middle, so that neither gets stuck.
 */
export function lowerBound(choice: Choice, bounds: Bounds): LowerBound {
  let [low, high, next] = [evaluation(choice), evaluation(choice), evaluation(choice)];
  let above = choice.collar;
  boundAt(choice, bounds, above, high);
  if (high.placed <= choice.wanted) {
    return { usd: high.usd, price: above, lots: high.lots, lotsAbove: high.lots };
  }
  let below = -Math.abs(choice.collar) - span(choice);
  boundAt(choice, bounds, below, low);
  for (let step = 0; step < STEPS; step++) {
    const [rise, fall] = [choice.wanted - low.placed, choice.wanted - high.placed];
    const cross = (high.usd - low.usd + rise * below - fall * above) / (rise - fall);
    const atMost = low.usd + rise * (cross - below);
    const settled = atMost - Math.max(low.usd, high.usd) <= ROUNDING * Math.abs(choice.collar * choice.wanted);
    const price = step % 2 === 0 ? cross : (below + above) / 2;
    if (settled || !(price > below && price < above)) break;
    boundAt(choice, bounds, price, next);
    if (next.placed > choice.wanted) [high, next, above] = [next, high, price];
    else [low, next, below] = [next, low, price];
  }
  const [usd, price] = low.usd > high.usd ? [low.usd, below] : [high.usd, above];
  return { usd, price, lots: low.lots, lotsAbove: high.lots };
}

/** Wide enough that at the collar less this no path gains: unit costs and fixed costs per coin lie within. */
function span(choice: Choice): number {
  let widest = 1;
  for (const curve of choice.curves) {
    if (curve.count > 0) widest = Math.max(widest, Math.abs(curve.unit[0] ?? 0));
  }
  return widest;
}
