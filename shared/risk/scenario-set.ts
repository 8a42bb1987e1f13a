import type { Currency, UnderlyingId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { isDollar, type ProblemIdentity } from './assemble.ts';
import { type MarketMove, STILL, type UnderlyingMove } from './market-move.ts';
import type { RiskProblem } from './problem.ts';
import { atTheMoneyVol } from './reference-vol.ts';

const HOURS_A_YEAR = 8760;

/** A shock to one underlying; what is left out does not move. See {@link UnderlyingMove}. */
export interface Shock {
  /** Relative: −0.5 = half. Above −1. */
  readonly spot: number;
  readonly volFactor?: number | undefined;
  readonly volShift?: number | undefined;
  readonly skew?: number | undefined;
  readonly smile?: number | undefined;
}

/** Prices and vols of an event relative to its start, at the same hours for all. */
export interface ScenarioPath {
  /** Hours since the start, ascending. */
  readonly hours: readonly number[];
  /** Price relative to the start, 1 = unchanged. */
  readonly spot: Readonly<Record<UnderlyingId, readonly number[]>>;
  /** Vols relative to the start; underlyings not listed move as the driver's do. */
  readonly volFactor: Readonly<Record<UnderlyingId, readonly number[]>>;
  /** What a unit of a dollar currency is worth in USD. */
  readonly collateral: Readonly<Record<Currency, readonly number[]>>;
}

/** A named stress: an instant shock, and the path it is taken from where there is one. */
export interface ScenarioSet {
  readonly id: string;
  readonly title: string;
  /** The underlying that those without figures of their own follow. */
  readonly driver: UnderlyingId;
  /** Log-return per log-return of the driver, for underlyings without figures of their own. */
  readonly betas: Readonly<Record<UnderlyingId, number>>;
  /** Correlations with the driver, for underlyings without a beta: beta = correlation · vol / vol of the driver, today. */
  readonly correlations?: Readonly<Record<UnderlyingId, number>> | undefined;
  /** For those that neither lists. */
  readonly otherBeta: number;
  /** Weight of vol moves over tenors; see {@link UnderlyingMove}. */
  readonly termPower: number;
  readonly instant: {
    readonly days?: number | undefined;
    readonly moves: Readonly<Record<UnderlyingId, Shock>>;
    /** Change of a dollar currency against USD: −0.12 = 0.88. */
    readonly collateral: Readonly<Record<Currency, number>>;
  };
  readonly path?: ScenarioPath | undefined;
}

/** How a figure of an underlying came about: its own, or the driver's through a beta. */
export interface Followed {
  readonly underlying: UnderlyingId;
  readonly beta: number | null;
}

interface Names {
  readonly problem: RiskProblem;
  readonly identity: ProblemIdentity;
}

/** Beta of an underlying on the driver; vols are those at the money of the held options (reference-vol.ts). */
function betaOf(set: ScenarioSet, { problem, identity }: Names, underlying: UnderlyingId): number {
  if (underlying === set.driver) return 1;
  const correlation = set.correlations?.[underlying];
  const known = set.betas[underlying];
  if (known !== undefined || correlation === undefined) return known ?? set.otherBeta;
  const vol = (name: UnderlyingId): number => atTheMoneyVol(problem, identity.underlyings.indexOf(name));
  const driver = vol(set.driver);
  return driver === 0 ? set.otherBeta : (correlation * vol(underlying)) / driver;
}

/** Log-return of each underlying per log-return of the driver, in the problem's order; 0 for dollar pegs of the set. */
export function betasOf(set: ScenarioSet, names: Names): readonly number[] {
  return names.identity.underlyings.map((underlying) =>
    Object.hasOwn(set.instant.collateral, underlying) ? 0 : betaOf(set, names, underlying),
  );
}

/** Which underlyings of the book the set moves by a beta (null: by figures of their own). */
export function followed(set: ScenarioSet, names: Names): Followed[] {
  return names.identity.underlyings.map((underlying) => {
    const own = Object.hasOwn(set.instant.moves, underlying) || Object.hasOwn(set.instant.collateral, underlying);
    return { underlying, beta: own ? null : betaOf(set, names, underlying) };
  });
}

/** Dollar cash worth `factor(currency)`; everything else at 1. */
function cashFactors({ problem, identity }: Names, factor: (currency: Currency) => number) {
  const of = (currency: Currency): number => (isDollar(currency) ? factor(currency) : 1);
  return {
    holdingCash: Float64Array.from({ length: problem.holdings.count }, (_, h) => {
      const row = identity.rows[h];
      return row && problem.holdings.instrument[h]! < 0 ? of(row.currency) : 1;
    }),
    poolCash: Float64Array.from(identity.pools, (pool) => of(pool.currency)),
  };
}

function shockOf(set: ScenarioSet, names: Names, underlying: UnderlyingId): UnderlyingMove {
  const { moves, collateral } = set.instant;
  const { termPower } = set;
  const own = moves[underlying];
  const peg = collateral[underlying];
  if (!own && peg !== undefined) return { ...STILL, factor: 1 + peg };
  const { spot, volFactor = 1, volShift = 0, skew = 0, smile = 0 } = own ?? moves[set.driver] ?? { spot: 0 };
  const factor = own ? 1 + spot : (1 + spot) ** betaOf(set, names, underlying);
  return { factor, volFactor, volShift, skew, smile, termPower };
}

/** The set's shock, all at once. */
export function instantMove(set: ScenarioSet, names: Names): MarketMove {
  const { collateral, days } = set.instant;
  return {
    moves: names.identity.underlyings.map((underlying) => shockOf(set, names, underlying)),
    days: days ?? 0,
    ...cashFactors(names, (currency) => 1 + (collateral[currency] ?? 0)),
  };
}

function pathMove(
  set: ScenarioSet,
  path: ScenarioPath,
  names: Names,
  underlying: UnderlyingId,
  step: number,
): UnderlyingMove {
  const peg = path.collateral[underlying]?.[step];
  const own = path.spot[underlying]?.[step];
  if (own === undefined && peg !== undefined) return { ...STILL, factor: peg };
  const driver = path.spot[set.driver]?.[step] ?? 1;
  return {
    ...STILL,
    factor: own ?? driver ** betaOf(set, names, underlying),
    volFactor: (path.volFactor[underlying] ?? path.volFactor[set.driver])?.[step] ?? 1,
    termPower: set.termPower,
  };
}

/** Moves of one underlying in their order, each with how low and high it has been since the start. */
function onTheWay(moves: readonly UnderlyingMove[]): readonly UnderlyingMove[] {
  let [lowest, highest] = [1, 1];
  return moves.map((move) => {
    lowest = Math.min(lowest, move.factor);
    highest = Math.max(highest, move.factor);
    return { ...move, lowest, highest };
  });
}

/** Factor of a path `at` an hour between its steps: geometric, as prices are taken to move. */
function between(hours: readonly number[], factors: readonly number[], at: number): number {
  const after = hours.findIndex((hour) => hour >= at);
  const [from, to] = [factors[after - 1], factors[after]];
  if (to === undefined || from === undefined) return to ?? 1;
  const share = (at - hours[after - 1]!) / (hours[after]! - hours[after - 1]!);
  return from * (to / from) ** share;
}

/** Hours into the path at which each instrument expires; null: never. */
function expiryHours({ instruments }: RiskProblem): readonly (number | null)[] {
  return Array.from(instruments.years, (years) => (years > 0 ? years * HOURS_A_YEAR : null));
}

/**
 * The set's path, one state of the market per step; what expires on the way is settled at the price of its moment.
 * Throws FaultError where a row is shorter than `hours`.
 */
export function pathMoves(set: ScenarioSet, names: Names): { readonly hours: number; readonly move: MarketMove }[] {
  const { path } = set;
  if (!path) return [];
  for (const rows of [path.spot, path.volFactor, path.collateral]) {
    for (const [name, row] of Object.entries(rows)) {
      if (row.length === path.hours.length) continue;
      const message = `scenario ${set.id}: path of ${name}: expected ${path.hours.length} steps, was ${row.length}`;
      throw new FaultError(fault('scenario-set', message));
    }
  }
  const ways = names.identity.underlyings.map((underlying) =>
    onTheWay(path.hours.map((_hours, step) => pathMove(set, path, names, underlying, step))),
  );
  const expiries = expiryHours(names.problem);
  const factorAt = (u: number, hour: number): number => between(path.hours, ways[u]!.map((move) => move.factor), hour); // biome-ignore format: one glance
  const last = path.hours.at(-1) ?? 0;
  const settled = expiries.map((expiry, i) => {
    return expiry === null || expiry > last ? Number.NaN : factorAt(names.problem.instruments.underlying[i]!, expiry);
  });
  return path.hours.map((hours, step) => ({
    hours,
    move: {
      moves: ways.map((way) => way[step] ?? STILL),
      days: hours / 24,
      settled: Float64Array.from(settled, (factor, i) => (hours >= (expiries[i] ?? Infinity) ? factor : Number.NaN)),
      ...cashFactors(names, (currency) => path.collateral[currency]?.[step] ?? 1),
    },
  }));
}
