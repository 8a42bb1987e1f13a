import type { Currency } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { type CollateralPlace, type CollateralProblem, type CollateralRoute, surpluses } from './collateral.ts';
import {
  type CollateralProgram,
  collateralProgram,
  perUsd,
  type ShortfallRule,
  tellingScenarios,
} from './collateral-program.ts';
import { plainAllocation } from './collateral-single.ts';
import type { LinearSolution, SolveLinear } from './linear-program.ts';

export type TransferKind = 'deposit' | 'withdraw' | 'transfer' | 'bridge' | 'repay';

/** One transfer of the plan. */
export interface CollateralTransfer {
  readonly kind: TransferKind;
  readonly from: string;
  readonly to: string;
  readonly asset: Currency;
  /** Tokens sent, above 0; what arrives is less the fee. */
  readonly quantity: number;
  readonly usd: number;
  readonly minutes: number;
  readonly cost: CollateralCost;
}

/** USD, positive = paid. */
export interface CollateralCost {
  readonly fees: number;
  /** Gas and fixed fees. */
  readonly fixed: number;
  readonly delay: number;
  /** Yield and interest over the horizon: forgone less gained. */
  readonly yield: number;
  /** The sum, where a gain in yield pays for fees and delay of its own transfer and no more. */
  readonly total: number;
}

/** How a pool stands against requirement and buffer, in its worst scenario. */
export interface PoolCover {
  readonly id: string;
  /** Least surplus over all scenarios, USD; below 0: short. */
  readonly beforeUsd: number;
  readonly afterUsd: number;
  /** The scenario that binds afterwards. */
  readonly scenario: string;
}

export interface CollateralPlan {
  /** In an order in which each can be sent once those before it have arrived. */
  readonly transfers: readonly CollateralTransfer[];
  readonly pools: readonly PoolCover[];
  readonly cost: CollateralCost;
  readonly movedUsd: number;
  /** Until the last has arrived, one after the other where they depend on each other. */
  readonly minutes: number;
  /** Pools that cannot be covered by any transfers within the caps, with what they stay short, USD. */
  readonly short: ReadonlyMap<string, number>;
  readonly doNothing: string;
  readonly reasons: readonly string[];
}

const CENT = 0.01;
/** Half a dollar is what the solver is asked to prove. */
const GAP_TOLD = 0.5;

function kindOf(route: CollateralRoute, places: ReadonlyMap<string, CollateralPlace>): TransferKind {
  if (route.action === 'repay') return 'repay';
  const from = places.get(route.from);
  const to = places.get(route.to);
  if (from?.kind === 'wallet' && to?.kind === 'pool') return 'deposit';
  if (from?.kind === 'pool' && to?.kind === 'wallet') return 'withdraw';
  return from?.chain === to?.chain ? 'transfer' : 'bridge';
}

function transferOf(route: CollateralRoute, usd: number, problem: CollateralProblem): CollateralTransfer {
  const places = new Map(problem.places.map((one) => [one.id, one]));
  const { from, to, asset, fixedUsd, minutes } = route;
  const each = perUsd(route, places, problem);
  const cost = {
    fees: usd * each.fees,
    fixed: fixedUsd,
    delay: usd * each.delay,
    yield: usd * each.yield,
    total: fixedUsd + usd * each.total,
  };
  const quantity = usd / (problem.prices.get(asset) ?? Number.NaN);
  return { kind: kindOf(route, places), from, to, asset, quantity, usd, minutes, cost };
}

/** The problem after a transfer has arrived. */
function arrived(problem: CollateralProblem, transfer: CollateralTransfer): CollateralProblem {
  const { from, to, asset, quantity, cost, usd, kind } = transfer;
  const lands = quantity * (1 - cost.fees / usd);
  const changed = (map: ReadonlyMap<Currency, number>, by: number): ReadonlyMap<Currency, number> =>
    new Map(map).set(asset, Math.max((map.get(asset) ?? 0) + by, 0));
  const places = problem.places.map((place) => {
    if (place.id === from) return { ...place, holdings: changed(place.holdings, -quantity) };
    if (place.id !== to) return place;
    if (kind === 'repay') return { ...place, debts: changed(place.debts, -lands) };
    return { ...place, holdings: changed(place.holdings, lands) };
  });
  return { ...problem, places };
}

