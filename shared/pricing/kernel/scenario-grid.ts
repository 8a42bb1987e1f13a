import type { Fault, Result } from '#shared/units/result.ts';
import { fail, fault, ok } from '#shared/units/result.ts';
import type { OptionColumns } from './columns.ts';
import { checkRows, isEdgeRow } from './edge-rows.ts';
import { AXIS_LAST, AXIS_ORIGIN, AXIS_SCALE, normalTable } from './normal-table.ts';

/** No scenario takes a vol below it: one vol point. */
export const LOWEST_VOL = 0.01;

export interface ScenarioAxes {
  /** Fractions: −0.25 = spot and with it every forward fall by 25 %; above −1. */
  readonly spotShifts: Float64Array;
  /** Absolute: 0.10 = ten vol points up on every option. Relative: 0.10 = every vol grows by a tenth. */
  readonly volShifts: Float64Array;
  readonly volMode: 'absolute' | 'relative';
}

/** A book of options to be revalued; rows with a quantity of 0 cost nothing. */
export interface GridOptions extends OptionColumns {
  /** Signed number of options, each on one unit of the underlying. */
  readonly quantity: Float64Array;
  /** Which underlying the row belongs to, 0 … underlyings − 1. */
  readonly underlying: Int32Array;
}

/* Copies local to this module: V8 knows their address, length and value, those of imported bindings it looks up. */
const NORMAL = normalTable();
const LAST = AXIS_LAST;
const SPOTS = 64;
/** The block of spot shifts being worked on: 1 + shift and AXIS_SCALE·ln(1 + shift). */
const factor = new Float64Array(SPOTS);
const logFactor = new Float64Array(SPOTS);

/**
 * Adds quantity · price for the block's spots: scale·(factor·N(position) − moneyness·N(position − width)).
 * `position` is that of right·d1 on the table's axis at spot factor 1, `steepness` its slope in `logFactor`.
 */
function addRow(
  spots: number,
  out: Float64Array,
  at: number,
  position: number,
  steepness: number,
  width: number,
  scale: number,
  moneyness: number,
): void {
  for (let i = 0; i < spots; i++) {
    const place = position + logFactor[i]! * steepness;
    const first = place < 0 ? 0 : place > LAST ? LAST : place;
    // Intervals begin at even positions; u runs from −1 to 1 within one.
    const begin1 = (first | 0) & 1022;
    const u = first - (begin1 + 1);
    const u2 = u * u;
    const a = begin1 << 2;
    const n1 =
      NORMAL[a]! +
      u * NORMAL[a + 1]! +
      u2 * (NORMAL[a + 2]! + u * NORMAL[a + 3]!) +
      u2 * u2 * (NORMAL[a + 4]! + u * NORMAL[a + 5]! + u2 * NORMAL[a + 6]!);
    const shifted = place - width;
    const second = shifted < 0 ? 0 : shifted > LAST ? LAST : shifted;
    const begin2 = (second | 0) & 1022;
    const v = second - (begin2 + 1);
    const v2 = v * v;
    const b = begin2 << 2;
    const n2 =
      NORMAL[b]! +
      v * NORMAL[b + 1]! +
      v2 * (NORMAL[b + 2]! + v * NORMAL[b + 3]!) +
      v2 * v2 * (NORMAL[b + 4]! + v * NORMAL[b + 5]! + v2 * NORMAL[b + 6]!);
    out[at + i]! += scale * (factor[i]! * n1 - moneyness * n2);
  }
}

/** A row without time value in every vol of the grid: quantity · discounted intrinsic value. */
function addEdgeRow(
  options: GridOptions,
  row: number,
  vols: number,
  spots: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  const right = options.right[row]!;
  const forward = options.forward[row]!;
  const strike = options.strike[row]!;
  const years = options.years[row]!;
  const scale = options.quantity[row]! * (years > 0 ? Math.exp(-options.rate[row]! * years) : 1);
  for (let i = 0; i < spots; i++) {
    const value = scale * Math.max(right * (forward * factor[i]! - strike), 0);
    for (let v = 0; v < vols; v++) out[at + v * stride + i]! += value;
  }
}

