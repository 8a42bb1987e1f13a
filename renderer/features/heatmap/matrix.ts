import { type AxisStop, type HeatMatrix, lowest, nearest } from '#renderer/charts/heat-matrix.ts';
import { percent, plain, signed } from '#renderer/format/number.ts';
import { expiryDay } from '#renderer/format/time.ts';
import type { Greeks, ScenarioGrid, StrikeLadder } from '#shared/risk/report.ts';

export type Greek = keyof Greeks;
export const GREEKS: readonly Greek[] = ['delta', 'gamma', 'vega', 'theta'];

/** Name, unit and scale of a Greek as the map shows it; gamma is shown for a move of 1 % of spot. */
export const GREEK_WORDS: Readonly<Record<Greek, { readonly name: string; readonly unit: string }>> = {
  delta: { name: 'Delta', unit: 'coins' },
  gamma: { name: 'Gamma', unit: 'coins per 1%' },
  vega: { name: 'Vega', unit: 'USD per vol point' },
  theta: { name: 'Theta', unit: 'USD per day' },
};

function decimalsOf(shifts: Iterable<number>): number {
  return [...shifts].every((shift) => Math.abs(shift * 100 - Math.round(shift * 100)) < 1e-9) ? 0 : 1;
}

function spotStops(shifts: Float64Array): AxisStop[] {
  return Array.from(shifts, (value) => ({
    value,
    label: percent(value, decimalsOf([value]), 'signed'),
  }));
}

/** "+30v": absolute vol points. */
function volLabel(shift: number): string {
  return `${signed(shift * 100, decimalsOf([shift]))}v`;
}

/** Spot × vol, highest vol on top. The market is the unshifted cell on the day the grid is for. */
export function scenarioMatrix(grid: ScenarioGrid): HeatMatrix {
  const columns = spotStops(grid.spotShifts);
  const rows = Array.from(grid.volShifts, (value) => ({ value, label: volLabel(value) })).reverse();
  const width = columns.length;
  const values = new Float64Array(grid.pnlUsd.length);
  const breaches = new Uint32Array(grid.breaches.length);
  rows.forEach((_, row) => {
    const from = (rows.length - 1 - row) * width;
    values.set(grid.pnlUsd.subarray(from, from + width), row * width);
    breaches.set(grid.breaches.subarray(from, from + width), row * width);
  });
  const matrix = { columnTitle: 'spot', rowTitle: 'vol', columns, rows, values, breaches, worst: lowest(values) };
  return { ...matrix, market: centre(columns, rows) };
}

/** Index of the cell at no shift on both axes; null when that is out of view. */
function centre(columns: readonly AxisStop[], rows: readonly AxisStop[]): number | null {
  const column = nearest(columns, 0);
  const row = nearest(rows, 0);
  if (column === null || row === null) return null;
  const near = (stops: readonly AxisStop[], index: number): boolean => {
    const step = Math.abs((stops[1]?.value ?? 1) - (stops[0]?.value ?? 0));
    return Math.abs(stops[index]?.value ?? 1) <= step / 2 + 1e-12;
  };
  return near(columns, column) && near(rows, row) ? row * columns.length + column : null;
}

/** What the ticket changes: `whatIf` − `base`, cell by cell; hatched where it would newly liquidate. Same shape required. */
export function differenceMatrix(base: HeatMatrix, whatIf: HeatMatrix): HeatMatrix {
  if (base.values.length !== whatIf.values.length) throw new RangeError('expected two maps of one shape');
  const values = whatIf.values.map((value, index) => value - (base.values[index] ?? Number.NaN));
  const breaches =
    whatIf.breaches === null
      ? null
      : whatIf.breaches.map((bits, index) => bits & ~(base.breaches?.[index] ?? 0)).map((bits) => bits >>> 0);
  const worst = lowest(values);
  const worse = worst !== null && (values[worst] ?? 0) < 0;
  return { ...whatIf, values, breaches, worst: worse ? worst : null };
}

/** A Greek by strike and expiry, nearest expiry on top; gamma for a 1 % move of `spot`. */
export function ladderMatrix(ladder: StrikeLadder, greek: Greek, spot: number): HeatMatrix {
  const columns = Array.from(ladder.strikes, (value) => ({ value, label: plain(value) }));
  const rows = Array.from(ladder.expiries, (value) => ({ value, label: expiryDay(value) }));
  const scale = greek === 'gamma' ? spot * 0.01 : 1;
  const values = ladder[greek].map((value) => value * scale);
  const atTheMoney = nearest(columns, spot);
  return {
    columnTitle: 'strike',
    rowTitle: 'expiry',
    columns,
    rows,
    values,
    breaches: null,
    market: atTheMoney !== null && rows.length > 0 ? atTheMoney : null,
    worst: null,
  };
}

/** Spot × days from one row of scenario per day, today on top. Grids of one spot axis; rows in the order given. */
export function timeMatrix(grids: readonly ScenarioGrid[]): HeatMatrix | null {
  const [first] = grids;
  if (!first) return null;
  const width = first.spotShifts.length;
  const usable = grids.filter((grid) => grid.spotShifts.length === width);
  const columns = spotStops(first.spotShifts);
  const rows = usable.map((grid) => ({ value: grid.days, label: grid.days === 0 ? 'now' : `+${grid.days} d` }));
  const values = new Float64Array(usable.length * width);
  const breaches = new Uint32Array(usable.length * width);
  usable.forEach((grid, row) => {
    values.set(grid.pnlUsd.subarray(0, width), row * width);
    breaches.set(grid.breaches.subarray(0, width), row * width);
  });
  const matrix = { columnTitle: 'spot', rowTitle: 'days', columns, rows, values, breaches, worst: lowest(values) };
  return { ...matrix, market: centre(columns, rows) };
}