function leastSurplus(problem: CollateralProblem): number {
  const pools = problem.places.filter((one) => one.kind === 'pool');
  return Math.min(Number.POSITIVE_INFINITY, ...pools.flatMap((one) => surpluses(one, problem)));
}

/** Next what its place can already send and leaves the pools best covered; one of a circle is sent as it is. */
function ordered(transfers: readonly CollateralTransfer[], problem: CollateralProblem): readonly CollateralTransfer[] {
  const order: CollateralTransfer[] = [];
  let left = [...transfers];
  for (let at = problem; left.length > 0; ) {
    const holds = (one: CollateralTransfer): boolean => {
      const held = at.places.find((place) => place.id === one.from)?.holdings.get(one.asset) ?? 0;
      return held >= one.quantity * (1 - 1e-9);
    };
    const ready = left.filter(holds);
    const [next] = (ready.length > 0 ? ready : left)
      .map((one) => ({ one, after: leastSurplus(arrived(at, one)) }))
      .sort((a, b) => b.after - a.after || a.one.minutes - b.one.minutes);
    if (!next) break;
    order.push(next.one);
    at = arrived(at, next.one);
    left = left.filter((one) => one !== next.one);
  }
  return order;
}

/** When the last has arrived: a transfer waits for those that bring its asset to where it starts. */
function minutesOf(transfers: readonly CollateralTransfer[]): number {
  const at = new Map<string, number>();
  let last = 0;
  for (const { from, to, asset, minutes } of transfers) {
    const done = (at.get(`${from}|${asset}`) ?? 0) + minutes;
    at.set(`${to}|${asset}`, Math.max(at.get(`${to}|${asset}`) ?? 0, done));
    last = Math.max(last, done);
  }
  return last;
}

function costOf(transfers: readonly CollateralTransfer[]): CollateralCost {
  const sum = (part: keyof CollateralCost): number => transfers.reduce((so, one) => so + one.cost[part], 0);
  return { fees: sum('fees'), fixed: sum('fixed'), delay: sum('delay'), yield: sum('yield'), total: sum('total') };
}

function coverOf(before: CollateralProblem, after: CollateralProblem): readonly PoolCover[] {
  return before.places.flatMap((place, p) => {
    if (place.kind !== 'pool') return [];
    const later = surpluses(after.places[p]!, after);
    const least = Math.min(...later);
    const scenario = before.policy.scenarios[later.indexOf(least)]?.id ?? '';
    return [{ id: place.id, beforeUsd: Math.min(...surpluses(place, before)), afterUsd: least, scenario }];
  });
}

type Optimal = Extract<LinearSolution, { status: 'optimal' }>;
interface Solved {
  readonly built: CollateralProgram;
  readonly solution: Optimal;
}

/** What is sent over each route, before anything is ordered or rounded. */
function sentBy({ built, solution }: Solved, problem: CollateralProblem): readonly CollateralTransfer[] {
  return built.routes.flatMap((route, r) => {
    const usd = solution.values[r] ?? 0;
    const use = built.used[r] ?? -1;
    // A solver lets a trickle through where a use is all but 0.
    const meant = use < 0 || (solution.values[use] ?? 0) > 0.5;
    return meant && usd > CENT ? [transferOf(route, usd, problem)] : [];
  });
}

