import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/checkout.mjs';
import { allocate } from '#shared/control/router/allocate.ts';
import { bestSingle, proRata } from '#shared/control/router/alternatives.ts';
import { choiceOf } from '#shared/control/router/choice.ts';
import type { RoutePath } from '#shared/control/router/path.ts';
import { exactOptimum } from '#test/support/router/brute-force.ts';
import { type Difficulty, smallOrder } from '#test/support/router/small-orders.ts';
import { median } from './figures.ts';
import { seeded } from './seeded.ts';

const DIFFICULTIES: readonly Difficulty[] = ['convex', 'fixed-costs', 'mixed-lots'];

/**
 * The router against the exact optimum by trying every combination of lots, on random small books: in how many it costs
 * more by over one lot (of the coarsest, at the dearest price anything may cost), the largest excess in lots, and in how
 * many its printed lower bound is none.
 */
export function routerRegressions(options: { readonly books: number }) {
  let [regressions, wrongBounds, worst, nodes] = [0, 0, 0, 0];
  for (let seed = 0; seed < options.books; seed++) {
    const order = smallOrder(seed, DIFFICULTIES[seed % DIFFICULTIES.length] ?? 'convex');
    const choice = choiceOf(order.paths, order);
    const rest = order.collar * (order.wanted - choice.wanted);
    const found = allocate(choice);
    const exact = exactOptimum(order);
    const lots = (found.usd + rest - exact) / (Math.max(...choice.lotCoins) * order.collar);
    worst = Math.max(worst, lots);
    if (lots > 1) regressions += 1;
    if (found.lowerBound + rest > exact + 1e-9) wrongBounds += 1;
    nodes = Math.max(nodes, found.nodes);
  }
  return {
    router_regressions: regressions,
    router_wrong_bounds: wrongBounds,
    router_worst_excess_lots: worst,
    router_most_nodes: nodes,
    router_books: options.books,
  };
}

const EXCERPTS = join(ROOT, 'test', 'fixtures', 'order-books', 'excerpts.json');
const PRICE = 60_000;
const LOT = 0.0001;
/** Taker fees, basis points, by the order of the excerpts: what such venues ask of a trader of some volume. */
const FEES_BP = [5, 5.5, 5, 5, 8];

type Side = 'bids' | 'asks';
interface Excerpt {
  readonly venue: string;
  readonly moments: readonly Readonly<Record<Side, readonly (readonly [number, number])[]>>[];
}

function venuePath(one: Excerpt, at: number, moment: number, side: Side): RoutePath {
  const direction = side === 'asks' ? 1 : -1;
  const levels = (one.moments[moment]?.[side] ?? []).map(([bp, usd]) => {
    const price = PRICE * (1 + (direction * bp) / 10_000);
    return { price, size: usd / price };
  });
  return {
    venue: one.venue, account: 'main', instrument: one.venue, contract: 'linear', direction, levels, mid: PRICE, index: PRICE, coinsPerUnit: 1,
    lot: LOT, minimum: LOT, takerFee: (FEES_BP[at] ?? 5) / 10_000, premiumCap: null, gasUsd: 0, fundingUsd: 0, basisUsd: 0, marginUsd: 0,
    reducibleCoins: 0, mostCoins: null,
  }; // biome-ignore format: one glance
}

const ORDERS_USD = [1e5, 3e5, 1e6, 2e6, 5e6];
const SIDES: readonly Side[] = ['bids', 'asks'];
const MOMENTS = [0, 1, 2, 3];

