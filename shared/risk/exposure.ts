import type { UnderlyingId } from '#shared/units/ids.ts';
import type { Assembled } from './assemble.ts';
import { DOLLARS, INVERSE, type RiskProblem } from './problem.ts';
import { atTheMoneyVol } from './reference-vol.ts';
import type { RowKey } from './report.ts';
import { type UnitFigures, valueUnits } from './valuation.ts';

const DAYS_A_YEAR = 365;
const MONTH = 30;

export type ExposureCut = 'book' | 'underlying' | 'expiry' | 'tenor' | 'venue' | 'account' | 'tag' | 'settlement';

/** Net and gross of one group, over its rows. Money in USD. */
export interface CutExposure {
  readonly by: ExposureCut;
  readonly key: string;
  readonly rows: number;
  /** Σ and Σ|·| of the rows' delta in dollars. Dollars have none. */
  readonly netDeltaUsd: number;
  readonly grossDeltaUsd: number;
  /** Σ|notional| of the positions; cash has none. */
  readonly grossNotionalUsd: number;
  readonly longNotionalUsd: number;
  readonly shortNotionalUsd: number;
  /** USD per vol point. */
  readonly netVega: number;
  readonly grossVega: number;
  /** Each vega times √(30 / days to expiry), days at least 1: in vol points of a month. */
  readonly termVega: number;
  /** Net delta in dollars of the benchmark: each row's times its weight. */
  readonly weightedDeltaUsd: number;
}

/** What a dollar of delta in an underlying counts for, in dollars of the benchmark. */
export type DeltaWeights = ReadonlyMap<UnderlyingId, number>;

/** Betas against the benchmark; an underlying that is not listed counts as it is. */
export function betaWeights(betas: Readonly<Record<UnderlyingId, number>>): DeltaWeights {
  return new Map(Object.entries(betas));
}

/** Vol of each underlying over the benchmark's: a delta that gains or loses as much on an ordinary day. */
export function volWeights(vols: Readonly<Record<UnderlyingId, number>>, benchmark: UnderlyingId): DeltaWeights {
  const base = vols[benchmark];
  if (base === undefined || !(base > 0)) return new Map();
  return new Map(Object.entries(vols).map(([underlying, vol]) => [underlying, vol / base]));
}

/** {@link volWeights} of the underlyings at the money of what is held (reference-vol.ts). */
export function heldVolWeights({ problem, identity }: Assembled, benchmark: UnderlyingId): DeltaWeights {
  const vols = identity.underlyings.map((name, u) => [name, atTheMoneyVol(problem, u)] as const);
  return volWeights(Object.fromEntries(vols), benchmark);
}

export interface ExposureOptions {
  readonly weights: DeltaWeights;
}

/** Buckets of days to expiry; the last is open. */
const TENORS: readonly (readonly [number, string])[] = [
  [1, 'to 1d'],
  [7, 'to 1w'],
  [30, 'to 1m'],
  [90, 'to 3m'],
  [180, 'to 6m'],
  [Number.POSITIVE_INFINITY, 'beyond 6m'],
];

interface RowFigures {
  readonly delta: number;
  readonly notional: number;
  readonly vega: number;
  readonly termVega: number;
  readonly weight: number;
  readonly keys: Names;
}

function tenorOf(days: number): string {
  return TENORS.find(([limit]) => days <= limit)?.[1] ?? 'beyond 6m';
}

type Names = readonly (readonly [ExposureCut, string])[];

function namesOf({ problem, identity }: Assembled, row: RowKey, i: number): Names {
  const { instruments: table } = problem;
  const expiry = i < 0 ? 'cash' : (identity.expiries[table.expiryGroup[i]!] ?? '');
  const dated = expiry !== 'cash' && expiry !== 'perpetual';
  return [
    ['book', 'book'],
    ['underlying', row.underlying],
    ['expiry', expiry],
    ['tenor', dated ? tenorOf(table.years[i]! * DAYS_A_YEAR) : expiry],
    ['venue', row.venue],
    ['account', row.account],
    ['settlement', row.currency],
    ...(row.tag === undefined ? [] : [['tag', row.tag] as const]),
  ];
}

type Sensitivities = Pick<RowFigures, 'delta' | 'notional' | 'vega' | 'termVega'>;

function cashFigures(problem: RiskProblem, h: number): Sensitivities {
  const u = problem.holdings.underlying[h]!;
  const delta = u === DOLLARS ? 0 : problem.holdings.quantity[h]! * problem.spot[u]!;
  return { delta, notional: 0, vega: 0, termVega: 0 };
}

function positionFigures(problem: RiskProblem, unit: UnitFigures, h: number, i: number): Sensitivities {
  const { instruments: table, holdings, spot } = problem;
  const quantity = holdings.quantity[h]!;
  const index = spot[table.underlying[i]!]!;
  const inverse = table.kind[i] === INVERSE;
  const profit = inverse ? quantity * (1 / holdings.entry[h]! - 1 / table.mark[i]!) : 0;
  const vega = quantity * unit.vega[i]!;
  return {
    delta: (quantity * unit.delta[i]! + profit) * index,
    notional: quantity * unit.notional[i]!,
    vega,
    termVega: vega * Math.sqrt(MONTH / Math.max(table.years[i]! * DAYS_A_YEAR, 1)),
  };
}

/** The figures of every row and the groups it is in. */
function rowsOf(assembled: Assembled, { weights }: ExposureOptions): RowFigures[] {
  const { problem, identity } = assembled;
  const unit = valueUnits(problem);
  return identity.rows.map((row, h) => {
    const i = problem.holdings.instrument[h]!;
    return {
      ...(i < 0 ? cashFigures(problem, h) : positionFigures(problem, unit, h, i)),
      weight: weights.get(row.underlying) ?? 1,
      keys: namesOf(assembled, row, i),
    };
  });
}

function sumOf(by: ExposureCut, key: string, rows: readonly RowFigures[]): CutExposure {
  const sum = (figure: (row: RowFigures) => number): number => rows.reduce((total, row) => total + figure(row), 0);
  return {
    by,
    key,
    rows: rows.length,
    netDeltaUsd: sum((row) => row.delta),
    grossDeltaUsd: sum((row) => Math.abs(row.delta)),
    grossNotionalUsd: sum((row) => Math.abs(row.notional)),
    longNotionalUsd: sum((row) => Math.max(row.notional, 0)),
    shortNotionalUsd: sum((row) => Math.min(row.notional, 0)),
    netVega: sum((row) => row.vega),
    grossVega: sum((row) => Math.abs(row.vega)),
    termVega: sum((row) => row.termVega),
    weightedDeltaUsd: sum((row) => row.delta * row.weight),
  };
}

/**
 * Net and gross exposure by everything a row belongs to; rows without a tag are in no tag group. The delta of an inverse future here holds the slope of its own
 * coin profit (report.ts counts that with the coin cash): totals agree, single rows differ by it.
 */
export function exposures(assembled: Assembled, options: ExposureOptions): CutExposure[] {
  const groups = new Map<string, { by: ExposureCut; key: string; rows: RowFigures[] }>();
  for (const row of rowsOf(assembled, options)) {
    for (const [by, key] of row.keys) {
      const name = `${by}|${key}`;
      const group = groups.get(name) ?? { by, key, rows: [] };
      group.rows.push(row);
      groups.set(name, group);
    }
  }
  return [...groups.values()].map(({ by, key, rows }) => sumOf(by, key, rows));
}
