import { poolHealth } from '#renderer/features/margin/health.ts';
import type { Terminal } from '#renderer/state/terminal.ts';
import type { MarginSeverity } from '#shared/control/margin-monitor.ts';
import { POSITION_COLUMNS } from '#shared/ipc/frames.ts';
import type { Exposure, PoolMargin } from '#shared/risk/report.ts';

/** Headline figures of the book. NaN where nothing is known. */
export interface Headline {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly unrealisedUsd: number;
  readonly dayUsd: number;
  /** Pool that is closest to its liquidation; null when none is within range. */
  readonly nearest: {
    readonly account: string;
    readonly distance: number;
    readonly below: boolean;
    readonly health: MarginSeverity;
  } | null;
  readonly excluded: number;
}

const DAY = POSITION_COLUMNS.indexOf('dayUsd');

function dayProfit({ positions, directory }: Terminal): number {
  if (positions === null || positions.directory !== directory.directory) return Number.NaN;
  let sum = 0;
  let any = false;
  for (let at = DAY; at < positions.values.length; at += POSITION_COLUMNS.length) {
    const value = positions.values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    any = true;
  }
  return any ? sum : Number.NaN;
}

function nearestOf(pools: readonly PoolMargin[], spot: number): Headline['nearest'] {
  let nearest: Headline['nearest'] = null;
  for (const pool of pools) {
    if (pool.distance === null || (nearest !== null && nearest.distance <= pool.distance)) continue;
    const down = pool.liquidationBelow === null ? Number.POSITIVE_INFINITY : spot - pool.liquidationBelow;
    const up = pool.liquidationAbove === null ? Number.POSITIVE_INFINITY : pool.liquidationAbove - spot;
    nearest = { account: pool.account, distance: pool.distance, below: down <= up, health: poolHealth(pool) };
  }
  return nearest;
}

/** Delta and gamma of one underlying (coins do not add up across coins); money over the whole book. */
export function headlineOf(terminal: Terminal, underlying: string): Headline | null {
  const { risk } = terminal;
  if (risk === null) return null;
  const own = risk.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
  const book: Exposure | undefined = risk.exposures.find((one) => one.by === 'book') ?? own;
  return {
    delta: own?.delta ?? Number.NaN,
    gamma: own?.gamma ?? Number.NaN,
    vega: book?.vega ?? Number.NaN,
    theta: book?.theta ?? Number.NaN,
    unrealisedUsd: book?.unrealisedUsd ?? Number.NaN,
    dayUsd: dayProfit(terminal),
    nearest: nearestOf(risk.pools, risk.spot[underlying] ?? Number.NaN),
    excluded: risk.excluded.length,
  };
}
