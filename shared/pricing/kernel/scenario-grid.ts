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

/** The option's figures that do not depend on the cell, and where its cells are. */
export interface GridRow {
  /** First cell of the block's spots at the first vol, and cells from vol to vol. */
  readonly cell: number;
  readonly stride: number;
  readonly logMoneyness: number;
  readonly rootYears: number;
  readonly vol: number;
  readonly right: number;
  /** quantity · right · forward · discount. */
  readonly scale: number;
  /** strike / forward. */
  readonly moneyness: number;
}

/** Memory of a grid and the loop over it. */
export interface GridLoop {
  readonly cells: Float64Array;
  /** The block of spot shifts being worked on: 1 + shift and AXIS_SCALE·ln(1 + shift). */
  readonly factor: Float64Array;
  readonly logFactor: Float64Array;
  /** Adds one option over the block's first `spots` spots and all vols. */
  add(spots: number, axes: ScenarioAxes, row: GridRow): void;
}

/* Copies local to this module: V8 knows their address, length and value, those of imported bindings it looks up. */
const NORMAL = normalTable();
const LAST = AXIS_LAST;
/** Adding it rounds to even numbers. */
const TO_EVEN = 1.5 * 2 ** 53;
/** Spots worked on at a time. */
export const SPOTS = 64;
const factor = new Float64Array(SPOTS);
const logFactor = new Float64Array(SPOTS);

/**
 * Adds quantity · price for the block's spots: scale·(factor·N(position) − moneyness·N(position − width)).
 * `position` is that of right·d1 on the table's axis at spot factor 1, `steepness` its slope in `logFactor`.
 */
function addSpots(
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
    const middle1 = first + TO_EVEN - TO_EVEN;
    const u = first - middle1;
    const u2 = u * u;
    const a = ((middle1 | 0) << 2) & 4088;
    const even1 = NORMAL[a]! + u2 * (NORMAL[a + 2]! + u2 * (NORMAL[a + 4]! + u2 * NORMAL[a + 6]!));
    const n1 = even1 + u * (NORMAL[a + 1]! + u2 * (NORMAL[a + 3]! + u2 * NORMAL[a + 5]!));
    const shifted = place - width;
    const second = shifted < 0 ? 0 : shifted > LAST ? LAST : shifted;
    const middle2 = second + TO_EVEN - TO_EVEN;
    const v = second - middle2;
    const v2 = v * v;
    const b = ((middle2 | 0) << 2) & 4088;
    const even2 = NORMAL[b]! + v2 * (NORMAL[b + 2]! + v2 * (NORMAL[b + 4]! + v2 * NORMAL[b + 6]!));
    const n2 = even2 + v * (NORMAL[b + 1]! + v2 * (NORMAL[b + 3]! + v2 * NORMAL[b + 5]!));
    out[at + i]! += scale * (factor[i]! * n1 - moneyness * n2);
  }
}

function shiftedVol(vol: number, shift: number, mode: ScenarioAxes['volMode']): number {
  return Math.max(mode === 'absolute' ? vol + shift : vol * (1 + shift), LOWEST_VOL);
}

/** The loop in TypeScript, over cells of the caller. */
function loopOver(cells: Float64Array): GridLoop {
  return {
    cells,
    factor,
    logFactor,
    add(spots, { volShifts, volMode }, { cell, stride, logMoneyness, rootYears, vol, right, scale, moneyness }) {
      for (let v = 0; v < volShifts.length; v++) {
        const s = shiftedVol(vol, volShifts[v]!, volMode) * rootYears;
        const steepness = right / s;
        const position = (logMoneyness * steepness + 0.5 * s * right) * AXIS_SCALE + AXIS_ORIGIN;
        const width = s * right * AXIS_SCALE;
        addSpots(spots, cells, cell + v * stride, position, steepness, width, scale, moneyness);
      }
    },
  };
}

/** A row without time value in every vol of the grid: quantity · discounted intrinsic value. */
function addEdgeRow(
  options: GridOptions,
  row: number,
  spots: number,
  axes: ScenarioAxes,
  loop: GridLoop,
  cell: number,
) {
  const right = options.right[row]!;
  const forward = options.forward[row]!;
  const strike = options.strike[row]!;
  const years = options.years[row]!;
  const scale = options.quantity[row]! * (years > 0 ? Math.exp(-options.rate[row]! * years) : 1);
  const stride = axes.spotShifts.length;
  for (let i = 0; i < spots; i++) {
    const value = scale * Math.max(right * (forward * loop.factor[i]! - strike), 0);
    for (let v = 0; v < axes.volShifts.length; v++) loop.cells[cell + v * stride + i]! += value;
  }
}

/** All rows over one block of spots, which starts at cell `start` of each row of the grid. */
function addBlock(
  count: number,
  options: GridOptions,
  axes: ScenarioAxes,
  spots: number,
  start: number,
  loop: GridLoop,
): void {
  const { forward, strike, years, vol, rate, quantity, underlying } = options;
  const stride = axes.spotShifts.length;
  for (let row = 0; row < count; row++) {
    if (quantity[row] === 0) continue;
    const cell = underlying[row]! * axes.volShifts.length * stride + start;
    if (isEdgeRow(options, row)) {
      addEdgeRow(options, row, spots, axes, loop, cell);
      continue;
    }
    const f = forward[row]!;
    const right = options.right[row]!;
    loop.add(spots, axes, {
      cell,
      stride,
      logMoneyness: Math.log(f / strike[row]!),
      rootYears: Math.sqrt(years[row]!),
      vol: vol[row]!,
      right,
      scale: quantity[row]! * right * f * Math.exp(-rate[row]! * years[row]!),
      moneyness: strike[row]! / f,
    });
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

/** As {@link scenarioGrid}, over the cells of a loop, which has room for the whole grid. */
export function gridBy(
  loop: GridLoop,
  count: number,
  options: GridOptions,
  axes: ScenarioAxes,
  out: Float64Array,
): Result<null> {
  const refused = checkRows(options, 0, count) ?? refuseShape(count, options, axes, out);
  if (refused) return fail(refused);
  const { spotShifts } = axes;
  loop.cells.fill(0, 0, out.length);
  for (let start = 0; start < spotShifts.length; start += SPOTS) {
    const spots = Math.min(SPOTS, spotShifts.length - start);
    for (let i = 0; i < spots; i++) {
      loop.factor[i] = 1 + spotShifts[start + i]!;
      loop.logFactor[i] = AXIS_SCALE * Math.log(loop.factor[i]!);
    }
    addBlock(count, options, axes, spots, start, loop);
  }
  if (loop.cells !== out) out.set(loop.cells.subarray(0, out.length));
  return ok(null);
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
  return gridBy(loopOver(out), count, options, axes, out);
}
