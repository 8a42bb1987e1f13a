import type { WorkerRiskLoop } from '#main/risk/loop.ts';
import type { CellReadout } from '#shared/ipc/contract.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import type { GridAxes, RiskProblem } from '#shared/risk/problem.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';

export interface CellAt {
  /** Relative. */
  readonly spot: number;
  /** Absolute. */
  readonly vol: number;
  readonly days: number;
}

const DAYS_A_YEAR = 365;

/** The problem as it would stand in a cell: prices and forwards moved, vols shifted, time gone by. */
function shiftProblem(problem: RiskProblem, at: CellAt): RiskProblem {
  const factor = 1 + at.spot;
  const { instruments: table } = problem;
  const isOption = (i: number): boolean => table.right[i] !== 0;
  return {
    ...problem,
    spot: problem.spot.map((one) => one * factor),
    instruments: {
      ...table,
      forward: table.forward.map((one) => one * factor),
      years: table.years.map((one) => Math.max(one - at.days / DAYS_A_YEAR, 0)),
      vol: table.vol.map((one, i) => (isOption(i) ? Math.max(one + at.vol, 0.01) : one)),
      // Marks of futures move with their forward; those of options are taken anew from their price.
      mark: table.mark.map((one, i) => (isOption(i) ? Number.NaN : one * factor)),
    },
  };
}

/** Everything the heatmap's readout shows of one cell. */
export async function cellReadout(
  session: { readonly assemble: (axes?: GridAxes) => Assembled | null; readonly risk: WorkerRiskLoop },
  underlying: UnderlyingId,
  at: CellAt,
): Promise<CellReadout> {
  const axes = { spotShifts: Float64Array.of(at.spot), volShifts: Float64Array.of(at.vol), days: at.days };
  const assembled = session.assemble(axes);
  if (!assembled) throw new FaultError(fault('no-market', 'there is no market yet'));
  const moved = { ...assembled, problem: shiftProblem(assembled.problem, at) };
  const [here, there] = await Promise.all([session.risk.ask(assembled), session.risk.ask(moved)]);
  const grid = here.grids.find((one) => one.underlying === underlying);
  const exposure = there.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
  if (!grid || !exposure)
    throw new FaultError(fault('no-exposure', `nothing is held in ${underlying}`, { underlying }));
  const { delta, gamma, vega, theta } = exposure;
  return {
    pnlUsd: grid.pnlUsd[0] ?? Number.NaN,
    delta,
    gamma,
    vega,
    theta,
    pools: there.pools.map(({ account, currency, ratio }) => ({ account, currency, ratio, liquidated: ratio >= 1 })),
  };
}
