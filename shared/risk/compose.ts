import { YEAR } from '#shared/units/time.ts';
import type { Assembled, ProblemIdentity } from './assemble.ts';
import type { RiskResult } from './compute.ts';
import { groupOffsets, SUMS } from './groups.ts';
import type { Exposure, ExposureBy, PoolMargin, RiskReport } from './report.ts';

function exposure(sums: Float64Array, group: number, by: ExposureBy, key: string): Exposure {
  const figure = (column: number): number => sums[group * SUMS + column] ?? Number.NaN;
  return {
    by,
    key,
    valueUsd: figure(0),
    unrealisedUsd: figure(1),
    delta: figure(2),
    gamma: figure(3),
    vega: figure(4),
    theta: figure(5),
    deltaUsd: figure(6),
    grossNotionalUsd: figure(7),
  };
}

/** Exposures of each underlying alone. */
export function underlyingExposures({ problem, identity }: Assembled, sums: Float64Array): Exposure[] {
  const { underlying } = groupOffsets(problem);
  return identity.underlyings.map((key, index) => exposure(sums, underlying + index, 'underlying', key));
}

function exposuresOf(assembled: Assembled, sums: Float64Array): Exposure[] {
  const { problem, identity } = assembled;
  const offsets = groupOffsets(problem);
  const of = (by: ExposureBy, start: number, keys: readonly string[]): Exposure[] =>
    keys.map((key, index) => exposure(sums, start + index, by, key));
  return [
    exposure(sums, 0, 'book', 'book'),
    ...underlyingExposures(assembled, sums),
    ...of('expiry', offsets.expiry, identity.expiries),
    ...of('venue', offsets.venue, identity.venues),
    ...of(
      'account',
      offsets.account,
      identity.accounts.map((one) => one.id),
    ),
  ];
}

function poolsOf(identity: ProblemIdentity, result: RiskResult): PoolMargin[] {
  return identity.pools.map(({ account, currency }, index) => {
    const figures = result.pools[index];
    if (!figures) throw new RangeError(`no margin figures for pool ${index}`);
    return { account: account.id, venue: account.venue, rules: account.rules, currency, ...figures };
  });
}

/** Puts names to the numbers that came back. */
export function compose(
  assembled: Assembled,
  result: RiskResult,
  stamp: { readonly seq: number; readonly computeMs: number },
): RiskReport {
  const { problem, identity } = assembled;
  const named = <T extends { readonly underlying: number }>(one: T) => ({
    ...one,
    underlying: identity.underlyings[one.underlying] ?? '',
  });
  return {
    seq: stamp.seq,
    asOf: identity.asOf,
    computeMs: stamp.computeMs,
    computedAt: identity.now,
    spot: Object.fromEntries(identity.underlyings.map((id, index) => [id, problem.spot[index] ?? Number.NaN])),
    positions: { rows: identity.rows, cells: result.cells },
    exposures: exposuresOf(assembled, result.sums),
    pools: poolsOf(identity, result),
    grids: result.grids.map(named),
    ladders: result.ladders.map(named),
    payoffs: result.payoffs.map(({ years, ...one }) => ({
      ...named(one),
      expiry: years === null ? null : Math.round(identity.asOf + years * YEAR),
    })),
    excluded: identity.excluded,
  };
}
