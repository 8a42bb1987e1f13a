import type { Currency } from '#shared/units/ids.ts';
import {
  type CollateralPlace,
  type CollateralPolicy,
  type CollateralProblem,
  type CollateralRoute,
  surpluses,
  valueUsd,
} from './collateral.ts';
import type { Column, LinearProgram, Row } from './linear-program.ts';

const DAYS_A_YEAR = 365;
const HOURS = 60;

/**
 * The allocation as a program. Columns: USD sent over each usable route, then whether each route with a fixed cost or a
 * least amount is used at all (0 or 1), then USD that each pool stays short of its buffer.
 */
export interface CollateralProgram {
  readonly program: LinearProgram;
  readonly routes: readonly CollateralRoute[];
  /** Column of a route's use; −1: it has none. */
  readonly used: readonly number[];
  /** Column of each pool's shortfall. */
  readonly short: ReadonlyMap<string, number>;
}

export interface ShortfallRule {
  /** 'costs': USD short and nothing else is minimised; 'capped': each pool no more short than given, USD. */
  readonly rule: 'costs' | 'capped';
  readonly most: ReadonlyMap<string, number>;
}

/** Numbers of scenarios by pool. */
export type ScenarioChoice = ReadonlyMap<string, ReadonlySet<number>>;

type Places = ReadonlyMap<string, CollateralPlace>;

/**
 * Routes that may be used: fast enough, and from pools that have to spare to pools that lack, by way of wallets. A pool
 * that is short sends nothing, and nothing is paid into one that is not: no pool is put at risk to mend another.
 */
export function usableRoutes(problem: CollateralProblem, lacking: Lacking): readonly CollateralRoute[] {
  const { routes, places, prices, policy } = problem;
  const role = new Map(
    places.map((one) => [one.id, one.kind === 'wallet' ? 'both' : lacking.has(one.id) ? 'to' : 'from']),
  );
  return routes.filter(
    ({ from, to, asset, minutes }) =>
      ['both', 'from'].includes(role.get(from) ?? '') && ['both', 'to'].includes(role.get(to) ?? '') &&
      prices.has(asset) && minutes <= policy.latestMinutes,
  ); // biome-ignore format: one glance
}

/** Surplus by scenario of every pool that is short in one. */
type Lacking = ReadonlyMap<string, readonly number[]>;

export function lackingOf(problem: CollateralProblem): Lacking {
  return new Map(
    problem.places.flatMap((place): [string, readonly number[]][] => {
      const now = place.kind === 'pool' ? surpluses(place, problem) : [];
      return now.some((one) => one < 0) ? [[place.id, now]] : [];
    }),
  );
}

/**
 * What a USD sent over a route costs by its parts: fee, time, and yield or interest over the horizon that is forgone less
 * what is gained. Money is moved for cover, not for yield: a gain pays for its own transfer and no more.
 */
export function perUsd(route: CollateralRoute, places: Places, { policy }: CollateralProblem) {
  const { from, to, asset, action, feeShare, minutes } = route;
  const years = policy.horizonDays / DAYS_A_YEAR;
  const lost = places.get(from)?.yields.get(asset) ?? 0;
  const target = places.get(to);
  const gained = (action === 'repay' ? target?.borrowRates : target?.yields)?.get(asset) ?? 0;
  const delay = (policy.delayPerHour * minutes) / HOURS;
  const forgone = years * (lost - gained * (1 - feeShare));
  return { fees: feeShare, delay, yield: forgone, total: Math.max(feeShare + delay + forgone, 0) };
}

/** The most that is worth paying into a pool: in some scenario all that it lacks; no less than the route's least. */
export function worthPaying(
  route: CollateralRoute,
  pool: CollateralPlace,
  now: readonly number[],
  policy: CollateralPolicy,
): number {
  const each = policy.scenarios.map(({ moves }, s) => {
    const helps = effect(route, pool, moves.get(route.asset) ?? 0);
    return helps > 0 ? Math.max(-now[s]!, 0) / helps : 0;
  });
  const most = Math.max(...each);
  return most > 0 ? Math.max(most, route.leastUsd) : 0;
}

/** Places from which an asset can get to a place, itself included. */
function sendersTo(place: string, asset: Currency, routes: readonly CollateralRoute[]): ReadonlySet<string> {
  const found = new Set([place]);
  // A set goes on to what is added while it is walked.
  for (const to of found) {
    for (const route of routes)
      if (route.asset === asset && route.to === to && route.action === 'move') found.add(route.from);
  }
  return found;
}

/**
 * What each route can carry: the tighter, the faster whole numbers are found. A pool sends no more than it holds, a wallet
 * no more than there is, nobody pays in more than is lacking, and no more of an asset is under way than all that lack
 * could use, the fees of the longest way added.
 */
