import { absolute, decimal, type Quantity, roundToStep } from '#shared/units/decimal.ts';
import type { AccountId, InstrumentId, VenueId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { type Allocation, allocate } from './allocate.ts';
import { bestSingle, bestWithout, type Other, proRata } from './alternatives.ts';
import { choiceOf, type Limits } from './choice.ts';
import { added, COST_PARTS, costOf, type ExecutionCost, NO_COST, pricesOf } from './cost-split.ts';
import { type Choice, nextUnitCost } from './lots.ts';
import { oneAccountPerBook } from './one-account.ts';
import { pathKey, type RoutePath } from './path.ts';
import { cheapestReallocation } from './reallocation.ts';
import { brief, reasonsFor, usd } from './reasons.ts';

/** A path that cannot be used now, and why. */
export interface Unusable {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly why: string;
}

export interface RouteQuestion extends Limits {
  readonly paths: readonly RoutePath[];
  readonly unusable: readonly Unusable[];
  /** Where not everything can be placed, nothing is. */
  readonly allOrNothing: boolean;
}

/** One order of the execution. */
export interface RouteSlice {
  readonly venue: VenueId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly side: 'buy' | 'sell';
  /** Unsigned, instrument unit, a multiple of its lot. */
  readonly quantity: Quantity;
  /** Exposure it adds, coins, unsigned. */
  readonly coins: number;
  /** Quantity-weighted over the levels taken, and the last of them: instrument price unit. */
  readonly averagePrice: number;
  readonly worstPrice: number;
  readonly cost: ExecutionCost;
}

/** Why nothing is cheaper. Every figure can be checked against the books. */
export interface RouteProof {
  /** optimal: the lower bound is the cost itself, to a millionth of the collar. bound: nothing can save more than `gapUsd`. */
  readonly kind: 'optimal' | 'bound';
  /** USD per coin of the dearest lot that is taken; 0 where none is. */
  readonly marginalUsd: number;
  /** Lagrange's multiplier, USD per coin: at this price for exposure the first lower bound of the search holds. */
  readonly multiplierUsd: number;
  readonly costUsd: number;
  readonly lowerBoundUsd: number;
  readonly gapUsd: number;
  /** The one-lot move that would cost least more; null where no lot can move. `to` null: leaving it unplaced. */
  readonly reallocation: { readonly from: string; readonly to: string | null; readonly changeUsd: number } | null;
  /** Sets of decisions looked at. */
  readonly nodes: number;
}

export interface RouteAlternative {
  readonly way: Other['way'] | 'nothing';
  /** "account|instrument" that is used alone or done without. */
  readonly path: string | null;
  readonly placedCoins: number;
  readonly cost: ExecutionCost;
  /** USD more than the routing, the unplaced rest at the collar included. */
  readonly moreUsd: number;
  /** The part of the costs that makes most of the difference. */
  readonly mostly: string;
}

export interface Routing {
  readonly wantedCoins: number;
  readonly placedCoins: number;
  readonly unplacedCoins: number;
  readonly slices: readonly RouteSlice[];
  readonly cost: ExecutionCost;
  readonly proof: RouteProof;
  /** Cheapest first, doing nothing included. */
  readonly alternatives: readonly RouteAlternative[];
  readonly unusable: readonly Unusable[];
  readonly reasons: readonly string[];
}

/**
 * The cheapest execution of an order over its paths, with the proof that nothing is cheaper, the next best ways and the
 * reasons. Nothing is sent. Faults: no usable path; not everything can be placed and it is all or nothing.
 */
export function routeOrder(asked: RouteQuestion): Result<Routing, Fault> {
  const own = oneAccountPerBook(asked.paths, asked);
  const question = { ...asked, paths: own.paths, unusable: [...asked.unusable, ...own.unusable] };
  if (question.paths.length === 0) {
    const why = question.unusable.map((one) => `${pathKey(one)}: ${one.why}`).join('; ');
    return fail(fault('no-path', `no instrument can be used${why === '' ? '' : ` (${why})`}`));
  }
  const choice = choiceOf(question.paths, question);
  const found = allocate(choice);
  const placed = coinsOf(choice, found.lots);
  const unplaced = tidy(Math.max(0, question.wanted - placed));
  if (question.allOrNothing && unplaced >= Math.min(...choice.lotCoins)) {
    return fail(
      fault(
        'not-all-placeable',
        `only ${brief(placed)} of ${brief(question.wanted)} can be placed below the collar of ${usd(question.collar)} a coin, and the order is all or nothing`,
        { placed, wanted: question.wanted },
      ),
    );
  }
  const slices = slicesOf(question.paths, found.lots);
  const cost = slices.reduce((sum, slice) => added(sum, slice.cost), NO_COST);
  const routing = {
    wantedCoins: question.wanted,
    placedCoins: placed,
    unplacedCoins: unplaced,
    slices,
    cost,
    proof: proofOf(question.paths, choice, found),
    alternatives: alternativesOf(question, choice, { lots: found.lots, usd: found.usd, cost }),
    unusable: question.unusable,
  };
  return ok({ ...routing, reasons: reasonsFor(question, routing) });
}

function proofOf(paths: readonly RoutePath[], choice: Choice, found: Allocation): RouteProof {
  const move = cheapestReallocation(choice, found.lots);
  return {
    kind: found.complete ? 'optimal' : 'bound',
    marginalUsd: dearest(choice, found.lots),
    multiplierUsd: found.price,
    costUsd: found.usd,
    lowerBoundUsd: found.lowerBound,
    gapUsd: found.usd - found.lowerBound,
    reallocation: move && {
      from: keyOf(paths, move.from),
      to: move.to === null ? null : keyOf(paths, move.to),
      changeUsd: move.changeUsd,
    },
    nodes: found.nodes,
  };
}

function coinsOf(choice: Choice, lots: Float64Array): number {
  return tidy(lots.reduce((sum, count, path) => sum + count * (choice.lotCoins[path] ?? 0), 0));
}

function dearest(choice: Choice, lots: Float64Array): number {
  const used = [...lots.keys()].filter((path) => (lots[path] ?? 0) > 0);
  return used.length === 0 ? 0 : Math.max(...used.map((path) => nextUnitCost(choice, path, (lots[path] ?? 0) - 1)));
}

/** Coins without the dust that sums of float64 leave. */
function tidy(coins: number): number {
  return Number(coins.toFixed(12));
}

function keyOf(paths: readonly RoutePath[], path: number): string {
  const found = paths[path];
  return found ? pathKey(found) : '';
}

function slicesOf(paths: readonly RoutePath[], lots: Float64Array): readonly RouteSlice[] {
  return paths.flatMap((path, at): RouteSlice[] => {
    const count = lots[at] ?? 0;
    if (count === 0) return [];
    const units = tidy(count * path.lot);
    const { average, worst } = pricesOf(path, units);
    return [
      {
        venue: path.venue,
        account: path.account,
        instrument: path.instrument,
        side: path.direction > 0 ? 'buy' : 'sell',
        quantity: absolute(roundToStep<Quantity>(decimal<Quantity>(units), decimal(path.lot), 'nearest')),
        coins: tidy(units * path.coinsPerUnit),
        averagePrice: average,
        worstPrice: worst,
        cost: costOf(path, units),
      },
    ];
  });
}

interface Chosen {
  readonly lots: Float64Array;
  readonly usd: number;
  readonly cost: ExecutionCost;
}

function alternativesOf(question: RouteQuestion, choice: Choice, chosen: Chosen): readonly RouteAlternative[] {
  const depth = question.paths.map((path) => path.levels.reduce((sum, { size }) => sum + size, 0) * path.coinsPerUnit);
  const ways: readonly (Other | null)[] = [
    bestSingle(choice),
    proRata(choice, depth),
    bestWithout(choice, chosen.lots),
  ];
  const others = ways.flatMap((way): RouteAlternative[] => {
    if (!way || way.lots.every((count, path) => count === chosen.lots[path])) return [];
    const cost = slicesOf(question.paths, way.lots).reduce((sum, slice) => added(sum, slice.cost), NO_COST);
    return [
      {
        way: way.way,
        path: way.path === null ? null : keyOf(question.paths, way.path),
        placedCoins: coinsOf(choice, way.lots),
        cost,
        moreUsd: way.usd - chosen.usd,
        mostly: mostly(cost, chosen.cost),
      },
    ];
  });
  const nothing: RouteAlternative = {
    way: 'nothing', path: null, placedCoins: 0, cost: NO_COST, moreUsd: choice.collar * choice.wanted - chosen.usd,
    mostly: 'unplaced',
  }; // biome-ignore format: one glance
  return [...others, nothing].sort((a, b) => a.moreUsd - b.moreUsd);
}

function mostly(other: ExecutionCost, chosen: ExecutionCost): string {
  const gap = (part: (typeof COST_PARTS)[number]): number => Math.abs(other[part] - chosen[part]);
  return COST_PARTS.reduce((best, part) => (gap(part) > gap(best) ? part : best));
}