/** Covered where that is possible; else as little short as can be, and then at least cost. */
function solveFor(
  problem: CollateralProblem,
  solve: SolveLinear,
): Result<Solved & { readonly short: ReadonlyMap<string, number> }, Fault> {
  const stopped = (status: string) => fail(fault('collateral', `the solver gave no allocation: ${status}`, { status }));
  const scenarios = tellingScenarios(problem);
  const solved = (rule: ShortfallRule): Solved | Exclude<LinearSolution, Optimal>['status'] => {
    const built = collateralProgram(problem, rule, scenarios);
    const solution = solve(built.program);
    return solution.status === 'optimal' ? { built, solution } : solution.status;
  };
  const strict = solved({ rule: 'capped', most: new Map() });
  if (typeof strict !== 'string') return ok({ ...strict, short: new Map() });
  if (strict !== 'infeasible') return stopped(strict);
  const least = solved({ rule: 'costs', most: new Map() });
  if (typeof least === 'string') return stopped(least);
  const lacking = new Map([...least.built.short].map(([id, column]) => [id, least.solution.values[column] ?? 0]));
  const eased = new Map([...lacking].map(([id, usd]) => [id, usd + CENT / 10]));
  const second = solved({ rule: 'capped', most: eased });
  if (typeof second === 'string') return stopped(second);
  return ok({ ...second, short: new Map([...lacking].filter(([, usd]) => usd > CENT)) });
}

interface Sent {
  readonly sent: readonly CollateralTransfer[];
  readonly short: ReadonlyMap<string, number>;
  /** What a better allocation could save at most, USD. */
  readonly gap: number;
}

/** Without a solver where the optimum is plain. */
function best(problem: CollateralProblem, solve: SolveLinear): Result<Sent, Fault> {
  const plain = plainAllocation(problem);
  if (plain !== null) {
    const { transfer, short } = plain;
    return ok({ sent: transfer === null ? [] : [transferOf(transfer.route, transfer.usd, problem)], short, gap: 0 });
  }
  const solved = solveFor(problem, solve);
  if (!solved.ok) return solved;
  const { solution, short } = solved.value;
  return ok({ sent: sentBy(solved.value, problem), short, gap: solution.gap });
}

function sentence({ kind, quantity, asset, from, to, cost, minutes }: CollateralTransfer): string {
  return `${kind} ${quantity.toPrecision(6)} ${asset} from ${from} to ${to}: ${cost.total.toFixed(2)} USD, ${minutes} min.`;
}

function doNothingText(pools: readonly PoolCover[]): string {
  const bare = pools.filter((one) => one.beforeUsd < -CENT);
  if (bare.length === 0) return 'Doing nothing: every pool keeps its buffer in every scenario.';
  const each = bare.map((one) => `${one.id} lacks ${(-one.beforeUsd).toFixed(0)} USD`);
  return `Doing nothing: in the worst scenario ${each.join(', ')}.`;
}

/**
 * The cheapest transfers, from pools that have to spare and wallets to pools that lack, after which every pool keeps requirement and buffer in every scenario of the policy, counted
 * with its haircuts: fees, gas, time on the way, and yield and interest over the horizon. As exact as the solver that is
 * handed in. Nothing is sent. Faults: the solver stops without an answer.
 */
export function allocateCollateral(problem: CollateralProblem, solve: SolveLinear): Result<CollateralPlan, Fault> {
  const solved = best(problem, solve);
  if (!solved.ok) return solved;
  const { short, gap } = solved.value;
  const transfers = ordered(solved.value.sent, problem);
  const pools = coverOf(problem, transfers.reduce(arrived, problem));
  const cost = costOf(transfers);
  return ok({
    transfers,
    pools,
    cost,
    movedUsd: transfers.reduce((sum, one) => sum + one.usd, 0),
    minutes: minutesOf(transfers),
    short,
    doNothing: doNothingText(pools),
    reasons: [
      ...transfers.map(sentence),
      ...[...short].map(
        ([id, usd]) => `${id} stays ${usd.toFixed(0)} USD short: no transfers within the caps cover it.`,
      ),
      ...(gap > GAP_TOLD ? [`The search was cut short: at most ${gap.toFixed(2)} USD could be saved.`] : []),
    ],
  });
}