function mostUsd(routes: readonly CollateralRoute[], problem: CollateralProblem, lacking: Lacking): readonly number[] {
  const { prices, policy } = problem;
  const places: Places = new Map(problem.places.map((one) => [one.id, one]));
  const useful = routes.map((route) => {
    const pool = places.get(route.to);
    const now = lacking.get(route.to);
    return pool && now ? worthPaying(route, pool, now, policy) : null;
  });
  const legs = problem.places.filter((one) => one.kind === 'wallet').length + 1;
  const underWay = new Map<Currency, number>();
  routes.forEach((route, r) => {
    const dearest = Math.max(...routes.map((one) => (one.asset === route.asset ? one.feeShare : 0)));
    const sent = (useful[r] ?? 0) / (1 - dearest) ** legs;
    underWay.set(route.asset, (underWay.get(route.asset) ?? 0) + sent);
  });
  return routes.map((route, r) => {
    const price = prices.get(route.asset) ?? 0;
    const from = places.get(route.from);
    const senders = from?.kind === 'pool' ? new Set([from.id]) : sendersTo(route.from, route.asset, routes);
    const all = problem.places.reduce(
      (sum, one) => (senders.has(one.id) ? sum + (one.holdings.get(route.asset) ?? 0) * price : sum),
      0,
    );
    const debt = places.get(route.to)?.debts.get(route.asset) ?? 0;
    const owed = route.action === 'repay' ? (debt * price) / (1 - route.feeShare) : Number.POSITIVE_INFINITY;
    const needed = useful[r] ?? Math.max(underWay.get(route.asset) ?? 0, route.leastUsd);
    return Math.min(all, owed, needed, route.mostUsd, policy.caps.perTransferUsd);
  });
}

type Entry = readonly [column: number, coefficient: number];

/** What routes of an asset take from and bring to a place, and what they repay there. */
function flows(routes: readonly CollateralRoute[], place: string, asset: Currency) {
  const own = routes.flatMap((route, r) => (route.asset === asset ? [{ ...route, r }] : []));
  const out = own.filter((one) => one.from === place).map(({ r }): Entry => [r, -1]);
  const into = (action: CollateralRoute['action']): readonly Entry[] =>
    own.filter((one) => one.to === place && one.action === action).map(({ r, feeShare }) => [r, 1 - feeShare]);
  return { out, into: into('move'), repaid: into('repay') };
}

/** Nothing is sent that is not there: holdings after all transfers are 0 or more; no more is repaid than is owed. */
function balances(routes: readonly CollateralRoute[], problem: CollateralProblem): readonly Row[] {
  const rows: Row[] = [];
  for (const place of problem.places) {
    for (const [asset, price] of problem.prices) {
      const { out, into, repaid } = flows(routes, place.id, asset);
      const held = (place.holdings.get(asset) ?? 0) * price;
      const owed = (place.debts.get(asset) ?? 0) * price;
      if (out.length > 0) rows.push({ lower: -held, upper: Number.POSITIVE_INFINITY, entries: [...out, ...into] });
      if (repaid.length > 0) rows.push({ lower: Number.NEGATIVE_INFINITY, upper: owed, entries: repaid });
    }
  }
  return rows;
}

/** What a USD sent over a route changes at a pool in a scenario. */
export function effect(route: CollateralRoute, pool: CollateralPlace, move: number): number {
  const haircut = pool.haircuts.get(route.asset);
  const counted = haircut === undefined ? 0 : 1 - haircut;
  const moved = 1 + move;
  if (route.from === pool.id) return -moved * counted;
  if (route.to !== pool.id) return 0;
  return moved * (1 - route.feeShare) * (route.action === 'repay' ? 1 : counted);
}

/** Requirement and buffer of a pool in the scenarios that are looked at. */
function scenarioRows(
  pool: CollateralPlace,
  routes: readonly CollateralRoute[],
  problem: CollateralProblem,
  part: { readonly short: number; readonly scenarios: Iterable<number> },
): readonly Row[] {
  const now = surpluses(pool, problem);
  return [...part.scenarios].map((s) => {
    const moves = problem.policy.scenarios[s]?.moves;
    const entries = routes.flatMap((route, r): Entry[] => {
      const own = effect(route, pool, moves?.get(route.asset) ?? 0);
      return own === 0 ? [] : [[r, own]];
    });
    return { lower: -now[s]!, upper: Number.POSITIVE_INFINITY, entries: [...entries, [part.short, 1]] };
  });
}

/** What lies at a place grows past the cap by no transfer. */
function placeCaps(routes: readonly CollateralRoute[], problem: CollateralProblem): readonly Row[] {
  const { perPlaceUsd } = problem.policy.caps;
  if (!Number.isFinite(perPlaceUsd)) return [];
  return problem.places.flatMap((place) => {
    const entries = routes.flatMap((route, r): Entry[] => {
      if (route.from === place.id) return [[r, -1]];
      return route.to === place.id && route.action === 'move' ? [[r, 1 - route.feeShare]] : [];
    });
    const room = Math.max(perPlaceUsd - valueUsd(place, problem), 0);
    return entries.length === 0 ? [] : [{ lower: Number.NEGATIVE_INFINITY, upper: room, entries }];
  });
}