/** Cost of the router over the best single venue and over a split in proportion to depth. */
function ratiosOf(paths: readonly RoutePath[], usd: number): readonly [single: number, proportional: number] {
  const choice = choiceOf(paths, { wanted: usd / PRICE, collar: PRICE / 100, maxVenues: paths.length });
  const cost = allocate(choice).usd;
  const depth = paths.map((path) => path.levels.reduce((sum, { size }) => sum + size, 0));
  return [cost / (bestSingle(choice)?.usd ?? Number.NaN), cost / (proRata(choice, depth)?.usd ?? Number.NaN)];
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/**
 * Five recorded books as venues of one market, at equal middles: cost of the router over the best single venue and over
 * a split in proportion to depth, for orders of a hundred thousand to five million dollars at four moments on both
 * sides; means of the ratios. What a way cannot fill counts against it at the collar of one percent. Without fees the
 * books alone decide; with them, mostly who is cheap.
 */
export function routerRatios() {
  const excerpts = JSON.parse(readFileSync(EXCERPTS, 'utf8')) as readonly Excerpt[];
  const books = SIDES.flatMap((side) =>
    MOMENTS.map((moment) => excerpts.map((one, at) => venuePath(one, at, moment, side))),
  );
  const bare = books.map((paths) => paths.map((path) => ({ ...path, takerFee: 0 })));
  const [withFees, without] = [books, bare].map((all) =>
    all.flatMap((paths) => ORDERS_USD.map((usd) => ratiosOf(paths, usd))),
  );
  const figure = (cases: typeof withFees, way: 0 | 1): number => mean((cases ?? []).map((one) => one[way]));
  return {
    router_vs_best_single_venue: figure(withFees, 0),
    router_vs_proportional: figure(withFees, 1),
    router_vs_best_single_venue_no_fees: figure(without, 0),
    router_vs_proportional_no_fees: figure(without, 1),
    router_vs_worst: Math.max(...[...(withFees ?? []), ...(without ?? [])].flat()),
  };
}

const VENUES = 20;
const LEVELS = 1_000;

function deepPaths(): readonly RoutePath[] {
  const random = seeded(5);
  return Array.from({ length: VENUES }, (_, at) => {
    let price = PRICE + random() * 10;
    const levels = Array.from({ length: LEVELS }, () => {
      price += random() * 3;
      return { price, size: 0.001 * (1 + Math.floor(random() * 2_000)) };
    });
    return {
      venue: `venue-${at}`, account: 'main', instrument: `book-${at}`, contract: 'linear', direction: 1, levels, mid: PRICE, index: PRICE,
      coinsPerUnit: 1, lot: 0.001, minimum: 0.001, takerFee: 0.0002 + random() * 0.0003, premiumCap: null, gasUsd: random() * 20, fundingUsd: 0,
      basisUsd: 0, marginUsd: 0, reducibleCoins: 0, mostCoins: null,
    }; // biome-ignore format: one glance
  });
}

/** Σ price · size over every level: what merely looking at the books takes. */
function look(paths: readonly RoutePath[]): number {
  let sum = 0;
  for (const path of paths) for (const level of path.levels) sum += level.price * level.size;
  return sum;
}

/**
 * Twenty venues of a thousand levels with gas, a tenth of all depth wanted: from the books to the proven allocation,
 * against one plain pass over the same levels. Rounds alternate; medians.
 */
export function routerSpeed(options: { readonly rounds: number }) {
  const paths = deepPaths();
  const wanted = paths.reduce((sum, path) => sum + path.levels.reduce((all, level) => all + level.size, 0), 0) / 10;
  const limits = { wanted, collar: PRICE / 10, maxVenues: VENUES };
  const time = (run: () => unknown): number => {
    const started = performance.now();
    run();
    return performance.now() - started;
  };
  const route = (): number => allocate(choiceOf(paths, limits)).nodes;
  for (let warm = 0; warm < 300; warm++) [route(), look(paths)];
  const [ours, plain]: [number[], number[]] = [[], []];
  for (let round = 0; round < options.rounds; round++) {
    ours.push(median(Array.from({ length: 20 }, () => time(route))));
    plain.push(median(Array.from({ length: 20 }, () => time(() => look(paths)))));
  }
  return {
    router_20x1000_vs_pass: median(ours.map((ms, round) => ms / (plain[round] ?? Number.NaN))),
    router_20x1000_ms: median(ours),
    router_20x1000_nodes: route(),
  };
}
