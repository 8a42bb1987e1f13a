import { allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { type GridOptions, LOWEST_VOL } from '#shared/pricing/kernel/scenario-grid.ts';
import { FaultError } from '#shared/units/result.ts';
import { claimMarket, claimPriceAt } from './claims.ts';
import type { NetBook } from './netting.ts';
import { type GridAxes, INVERSE_OPTION, type RiskProblem } from './problem.ts';

const DAYS_A_YEAR = 365;
const HERE: Omit<GridAxes, 'days'> = { spotShifts: Float64Array.of(0), volShifts: Float64Array.of(0) };

/**
 * The net options as the kernel takes them. Coin-settled ones are worth S/F of their dollar price, and S/F stays what it
 * is when spot and forward move together: it goes into the quantity.
 */
function gridOptions(problem: RiskProblem, net: NetBook, days: number): GridOptions {
  const { instruments: table, spot } = problem;
  const n = net.options.length;
  const columns = { ...allocateOptions(n), quantity: new Float64Array(n), underlying: new Int32Array(n) };
  for (let k = 0; k < n; k++) {
    const i = net.options[k]!;
    const u = table.underlying[i]!;
    const forward = table.forward[i]!;
    columns.forward[k] = forward;
    columns.strike[k] = table.strike[i]!;
    columns.years[k] = Math.max(table.years[i]! - days / DAYS_A_YEAR, 0);
    columns.vol[k] = table.vol[i]!;
    columns.right[k] = table.right[i]!;
    columns.underlying[k] = u;
    columns.quantity[k] = net.quantity[k]! * (table.kind[i] === INVERSE_OPTION ? spot[u]! / forward : 1);
  }
  return columns;
}

function values(problem: RiskProblem, net: NetBook, axes: GridAxes): Float64Array {
  const { spotShifts, volShifts, days } = axes;
  const out = new Float64Array(problem.spot.length * spotShifts.length * volShifts.length);
  const done = kernel().scenarioGrid(
    net.options.length,
    gridOptions(problem, net, days),
    { spotShifts, volShifts, volMode: 'absolute' },
    out,
  );
  if (!done.ok) throw new FaultError(done.error);
  return out;
}

/** What the claims gain over the axes, added to the cells of their underlyings: each by its own formula. */
function addClaims(problem: RiskProblem, net: NetBook, axes: GridAxes, pnl: readonly Float64Array[]): void {
  const { instruments: table, spot } = problem;
  const { spotShifts, volShifts, days } = axes;
  net.claims.forEach((i, k) => {
    const terms = table.claims.get(i);
    const cells = pnl[table.underlying[i]!];
    if (!terms || !cells) return;
    const quantity = net.claimQuantity[k]!;
    const here = claimMarket(table, spot, i);
    const now = claimPriceAt(terms, { ...here, vol: Math.max(here.vol, LOWEST_VOL) });
    const years = Math.max(here.years - days / DAYS_A_YEAR, 0);
    for (let cell = 0; cell < cells.length; cell++) {
      const factor = 1 + spotShifts[cell % spotShifts.length]!;
      const vol = Math.max(here.vol + volShifts[Math.floor(cell / spotShifts.length)]!, LOWEST_VOL);
      const price = claimPriceAt(terms, { spot: here.spot * factor, forward: here.forward * factor, vol, years });
      cells[cell] = cells[cell]! + quantity * (price - now);
    }
  });
}

/**
 * Change of value in USD per underlying, cells in the order of report.ts, ScenarioGrid: full revaluation after `days`
 * against the value now.
 */
export function scenarioPnl(problem: RiskProblem, net: NetBook, axes: GridAxes): readonly Float64Array[] {
  const now = values(problem, net, { ...HERE, days: 0 });
  const all = values(problem, net, axes);
  const cells = axes.spotShifts.length * axes.volShifts.length;
  const underlyings = Array.from(problem.spot, (_index, u) => {
    const pnl = all.slice(u * cells, (u + 1) * cells);
    const slope = net.slope[u]!;
    for (let cell = 0; cell < cells; cell++) {
      const shift = axes.spotShifts[cell % axes.spotShifts.length]!;
      pnl[cell] = pnl[cell]! - now[u]! + slope * shift;
    }
    return pnl;
  });
  addClaims(problem, net, axes, underlyings);
  return underlyings;
}

/**
 * As {@link scenarioPnl}, the whole book with its underlyings moving together: where the axis says spot · (1 + shift),
 * underlying u and its forwards are at (1 + shift)^betas[u]. Vol shifts are the same for all.
 */
export function jointPnl(problem: RiskProblem, net: NetBook, axes: GridAxes, betas: readonly number[]): Float64Array {
  const total = new Float64Array(axes.spotShifts.length * axes.volShifts.length);
  betas.forEach((beta, u) => {
    const spotShifts = axes.spotShifts.map((shift) => (1 + shift) ** beta - 1);
    scenarioPnl(problem, net, { ...axes, spotShifts })[u]?.forEach((pnl, cell) => {
      total[cell]! += pnl;
    });
  });
  return total;
}
