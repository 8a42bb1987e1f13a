import { fillLots } from './fill-lots.ts';
import { type Bounds, type Choice, objective } from './lots.ts';
import { type LowerBound, lowerBound } from './lower-bound.ts';
import { settled } from './reallocation.ts';

/** The lots chosen, and how sure it is that nothing is cheaper. */
export interface Allocation {
  /** Lots by path. */
  readonly lots: Float64Array;
  /** Costs, fixed costs and the unplaced rest at the collar, USD. */
  readonly usd: number;
  /** No allocation whatsoever costs less than this, USD. */
  readonly lowerBound: number;
  /** USD per coin at which the first bound of the search holds: the price of one more coin of exposure. */
  readonly price: number;
  /** False where the search was cut short: then `usd − lowerBound` is what it may have missed. */
  readonly complete: boolean;
  /** Sets of decisions looked at; 1 where the costs were convex. */
  readonly nodes: number;
}

interface Node extends Bounds {
  readonly bound: LowerBound;
}

/** Sets of decisions after which the search stops and states what is left open. */
const NODE_LIMIT = 400;

/**
 * What is not worth searching for, as a fraction of what the collar would take. With lots of one size the first bound
 * closes the gap; with several sizes the last hundredths of a cent would take most of the time.
 */
const NEGLIGIBLE = 1e-6;
/** What float64 cannot tell, as a fraction of the same. */
const ROUNDING = 1e-11;

/**
 * The cheapest allocation by branch and bound: paths are used or left alone (fixed cost, smallest order, number of
 * venues) and, where lots of several sizes do not add up, hold at most or at least so many lots. Each set of decisions
 * is bounded by Lagrange's bound and closed by filling lots at a common price. The most promising set goes first.
 */
export function allocate(choice: Choice): Allocation {
  const slack = NEGLIGIBLE * choice.collar * choice.wanted;
  const none = new Float64Array(choice.curves.length);
  const root = nodeOf(choice, { least: none, most: choice.most });
  let best: Found = { lots: none, usd: objective(choice, none) };
  let open: readonly Node[] = [root];
  let nodes = 0;
  for (; open.length > 0 && nodes < NODE_LIMIT; nodes++) {
    const node = lowest(open);
    best = cheaper(best, candidates(choice, node));
    const worth = best.usd - slack;
    const children = node.bound.usd < worth ? branches(choice, node).map((bounds) => nodeOf(choice, bounds)) : [];
    open = [...open.filter((one) => one !== node), ...children].filter((one) => one.bound.usd < worth);
  }
  const rounding = ROUNDING * choice.collar * choice.wanted;
  const lots = best.usd - root.bound.usd > rounding ? settled(choice, best.lots, rounding) : best.lots;
  best = cheaper(best, [{ lots, usd: objective(choice, lots) }]);
  const complete = open.length === 0;
  const floor = complete ? Math.max(root.bound.usd, best.usd - slack) : lowest(open).bound.usd;
  return { ...best, lowerBound: Math.min(best.usd, floor), price: root.bound.price, complete, nodes };
}

interface Found {
  readonly lots: Float64Array;
  readonly usd: number;
}

function cheaper(best: Found, others: readonly Found[]): Found {
  return others.reduce((kept, one) => (one.usd < kept.usd ? one : kept), best);
}

function nodeOf(choice: Choice, bounds: Bounds): Node {
  return { ...bounds, bound: lowerBound(choice, bounds) };
}

function lowest(nodes: readonly Node[]): Node {
  return nodes.reduce((best, one) => (one.bound.usd < best.bound.usd ? one : best));
}

/** Feasible allocations that the bound's own choice of paths suggests, on either side of its price. */
function candidates(choice: Choice, node: Node): readonly Found[] {
  const { lots, lotsAbove } = node.bound;
  const sides = sameSupport(lots, lotsAbove) ? [lotsAbove] : [lotsAbove, lots];
  return sides.flatMap((side) => {
    const filled = fillLots(choice, using(choice, node, side));
    return filled && withinVenues(choice, filled) ? [{ lots: filled, usd: objective(choice, filled) }] : [];
  });
}

function sameSupport(a: Float64Array, b: Float64Array): boolean {
  return a.every((count, path) => count > 0 === (b[path] ?? 0) > 0);
}

/** Bounds that use exactly the paths that `side` uses, those at least at their smallest order. */
function using(choice: Choice, node: Bounds, side: Float64Array): Bounds {
  return {
    least: node.least.map((least, path) => ((side[path] ?? 0) > 0 ? Math.max(least, choice.fewest[path] ?? 1) : 0)),
    most: node.most.map((most, path) => ((side[path] ?? 0) > 0 ? most : 0)),
  };
}

function withinVenues(choice: Choice, lots: Float64Array): boolean {
  if (choice.maxVenues >= choice.venues) return true;
  const used = new Set(choice.venue.filter((_venue, path) => (lots[path] ?? 0) > 0));
  return used.size <= choice.maxVenues;
}

/**
 * Two halves of a set of decisions: on the path that the price leaves most open, at most k lots or more than k.
 * Nothing where every path is decided or where what has been decided to be used exceeds what is wanted.
 */
function branches(choice: Choice, node: Node): readonly Bounds[] {
  let [chosen, widest] = [-1, 0];
  for (let path = 0; path < choice.curves.length; path++) {
    const lotCoins = choice.lotCoins[path] ?? 0;
    const [least, most] = [node.least[path] ?? 0, node.most[path] ?? 0];
    if (most <= least) continue;
    const between = ((node.bound.lotsAbove[path] ?? 0) - (node.bound.lots[path] ?? 0)) * lotCoins;
    // What the price leaves open counts most; a path to be used or not comes before how much of it.
    const width = 1e-9 * lotCoins + Math.abs(between) + (least === 0 && between !== 0 ? choice.wanted : 0);
    if (width > widest) [chosen, widest] = [path, width];
  }
  return chosen < 0 || overCommitted(choice, node) ? [] : split(choice, node, chosen);
}

/** What has been decided to be used is already more exposure, or more venues, than allowed. */
function overCommitted(choice: Choice, { least }: Bounds): boolean {
  const coins = least.reduce((sum, lots, path) => sum + lots * (choice.lotCoins[path] ?? 0), 0);
  return coins > choice.wanted * (1 + 1e-12) || !withinVenues(choice, least);
}

function split(choice: Choice, node: Node, path: number): readonly Bounds[] {
  const [least, most] = [node.least[path] ?? 0, node.most[path] ?? 0];
  const fewest = choice.fewest[path] ?? 1;
  const [below, above] = [node.bound.lots[path] ?? 0, node.bound.lotsAbove[path] ?? 0];
  const undecided = least === 0 && (below > 0 !== above > 0 || below === 0);
  const middle = Math.floor((Math.min(below, above) + Math.max(below, above)) / 2);
  let at = undecided ? 0 : Math.min(Math.max(middle, least), most - 1);
  if (at < fewest) at = least === 0 ? 0 : Math.max(at, least);
  const lower = { least: node.least, most: node.most.with(path, at) };
  const upper = { least: node.least.with(path, Math.max(at + 1, fewest)), most: node.most };
  return (upper.least[path] ?? 0) <= most ? [upper, lower] : [lower];
}