function shiftedVol(vol: number, shift: number, mode: ScenarioAxes['volMode']): number {
  return Math.max(mode === 'absolute' ? vol + shift : vol * (1 + shift), LOWEST_VOL);
}

/** All rows over one block of spots, which starts at cell `start` of each row of the grid. */
function addBlock(
  count: number,
  options: GridOptions,
  axes: ScenarioAxes,
  spots: number,
  start: number,
  out: Float64Array,
): void {
  const { forward, strike, years, vol, rate, right, quantity, underlying } = options;
  const { volShifts, volMode } = axes;
  const stride = axes.spotShifts.length;
  for (let row = 0; row < count; row++) {
    if (quantity[row] === 0) continue;
    const at = underlying[row]! * volShifts.length * stride + start;
    if (isEdgeRow(options, row)) {
      addEdgeRow(options, row, volShifts.length, spots, out, at, stride);
      continue;
    }
    const f = forward[row]!;
    const c = right[row]!;
    const root = Math.sqrt(years[row]!);
    const ln = Math.log(f / strike[row]!);
    const moneyness = strike[row]! / f;
    const scale = quantity[row]! * c * f * Math.exp(-rate[row]! * years[row]!);
    for (let v = 0; v < volShifts.length; v++) {
      const s = shiftedVol(vol[row]!, volShifts[v]!, volMode) * root;
      const steepness = c / s;
      const position = (ln * steepness + 0.5 * s * c) * AXIS_SCALE + AXIS_ORIGIN;
      addRow(spots, out, at + v * stride, position, steepness, s * c * AXIS_SCALE, scale, moneyness);
    }
  }
}

function refuseShape(count: number, options: GridOptions, axes: ScenarioAxes, out: Float64Array): Fault | null {
  const { spotShifts, volShifts } = axes;
  const spot = spotShifts.find((shift) => !(shift > -1 && shift < Infinity));
  if (spot !== undefined) return fault('invalid', `spot shift: expected a fraction above −1, was ${spot}`);
  const vol = volShifts.find((shift) => !Number.isFinite(shift));
  if (vol !== undefined) return fault('invalid', `vol shift: expected a finite number, was ${vol}`);
  const underlyings = Math.floor(out.length / (spotShifts.length * volShifts.length));
  for (let row = 0; row < count; row++) {
    const u = options.underlying[row]!;
    if (u >= 0 && u < underlyings) continue;
    return fault('invalid', `option ${row}: underlying: expected 0 to ${underlyings - 1}, was ${u}`, { row });
  }
  return null;
}

/**
 * Value of a book of options over spot × vol by full revaluation (Black 1976), per underlying:
 * out[(u·vols + v)·spots + s] = Σ quantity · price with every forward times (1 + spotShifts[s]) and every vol shifted by
 * volShifts[v], floored at {@link LOWEST_VOL}. In the quote currency of the forwards; `out` is overwritten.
 * Expired rows and rows with vol 0 keep their (discounted) intrinsic value at the shifted forward in every cell.
 * Error against exact values: at most 1e-15 of quantity · forward per row.
 * The first row or shift with a number outside of its domain is named in the failure.
 */
export function scenarioGrid(count: number, options: GridOptions, axes: ScenarioAxes, out: Float64Array): Result<null> {
  const refused = checkRows(options, 0, count) ?? refuseShape(count, options, axes, out);
  if (refused) return fail(refused);
  out.fill(0);
  for (let start = 0; start < axes.spotShifts.length; start += SPOTS) {
    const spots = Math.min(SPOTS, axes.spotShifts.length - start);
    for (let i = 0; i < spots; i++) {
      factor[i] = 1 + axes.spotShifts[start + i]!;
      logFactor[i] = AXIS_SCALE * Math.log(factor[i]!);
    }
    addBlock(count, options, axes, spots, start, out);
  }
  return ok(null);
}