/**
 * Scenarios of a pool that no other one of it implies. A pool that lacks only receives: what meets a demand meets every
 * other that is no larger and that each asset helps with no less for its size. A pool that has to spare only sends: what
 * it can spare in a scenario it can spare in all with more left for what each asset counts there.
 */
function undominated(pool: CollateralPlace, problem: CollateralProblem): ReadonlySet<number> {
  const now = surpluses(pool, problem);
  const receives = now.some((one) => one < 0);
  // By what is lacking or left: a USD of each asset, and a USD of shortfall.
  const weights = problem.policy.scenarios.map(({ moves }, s) =>
    [0, ...[...problem.prices.keys()].map((asset) => moves.get(asset) ?? 0)].map(
      (move) => (1 + move) / Math.abs(now[s]!),
    ),
  );
  const implies = (a: number, b: number): boolean =>
    weights[a]!.every((one, k) => (receives ? one <= weights[b]![k]! : one >= weights[b]![k]!));
  const open = [...now.keys()].filter((s) => !receives || now[s]! < 0);
  // Of two that imply each other the first stays.
  const isImplied = (s: number): boolean =>
    open.some((other) => other !== s && implies(other, s) && (other < s || !implies(s, other)));
  return new Set(open.filter((s) => !isImplied(s)));
}

/** The scenarios that say all that the others say: rows for these alone have the same optimum. */
export function tellingScenarios(problem: CollateralProblem): ScenarioChoice {
  return new Map(problem.places.map((place) => [place.id, undominated(place, problem)]));
}

/** Every scenario of every pool. */
export function allScenarios({ places, policy }: CollateralProblem): ScenarioChoice {
  return new Map(places.map(({ id }) => [id, new Set(policy.scenarios.keys())]));
}

/** Builds the program over some scenarios of each pool. Pure: who solves it is not asked. */
export function collateralProgram(
  problem: CollateralProblem,
  shortfall: ShortfallRule,
  scenarios: ScenarioChoice,
): CollateralProgram {
  const places: Places = new Map(problem.places.map((one) => [one.id, one]));
  const lacking = lackingOf(problem);
  const routes = usableRoutes(problem, lacking);
  const most = mostUsd(routes, problem, lacking);
  const asks = shortfall.rule === 'costs';
  const { caps } = problem.policy;
  const spent: Entry[] = routes.map((route, r) => [r, perUsd(route, places, problem).total]);
  const columns: Column[] = routes.map((route, r) => ({
    cost: asks ? 0 : perUsd(route, places, problem).total,
    lower: 0,
    upper: most[r]!,
    integer: false,
  }));
  const rows: Row[] = [...balances(routes, problem), ...placeCaps(routes, problem)];
  const used = routes.map((route, r) => {
    const { fixedUsd, leastUsd } = route;
    if (fixedUsd <= 0 && leastUsd <= 0) return -1;
    const column =
      columns.push({
        cost: asks ? 0 : fixedUsd,
        lower: 0,
        upper: 1,
        integer: !asks || leastUsd > 0 || Number.isFinite(caps.costUsd),
      }) - 1;
    spent.push([column, fixedUsd]);
    rows.push({ lower: Number.NEGATIVE_INFINITY, upper: 0, entries: [[r, 1], [column, -most[r]!]] }); // biome-ignore format: one glance
    if (leastUsd > 0) rows.push({ lower: 0, upper: Number.POSITIVE_INFINITY, entries: [[r, 1], [column, -leastUsd]] }); // biome-ignore format: one glance
    return column;
  });
  const short = new Map<string, number>();
  for (const pool of problem.places) {
    if (pool.kind !== 'pool') continue;
    // No pool is made shorter than it is to mend another.
    const upper = asks ? Math.max(-Math.min(...surpluses(pool, problem)), 0) : (shortfall.most.get(pool.id) ?? 0);
    const column = columns.push({ cost: asks ? 1 : 0, lower: 0, upper, integer: false }) - 1;
    short.set(pool.id, column);
    rows.push(...scenarioRows(pool, routes, problem, { short: column, scenarios: scenarios.get(pool.id) ?? [] }));
  }
  const moved = routes.map((_route, r): Entry => [r, 1]);
  for (const [upper, entries] of [
    [caps.movedUsd, moved],
    [caps.costUsd, spent],
  ] as const) {
    // biome-ignore format: one glance
    if (entries.length > 0 && Number.isFinite(upper)) rows.push({ lower: Number.NEGATIVE_INFINITY, upper, entries });
  }
  return { program: { columns, rows }, routes, used, short };
}
